"""Profiles and the search box over the wire, in a world whose answers are known by heart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from recsys.data.catalogue import checked_authors, checked_papers
from serving.client import RecsysClient, RequestFailed
from tests.served import served
from tests.waiting import until
from tests.worlds import tiny_model

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture
def client() -> Iterator[RecsysClient]:
    with served(tiny_model()) as address, RecsysClient(address, deadline_s=20) as asking:
        yield asking


def topics(told) -> dict[str, int]:
    return {topic.display_name: topic.paper_count for topic in told}


def people(client: RecsysClient, text: str) -> list[str]:
    return [one.author.display_name for one in client.explore.search(text).authors]


def papers(client: RecsysClient, text: str, k: int = 10) -> list[str]:
    found = client.explore.search(text, k=k).papers
    return [paper.name.removeprefix("papers/") for paper in found]


def test_profile_counts_works_followers_topics_and_close_collaborators(client):
    ben = client.explore.profile("authors/ben")
    assert ben.author.display_name == "Ben Birch"
    assert [*ben.author.affiliations] == ["Northern College"]
    assert (ben.work_count, ben.follower_count, ben.topic_count) == (3, 0, 1)
    assert ben.close_collaborator_count == 0  # one paper with ada, one with cleo
    assert client.explore.profile("authors/cleo").follower_count == 2


def test_profile_lists_collaborators_by_joint_papers_and_the_latest(client):
    together = [
        (one.author.name, one.joint_paper_count, one.last_joint_time.ToDatetime().year)
        for one in client.explore.profile("authors/ben").collaborators
    ]
    assert together == [("authors/cleo", 1, 2023), ("authors/ada", 1, 2022)]


def test_profile_tells_topics_that_works_are_filed_under_first(client):
    found = [*client.explore.profile("authors/ben").topics]
    assert (found[0].name, found[0].paper_count) == ("topics/cs.LG", 3)
    assert len(found) > 1
    assert all(1 <= topic.paper_count <= 3 for topic in found)


def test_profile_follows_the_catalogue(client):
    joint = {"paper_id": "n", "title": "New", "published_at": "2024-05-01"}
    client.catalog.upsert(checked_papers([{**joint, "authors": ["ben", "ada"]}], NOW))
    until(lambda: client.explore.profile("authors/ben").work_count == 4)
    ben = client.explore.profile("authors/ben")
    assert ben.close_collaborator_count == 1
    assert ben.collaborators[0].author.name == "authors/ada"
    assert ben.collaborators[0].last_joint_time.ToDatetime() == datetime(2024, 5, 1)
    client.catalog.delete_paper("n")
    assert client.explore.profile("authors/ben").work_count == 3


def test_profile_of_somebody_without_works_is_empty(client):
    client.catalog.upsert(checked_authors([{"author_id": "zoe", "name": "Zoe"}], NOW))
    until(lambda: people(client, "zoe"))
    zoe = client.explore.profile("authors/zoe")
    assert (zoe.work_count, zoe.topic_count, [*zoe.topics], [*zoe.collaborators]) == (0, 0, [], [])


def test_profile_of_nobody_known_is_not_found(client):
    with pytest.raises(RequestFailed) as caught:
        client.explore.profile("authors/nobody")
    assert caught.value.reason == "AUTHOR_NOT_FOUND"


def test_search_finds_papers_with_the_words_in_the_title_first(client):
    assert set(papers(client, "graph networks")[:3]) == {"g1", "g2", "g3"}
    assert papers(client, "Protein folding")[0] == "p1"
    assert len(papers(client, "graph networks", k=1)) == 1
    assert papers(client, "chain")[0] == "p2"  # p1 has it in the abstract alone


def test_search_finds_a_paper_by_its_id(client):
    assert papers(client, "hep-th/9901001") == ["hep-th%2F9901001"]
    assert papers(client, " p2 ")[0] == "p2"


def test_search_for_words_that_stand_nowhere_finds_nothing(client):
    found = client.explore.search("zyzzyva")
    assert ([*found.papers], [*found.authors], [*found.topics]) == ([], [], [])


def test_search_finds_people_by_the_beginnings_of_their_names(client):
    assert people(client, "ada") == ["Ada Arden"]
    assert people(client, "CAL cle") == ["Cleo Calder"]
    assert people(client, "alder") == []
    assert [one.work_count for one in client.explore.search("dan dale").authors] == [3]


def test_search_finds_people_with_most_works_first_but_a_whole_name_before(client):
    names = [{"author_id": "li", "name": "D"}, {"author_id": "dé", "name": "Dé Dé"}]
    client.catalog.upsert(checked_authors(names, NOW))
    until(lambda: people(client, "de"))
    assert people(client, "d") == ["D", "Dan Dale", "Dé Dé"]
    assert people(client, "de") == ["Dé Dé"]


def test_search_finds_topics_by_category_and_by_term(client):
    assert topics(client.explore.search("lg").topics) == {"cs.LG": 4}
    assert topics(client.explore.search("Message Passing").topics) == {"message passing": 3}


def test_search_never_finds_what_was_deleted(client):
    for paper in ("g1", "g2", "g3", "g4"):
        client.catalog.delete_paper(paper)
    assert papers(client, "graph networks") == []
    assert papers(client, "g1") == []
    assert topics(client.explore.search("lg").topics) == {}
    assert [one.work_count for one in client.explore.search("ben").authors] == [0]


def test_search_without_words_is_refused(client):
    for text in ("", "  "):
        with pytest.raises(RequestFailed) as caught:
            client.explore.search(text)
        assert [wrong.field for wrong in caught.value.violations] == ["text"]
