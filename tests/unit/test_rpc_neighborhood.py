"""The research graph over the wire, as whoever embeds the service gets it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from protos.readinglist.v1 import explore_pb2 as pb
from recsys.explore.neighborhood import neighborhood
from recsys.explore.topics import topics_of
from recsys.models.model import Model
from serving.client import RecsysClient, RequestFailed
from tests.served import served
from tests.worlds import OLD_ARXIV_ID, tiny_model


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


@pytest.fixture
def client(model: Model) -> Iterator[RecsysClient]:
    with served(model) as address, RecsysClient(address, deadline_s=20) as asking:
        yield asking


def names(graph: pb.GetNeighborhoodResponse) -> list[str]:
    return [node.name for node in graph.nodes]


def test_neighborhood_over_the_wire_is_that_of_the_library(client: RecsysClient, model: Model):
    told = client.explore.neighborhood("authors/ada")
    graph = neighborhood(model, topics_of(model), "authors", "ada")
    assert [(node.name, node.display_name) for node in told.nodes] == [
        (node.name, node.label) for node in graph.nodes
    ]
    assert [pb.EdgeKind.Name(edge.kind) for edge in told.edges] == [
        f"EDGE_KIND_{edge.kind.upper()}" for edge in graph.edges
    ]
    assert {edge.source for edge in told.edges} <= set(names(told))
    kinds = {node.name.partition("/")[0]: pb.NodeKind.Name(node.kind) for node in told.nodes}
    assert kinds == {
        "authors": "NODE_KIND_AUTHOR",
        "papers": "NODE_KIND_PAPER",
        "topics": "NODE_KIND_TOPIC",
        "affiliations": "NODE_KIND_AFFILIATION",
    }


def test_neighborhood_is_as_large_as_asked_for_at_most(client: RecsysClient):
    assert len(client.explore.neighborhood("authors/ada", size=5).nodes) <= 5
    assert names(client.explore.neighborhood("authors/ada", size=1)) == ["authors/ada"]


def test_neighborhood_takes_names_with_encoded_ids(client: RecsysClient):
    names_of_odd = names(client.explore.neighborhood("affiliations/Northern%20College"))
    assert names_of_odd[0] == "affiliations/Northern%20College"
    old = OLD_ARXIV_ID.replace("/", "%2F")
    assert names(client.explore.neighborhood(f"papers/{old}"))[0] == f"papers/{old}"


def test_neighborhood_after_deletion_has_the_paper_no_more(client: RecsysClient):
    assert "papers/g1" in names(client.explore.neighborhood("authors/ada"))
    client.catalog.delete_paper("g1")
    assert "papers/g1" not in names(client.explore.neighborhood("authors/ada"))
    with pytest.raises(RequestFailed) as refused:
        client.explore.neighborhood("papers/g1")
    assert refused.value.reason == "PAPER_NOT_FOUND"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("papers/nowhere", "PAPER_NOT_FOUND"),
        ("authors/nowhere", "AUTHOR_NOT_FOUND"),
        ("topics/nowhere", "TOPIC_NOT_FOUND"),
        ("affiliations/nowhere", "AFFILIATION_NOT_FOUND"),
        ("users/reader", "INVALID_REQUEST"),
        ("", "INVALID_REQUEST"),
    ],
)
def test_neighborhood_of_what_is_not_there_is_refused(client: RecsysClient, name: str, reason: str):
    with pytest.raises(RequestFailed) as refused:
        client.explore.neighborhood(name)
    assert refused.value.reason == reason
