"""Events: what is wrong with one is named, and what stands of many is what was last meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from recsys.data.events import EVENT_KINDS, NOTHING_STANDS, Event, Standing, standing
from recsys.errors import BadEvent
from tests.events import did

TIME = datetime(2026, 1, 1, tzinfo=UTC)


def flaws_of(**changes: Any) -> set[str]:
    fields = {"event_id": "e", "user_id": "u", "kind": "save", "event_time": TIME, "paper_id": "p"}
    with pytest.raises(BadEvent) as error:
        Event(**{**fields, **changes})
    return set(error.value.flaws)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"event_id": ""}, {"event_id"}),
        ({"user_id": ""}, {"user_id"}),
        ({"event_id": "é" * 129}, {"event_id"}),
        ({"paper_id": "p" * 257}, {"paper_id"}),
        ({"paper_id": "a\0b"}, {"paper_id"}),
        ({"user_id": "\ud800"}, {"user_id"}),
        ({"kind": "adore"}, {"kind"}),
        ({"paper_id": ""}, {"paper_id"}),
        ({"author_id": "a"}, {"author_id"}),
        ({"kind": "follow"}, {"paper_id", "author_id"}),
        ({"kind": "undo", "paper_id": ""}, {"undone_id"}),
        ({"kind": "impression", "author_id": "a"}, {"paper_id"}),
        ({"list_name": "l" * 1001}, {"list_name"}),
        ({"kind": "like", "list_name": "mine"}, {"list_name"}),
        ({"event_time": datetime(2026, 1, 1)}, {"event_time"}),
        ({"event_time": datetime(1400, 1, 1, tzinfo=UTC)}, {"event_time"}),
        ({"event_id": "", "user_id": "", "paper_id": ""}, {"event_id", "user_id", "paper_id"}),
    ],
)
def test_event_with_flaws_names_them_all(changes: dict[str, Any], wrong: set[str]) -> None:
    assert flaws_of(**changes) == wrong


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_event_of_each_kind_takes_its_subject(kind: str) -> None:
    assert did("u", kind, "x").kind == kind


def test_event_of_people_shown_names_an_author() -> None:
    assert Event("e", "u", "impression", TIME, author_id="a").author_id == "a"


def test_event_time_of_another_zone_is_told_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    event = Event("e", "u", "save", datetime(2026, 1, 1, 2, tzinfo=there), paper_id="p")
    assert event.event_time == TIME
    assert event.event_time.tzinfo is UTC


def cells(found: Standing) -> set[tuple[str, str, str]]:
    return {(deed.paper_id, deed.kind, deed.list_name) for deed in found.deeds}


def test_standing_of_nothing_is_nothing() -> None:
    assert standing([]) == NOTHING_STANDS


def test_standing_of_one_deed_twice_is_the_newer_one() -> None:
    found = standing([did("u", "save", "p", day=3), did("u", "save", "p", day=2)])
    assert [deed.event_time.day for deed in found.deeds] == [3]


def test_standing_an_undone_deed_is_void() -> None:
    save = did("u", "save", "p", list_name="l")
    found = standing([save, did("u", "undo", save.event_id)])
    assert found.deeds == ()
    assert found.void == {("p", "save", "l")}


def test_standing_an_undone_deed_that_was_done_again_stands() -> None:
    save = did("u", "save", "p")
    found = standing([save, did("u", "save", "p", day=4), did("u", "undo", save.event_id)])
    assert cells(found) == {("p", "save", "")}
    assert ("p", "save", "") not in found.void


def test_standing_a_dismissal_leaves_what_was_done_before() -> None:
    found = standing([did("u", "save", "p", day=1), did("u", "dismiss", "p", day=2)])
    assert cells(found) == {("p", "save", ""), ("p", "dismiss", "")}


@pytest.mark.parametrize("kind", ["save", "like"])
def test_standing_a_later_welcome_takes_the_dismissal_back(kind: str) -> None:
    found = standing([did("u", kind, "p", day=2), did("u", "dismiss", "p", day=1)])
    assert cells(found) == {("p", kind, "")}
    assert ("p", "dismiss", "") in found.void


def test_standing_an_opened_paper_stays_dismissed() -> None:
    found = standing([did("u", "dismiss", "p", day=1), did("u", "open", "p", day=2)])
    assert ("p", "dismiss", "") in cells(found)


def test_standing_of_follow_and_unfollow_is_the_later_one() -> None:
    there_and_back = [did("u", "unfollow", "a", day=2), did("u", "follow", "a", day=1)]
    assert standing(there_and_back).unfollowed == {"a"}
    assert not standing(there_and_back).follows
    again = standing([*there_and_back, did("u", "follow", "a", day=3)])
    assert set(again.follows) == {"a"}
    assert not again.unfollowed


def test_standing_at_the_same_time_goes_by_what_was_stored_later() -> None:
    assert standing([did("u", "follow", "a"), did("u", "unfollow", "a")]).unfollowed == {"a"}
    assert set(standing([did("u", "unfollow", "a"), did("u", "follow", "a")]).follows) == {"a"}


def test_standing_an_undone_follow_ends_it() -> None:
    follow = did("u", "follow", "a")
    found = standing([follow, did("u", "undo", follow.event_id)])
    assert found.unfollowed == {"a"}
    assert not found.follows


def test_standing_an_undone_unfollow_says_nothing() -> None:
    unfollow = did("u", "unfollow", "a")
    assert standing([unfollow, did("u", "undo", unfollow.event_id)]) == NOTHING_STANDS


def test_standing_a_block_ends_a_follow_until_it_is_taken_back() -> None:
    events = [did("u", "follow", "a", day=1), did("u", "block", "a", day=2)]
    found = standing(events)
    assert (found.blocked, found.unfollowed, found.follows) == ({"a"}, {"a"}, {})
    free = standing([*events, did("u", "unblock", "a", day=3)])
    assert (free.blocked, free.unfollowed, set(free.follows)) == (frozenset(), frozenset(), {"a"})


def test_standing_impressions_are_no_deeds() -> None:
    assert standing([did("u", "impression", "p")]) == NOTHING_STANDS
