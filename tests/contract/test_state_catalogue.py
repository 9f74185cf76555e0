"""What the catalogue of every state promises, on SQLite and on a real PostgreSQL server alike."""

from __future__ import annotations

from datetime import UTC, datetime

from recsys.data.entry import Entry
from recsys.storage.state import State, open_state
from tests.events import did

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def paper(id_: str, content: str = "as it is") -> Entry:
    return Entry("papers", id_, content)


def changes(state: State, after: int = 0) -> list[tuple[int, Entry]]:
    return [(change.seq, change.entry) for change in state.catalogue.since(after)]


def test_catalogue_nothing_put_is_empty(state: State) -> None:
    assert changes(state) == []
    assert state.catalogue.newest_seq() == 0
    assert state.catalogue.put([], NOW) == 0
    assert state.newest_seq() == 0


def test_put_entries_come_back_in_order_after_the_one_who_put_is_gone(state_url: str) -> None:
    entries = [paper("b", "“ü”"), paper("a"), Entry("authors", "a", "her")]
    with open_state(state_url) as state:
        assert state.catalogue.put(entries, NOW) == 3
    with open_state(state_url) as state:
        found = changes(state)
        assert sorted(seq for seq, _ in found) == [1, 2, 3] == [seq for seq, _ in found]
        assert {entry for _, entry in found} == set(entries)
        assert state.catalogue.newest_seq() == state.newest_seq() == 3


def test_put_the_same_again_changes_nothing(state: State) -> None:
    assert state.catalogue.put([paper("a"), paper("b")], NOW) == 2
    assert state.catalogue.put([paper("a"), paper("b")], NOW) == 0
    assert state.newest_seq() == 2


def test_put_a_change_is_seen_by_who_has_seen_all_before(state: State) -> None:
    state.catalogue.put([paper("a"), paper("b")], NOW)
    assert state.catalogue.put([paper("a"), paper("b", "otherwise")], NOW) == 1
    assert changes(state, after=2) == [(3, paper("b", "otherwise"))]
    assert changes(state) == [(1, paper("a")), (3, paper("b", "otherwise"))]


def test_delete_paper_is_a_change_and_only_once(state: State) -> None:
    state.catalogue.put([paper("a")], NOW)
    assert state.catalogue.delete_paper("a", NOW)
    assert not state.catalogue.delete_paper("a", NOW)
    assert state.catalogue.delete_paper("never there", NOW)
    (_, gone), (_, other) = changes(state)
    assert (gone.id, gone.deleted, other.id) == ("a", True, "never there")


def test_put_a_deleted_paper_brings_it_back(state: State) -> None:
    state.catalogue.delete_paper("a", NOW)
    assert state.catalogue.put([paper("a")], NOW) == 1
    assert changes(state) == [(2, paper("a"))]


def test_changes_and_events_are_numbered_together(state: State) -> None:
    state.catalogue.put([paper("a")], NOW)
    state.events.write([did("ada", "save", "a")], NOW)
    state.catalogue.put([paper("b")], NOW)
    assert [seq for seq, _ in changes(state)] == [1, 3]
    assert [stored.seq for stored in state.events.since(0, 9)] == [2]
    assert changes(state, after=2) == [(3, paper("b"))]


def test_many_changes_are_read_in_blocks_without_a_gap(state: State) -> None:
    entries = [paper(f"p{number:05}") for number in range(2_500)]
    for start in range(0, len(entries), 1_000):
        state.catalogue.put(entries[start : start + 1_000], NOW)
    found = changes(state, after=10)
    assert [seq for seq, _ in found] == list(range(11, 2_501))
    assert [entry for _, entry in found] == entries[10:]
