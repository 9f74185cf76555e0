"""A trained model, and papers and people it has not seen -> a model that ranks all of them.

In: a `Model` and checked tables. Out: a `Model` whose arrays begin with those that were there, in
the same memory. Nothing is learned anew: new papers are placed among the old ones as training
places a paper that nobody has read.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from recsys.data.append import stacked
from recsys.data.dataset import Dataset
from recsys.data.grow import grow_dataset, without_papers
from recsys.data.tables import Tables
from recsys.features.text import weigh
from recsys.models.added import Added
from recsys.models.model import Model
from recsys.models.text_profile import unit_length

_READ, _UNREAD = 0, 1  # as in `Blend.kinds`


def grow(model: Model, tables: Tables) -> Model:
    """Add papers and authors, changed ones in the place of what they were.

    Scores of other papers by the model's scorers do not change. What an answer makes of them may:
    a new paper can be the best one, with which others are compared.

    Parameters
    ----------
    tables : Tables
        `papers`, `authors` and `authorships`, as `grow_dataset` takes them.
    """
    if not len(tables.papers) and not len(tables.authors):
        return model
    dataset = grow_dataset(model.dataset, tables)
    signals = model.signals.grown(dataset)
    added = _added(model, dataset, signals.authorship)
    people = replace(added, targets="authors")
    nobody = np.full(added.affiliations.shape[0], -1)
    return Model(
        dataset=dataset,
        signals=signals,
        text=replace(model.text, papers=stacked(model.text.papers, added.texts)),
        paper_scorers=tuple(scorer.grown(added) for scorer in model.paper_scorers),
        paper_blend=model.paper_blend.grown(added.former, _UNREAD),
        author_scorers=tuple(scorer.grown(people) for scorer in model.author_scorers),
        author_blend=model.author_blend.grown(nobody, _READ),
    )


def withdraw(model: Model, paper_ids: list[str]) -> Model:
    """The same model, which does not know the given papers any more; unknown ids are no error."""
    return replace(model, dataset=without_papers(model.dataset, paper_ids))


def _added(model: Model, dataset: Dataset, authorship: sparse.csr_matrix) -> Added:
    """What is known of the papers and authors that `dataset` has beyond the model's."""
    before, papers, authors = len(model.dataset.papers), dataset.papers, dataset.authors
    new = range(before, len(papers))
    said = ([column[row] for row in new] for column in (papers.titles, papers.abstracts))
    counts = model.text.counts_of_papers(*said)
    texts = weigh(counts, model.text.idf)
    former = model.dataset.papers.ids.rows(papers.ids[row] for row in new)
    read = (former >= 0) & (model.paper_blend.kinds[former] == _READ)
    return Added(
        targets="papers",
        n_papers=len(papers),
        n_authors=len(authors),
        ages_days=dataset.ages_days()[before:],
        counts=counts,
        texts=texts,
        known_texts=model.text.papers,
        topics=unit_length(texts @ model.topics().terms),
        writers=authorship[:, before:].T.tocsr(),
        venue_rows=papers.venue_rows[before:],
        n_venues=len(papers.venues),
        categories=papers.categories[before:],
        affiliations=authors.affiliations[len(model.dataset.authors) :],
        former=np.where(read, former, -1),
    )
