"""Dataset and state as one: what is added, changed, taken back, deleted and forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from recsys.data.build import build_dataset
from recsys.data.catalogue import checked_papers
from recsys.data.events import Event
from recsys.data.tables import Tables
from recsys.storage.state import State, beside, open_state
from tests.worlds import tiny_tables
from training.sources.stored import Merged, merge_state

NOW = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        yield opened


def did(state: State, user_id: str, kind: str, day: int = 1, **about: str) -> str:
    """Have one event written; its id."""
    id_ = uuid4().hex
    moment = datetime(2024, 1, day, tzinfo=UTC)
    state.events.write([Event(id_, user_id, kind, moment, **about)], NOW)
    return id_


def reading(merged: Merged, user_id: str) -> set[tuple[str, str, str]]:
    rows = merged.tables.interactions
    rows = rows[rows["user_id"] == user_id]
    return set(zip(rows["paper_id"], rows["kind"], rows["list"], strict=True))


def follows(merged: Merged, user_id: str) -> set[str]:
    rows = merged.tables.follows
    return set(rows[rows["user_id"] == user_id]["author_id"])


@pytest.fixture
def tables() -> Tables:
    return tiny_tables()


def test_merge_of_an_empty_state_changes_nothing(state: State, tables: Tables) -> None:
    merged = merge_state(tables, state)
    assert (merged.state_seq, merged.n_unknown, len(merged.rejected)) == (0, 0, 0)
    assert merged.tables.present == tables.present
    for name, frame in tables.frames().items():
        assert merged.tables.frames()[name].equals(frame), name


def test_merge_takes_in_the_events_of_a_new_user(state: State, tables: Tables) -> None:
    did(state, "fresh", "save", paper_id="p1", list_name="Folding")
    did(state, "fresh", "follow", author_id="dan")
    did(state, "fresh", "impression", paper_id="p2")
    merged = merge_state(tables, state)
    assert reading(merged, "fresh") == {("p1", "save", "Folding")}
    assert follows(merged, "fresh") == {"dan"}
    assert merged.state_seq == state.newest_seq() == 3
    dataset = build_dataset(merged.tables)
    assert str(dataset.interactions.times.max()) == "2024-01-01T00:00:00"


def test_merge_takes_back_what_events_took_back(state: State, tables: Tables) -> None:
    did(state, "reader", "unfollow", author_id="cleo")
    did(state, "reader", "undo", undone_id=did(state, "reader", "like", paper_id="g1"))
    did(state, "reader", "dismiss", day=2, paper_id="g2")
    did(state, "u-eva", "block", author_id="finn")
    merged = merge_state(tables, state)
    assert follows(merged, "reader") == set()
    told = reading(merged, "reader")
    assert ("g1", "like", "") not in told  # the dataset's own like of it is undone with it
    assert ("g2", "dismiss", "") in told


def test_merge_of_the_same_deed_keeps_the_event(state: State, tables: Tables) -> None:
    did(state, "reader", "like", day=5, paper_id="g1")
    rows = merge_state(tables, state).tables.interactions
    same = rows[(rows["user_id"] == "reader") & (rows["paper_id"] == "g1")]
    assert same["occurred_at"].dt.strftime("%Y-%m-%d").tolist() == ["2024-01-05"]


def test_merge_passes_over_what_nobody_knows_and_counts_it(state: State, tables: Tables) -> None:
    for number in range(20):
        did(state, "fresh", "like", paper_id=f"unheard-of-{number}")
    did(state, "fresh", "follow", author_id="nobody")
    merged = merge_state(tables, state)
    assert (merged.n_unknown, len(merged.rejected)) == (21, 0)
    assert reading(merged, "fresh") == set()


def test_merge_takes_in_new_changed_and_deleted_papers(state: State, tables: Tables) -> None:
    new = {"paper_id": "n1", "title": "A new one", "authors": ["dan", "gus"]}
    changed = {"paper_id": "g1", "title": "Graphs once more", "authors": ["cleo"]}
    state.catalogue.put(checked_papers([new, changed], NOW), NOW)
    state.catalogue.delete_paper("g2", NOW)
    did(state, "fresh", "like", paper_id="n1")
    did(state, "fresh", "like", paper_id="g2")
    merged = merge_state(tables, state)
    titles = dict(zip(merged.tables.papers["paper_id"], merged.tables.papers["title"], strict=True))
    assert (titles["n1"], titles["g1"]) == ("A new one", "Graphs once more")
    assert "g2" not in titles
    assert len(merged.rejected) == 0
    written = merged.tables.authorships
    assert set(written[written["paper_id"] == "g1"]["author_id"]) == {"cleo"}
    assert set(written[written["paper_id"] == "n1"]["author_id"]) == {"dan", "gus"}
    assert "gus" in set(merged.tables.authors["author_id"])
    assert not (merged.tables.interactions["paper_id"] == "g2").any()
    assert reading(merged, "fresh") == {("n1", "like", "")}


def test_merge_drops_every_row_of_a_purged_user_but_keeps_what_came_after(
    state: State, tables: Tables
) -> None:
    did(state, "reader", "like", paper_id="p1")
    state.purges.purge("reader", NOW, "receipt")
    did(state, "reader", "like", paper_id="p2")
    state.purges.purge("u-ada", NOW, "another")
    merged = merge_state(tables, state)
    assert reading(merged, "reader") == {("p2", "like", "")}
    assert follows(merged, "reader") == follows(merged, "u-ada") == set()
    assert {"reader", "u-ada"}.isdisjoint(merged.tables.users["user_id"])
    assert "u-ada" not in build_dataset(merged.tables).users.ids
    assert reading(merged, "u-eva") == {("p1", "like", ""), ("p3", "open", "")}
