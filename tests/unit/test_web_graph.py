"""What the pages make of a research graph."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from serving.web.graph import panel_of
from tests.browsing import Browsing, browsing
from tests.served import served
from tests.worlds import OLD_ARXIV_ID, tiny_model


@pytest.fixture(scope="module")
def site() -> Iterator[Browsing]:
    with served(tiny_model()) as address, browsing(address, "reader") as (pages, _):
        yield pages


def test_panel_groups_what_is_near_and_says_how_it_is_joined() -> None:
    with served(tiny_model()) as address, browsing(address) as (_, client):
        panel = panel_of(client.explore.neighborhood("papers/g1"))
    assert (panel.middle.kind, panel.middle.label) == ("Paper", "Graph neural networks")
    assert [group.heading for group in panel.groups] == [
        *("Papers", "People", "Topics", "Institutions")
    ]
    papers, authors, topics, places = (group.lines for group in panel.groups)
    assert {line.relation for line in papers} == {"similar"}
    assert {line.label: line.relation for line in authors} == {
        "Ada Arden": "author",
        "Ben Birch": "author",
        "Cleo Calder": "similar",
    }
    assert authors[0].page == "/authors/ada"
    assert topics[0].page == topics[0].graph == "/graph/topics/cs.LG"
    assert places[0].page == "/graph/affiliations/Northern%20College"


def test_graph_page_lists_what_is_near_and_json_has_the_same(site: Browsing) -> None:
    shown, told = site.get("/graph/authors/ada"), site.get("/neighborhood/authors/ada")
    assert (shown.status, told.status) == (200, 200)
    assert told.headers["content-type"] == "application/json"
    for node in json.loads(told.text)["nodes"]:
        assert node["displayName"] in shown.text


def test_graph_page_takes_ids_with_a_slash(site: Browsing) -> None:
    for id_ in (OLD_ARXIV_ID, OLD_ARXIV_ID.replace("/", "%2F")):
        assert "Strings without a home" in site.get(f"/graph/papers/{id_}").text


@pytest.mark.parametrize(
    ("address", "status"),
    [("/graph/papers/nowhere", 404), ("/graph/users/reader", 404), ("/graph/papers/", 400)],
)
def test_graph_page_of_what_is_not_there_says_so(site: Browsing, address: str, status: int) -> None:
    assert site.get(address).status == status


def test_paper_page_has_the_graph_around_it(site: Browsing) -> None:
    assert 'data-name="papers/g1"' in site.get("/papers/g1").text
