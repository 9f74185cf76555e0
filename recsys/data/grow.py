"""A dataset, and what came after it -> a dataset in which all rows keep their numbers.

In: a `Dataset` and checked tables of papers, authors and authorships. Out: a `Dataset` with rows
behind the old ones, over the same memory.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.data.append import appended, stacked, widened
from recsys.data.build import authors_of, authorships_of, papers_of
from recsys.data.dataset import AUTHOR_FACTS, Authors, Authorships, Dataset, Papers
from recsys.data.strings import Strings
from recsys.data.tables import Tables


def grow_dataset(dataset: Dataset, tables: Tables) -> Dataset:
    """Add papers and authors.

    Every paper of the tables gets a row of its own. One that is there already is a new version:
    its id stands for the new row, and nobody finds the old one any more. A known author keeps
    row and works, and is called and described anew. Every authorship names a paper of the tables
    and an author of either. `data_time` stays, so that no age changes.
    """
    papers = _with_papers(dataset.papers, tables.papers)
    authors = _with_authors(dataset.authors, tables.authors)
    more, known = authorships_of(tables.authorships, papers.ids, authors.ids), dataset.authorships
    outdated = dataset.papers.ids.rows(tables.papers["paper_id"])
    if (outdated >= 0).any():  # who wrote the new version is told with it
        known = known[~np.isin(known.paper_rows, outdated)]
    authorships = Authorships(
        appended(known.paper_rows, more.paper_rows),
        appended(known.author_rows, more.author_rows),
        appended(known.positions, more.positions),
    )
    return replace(dataset, papers=papers, authors=authors, authorships=authorships)


def without_papers(dataset: Dataset, paper_ids: list[str]) -> Dataset:
    """The same where nobody finds the given papers; all rows keep their numbers."""
    papers = dataset.papers
    return replace(dataset, papers=replace(papers, ids=papers.ids.without(paper_ids)))


def _with_papers(known: Papers, table: pd.DataFrame) -> Papers:
    more = papers_of(table, known.venues, known.category_names)
    return Papers(
        ids=known.ids.extended(more.ids.ids),
        titles=known.titles.extended(more.titles),
        abstracts=known.abstracts.extended(more.abstracts),
        urls=known.urls.extended(more.urls),
        dois=known.dois.extended(more.dois),
        arxiv_ids=known.arxiv_ids.extended(more.arxiv_ids),
        published=appended(known.published, more.published),
        venue_rows=appended(known.venue_rows, more.venue_rows),
        venues=more.venues,
        categories=stacked(known.categories, more.categories),
        category_names=more.category_names,
        code=appended(known.code, more.code),
    )


def _with_authors(known: Authors, table: pd.DataFrame) -> Authors:
    rows = known.ids.rows(table["author_id"])
    more = authors_of(table[rows < 0], known.affiliation_names)
    grown = Authors(
        ids=known.ids.extended(more.ids.ids),
        names=known.names.extended(more.names),
        affiliations=stacked(known.affiliations, more.affiliations),
        affiliation_names=more.affiliation_names,
        trust_labels=known.trust_labels.extended(more.trust_labels),
        **{name: appended(getattr(known, name), getattr(more, name)) for name in AUTHOR_FACTS},
    )
    return _described_anew(grown, rows[rows >= 0], table[rows >= 0]) if (rows >= 0).any() else grown


def _described_anew(authors: Authors, rows: np.ndarray, table: pd.DataFrame) -> Authors:
    """The same where the known authors at `rows` are as the table says.

    These columns are copied: they are small beside what a model learned.
    """
    said = authors_of(table, authors.affiliation_names)
    kept = np.ones(len(authors), dtype=np.float32)
    kept[rows] = 0.0
    places = sparse.csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (rows, np.arange(len(rows)))),
        shape=(len(authors), len(rows)),
    )
    wide = widened(authors.affiliations, len(authors), len(said.affiliation_names))
    affiliations = (sparse.diags(kept) @ wide + places @ said.affiliations).tocsr()
    affiliations.eliminate_zeros()
    facts: dict[str, Any] = {
        name: _put(getattr(authors, name), rows, getattr(said, name)) for name in AUTHOR_FACTS
    }
    return replace(
        authors,
        names=_written_over(authors.names, rows, said.names),
        affiliations=affiliations.astype(np.float32),
        affiliation_names=said.affiliation_names,
        trust_labels=_written_over(authors.trust_labels, rows, said.trust_labels),
        **facts,
    )


def _written_over(column: Strings, rows: np.ndarray, values: Strings) -> Strings:
    changed = list(column)
    for row, value in zip(rows, values, strict=True):
        changed[row] = value
    return Strings.pack(changed)


def _put(column: np.ndarray, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    changed = column.copy()
    changed[rows] = values
    return changed
