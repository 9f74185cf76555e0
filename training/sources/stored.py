"""A dataset and the state of a running service -> all there is to learn from, as one dataset.

In: checked tables, and what came in since: events, catalogue entries, deletions, purges. Out:
`Merged`, checked again by the same rules. It says what folding the events into a model says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys.data.catalogue import tables_of as tables_of_entries
from recsys.data.checked import RawTable, check_tables
from recsys.data.entry import Entry
from recsys.data.events import Event, Standing, standing
from recsys.data.schema import FOLLOWS, INTERACTIONS, USERS
from recsys.data.tables import Tables
from recsys.storage.state import State

_CELL = ["paper_id", "kind", "list"]
_FOLLOW = ["user_id", "author_id"]
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Merged:
    """One dataset of both.

    Attributes
    ----------
    rejected : frame with columns table, row, reason
    state_seq : int
        The last change of the state that is in it.
    n_unknown : int
        Events about papers and authors that neither of the two holds; they are passed over.
    """

    tables: Tables
    rejected: pd.DataFrame
    state_seq: int
    n_unknown: int


def merge_state(tables: Tables, state: State) -> Merged:
    """Everything up to the newest change of the state.

    Users who were purged lose every row of the dataset; what they did since counts. Where a
    dataset and the state speak of the same thing, the state has the last word: a paper or author
    that was changed stands as it was changed to, a deleted paper is gone with all that names it,
    and of the same deed or follow the event holds.

    Raises
    ------
    StateUnavailable
        The state cannot be read.
    TooManyRejects
        More rows than allowed break a rule.
    """
    until = state.newest_seq()
    frames = {
        name: getattr(tables, name) for name in tables.__dataclass_fields__ if name != "present"
    }
    frames = _without_purged(frames, state)
    changed = [change.entry for change in state.catalogue.since(0) if change.seq <= until]
    frames = _with_entries(frames, changed)
    frames, n_unknown = _with_events(
        frames, (stored.event for stored in state.events.since(0, until))
    )
    raw = {
        name: RawTable(frame, np.arange(1, len(frame) + 1))
        for name, frame in frames.items()
        if name in tables.present or len(frame)
    }
    checked, rejected = check_tables(raw)
    return Merged(checked, rejected, until, n_unknown)


def _without_purged(frames: Frames, state: State) -> Frames:
    named = [frames[table.name]["user_id"] for table in (USERS, FOLLOWS, INTERACTIONS)]
    purged = state.purges.purged(set().union(*named))
    return frames | {
        table.name: _less(frames[table.name], frames[table.name]["user_id"].isin(purged))
        for table in (USERS, FOLLOWS, INTERACTIONS)
    }


def _with_entries(frames: Frames, entries: list[Entry]) -> Frames:
    papers = {entry.id for entry in entries if entry.collection == "papers"}
    people = {entry.id for entry in entries if entry.collection == "authors"}
    deleted = {entry.id for entry in entries if entry.collection == "papers" and entry.deleted}
    authors = _less(frames["authors"], frames["authors"]["author_id"].isin(people))
    new = tables_of_entries(entries, frozenset(authors["author_id"]))
    reading = frames["interactions"]
    return frames | {
        "papers": _joined(
            _less(frames["papers"], frames["papers"]["paper_id"].isin(papers)), new.papers
        ),
        "authors": _joined(authors, new.authors),
        "authorships": _joined(
            _less(frames["authorships"], frames["authorships"]["paper_id"].isin(papers)),
            new.authorships,
        ),
        "interactions": _less(reading, reading["paper_id"].isin(deleted)),
    }


def _with_events(frames: Frames, events: Iterable[Event]) -> tuple[Frames, int]:
    of_user: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        of_user[event.user_id].append(event)
    stands = {user_id: standing(told) for user_id, told in of_user.items()}
    reading, n_papers = _with_deeds(frames["interactions"], stands, frames["papers"]["paper_id"])
    follows, n_authors = _with_follows(frames["follows"], stands, frames["authors"]["author_id"])
    return frames | {"interactions": reading, "follows": follows}, n_papers + n_authors


def _with_deeds(
    reading: pd.DataFrame, stands: dict[str, Standing], known: pd.Series
) -> tuple[pd.DataFrame, int]:
    told = [
        (user_id, deed.paper_id, deed.kind, deed.list_name, deed.event_time)
        for user_id, found in stands.items()
        for deed in found.deeds
    ]
    deeds = _frame(told, ["user_id", *_CELL, "occurred_at"])
    void = [(user_id, *cell) for user_id, found in stands.items() for cell in found.void]
    cells = ["user_id", *_CELL]
    kept = _less(reading, _among(reading[cells], [*void, *deeds[cells].itertuples(index=False)]))
    there = deeds["paper_id"].isin(known)
    return _joined(kept, deeds[there]), int((~there).sum())


def _with_follows(
    follows: pd.DataFrame, stands: dict[str, Standing], known: pd.Series
) -> tuple[pd.DataFrame, int]:
    told = [
        (user_id, author_id, moment)
        for user_id, found in stands.items()
        for author_id, moment in found.follows.items()
    ]
    new = _frame(told, [*_FOLLOW, "followed_at"])
    ended = [(user_id, author) for user_id, found in stands.items() for author in found.unfollowed]
    kept = _less(follows, _among(follows[_FOLLOW], [*ended, *new[_FOLLOW].itertuples(index=False)]))
    there = new["author_id"].isin(known)
    return _joined(kept, new[there]), int((~there).sum())


def _frame(rows: Sequence[tuple[object, ...]], columns: list[str]) -> pd.DataFrame:
    """Rows whose last column is a time in UTC."""
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    frame[columns[-1]] = pd.to_datetime(frame[columns[-1]], utc=True).astype("datetime64[us, UTC]")
    return frame


def _among(frame: pd.DataFrame, keys: list[tuple[str, ...]]) -> np.ndarray:
    """(n,) bool: whether a row is one of the keys."""
    return pd.MultiIndex.from_frame(frame).isin(keys) if keys else np.zeros(len(frame), dtype=bool)


def _less(frame: pd.DataFrame, gone: pd.Series | np.ndarray) -> pd.DataFrame:
    return frame[~np.asarray(gone, dtype=bool)]


def _joined(kept: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([kept, new], ignore_index=True) if len(new) else kept
