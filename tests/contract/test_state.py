"""What every state promises, on SQLite and on a real PostgreSQL server alike."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text

from recsys.data.attribution import Attribution
from recsys.data.events import EVENT_KINDS, Event
from recsys.errors import BadInput, EventsRefused, StateTooNew
from recsys.storage.state import State, database, open_state
from recsys.storage.state.database import Database, take_seq
from recsys.storage.state.events import Written
from recsys.storage.state.tables import HEAD
from tests.events import NOW, did

N_WRITERS, N_BATCHES, N_EVENTS = 2, 10, 4


def everything(state: State) -> list[Event]:
    return [stored.event for stored in state.events.since(0, state.newest_seq())]


def refused(state: State, *events: Event) -> dict[int, set[str]]:
    with pytest.raises(EventsRefused) as error:
        state.events.write(events, NOW)
    return {place: set(bad.flaws) for place, bad in error.value.bad.items()}


def test_state_nothing_written_is_empty(state: State) -> None:
    assert state.newest_seq() == 0
    assert state.events.of_user("ada") == ()
    assert state.purges.newest_seq() == 0


def test_write_event_of_each_kind_comes_back_as_it_was(state: State) -> None:
    line = Attribution("0a1b", "RecommendPapers", "v1", "", "folded_in", 3)
    events = [did("ada", kind, "x'); DROP TABLE events; --") for kind in EVENT_KINDS[:-1]]
    events.append(did("ada", "undo", events[0].event_id))
    events.append(did("ada", "save", "hep-th/9901001", list_name="ü", attribution=line))
    assert state.events.write(events, NOW) == Written(len(events), 0)
    stored = state.events.of_user("ada")
    assert [one.event for one in stored] == events
    assert [one.seq for one in stored] == list(range(1, len(events) + 1))
    assert {one.received_time for one in stored} == {NOW}


def test_write_survives_the_one_who_wrote(state_url: str) -> None:
    event = did("ada", "save", "p")
    with open_state(state_url) as state:
        state.events.write([event], NOW)
    with open_state(state_url) as state:
        assert everything(state) == [event]


def test_write_same_event_again_is_counted_and_not_written(state: State) -> None:
    one, other = did("ada", "save", "p"), did("ada", "save", "q")
    assert state.events.write([one, one], NOW) == Written(1, 1)
    assert state.events.write([one, other], NOW + timedelta(hours=1)) == Written(1, 1)
    assert everything(state) == [one, other]
    assert state.newest_seq() == 2


def test_write_impression_told_again_later_keeps_its_first_time(state: State) -> None:
    first = did("ada", "impression", "p", day=1)
    again = did("ada", "impression", "p", day=2, event_id=first.event_id)
    assert state.events.write([first], NOW) == Written(1, 0)
    assert state.events.write([again], NOW) == Written(0, 1)
    assert everything(state) == [first]
    other = did("ada", "impression", "q", event_id=first.event_id)
    assert refused(state, other) == {0: {"event_id"}}


def test_write_other_event_with_the_same_id_is_refused(state: State) -> None:
    one = did("ada", "save", "p")
    state.events.write([one], NOW)
    other = did("ada", "save", "q", event_id=one.event_id)
    new = did("ada", "save", "r")
    assert refused(state, new, other) == {1: {"event_id"}}
    assert refused(state, new, did("ada", "like", "r", event_id=new.event_id)) == {1: {"event_id"}}
    assert everything(state) == [one]


def test_write_of_nothing_writes_nothing(state: State) -> None:
    assert state.events.write([], NOW) == Written(0, 0)
    assert state.newest_seq() == 0


def test_write_event_far_ahead_of_the_clock_is_refused(state: State) -> None:
    soon, late = did("ada", "save", "p", day=32), did("ada", "save", "q", day=33)
    assert refused(state, soon, late) == {1: {"event_time"}}
    assert state.events.write([soon], NOW) == Written(1, 0)


def test_write_undo_of_another_users_event_is_refused_like_one_of_no_event(state: State) -> None:
    theirs = did("ben", "save", "p")
    state.events.write([theirs], NOW)
    undo = did("ada", "undo", theirs.event_id)
    assert refused(state, undo, did("ada", "undo", "none")) == {0: {"undone_id"}, 1: {"undone_id"}}


def test_write_undo_of_an_undo_is_refused(state: State) -> None:
    save = did("ada", "save", "p")
    undo = did("ada", "undo", save.event_id)
    assert state.events.write([save, undo], NOW) == Written(2, 0)
    assert refused(state, did("ada", "undo", undo.event_id)) == {0: {"undone_id"}}


def test_of_user_in_pages_joins_without_repeat_or_gap(state: State) -> None:
    events = [did("ada", "save", f"p{n}") for n in range(7)]
    state.events.write(events, NOW)
    state.events.write([did("ben", "save", "p")], NOW)
    found, after = [], 0
    while page := state.events.of_user("ada", after=after, most=3):
        assert len(page) <= 3
        found += [one.event for one in page]
        after = page[-1].seq
        state.events.write([did("ben", "read", "p")], NOW)
    assert found == events


def test_of_user_with_a_nul_is_nobody(state: State) -> None:
    assert state.events.of_user("a\0b") == ()


def test_since_leaves_out_what_is_newer_than_asked(state: State) -> None:
    events = [did("ada", "save", f"p{n}") for n in range(4)]
    state.events.write(events, NOW)
    assert [one.event for one in state.events.since(1, 3)] == events[1:3]


def test_purge_deletes_one_user_and_remembers_only_that(state: State) -> None:
    kept = did("ben", "save", "p")
    state.events.write([did("ada", "save", "p"), kept, did("ada", "like", "q")], NOW)
    receipt = state.purges.purge("ada", NOW, "r1")
    assert (receipt.receipt_id, receipt.n_events, receipt.purge_time) == ("r1", 2, NOW)
    assert state.events.of_user("ada") == ()
    assert everything(state) == [kept]
    assert state.purges.purged(["ada", "ben"]) == {"ada"}
    assert state.purges.seq_of("ada") == state.purges.newest_seq() == state.newest_seq() == 4
    assert state.purges.seq_of("ben") == 0


def test_purge_again_is_no_error_and_counts_what_came_since(state: State) -> None:
    state.purges.purge("ada", NOW, "r1")
    state.events.write([did("ada", "save", "p")], NOW)
    assert state.purges.purge("ada", NOW, "r2").n_events == 1
    assert state.purges.seq_of("ada") == 3


def test_seq_a_writer_that_is_not_done_lets_nobody_pass(state_url: str) -> None:
    """A smaller number must not show up after a larger one was seen."""
    slow, written = Database(state_url), threading.Event()
    with open_state(state_url) as state:
        assert state.newest_seq() == 0

        def write() -> None:
            state.events.write([did("ada", "save", "p")], NOW)
            written.set()

        other = threading.Thread(target=write)
        with slow.writing() as connection:
            take_seq(connection, 5)
            other.start()
            assert not written.wait(0.2)
            assert state.newest_seq() == 0
        other.join()
        assert state.newest_seq() == 6
        assert [one.seq for one in state.events.since(0, 6)] == [6]
    slow.close()


def write_batches(url: str, name: str) -> None:
    """What a writer process runs; each of its batches is sent twice."""
    with open_state(url) as state:
        for batch in range(N_BATCHES):
            events = [
                did(name, "save", "p", event_id=f"{name}-{batch}-{n}") for n in range(N_EVENTS)
            ]
            state.events.write(events, NOW)
            assert state.events.write(events, NOW).n_written == 0


def seen_while(state: State, writers: list[multiprocessing.process.BaseProcess]) -> Iterator[int]:
    """The numbers that a reader comes by who goes on from the newest one each time."""
    after, last_look = 0, False
    while not last_look:
        last_look = not any(writer.is_alive() for writer in writers)
        newest = state.newest_seq()
        yield from (one.seq for one in state.events.since(after, newest))
        after = newest


def test_seq_with_several_writing_processes_grows_in_the_order_of_commits(state_url: str) -> None:
    spawned = multiprocessing.get_context("spawn")
    writers = [
        spawned.Process(target=write_batches, args=(state_url, f"writer{n}"))
        for n in range(N_WRITERS)
    ]
    with open_state(state_url) as state:
        assert state.newest_seq() == 0
        for writer in writers:
            writer.start()
        seen = list(seen_while(state, writers))
        assert [writer.exitcode for writer in writers] == [0] * N_WRITERS
        assert seen == list(range(1, N_WRITERS * N_BATCHES * N_EVENTS + 1))
        assert {len(state.events.of_user(f"writer{n}")) for n in range(N_WRITERS)} == {
            N_BATCHES * N_EVENTS
        }


def test_state_of_a_newer_layout_is_refused(state_url: str) -> None:
    with open_state(state_url) as state:
        state.newest_seq()
    engine = create_engine(state_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE head SET layout = 99"))
    engine.dispose()
    with open_state(state_url) as state, pytest.raises(StateTooNew, match="99"):
        state.newest_seq()


def test_state_of_an_older_layout_is_brought_up_to_date(
    state_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_state(state_url) as state:
        state.events.write([did("ada", "save", "p")], NOW)
    steps = (("CREATE TABLE noted (n INTEGER)",), ("INSERT INTO noted VALUES (7)",))
    monkeypatch.setattr(database, "STEPS", steps)
    for _ in range(2):  # the second time there is nothing to do
        with open_state(state_url) as state:
            assert state.newest_seq() == 1
    with Database(state_url).reading() as connection:
        assert connection.execute(text("SELECT n FROM noted")).scalar_one() == 7
        assert connection.execute(select(HEAD.c.layout)).scalar_one() == 3


@pytest.mark.parametrize(
    "url", ["state.db", "mysql://host/name", "sqlite://", "postgresql+asyncpg://host/name", ""]
)
def test_open_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="sqlite:///FILE or postgresql://HOST/NAME"):
        open_state(url)


def test_events_and_purges_of_many_are_those_of_each(state: State) -> None:
    state.events.write([did("ada", "save", "p1"), did("ben", "save", "p1")], NOW)
    state.purges.purge("ben", NOW, "first")
    state.purges.purge("ben", NOW, "second")
    state.events.write([did("ada", "read", "p2"), did("ada", "impression", "p3")], NOW)
    users = ["ada", "ben", "nobody", "odd\0"]
    events, purges = state.events.of_users(users), state.purges.seqs_of(users)
    assert events == {"ada": state.events.of_user("ada", shown=False)}
    assert len(events["ada"]) == 2
    assert purges == {"ben": state.purges.seq_of("ben")}
    assert (state.events.of_users([]), state.purges.seqs_of([])) == ({}, {})
