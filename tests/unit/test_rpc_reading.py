"""What the catalogue tells over the wire: what was taken in comes back, what was deleted never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsys.data.catalogue import checked_authors, checked_papers
from recsys.errors import StateUnavailable
from recsys.storage.state import State, beside, open_state
from serving.catalog_wire import entry_message
from serving.client import RecsysClient, RequestFailed
from tests.served import served
from tests.waiting import until
from tests.worlds import tiny_model

NOW = datetime(2024, 6, 1, tzinfo=UTC)
PAPER = {
    "paper_id": "new/1",
    "title": "Message passing on graphs of proteins",
    "abstract": "Graphs, proteins.",
    "published_at": "2024-05-01T12:30:15",
    "categories": ["cs.LG", "q-bio"],
    "venue": "Nodes",
    "url": "https://example.org/new",
    "doi": "10.5555/new",
    "arxiv_id": "2405.00001",
    "code": True,
    "authors": [{"author_id": "zoe", "name": "Zoe"}, {"author_id": "ada", "name": "Ada Arden"}],
}
AUTHOR = {
    "author_id": "zoe",
    "name": "Zoé",
    "affiliations": ["Folding House", "Northern College"],
    "open_to_collaborate": False,
    "verification_level": 2,
    "claimed": True,
    "trust": 21,
    "trust_label": "Emerging",
    "h_index": 34,
    "citations": 4246,
}
BARE = {"paper_id": "bare", "title": "Bare"}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        yield opened


@pytest.fixture
def client(state: State) -> Iterator[RecsysClient]:
    with (
        served(tiny_model(), state=state) as address,
        RecsysClient(address, deadline_s=20) as asking,
    ):
        yield asking


def ids(papers) -> list[str]:
    return [paper.name.removeprefix("papers/") for paper in papers]


def works(client: RecsysClient, author: str) -> list[str]:
    return ids(client.catalog.works(f"authors/{author}").papers)


def test_papers_and_authors_come_back_as_they_were_upserted(client):
    authors = checked_authors([AUTHOR, {"author_id": "yan", "name": "Yan"}], NOW)
    papers = checked_papers([PAPER, BARE], NOW)
    client.catalog.upsert([*authors, *papers])
    names = ["papers/bare", "papers/new%2F1"]
    until(lambda: set(client.catalog.papers(names)) == set(names))
    found = client.catalog.papers(names)
    sent = {message.name: message for message in map(entry_message, papers)}
    sent["papers/new%2F1"].authors[0].display_name = "Zoé"  # as the author is called
    assert found == sent
    assert not found["papers/bare"].HasField("code")
    assert not found["papers/bare"].HasField("published_time")
    people = client.catalog.authors(["authors/yan", "authors/zoe"])
    assert people["authors/zoe"] == entry_message(authors[0])
    assert not people["authors/yan"].claimed  # nobody of the training data has
    assert not people["authors/yan"].HasField("trust")


def test_facts_beyond_their_limits_are_taken_as_the_limits(client):
    client.catalog.upsert(checked_authors([{**AUTHOR, "trust": 900, "h_index": -7}], NOW))
    until(lambda: client.catalog.authors(["authors/zoe"]))
    found = client.catalog.authors(["authors/zoe"])["authors/zoe"]
    assert (found.trust, found.HasField("h_index")) == (100, False)


def test_papers_of_the_training_data_are_told_with_their_authors_in_order(client):
    found = client.catalog.papers(["papers/g4", "papers/never", "papers/hep-th%2F9901001"])
    assert [*found] == ["papers/g4", "papers/hep-th%2F9901001"]
    team = [(one.name, one.display_name) for one in found["papers/g4"].authors]
    assert team == [("authors/ben", "Ben Birch"), ("authors/cleo", "Cleo Calder")]
    assert found["papers/g4"].published_time.ToDatetime() == datetime(2023, 9, 1)
    assert [*found["papers/g4"].categories] == ["cs.LG"]


def test_many_names_are_asked_for_in_batches(client):
    names = [f"papers/x{n}" for n in range(400)] + ["papers/g1"] * 3
    assert [*client.catalog.papers(names)] == ["papers/g1"]


def test_authors_are_claimed_where_a_user_has_done_so(client):
    found = client.catalog.authors(["authors/ada", "authors/ben", "authors/nobody"])
    assert {name: one.claimed for name, one in found.items()} == {
        "authors/ada": True,
        "authors/ben": False,
    }


def test_works_come_newest_first_in_pages_that_join(client):
    whole = works(client, "dan")
    assert whole == ["p3", "p2", "p1"]
    found, token = [], ""
    while True:
        page = client.catalog.works("authors/dan", k=1, page_token=token)
        found += ids(page.papers)
        token = page.next_page_token
        if not token:
            break
    assert found == whole


def test_works_pages_neither_repeat_nor_miss_what_stays_while_papers_come_and_go(client):
    first = client.catalog.works("authors/dan", k=2)
    newer = {**BARE, "published_at": "2024-05-01", "authors": ["dan"]}
    client.catalog.upsert(checked_papers([newer], NOW))
    until(lambda: works(client, "dan")[0] == "bare")
    client.catalog.delete_paper("p2")  # the last of the first page
    rest = client.catalog.works("authors/dan", k=2, page_token=first.next_page_token)
    assert ids(first.papers) + ids(rest.papers) == ["p3", "p2", "p1"]


def test_works_without_a_date_come_last(client):
    client.catalog.upsert(checked_papers([{**BARE, "authors": ["dan"]}], NOW))
    until(lambda: "bare" in works(client, "dan"))
    assert works(client, "dan") == ["p3", "p2", "p1", "bare"]
    token = client.catalog.works("authors/dan", k=3).next_page_token
    assert ids(client.catalog.works("authors/dan", page_token=token).papers) == ["bare"]


def test_deleted_paper_is_told_no_more_from_the_next_answer_on(client):
    client.catalog.delete_paper("p2")
    assert works(client, "dan") == ["p3", "p1"]
    assert client.catalog.papers(["papers/p2"]) == {}


def test_changed_paper_is_told_as_it_is_now_to_its_new_authors(client):
    client.catalog.upsert(checked_papers([{**BARE, "paper_id": "p3", "authors": ["ada"]}], NOW))
    until(lambda: "p3" in works(client, "ada"))
    assert works(client, "dan") == ["p2", "p1"]
    assert client.catalog.papers(["papers/p3"])["papers/p3"].title == "Bare"


def test_works_of_nobody_known_are_not_found(client):
    with pytest.raises(RequestFailed) as caught:
        client.catalog.works("authors/nobody")
    assert caught.value.reason == "AUTHOR_NOT_FOUND"


def test_works_token_of_another_author_is_refused(client):
    token = client.catalog.works("authors/dan", k=1).next_page_token
    for author, word in (("ada", token), ("dan", token[:-2]), ("dan", "x")):
        with pytest.raises(RequestFailed) as caught:
            client.catalog.works(f"authors/{author}", page_token=word)
        assert [wrong.field for wrong in caught.value.violations] == ["page_token"]


def test_answers_are_degraded_while_the_state_is_away(client, state, monkeypatch):
    def away(*_: object) -> None:
        raise StateUnavailable("away")

    monkeypatch.setattr(state, "newest_seq", away)
    assert client.catalog.works("authors/dan").degraded
    assert works(client, "dan") == ["p3", "p2", "p1"]
    assert client.explore.profile("authors/dan").degraded
    assert client.explore.search("graph").degraded
    assert client.feedback.reader("reader").degraded
