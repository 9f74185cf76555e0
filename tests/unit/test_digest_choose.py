"""What is in a digest, and what is not: old, told, read, dismissed, blocked, not good enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recsys.data.events import Event
from recsys.data.resource_names import resource_id
from recsys.errors import BadInput, StateUnavailable
from recsys.storage.state import State, beside, open_state
from recsys.storage.state.digests import StoredDigest
from recsys.storage.state.subscribers import Subscriber
from serving.digest.choose import Least
from serving.digest.content import Digest
from serving.digest.edition import Edition
from tests.digest_round import AS_OF, TOKENS, USERS, chooser, round_of
from tests.small import small_run

READER = Subscriber(USERS[0], "reader@example.org", cap=5)
EARLY = AS_OF - timedelta(days=60)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        yield opened


def last_told(state: State, as_of: datetime) -> None:
    """Have the reader's last digest a while ago; nothing of it counts here."""
    empty = StoredDigest(READER.user_id, "weekly/long-ago", "eml", as_of, (), "")
    state.digests.prepare(empty)
    state.digests.mark_sent(empty, "eml", as_of)


def papers(digest: Digest) -> list[str]:
    return [resource_id(item.name, "papers") for item in digest.papers]


def write(state: State, kind: str, **subject: str) -> None:
    event = Event(f"{kind}{subject}", READER.user_id, kind, AS_OF, **subject)
    state.events.write([event], AS_OF)


def test_choose_first_digest_tells_of_one_period_best_first(state: State) -> None:
    chosen = chooser(state).choose([READER])[0]
    since, until = (day.date().isoformat() for day in (AS_OF - timedelta(days=7), AS_OF))
    assert chosen.papers
    assert all(since <= item.day <= until for item in chosen.papers)
    assert all(item.reasons for item in (*chosen.papers, *chosen.people))
    assert all(item.byline for item in chosen.papers)
    assert len(chosen.people) == 2


def test_choose_cap_holds(state: State) -> None:
    last_told(state, EARLY)
    long = chooser(state).choose([replace(READER, cap=50)])[0]
    assert len(long.papers) > 1
    assert chooser(state).choose([replace(READER, cap=1)])[0].papers == long.papers[:1]


def test_choose_nothing_good_enough_is_an_empty_digest(state: State) -> None:
    chosen = chooser(state, least=Least(0.999, 0.999)).choose([READER])[0]
    assert (chosen.names, chosen.papers_token, chosen.people_token) == ((), "", "")


def test_choose_threshold_cuts_the_same_list(state: State) -> None:
    last_told(state, EARLY)
    long = chooser(state).choose([replace(READER, cap=50)])[0]
    least = sorted(item.chance for item in long.papers)[len(long.papers) // 2]
    cut = chooser(state, AS_OF, Least(least, 1.0)).choose([replace(READER, cap=50)])[0]
    assert papers(cut) == [resource_id(i.name, "papers") for i in long.papers if i.chance >= least]
    assert cut.people == ()


@pytest.mark.parametrize("kind", ["dismiss", "read", "save"])
def test_choose_what_was_dealt_with_since_the_training_is_not_told(state: State, kind: str) -> None:
    first = papers(chooser(state).choose([READER])[0])[0]
    write(state, kind, paper_id=first)
    assert first not in papers(chooser(state).choose([READER])[0])


def test_choose_whoever_is_blocked_is_not_told_nor_their_papers(state: State) -> None:
    person = resource_id(chooser(state).choose([READER])[0].people[0].name, "authors")
    write(state, "block", author_id=person)
    chosen = chooser(state).choose([READER])[0]
    assert person not in [resource_id(item.name, "authors") for item in chosen.people]


def test_choose_never_tells_twice(state: State, tmp_path: Path) -> None:
    told: list[str] = []
    for week in range(4):
        as_of = EARLY + timedelta(days=7 * week)
        before = len(told)
        told += chooser(state, as_of).choose([READER])[0].names
        assert len(told) > before
        round_of(state, tmp_path / "out", as_of).run([READER])
    assert len(told) == len(set(told))


def test_choose_tokens_tie_events_to_the_lines_as_a_side_of_their_own(state: State) -> None:
    chosen = chooser(state).choose([READER])[0]
    line = TOKENS.read(chosen.papers_token, READER.user_id, chosen.papers[-1].name)
    assert (line.arm, line.position) == ("digest/weekly", len(chosen.papers))
    met = TOKENS.read(chosen.people_token, READER.user_id, chosen.people[0].name)
    assert (met.method, met.position) == ("SuggestCollaborators", 1)


def test_choose_without_the_state_refuses(tmp_path: Path) -> None:
    with open_state(beside(tmp_path / "nowhere")) as away, pytest.raises(StateUnavailable):
        chooser(away).choose([READER])[0]


def test_least_is_what_training_learned() -> None:
    metrics = small_run().metrics
    least = Least.learned(metrics)
    assert least.paper == metrics["papers.worth_telling"]
    assert least.person == metrics["collaborators.worth_telling"]
    assert Least.learned({"papers.worth_telling": 0.1}) == Least(0.1, 1.0)
    with pytest.raises(BadInput, match="--least-chance"):
        Least.learned({"papers.worth_telling": None})


@pytest.mark.parametrize(
    ("period", "day", "name"),
    [
        ("daily", datetime(2026, 11, 21, 23, 59, tzinfo=UTC), "daily/2026-11-21"),
        ("weekly", datetime(2026, 11, 21, tzinfo=UTC), "weekly/2026-W47"),
        ("weekly", datetime(2027, 1, 1, tzinfo=UTC), "weekly/2026-W53"),
    ],
)
def test_edition_names_the_day_or_week(period, day, name) -> None:
    assert Edition(period, day).name == name


def test_edition_goes_back_to_the_day_of_the_last_digest_and_four_periods_at_most() -> None:
    edition = Edition("daily", AS_OF)
    assert edition.since(None) == AS_OF - timedelta(days=1)
    assert edition.since(AS_OF - timedelta(days=2)) == datetime(2025, 12, 29, tzinfo=UTC)
    assert edition.since(AS_OF - timedelta(days=99)) == AS_OF - timedelta(days=4)
