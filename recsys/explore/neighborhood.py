"""The research graph around a paper, a person, a topic or an institution.

In: a model, what to draw it around, and how large it may be. Out: `Graph`. Near is, first, what
the middle's own papers lead to: who wrote them, what they are about, where these people work;
then, where places are left, papers and people about the same things.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from recsys.data.resource_names import resource_name
from recsys.explore.graph import COLLECTIONS, Collection, Edge, Graph, Node
from recsys.explore.middle import Middle, middle_of
from recsys.explore.nearness import Near, nearest, nearness
from recsys.explore.relations import Place, links_of
from recsys.explore.topics import Topics
from recsys.models.model import Model
from recsys.models.text_profile import TopicScorer, unit_length

USUAL_SIZE, LARGEST_SIZE = 40, 200
# Of the places beside the middle; institutions get the rest.
_SHARES: dict[Collection, float] = {"papers": 0.38, "authors": 0.3, "topics": 0.2}
_LEAST_LIKENESS = 0.3  # cosine
_DIGITS = 3  # the last bits depend on the machine


def neighborhood(
    model: Model, topics: Topics, collection: Collection, id_: str, size: int = USUAL_SIZE
) -> Graph:
    """What is near one thing, `size` nodes at most, the middle among them.

    The same model and question always give the same graph.

    Raises
    ------
    UnknownPaper, UnknownAuthor, UnknownTopic, UnknownAffiliation
    """
    middle = middle_of(model, topics, collection, id_)
    places = _places(size)
    papers = _papers(model, middle, places["papers"])
    people = _people(model, middle, places["authors"])
    near: dict[Collection, Near] = {
        "papers": papers,
        "authors": people,
        "topics": _topics(topics, middle, papers, places["topics"]),
        "affiliations": _institutions(model, middle, people, places["affiliations"]),
    }
    nodes = _nodes(model, topics, middle, near)
    edges = (
        Edge(nodes[one].name, nodes[other].name, kind, _rounded(weight))
        for kind, one, other, weight in links_of(model, topics, middle, near)
    )
    return Graph(tuple(nodes.values()), tuple(edges))


def _places(size: int) -> dict[Collection, int]:
    beside = max(size - 1, 0)
    places = {kind: int(share * beside) for kind, share in _SHARES.items()}
    return {**places, "affiliations": beside - sum(places.values())}


def _papers(model: Model, middle: Middle, n: int) -> Near:
    alike = _alike(model.topics(), middle) * model.dataset.papers.ids.listed
    return nearest(nearness(middle.works, alike), n, beside=middle.row_in("papers"))


def _people(model: Model, middle: Middle, n: int) -> Near:
    tied = model.signals.authorship @ middle.works + middle.members
    spaces = [scorer for scorer in model.author_scorers if isinstance(scorer, TopicScorer)]
    alike = _alike(spaces[0], middle) if spaces else np.zeros_like(tied)
    return nearest(nearness(tied, alike), n, beside=middle.row_in("authors"))


def _topics(topics: Topics, middle: Middle, papers: Near, n: int) -> Near:
    # A topic that the papers around have in common says more than one of the middle alone.
    works = middle.works / max(float(middle.works.max(initial=0.0)), 1e-12)
    works[papers.rows] = np.maximum(works[papers.rows], papers.weights)
    return topics.of(works, n, beside=middle.row_in("topics"))


def _institutions(model: Model, middle: Middle, people: Near, n: int) -> Near:
    near = middle.members.copy()
    near[people.rows] = np.maximum(near[people.rows], people.weights)
    tied = near @ model.dataset.authors.affiliations
    beside = middle.row_in("affiliations")
    return nearest(nearness(tied, np.zeros_like(tied)), n, beside=beside)


def _alike(space: TopicScorer, middle: Middle) -> np.ndarray:
    """(n_targets,) float32 cosine with the sum of the middle's papers, 0 where it is low."""
    own = np.flatnonzero(middle.works)
    whole = unit_length((middle.works[own] @ space.papers[own])[None])[0]
    likeness = space.targets @ whole
    return np.where(likeness >= _LEAST_LIKENESS, likeness, 0.0)


def _nodes(
    model: Model, topics: Topics, middle: Middle, near: Mapping[Collection, Near]
) -> dict[Place, Node]:
    found: list[tuple[Place, float]] = [((middle.collection, middle.row), 1.0)]
    for kind in COLLECTIONS:
        rows, weights = near[kind].rows.tolist(), near[kind].weights.tolist()
        found += [((kind, row), weight) for row, weight in zip(rows, weights, strict=True)]
    return {
        place: Node(place[0], *_called(model, topics, place), _rounded(weight))
        for place, weight in found
    }


def _called(model: Model, topics: Topics, place: Place) -> tuple[str, str]:
    """The resource name of a node, and what people call it."""
    collection, row = place
    papers, authors = model.dataset.papers, model.dataset.authors
    if collection == "papers":
        id_, label = papers.ids[row], papers.titles[row]
    elif collection == "authors":
        id_, label = authors.ids[row], authors.names[row]
    else:
        id_ = label = topics[row] if collection == "topics" else authors.affiliation_names[row]
    return resource_name(collection, id_), label


def _rounded(weight: float) -> float:
    return max(round(weight, _DIGITS), 10.0**-_DIGITS)
