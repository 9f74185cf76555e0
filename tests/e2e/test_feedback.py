"""What people do, from the command line to the next answer of every worker process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from recsys.storage.state import beside, open_state
from serving.client import Listing, RecsysClient
from tests.e2e.command_line import RECSYS, recsys_here
from tests.e2e.server_process import server_process
from tests.small import quick_settings, small_tables
from tests.trials.fold_in import overlaps
from tests.trials.kills import fate_of_events
from tests.worlds import publish_tiny

N_CONNECTIONS = 12  # of which all go to one of two workers once in 2,000 times

LINES = [
    {"event_id": "e1", "user": "users/somebody", "kind": "follow", "subject": "authors/cleo"},
    {
        "event_id": "e2",
        "user": "somebody",
        "kind": "save",
        "subject": "papers/g1",
        "list": "Graphs",
    },
    {"event_id": "e3", "user": "somebody", "kind": "save", "subject": "papers/g2"},
]
TIME = {"event_time": "2026-01-15T09:30:00+00:00"}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server of two workers."""
    publish_tiny(tmp_path)
    listen = ("--listen", "127.0.0.1:0", "--workers", "2")
    with server_process([*RECSYS, "serve", "--models", str(tmp_path), *listen]) as server:
        yield server.await_address()


def each_asked(address: str, user: str) -> list[Listing]:
    """The answers over so many connections that no worker is left out."""
    answers = []
    for _ in range(N_CONNECTIONS):
        with RecsysClient(address, deadline_s=60.0) as client:
            answers.append(client.recommend_papers(user))
    return answers


def strategies(answers: list[Listing]) -> set[str]:
    return {line.strategy for listing in answers for line in listing.results}


def test_events_from_a_file_count_in_every_worker_until_they_are_purged(
    address: str, tmp_path: Path
) -> None:
    assert strategies(each_asked(address, "users/somebody")) == {"popular"}
    file = tmp_path / "events.jsonl"
    file.write_text("".join(f"{json.dumps({**line, **TIME})}\n" for line in LINES))
    for told in ("3 written, 0 there before", "0 written, 3 there before"):
        written = recsys_here("events", "write", file, "--server", address)
        assert (written.returncode, written.stdout.strip()) == (0, told), written.stderr
    answers = each_asked(address, "users/somebody")
    assert strategies(answers) == {"folded_in"}
    assert {listing.results[0].id for listing in answers} == {"papers/g3"}

    exported = recsys_here("events", "export", "somebody", "--server", address)
    found = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [line.pop("received_time")[:2] for line in found] == ["20"] * 3
    assert found == [{**line, **TIME, "user": "users/somebody"} for line in LINES]

    purged = recsys_here("events", "purge", "somebody", "--yes", "--server", address)
    assert purged.returncode == 0, purged.stderr
    assert purged.stdout.startswith("receipt ")
    assert "3 events deleted" in purged.stdout
    assert strategies(each_asked(address, "users/somebody")) == {"popular"}
    assert recsys_here("events", "export", "somebody", "--server", address).stdout == ""
    with open_state(beside(tmp_path)) as state:
        assert state.purges.purged(["somebody"]) == {"somebody"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("no json", "line 2: "),
        ('{"event_id": "e"}', "line 2: user is required"),
        ('{"events": "e"}', "line 2: unknown key 'events'"),
        (json.dumps({**LINES[0], **TIME, "kind": "adore"}), "line 2: kind is 'adore'"),
        (json.dumps({**LINES[0], **TIME, "subject": "cleo"}), "line 2: subject is not of the form"),
    ],
)
def test_events_of_a_bad_file_are_refused_with_the_line(
    tmp_path: Path, line: str, told: str
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(f"{json.dumps({**LINES[0], **TIME})}\n{line}\n")
    refused = recsys_here("events", "write", file, "--server", "127.0.0.1:1")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith(f"recsys: {told}")


def test_events_refused_by_the_server_name_the_line(address: str, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    other = {**LINES[1], **TIME, "event_id": "e1"}
    file.write_text(f"{json.dumps({**LINES[0], **TIME})}\n\n{json.dumps(other)}\n")
    refused = recsys_here("events", "write", file, "--server", address)
    assert refused.returncode == 1
    assert "line 3, event_id: is the id of another event" in refused.stderr


def test_killed_server_loses_no_acknowledged_event_and_writes_none_twice(tmp_path: Path) -> None:
    fate = fate_of_events(tmp_path, beside(tmp_path), count=2, seed=0)
    assert fate.acknowledged >= 2
    assert fate.good, fate


def test_folded_lists_are_near_those_of_a_new_training() -> None:
    found = overlaps(small_tables(), quick_settings(), n_users=10, seed=0, threads=1)
    # Two trainings of a model this small differ a little as well.
    assert found.folded.mean() > 0.6
    assert found.by_chance.mean() < 1.0
