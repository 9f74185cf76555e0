"""Signals of a dataset: each can be taken away, which takes it alone and changes nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data.dataset import Dataset
from recsys.data.schema import INTERACTION_KINDS
from tests.digests import digest
from tests.worlds import tiny_dataset
from training.dataset_signals import SIGNALS, DatasetSignal, left_out, signals_of

each_signal = pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)


def known(dataset: Dataset) -> set[str]:
    return {signal.name for signal in SIGNALS if signal.present(dataset)}


def test_signals_of_the_tiny_world_are_all_there() -> None:
    assert left_out(tiny_dataset()) == ()


@each_signal
def test_signal_taken_away_is_gone_and_the_others_stay(signal: DatasetSignal) -> None:
    whole = tiny_dataset()
    before = digest(whole)
    without = signal.without(whole)
    assert known(without) == known(whole) - {signal.name}
    assert left_out(without) == (signal.lacking,)
    assert digest(whole) == before


@each_signal
def test_signal_taken_away_keeps_all_rows_where_they_were(signal: DatasetSignal) -> None:
    whole = tiny_dataset()
    without = signal.without(whole)
    for kind in ("papers", "authors", "users"):
        assert list(getattr(without, kind).ids.ids) == list(getattr(whole, kind).ids.ids)


def test_dates_taken_away_leave_no_age() -> None:
    signal = next(signal for signal in SIGNALS if signal.name == "dates")
    without = signal.without(tiny_dataset())
    assert np.isnan(without.ages_days()).all()
    assert np.isnan(without.days_since(without.interactions.times)).all()
    assert np.isnan(without.days_since(without.follows.times)).all()


def test_reading_taken_away_leaves_dismissals_and_the_other_way_round() -> None:
    whole, dismiss = tiny_dataset(), INTERACTION_KINDS.index("dismiss")
    dismissed = whole.interactions.kinds == dismiss
    by_name = {signal.name: signal for signal in SIGNALS}
    reading = by_name["reading"].without(whole).interactions
    assert reading.kinds.tolist() == [dismiss] * dismissed.sum()
    dismissals = by_name["dismissals"].without(whole).interactions
    assert dismissals.paper_rows.tolist() == whole.interactions.paper_rows[~dismissed].tolist()


def test_signals_that_rank_only_one_kind_are_asked_only_there() -> None:
    whole = tiny_dataset()
    for_papers = {signal.name for signal in signals_of(whole, "papers")}
    for_authors = {signal.name for signal in signals_of(whole, "authors")}
    assert for_papers - for_authors == {"categories", "dismissals"}
    assert for_authors - for_papers == {"affiliations"}
