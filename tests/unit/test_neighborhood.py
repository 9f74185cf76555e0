"""The research graph around papers, people, topics and institutions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recsys.errors import UnknownAffiliation, UnknownAuthor, UnknownPaper, UnknownTopic
from recsys.explore.graph import Collection, Graph
from recsys.explore.neighborhood import LARGEST_SIZE, USUAL_SIZE, neighborhood
from recsys.explore.topics import topics_of
from recsys.models.grow import grow, withdraw
from recsys.models.model import Model
from tests.small import changes_of, people
from tests.worlds import tiny_model

MIDDLES: list[tuple[Collection, str]] = [
    ("papers", "g1"),
    ("authors", "ada"),
    ("topics", "protein"),
    ("topics", "cs.LG"),
    ("affiliations", "Northern College"),
]


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


def around(model: Model, collection: Collection, id_: str, size: int = USUAL_SIZE) -> Graph:
    return neighborhood(model, topics_of(model), collection, id_, size)


def names(graph: Graph, collection: str) -> list[str]:
    return [node.name for node in graph.nodes if node.collection == collection]


def relations(graph: Graph, kind: str) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in graph.edges if edge.kind == kind}


def test_neighborhood_of_paper_has_its_authors_topics_institutions_and_like_papers(model: Model):
    graph = around(model, "papers", "g1")
    assert graph.nodes[0].name == "papers/g1"
    assert graph.nodes[0].label == "Graph neural networks"
    assert names(graph, "papers") == [f"papers/g{n}" for n in (1, 2, 3, 4)]
    assert names(graph, "authors")[:2] == ["authors/ada", "authors/ben"]
    assert names(graph, "topics")[0] == "topics/cs.LG"
    assert names(graph, "affiliations")[0] == "affiliations/Northern%20College"
    assert ("authors/ada", "papers/g1") in relations(graph, "wrote")
    assert ("papers/g1", "papers/g3") in relations(graph, "similar")
    assert relations(graph, "wrote_with") == {
        ("authors/ada", "authors/ben"),
        ("authors/ben", "authors/cleo"),
    }


def test_neighborhood_of_author_has_works_before_what_is_only_like_them(model: Model):
    graph = around(model, "authors", "ada")
    weights = {node.name: node.weight for node in graph.nodes}
    assert names(graph, "papers")[0] == "papers/g1"
    assert weights["papers/g1"] >= 0.5 > weights["papers/g3"]
    assert weights["authors/ben"] >= 0.5 > weights["authors/cleo"]
    assert ("authors/ada", "authors/cleo") in relations(graph, "similar")
    assert ("authors/ada", "affiliations/Northern%20College") in relations(graph, "works_at")


def test_neighborhood_of_topic_has_papers_people_and_topics_beside_it(model: Model):
    graph = around(model, "topics", "protein")
    assert set(names(graph, "papers")) == {"papers/p1", "papers/p2", "papers/p3"}
    assert names(graph, "authors")[0] == "authors/dan"
    assert "topics/folding" in names(graph, "topics")
    assert ("authors/dan", "topics/protein") in relations(graph, "about")


def test_neighborhood_of_institution_has_its_people_and_their_papers(model: Model):
    graph = around(model, "affiliations", "Northern College")
    assert {"authors/ada", "authors/ben"} <= set(names(graph, "authors"))
    assert {"papers/g1", "papers/g2", "papers/g4"} <= set(names(graph, "papers"))
    assert ("authors/cleo", "affiliations/Southern%20College") in relations(graph, "works_at")


@pytest.mark.parametrize(("collection", "id_"), MIDDLES)
def test_neighborhood_of_anything_is_whole(model: Model, collection: Collection, id_: str):
    graph = around(model, collection, id_)
    known = [node.name for node in graph.nodes]
    assert len(set(known)) == len(known)
    ends = {end for edge in graph.edges for end in (edge.source, edge.target)}
    assert ends == set(known), "an edge leads to nothing, or nothing leads to a node"
    pairs = [frozenset((edge.source, edge.target)) for edge in graph.edges]
    assert len(set(pairs)) == len(pairs)
    assert all(0 < one.weight <= 1 for one in (*graph.nodes, *graph.edges))
    assert graph == around(model, collection, id_)


@pytest.mark.parametrize(("collection", "id_"), MIDDLES)
@pytest.mark.parametrize("size", [1, 2, 7, LARGEST_SIZE])
def test_neighborhood_of_a_size_has_no_more(
    model: Model, collection: Collection, id_: str, size: int
):
    assert 1 <= len(around(model, collection, id_, size).nodes) <= size


@pytest.mark.parametrize(("collection", "id_"), MIDDLES[1:])
def test_neighborhood_without_deleted_paper_never_has_it(
    model: Model, collection: Collection, id_: str
):
    left = withdraw(model, ["g1", "p1"])
    graph = around(left, collection, id_)
    assert not {"papers/g1", "papers/p1"} & set(names(graph, "papers"))
    assert ("authors/ada", "authors/ben") not in relations(graph, "wrote_with")


def test_neighborhood_of_deleted_paper_is_unknown(model: Model):
    with pytest.raises(UnknownPaper, match="g1"):
        around(withdraw(model, ["g1"]), "papers", "g1")


def test_neighborhood_after_new_paper_has_it(model: Model):
    more = changes_of(
        papers=[
            {"paper_id": "g5", "title": "Graph neural networks again", "categories": ["cs.LG"]}
        ],
        authors=people("ada", "gil"),
        authorships={"g5": ["ada", "gil"]},
    )
    grown = around(grow(model, more), "authors", "ada")
    assert "papers/g5" in names(grown, "papers")
    assert ("authors/ada", "authors/gil") in relations(grown, "wrote_with")


def test_neighborhood_without_follows_and_reading_is_the_same(model: Model):
    nobody = model.signals.follows * 0
    unread = replace(
        model,
        signals=replace(
            model.signals,
            follows=nobody,
            liked=model.signals.liked * 0,
            seen=model.signals.seen * 0,
        ),
        dataset=replace(
            model.dataset,
            follows=model.dataset.follows[:0],
            interactions=model.dataset.interactions[:0],
        ),
    )
    for middle in MIDDLES:
        assert around(unread, *middle) == around(model, *middle)


@pytest.mark.parametrize(
    ("collection", "error"),
    [
        ("papers", UnknownPaper),
        ("authors", UnknownAuthor),
        ("topics", UnknownTopic),
        ("affiliations", UnknownAffiliation),
    ],
)
def test_neighborhood_of_unknown_thing_is_refused(
    model: Model, collection: Collection, error: type[Exception]
):
    with pytest.raises(error, match="nowhere"):
        around(model, collection, "nowhere")


def test_topics_of_a_neighborhood_do_not_repeat_each_other(model: Model):
    labels = [
        set(node.label.split())
        for node in around(model, "papers", "g1").nodes
        if node.collection == "topics"
    ]
    assert not any(
        one <= other for n, one in enumerate(labels) for m, other in enumerate(labels) if n != m
    )
