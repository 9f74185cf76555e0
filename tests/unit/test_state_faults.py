"""A state that is away, locked, full or damaged: nothing half written, and reads go on."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event

from recsys.data.events import Event
from recsys.errors import StateUnavailable
from recsys.storage.state import State, beside, open_state
from serving.client import Listing, RecsysClient, RequestFailed
from tests.events import NOW, did
from tests.postgres import PostgresServer
from tests.served import served
from tests.worlds import tiny_model

PURGED = "purge-me-please"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        opened.events.write([did("ada", "save", "g1")], NOW)
        yield opened


def run_on_each_connection(state: State, statement: str) -> None:
    """Have every new connection of this state begin with a statement; those there are end."""
    engine = state._database._engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute(statement))


@pytest.mark.usefixtures("state")
def test_state_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["state.db", "state.db-shm", "state.db-wal"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_sqlite_flushes_at_every_commit(state: State) -> None:
    with state._database.writing() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    full = 2
    assert settings == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_write_on_a_full_disk_writes_nothing_and_works_again_later(
    state: State, tmp_path: Path
) -> None:
    batch = [did("ben", "save", f"p{n}", list_name="l" * 1000) for n in range(500)]
    run_on_each_connection(state, "PRAGMA max_page_count = 20")
    with pytest.raises(StateUnavailable) as error:
        state.events.write(batch, NOW)
    assert "full" in error.value.__notes__[0]
    assert "full" not in str(error.value).replace("locked or full", "")
    assert state.newest_seq() == 1
    assert state.events.of_user("ben") == ()
    with open_state(beside(tmp_path)) as roomy:
        assert roomy.events.write(batch, NOW).n_written == len(batch)


def test_write_while_somebody_holds_the_lock_is_unavailable(state: State, tmp_path: Path) -> None:
    run_on_each_connection(state, "PRAGMA busy_timeout = 20")
    holder = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateUnavailable):
        state.events.write([did("ben", "save", "p")], NOW)
    assert len(state.events.of_user("ada")) == 1  # who only reads does not wait
    holder.close()
    assert state.events.write([did("ben", "save", "p")], NOW).n_written == 1


def test_state_in_a_damaged_file_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"no database at all" * 500)
    with open_state(beside(tmp_path)) as state, pytest.raises(StateUnavailable):
        state.newest_seq()


def test_state_that_comes_up_later_is_laid_out_then(tmp_path: Path) -> None:
    with open_state(beside(tmp_path / "later")) as state:
        with pytest.raises(StateUnavailable):
            state.newest_seq()
        (tmp_path / "later").mkdir()
        assert state.newest_seq() == 0


def test_purge_leaves_no_byte_in_the_files(tmp_path: Path) -> None:
    """Also where pages were split, which leaves copies of rows behind: with ids of many lengths."""
    rng = Random(1)  # noqa: S311
    with open_state(beside(tmp_path)) as state:
        for _ in range(15):
            state.events.write([_of_some_length(rng) for _ in range(200)], NOW)
        assert any(PURGED.encode() in path.read_bytes() for path in tmp_path.iterdir())
        state.purges.purge(PURGED, NOW, "receipt")
        for path in tmp_path.iterdir():
            assert PURGED.encode() not in path.read_bytes(), path.name
        assert b"user-1" in (tmp_path / "state.db").read_bytes()


def _of_some_length(rng: Random) -> Event:
    """An event of the user who is purged, or of one of many others."""
    other = f"user-{rng.randrange(300)}" + "y" * rng.randrange(100)
    user = PURGED if rng.random() < 0.3 else other
    paper = f"{user[:15]}-{rng.random()}" * rng.randrange(1, 5)
    event_id = f"{rng.getrandbits(60):x}-{user[:15]}-" + "z" * rng.randrange(200)
    return did(user, "save", paper, event_id=event_id)


def test_purge_while_somebody_reads_says_that_the_files_still_hold_it(
    state: State, tmp_path: Path
) -> None:
    run_on_each_connection(state, "PRAGMA busy_timeout = 20")
    reader = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM events").fetchall()
    with pytest.raises(StateUnavailable, match="try again"):
        state.purges.purge("ada", NOW, "r1")
    assert state.events.of_user("ada") == ()
    reader.close()
    state.purges.purge("ada", NOW, "r2")
    assert all(b"g1" not in path.read_bytes() for path in tmp_path.iterdir())


def strategies(listing: Listing) -> set[str]:
    return {line.strategy for line in listing.results}


@contextmanager
def stopped(server: PostgresServer) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


def until_not_degraded(client: RecsysClient, user: str) -> Listing:
    """Ask until the state is there again, which the server finds out by itself."""
    while (listing := client.recommend_papers(user)).degraded:
        pass
    return listing


def test_server_without_its_state_answers_degraded_and_recovers(postgres: PostgresServer) -> None:
    with (
        open_state(postgres.new_database()) as state,
        served(tiny_model(), state=state) as address,
        RecsysClient(address, deadline_s=30.0, attempts=1) as client,
    ):
        client.feedback.write([did("somebody", "save", "g1")])
        before = client.recommend_papers("users/somebody")
        assert strategies(before) == {"folded_in"}
        with stopped(postgres):
            away = client.recommend_papers("users/somebody")
            assert away.degraded
            assert [line.id for line in away.results] == [line.id for line in before.results]
            other = client.recommend_papers("users/not-seen-yet")
            assert other.degraded
            assert strategies(other) == {"popular"}
            with pytest.raises(RequestFailed) as error:
                client.feedback.write([did("somebody", "save", "g2")])
            assert (error.value.code, error.value.reason) == ("UNAVAILABLE", "STATE_UNAVAILABLE")
            assert "tests@" not in str(error.value)
        assert not until_not_degraded(client, "users/somebody").degraded
        client.feedback.write([did("somebody", "save", "p1")])
        assert len(list(client.feedback.export("somebody"))) == 2
