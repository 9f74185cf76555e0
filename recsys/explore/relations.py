"""What holds among the nodes of a graph.

In: the middle, and what of each collection is near it. Out: `Link`s: every relation that holds
among any two of them, and one with the middle for whatever has none with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy import sparse

from recsys.explore.graph import Collection, EdgeKind
from recsys.explore.middle import Middle
from recsys.explore.nearness import Near
from recsys.explore.topics import Topics
from recsys.models.model import Model

Place = tuple[Collection, int]
"""A node: its collection, and its row there."""
Link = tuple[EdgeKind, Place, Place, float]
"""A relation, from where, to where, and how strong it is beside others of its kind, to 1."""

# What ties the middle to things that it has no relation of its own with.
_TIES: dict[tuple[Collection, Collection], EdgeKind] = {
    ("authors", "topics"): "about",
    ("topics", "authors"): "about",
    ("affiliations", "topics"): "about",
    ("affiliations", "papers"): "wrote",
    ("affiliations", "authors"): "wrote_with",
}


def links_of(
    model: Model, topics: Topics, middle: Middle, near: Mapping[Collection, Near]
) -> list[Link]:
    """All links: those of papers and people, then those of the middle, in the order of rows."""
    here: Place = (middle.collection, middle.row)
    rows = {kind: found.rows for kind, found in near.items()}
    rows[here[0]] = np.concatenate([[middle.row], rows[here[0]]])
    links = [*_relations(model, topics, rows)]
    joined = {place for _, *ends, _ in links if here in ends for place in ends}
    for kind in ("papers", "authors", "topics"):
        tied, found = near[kind].tied | (kind == "topics"), near[kind]
        for row, is_tied, weight in zip(found.rows.tolist(), tied, found.weights, strict=True):
            if (kind, row) not in joined:
                tie = _TIES.get((here[0], kind), "similar") if is_tied else "similar"
                ends = (here, (kind, row)) if here[0] != "topics" else ((kind, row), here)
                links.append((tie, *ends, float(weight)))
    return links


def _relations(
    model: Model, topics: Topics, rows: Mapping[Collection, np.ndarray]
) -> Iterator[Link]:
    dataset = model.dataset
    papers, people, themes, places = (
        rows[kind] for kind in ("papers", "authors", "topics", "affiliations")
    )
    works = model.signals.authorship[people]
    listed = sparse.diags(dataset.papers.ids.listed.astype(np.float32))
    together = sparse.triu(works @ listed @ works.T, k=1)
    yield from _links("wrote", ("authors", people), ("papers", papers), works[:, papers])
    yield from _links("wrote_with", ("authors", people), ("authors", people), together)
    about = topics.between(papers, themes)
    yield from _links("about", ("papers", papers), ("topics", themes), about)
    at = dataset.authors.affiliations[people][:, places]
    yield from _links("works_at", ("authors", people), ("affiliations", places), at)


def _links(
    kind: EdgeKind,
    source: tuple[Collection, np.ndarray],
    target: tuple[Collection, np.ndarray],
    strengths: sparse.spmatrix,
) -> Iterator[Link]:
    cells = strengths.tocsr()
    cells.eliminate_zeros()
    cells.sort_indices()
    cells = cells.tocoo()
    most = cells.data.max(initial=0.0)
    for one, other, strength in zip(cells.row, cells.col, cells.data, strict=True):
        ends = (source[0], int(source[1][one])), (target[0], int(target[1][other]))
        yield kind, *ends, float(strength / most)
