"""A round of digests: each due subscriber one, wherever the run is killed, in whatever way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pyarrow.parquet as pq
import pytest

from recsys.errors import BadInput, MailUnavailable
from recsys.storage.state import State, beside, open_state
from recsys.storage.state.digests import DigestLog
from serving.digest.choose import Least
from serving.digest.ways import OneTable, Smtp, Way
from tests.digest_round import (
    AS_OF,
    USERS,
    Killed,
    KilledAfter,
    chooser,
    round_of,
    subscribers,
)
from tests.mail_server import Inbox, mail_server

PERIOD = "weekly/2026-W01"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        opened.subscribers.put(subscribers())
        yield opened


def sent(state: State) -> set[str]:
    found = state.digests.of_period(PERIOD).items()
    return {user_id for user_id, digest in found if digest.sent_time}


def test_round_sends_each_one_mail_and_the_next_run_none(state: State, tmp_path: Path) -> None:
    summary = round_of(state, tmp_path / "out").run(subscribers())
    assert (summary.sent, summary.papers > 0) == (len(USERS), True)
    files = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert len(files) == len(USERS)
    again = round_of(state, tmp_path / "out").run(subscribers())
    assert (again.sent, again.sent_before) == (0, len(USERS))
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == files


@pytest.mark.parametrize("n", range(len(USERS)))
def test_round_killed_after_any_letter_goes_on_with_the_next(
    state: State, tmp_path: Path, n: int
) -> None:
    out = tmp_path / "out"
    with pytest.raises(Killed):
        round_of(state, KilledAfter(round_of(state, out).way, n)).run(subscribers())
    assert len(sent(state)) == n
    before = {path: path.read_bytes() for path in out.iterdir()}
    assert len(before) == n + 1  # one has left, and nobody noted it
    # What was written down leaves as it was, whatever would be chosen by now.
    later = round_of(state, out, least=Least(0.05, 1.0))
    later.run(subscribers())
    assert before.items() <= {path: path.read_bytes() for path in out.iterdir()}.items()
    round_of(state, out).run(subscribers())
    assert sent(state) == set(USERS)
    assert len([*out.iterdir()]) == len(USERS)


@pytest.mark.parametrize("step", ["prepare", "mark_sent"])
def test_round_killed_before_it_notes_something_leaves_nobody_out(
    state: State, tmp_path: Path, step: str
) -> None:
    with mock.patch.object(DigestLog, step, side_effect=Killed), pytest.raises(Killed):
        round_of(state, tmp_path / "out").run(subscribers())
    assert sent(state) == set()
    assert round_of(state, tmp_path / "out").run(subscribers()).sent == len(USERS)
    assert len([*(tmp_path / "out").iterdir()]) == len(USERS)


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_table_killed_and_resumed_has_everybody_once(
    state: State, tmp_path: Path, kind: str
) -> None:
    way: Way = OneTable(tmp_path, kind, PERIOD)
    with pytest.raises(Killed):
        round_of(state, KilledAfter(way, 2)).run(subscribers())
    summary = round_of(state, way).run(subscribers())
    assert (summary.sent, summary.sent_before) == (len(USERS) - 2, 2)
    path = tmp_path / f"weekly-2026-W01.{kind}"
    if kind == "jsonl":
        rows = [json.loads(line) for line in path.read_text().splitlines()]
    else:
        rows = pq.read_table(path).to_pylist()
    assert [row["user_id"] for row in rows] == list(USERS)
    assert all(row["html"] and row["text"] and row["subject"] for row in rows)
    assert len({row["message_id"] for row in rows}) == len(USERS)


def test_dry_run_counts_the_same_and_writes_nothing(state: State, tmp_path: Path) -> None:
    looked = round_of(state, tmp_path / "out").look(subscribers())
    assert not (tmp_path / "out").exists()
    assert state.digests.of_period(PERIOD) == {}
    assert asdict(looked) == asdict(round_of(state, tmp_path / "out").run(subscribers()))


def test_round_nothing_good_enough_sends_nothing(state: State, tmp_path: Path) -> None:
    summary = round_of(state, tmp_path / "out", least=Least(0.999, 0.999)).run(subscribers())
    assert (summary.sent, summary.nothing_good) == (0, len(USERS))
    assert not (tmp_path / "out").exists()


def test_round_in_another_week_has_other_papers(state: State, tmp_path: Path) -> None:
    early = AS_OF - timedelta(days=7)
    round_of(state, tmp_path / "out", early).run(subscribers())
    told = state.digests.histories(USERS)[USERS[0]].names
    assert told
    assert told.isdisjoint(chooser(state).choose(subscribers()[:1])[0].names)


def test_smtp_delivers_each_once_and_knows_it(state: State) -> None:
    inbox = Inbox()
    with mail_server(inbox) as url:
        way = Smtp(url)
        assert round_of(state, way).run(subscribers()).sent == len(USERS)
        assert round_of(state, way).run(subscribers()).sent_before == len(USERS)
    assert sorted(to for to, _ in inbox.letters) == sorted(f"{id_}@example.org" for id_ in USERS)


def test_smtp_refused_address_is_set_aside_and_a_busy_one_is_tried_again(state: State) -> None:
    inbox = Inbox()
    gone, busy = (f"{id_}@example.org" for id_ in USERS[1:3])
    inbox.refusals = {gone: "550 no such user", busy: "450 come back later"}
    with mail_server(inbox) as url:
        way = Smtp(url)
        summary = round_of(state, way).run(state.subscribers.due("weekly"))
        assert (summary.sent, summary.set_aside, summary.later) == (len(USERS) - 2, 1, 1)
        aside = {one.user_id: one.set_aside for one in state.subscribers.all() if one.set_aside}
        assert aside == {USERS[1]: "550 no such user"}
        inbox.refusals = {}
        summary = round_of(state, way).run(state.subscribers.due("weekly"))
        assert (summary.subscribers, summary.sent, summary.later) == (len(USERS) - 1, 1, 0)
    assert gone not in [to for to, _ in inbox.letters]


def test_smtp_killed_between_sending_and_noting_repeats_one_letter_under_its_id(
    state: State,
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as url:
        way = Smtp(url)
        with pytest.raises(Killed):
            round_of(state, KilledAfter(way, 2)).run(subscribers())
        summary = round_of(state, way).run(subscribers())
    assert summary.maybe_twice == 1
    times = Counter(inbox.letters)
    assert (len(times), sorted(times.values())[-2:]) == (len(USERS), [1, 2])


def test_smtp_server_that_goes_away_leaves_the_rest_to_the_next_run(state: State) -> None:
    inbox = Inbox()
    inbox.goes_away_after = 2
    with mail_server(inbox) as url:
        way = Smtp(url)
        with pytest.raises(MailUnavailable):
            round_of(state, way).run(subscribers())
        inbox.goes_away_after = 1_000
        round_of(state, way).run(subscribers())
    assert sent(state) == set(USERS)
    assert len(inbox.letters) == len(set(inbox.letters)) == len(USERS)


def test_address_that_takes_no_mail_is_set_aside_before_anything_is_sent(
    state: State, tmp_path: Path
) -> None:
    bad = replace(subscribers()[0], address="nowhere")
    state.subscribers.put([bad])
    summary = round_of(state, tmp_path / "out").run([bad])
    assert (summary.sent, summary.set_aside) == (0, 1)
    assert bad.user_id not in [one.user_id for one in state.subscribers.due("weekly")]


@pytest.mark.parametrize("url", ["127.0.0.1:25", "http://host", "smtp://", "smtp://h:port"])
def test_smtp_url_that_names_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="mail server"):
        Smtp(url)
