"""What is the same for everyone: how much a paper is read, for the time it has been there."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data.dataset import Dataset
from recsys.features.signals import SignalSettings, build_signals
from tests.small import dataset_of
from training.fit.priors import fit_priors, reading_rate

NEVER = SignalSettings(interaction_half_life_days=0.0)


def read(papers: dict[str, str], readers: dict[str, tuple[int, str]]) -> Dataset:
    """Papers with their dates, and for each how many like it when; one user for each like."""
    likes = [
        (f"{paper}-{n}", paper, "like", when)
        for paper, (count, when) in readers.items()
        for n in range(count)
    ]
    return dataset_of(
        papers=[
            {"paper_id": id_, "title": id_, "published_at": day} for id_, day in papers.items()
        ],
        users={user: "" for user, *_ in likes},
        interactions=likes,
    )


def rates(dataset: Dataset, settings: SignalSettings = NEVER) -> dict[str, float]:
    signals = build_signals(dataset, settings)
    found = reading_rate(dataset, signals, settings.interaction_half_life_days)
    return {dataset.papers.ids[row]: float(rate) for row, rate in enumerate(found)}


def test_popular_young_paper_with_fewer_readers_beats_an_old_one():
    data = read(
        {"old": "2014-01-01", "young": "2023-12-01", "unread": "2023-12-01"},
        {"old": (5, "2024-01-01"), "young": (3, "2024-01-01")},
    )
    for settings in (NEVER, SignalSettings()):
        found = rates(data, settings)
        assert found["young"] > found["old"] > found["unread"] == 0


def test_popular_paper_read_at_one_pace_has_one_rate_at_every_age():
    def at_a_pace(years: int) -> float:
        likes = [
            (f"u{year}-{n}", "p", "like", f"{2024 - year}-01-01")
            for year in range(years)
            for n in range(20)
        ]
        data = dataset_of(
            papers=[{"paper_id": "p", "title": "p", "published_at": f"{2024 - years}-01-01"}],
            users={user: "" for user, *_ in likes},
            interactions=likes,
        )
        return rates(data, SignalSettings())["p"]

    assert at_a_pace(12) == pytest.approx(at_a_pace(6), rel=0.1)


def test_popular_paper_of_today_is_not_endlessly_popular():
    data = read(
        {"today": "2024-01-01", "year": "2023-01-01"},
        {"today": (1, "2024-01-01"), "year": (9, "2024-01-01")},
    )
    found = rates(data)
    assert found["year"] > found["today"] > 0


def test_popular_without_dates_goes_by_readers():
    found = rates(read({"a": "", "b": ""}, {"a": (4, ""), "b": (2, "")}))
    assert found["a"] == pytest.approx(2 * found["b"])


def test_popular_paper_without_a_date_counts_as_the_oldest():
    data = read(
        {"dated": "2020-01-01", "undated": "", "young": "2023-06-01"},
        dict.fromkeys(("dated", "undated", "young"), (3, "2024-01-01")),
    )
    found = rates(data)
    assert found["young"] > found["dated"] == pytest.approx(found["undated"])


def test_priors_without_readers_have_no_popularity():
    data = read({"a": "2020-01-01"}, {})
    scorers = fit_priors(data, build_signals(data, NEVER), NEVER)
    assert [scorer.name for scorer in scorers] == ["new"]


def test_priors_rates_are_float32_and_finite():
    data = read({"a": "2020-01-01", "b": ""}, {"a": (1, "2019-01-01")})
    found = reading_rate(data, build_signals(data, NEVER), 0.0)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
