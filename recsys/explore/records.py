"""Papers and authors of a model, told in the columns of the dataset's tables.

In: a model, and ids or rows. Out: `Row`s as `recsys.data.catalogue` takes them in. A paper that
was deleted, or that a newer version stands for, is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from scipy import sparse

from recsys.data.catalogue import Row
from recsys.data.dataset import AUTHOR_FACTS
from recsys.errors import UnknownAuthor
from recsys.models.model import Model

Place = tuple[int, str]
"""Where a paper stands in a list of the newest first: the less, the nearer to the beginning."""
_FLAGS = ("open_to_collaborate", "claimed")


class Records:
    """Looks papers and authors up in one model; what is kept is made when first asked for."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.dataset = model.dataset

    @cached_property
    def writers(self) -> sparse.csr_matrix:
        """(n_papers, n_authors) CSR int32: from 1, the place of who wrote a paper on it."""
        written, listed = self.dataset.authorships, self.dataset.papers.ids.listed
        known = written[listed[written.paper_rows]]
        return sparse.csr_matrix(
            (known.positions + 1, (known.paper_rows, known.author_rows)),
            shape=(len(self.dataset.papers), len(self.dataset.authors)),
        )

    @cached_property
    def works(self) -> sparse.csr_matrix:
        """(n_authors, n_papers) CSR: who wrote what."""
        return self.writers.T.tocsr()

    @cached_property
    def n_works(self) -> np.ndarray:
        """(n_authors,) int: how many papers each author wrote."""
        return np.diff(self.works.indptr)

    @cached_property
    def _claimed_by_user(self) -> np.ndarray:
        claimed = np.zeros(len(self.dataset.authors) + 1, dtype=bool)
        claimed[self.dataset.users.author_rows] = True
        return claimed[:-1]

    def papers(self, ids: Iterable[str]) -> list[Row]:
        """Those of the papers that are known."""
        return [self.paper(row) for row in map(self.dataset.papers.ids.row, ids) if row >= 0]

    def authors(self, ids: Iterable[str]) -> list[Row]:
        """Those of the authors who are known."""
        return [self.author(row) for row in map(self.dataset.authors.ids.row, ids) if row >= 0]

    def paper(self, row: int) -> Row:
        """The columns of the table `papers`, and `authors`: pairs of id and name, in order."""
        papers, authors = self.dataset.papers, self.dataset.authors
        venue, code, published = papers.venue_rows[row], papers.code[row], papers.published[row]
        on_paper = cells(self.writers, row)
        order = np.argsort(self.writers.data[on_paper], kind="stable")
        team = self.writers.indices[on_paper][order].tolist()
        filed = papers.categories.indices[cells(papers.categories, row)]
        return {
            "paper_id": papers.ids[row],
            "title": papers.titles[row],
            "abstract": papers.abstracts[row],
            "published_at": iso_time(published),
            "categories": [papers.category_names[category] for category in filed],
            "venue": papers.venues[venue] if venue >= 0 else "",
            "url": papers.urls[row],
            "doi": papers.dois[row],
            "arxiv_id": papers.arxiv_ids[row],
            "code": None if code < 0 else bool(code),
            "authors": [(authors.ids[one], authors.names[one]) for one in team],
        }

    def author(self, row: int) -> Row:
        """The columns of the table `authors`; claimed is also whom a user has claimed."""
        authors = self.dataset.authors
        told = {name: int(getattr(authors, name)[row]) for name in AUTHOR_FACTS}
        facts = {name: None if value < 0 else value for name, value in told.items()}
        flags = {name: None if facts[name] is None else bool(facts[name]) for name in _FLAGS}
        if flags["claimed"] is None:
            flags["claimed"] = bool(self._claimed_by_user[row])
        places = authors.affiliations.indices[cells(authors.affiliations, row)]
        return {
            "author_id": authors.ids[row],
            "name": authors.names[row],
            "affiliations": [authors.affiliation_names[place] for place in places],
            "trust_label": authors.trust_labels[row],
            **facts,
            **flags,
        }

    def author_row(self, author_id: str) -> int:
        """The row of an author; raises UnknownAuthor."""
        row = self.dataset.authors.ids.row(author_id)
        if row < 0:
            raise UnknownAuthor(f"author {author_id!r} is not in this model; check the id")
        return row

    def works_of(self, author_row: int) -> np.ndarray:
        """(n,) rows of what an author wrote."""
        return self.works.indices[cells(self.works, author_row)]

    def newest_works(self, author_id: str, after: Place | None, most: int) -> list[int]:
        """Rows of what an author wrote, newest first, behind a place; raises UnknownAuthor."""
        rows = self.works_of(self.author_row(author_id))
        ordered = sorted((self.place(row), row) for row in rows.tolist())
        return [row for place, row in ordered if after is None or place > after][:most]

    def place(self, row: int) -> Place:
        """Where a paper stands among others; what has no date stands last."""
        papers = self.dataset.papers
        return -int(papers.published[row].astype(np.int64)), papers.ids[row]


def cells(matrix: sparse.csr_matrix, row: int) -> slice:
    """Where a row of a CSR matrix is in its arrays."""
    return slice(matrix.indptr[row], matrix.indptr[row + 1])


def iso_time(time: np.datetime64) -> str | None:
    """A time as a table of text has it, None where unknown."""
    return None if np.isnat(time) else f"{time.astype('datetime64[s]')}+00:00"
