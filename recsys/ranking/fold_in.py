"""What stands of a user's events, taken into what a model knows of them.

In: a model, a user as it knows them (or not), what stands of their events. Out: `Folded`, the
reader that a model trained on these events as well would find: nothing of a user is stored in the
scorers, so that a reader with more deeds is just another reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from scipy import sparse

from recsys.data.dataset import UNKNOWN_TIME, Dataset, Interactions, filled
from recsys.data.events import Standing
from recsys.data.schema import INTERACTION_KINDS
from recsys.features.signals import weigh_reading
from recsys.models.model import Model
from recsys.models.readers import Readers

Cell = tuple[int, int, str]
"""Paper row, kind as in `Interactions.kinds`, name of the reading list: what is kept once."""


@dataclass(frozen=True)
class Folded:
    """One reader with their events.

    Attributes
    ----------
    lists : mapping of name to (n,) int
        The papers on each of their reading lists, as rows.
    """

    reader: Readers
    lists: Mapping[str, np.ndarray]


def fold_in(model: Model, reader: Readers, standing: Standing) -> Folded:
    """One user with what stands of their events, whether or not the model has learned of some.

    A deed stands once for each paper, kind and list, so that none counts twice. Papers and people
    that the model does not hold are passed over. Ages are counted from the latest time known, as
    training does.
    """
    dataset = model.dataset
    cells = deeds_of(dataset, int(reader.user_rows[0]), standing)
    times = np.array(list(cells.values()), dtype="datetime64[s]")
    deeds = _as_interactions(cells, times)
    followed = [_seconds(moment) for moment in standing.follows.values()]
    ages_days = _ages_days(times, np.array([dataset.data_time, *followed]))
    shape = (1, len(dataset.papers))
    liked, disliked, seen = weigh_reading(deeds, ages_days, model.signals.settings, shape)
    folded = replace(
        reader,
        liked=liked,
        disliked=disliked,
        seen=seen,
        follows=_marked(follows_of(dataset, reader.follows, standing), reader.follows.shape),
    )
    return Folded(folded, _lists(cells))


def deeds_of(dataset: Dataset, user_row: int, standing: Standing) -> dict[Cell, np.datetime64]:
    """What a user did with papers that the model holds, and when; -1 is a user it does not."""
    cells = _known_cells(dataset, user_row)
    for cell in _void_cells(dataset, standing):
        cells.pop(cell, None)
    return cells | _new_cells(dataset, standing)


def follows_of(dataset: Dataset, known: sparse.csr_matrix, standing: Standing) -> np.ndarray:
    """(n,) rows of the authors whom one reader follows, given whom the model's data says."""
    ended = dataset.authors.ids.rows(sorted(standing.unfollowed))
    begun = dataset.authors.ids.rows(sorted(standing.follows))
    return np.union1d(np.setdiff1d(known.indices, ended), begun[begun >= 0])


def _known_cells(dataset: Dataset, user_row: int) -> dict[Cell, np.datetime64]:
    """What the model's data says of a user."""
    deeds = dataset.interactions
    own = deeds[np.flatnonzero(deeds.user_rows == user_row)]
    lists = {row: dataset.list_names[row] for row in np.unique(own.list_rows).tolist() if row >= 0}
    names = (lists.get(row, "") for row in own.list_rows.tolist())
    papers = dataset.papers.ids.current(own.paper_rows)  # as events speak of them
    cells = zip(papers.tolist(), own.kinds.tolist(), names, strict=True)
    known = zip(cells, own.times, strict=True)
    return {cell: time for cell, time in known if cell[0] >= 0}


def _void_cells(dataset: Dataset, standing: Standing) -> Iterable[Cell]:
    void = sorted(standing.void)
    rows = dataset.papers.ids.rows([paper for paper, _, _ in void]).tolist()
    for row, (_, kind, name) in zip(rows, void, strict=True):
        yield row, INTERACTION_KINDS.index(kind), name


def _new_cells(dataset: Dataset, standing: Standing) -> dict[Cell, np.datetime64]:
    deeds = standing.deeds
    rows = dataset.papers.ids.rows([deed.paper_id for deed in deeds]).tolist()
    return {
        (row, INTERACTION_KINDS.index(deed.kind), deed.list_name): _seconds(deed.event_time)
        for row, deed in zip(rows, deeds, strict=True)
        if row >= 0
    }


def _as_interactions(cells: Iterable[Cell], times: np.ndarray) -> Interactions:
    """The deeds of one reader; on which list they are does not count here."""
    rows, kinds, _ = zip(*cells, strict=True) if len(times) else ((), (), ())
    nothing = np.zeros(len(times), dtype=np.int32)
    return Interactions(
        user_rows=nothing,
        paper_rows=np.array(rows, dtype=np.int32),
        kinds=np.array(kinds, dtype=np.int8),
        times=times,
        list_rows=nothing - 1,
    )


def _seconds(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "s")


def _ages_days(times: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) float32 days before the latest time there is, NaN where unknown."""
    known = np.append(times, others)
    known = known[~np.isnat(known)]
    latest = known.max() if len(known) else UNKNOWN_TIME
    elapsed: np.ndarray = latest - times
    return (elapsed / np.timedelta64(1, "D")).astype(np.float32)


def _marked(rows: np.ndarray, shape: tuple[int, int]) -> sparse.csr_matrix:
    return filled(np.zeros_like(rows), rows, shape)


def _lists(cells: Iterable[Cell]) -> dict[str, np.ndarray]:
    lists: dict[str, list[int]] = {}
    for row, _, name in cells:
        if name:
            lists.setdefault(name, []).append(row)
    return {name: np.array(rows, dtype=np.int32) for name, rows in lists.items()}
