"""Rows that come in one by one: the rules of the dataset's tables, and what they make."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from recsys.data.catalogue import checked_authors, checked_papers, tables_of
from recsys.data.entry import Entry
from recsys.errors import CatalogueRefused

NOW = datetime(2024, 6, 1, tzinfo=UTC)
PAPER = {
    "paper_id": "hep-th/9901001",
    "title": "On strings",
    "abstract": "Strings, said “ü”.",
    "published_at": "2024-05-01T10:00:00Z",
    "categories": ["hep-th"],
    "venue": "Strings",
    "url": "https://example.org",
    "authors": [{"author_id": "ada", "name": "Ada Arden"}, "ben"],
}


def refused(*papers: dict[str, Any]) -> dict[int, str]:
    with pytest.raises(CatalogueRefused) as caught:
        checked_papers(papers, NOW)
    return caught.value.bad


def test_checked_paper_keeps_all_that_it_says():
    (entry,) = checked_papers([PAPER], NOW)
    assert (entry.collection, entry.id, entry.deleted) == ("papers", "hep-th/9901001", False)
    content = json.loads(entry.content)
    assert content["title"] == "On strings"
    assert content["published_at"] == "2024-05-01T10:00:00+00:00"
    assert content["authors"] == [["ada", "Ada Arden"], ["ben", ""]]
    assert content["doi"] == ""


def test_checked_papers_that_say_the_same_are_the_same_entry():
    again = {**PAPER, "published_at": "2024-05-01T12:00:00+02:00", "doi": "", "extra": 5}
    assert checked_papers([PAPER], NOW) == checked_papers([again], NOW)


def test_checked_papers_come_in_the_order_of_the_rows():
    rows = [{"paper_id": id_, "title": id_} for id_ in "cab"]
    assert [entry.id for entry in checked_papers(rows, NOW)] == ["c", "a", "b"]
    assert checked_papers([], NOW) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"paper_id": ""}, "missing paper_id"),
        ({"paper_id": "x" * 257}, "longer than 256 bytes"),
        ({"paper_id": "a\0b"}, "no text"),
        ({"title": "x" * 2_001}, "title is too long"),
        ({"title": "\ud800"}, "no text"),
        ({"abstract": "x" * 50_001}, "abstract is too long"),
        ({"categories": ["c"] * 101}, "more than 100"),
        ({"published_at": "yesterday"}, "published_at is not"),
        ({"published_at": "2025-07-01"}, "absurd time"),
        ({"published_at": "1066-01-01"}, "absurd time"),
        ({"authors": ["ada", "ada"]}, "named twice"),
        ({"authors": [""]}, "missing author_id"),
        ({"authors": [5]}, "authors are ids"),
        ({"authors": "x" * 257}, "longer than 256 bytes"),
    ],
)
def test_checked_papers_with_a_bad_one_are_refused_with_its_place(change, reason):
    bad = refused({"paper_id": "fine", "title": "Fine"}, {**PAPER, **change})
    assert list(bad) == [1]
    assert reason in bad[1]


def test_checked_papers_with_one_twice_are_refused():
    assert refused(PAPER, PAPER) == {1: "paper_id stands twice in the batch"}


def test_checked_authors_need_a_name():
    (entry,) = checked_authors(
        [{"author_id": "ada", "name": "Ada", "open_to_collaborate": True}], NOW
    )
    assert json.loads(entry.content)["open_to_collaborate"] is True
    with pytest.raises(CatalogueRefused, match="missing name"):
        checked_authors([{"author_id": "ada", "name": " "}], NOW)


def test_tables_of_entries_hold_papers_authors_and_who_wrote_what():
    entries = [
        *checked_papers([PAPER], NOW),
        *checked_authors([{"author_id": "ben", "name": "Ben", "verification_level": 2}], NOW),
        Entry("papers", "gone", ""),
    ]
    tables = tables_of(entries, known_authors=())
    assert tables.papers["paper_id"].tolist() == ["hep-th/9901001"]
    assert tables.papers["published_at"][0] == pd.Timestamp("2024-05-01T10:00Z")
    assert tables.papers["categories"][0] == ["hep-th"]
    assert dict(zip(tables.authors["author_id"], tables.authors["name"], strict=True)) == {
        "ben": "Ben",
        "ada": "Ada Arden",
    }
    assert tables.authors["verification_level"].tolist()[0] == 2
    assert tables.authorships["author_id"].tolist() == ["ada", "ben"]
    assert tables.authorships["position"].tolist() == [0, 1]


def test_tables_of_a_paper_by_known_authors_leave_these_as_they_are():
    tables = tables_of(checked_papers([PAPER], NOW), known_authors={"ada"})
    assert tables.authors["name"].tolist() == ["ben"]  # whom nobody has named
