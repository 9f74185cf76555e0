"""The gate: what is worse than today's model is not published, by questions that are fair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest

from recsys.data.dataset import Dataset
from recsys.storage.bundle import LoadedModel, load
from recsys.storage.manifest import Manifest
from tests.small import quick_settings, small_world
from training.gate import News, WorseModel, judge_by_records, judge_data, news_of, pass_gate
from training.material import Material
from training.pipeline import Trained, Trainer
from training.progress import Unwatched
from training.publishing import publish_trained

TRAINER = Trainer(quick_settings(), seed=5, threads=1, stages=Unwatched())


def without_news(data: Dataset) -> Dataset:
    """The data as of some time before: the last of what was read is not known yet."""
    times = data.interactions.times
    known = times <= np.quantile(times.astype(np.int64), 0.8).astype("datetime64[s]")
    return replace(data, interactions=data.interactions[known])


@cache
def trained_before() -> Trained:
    return TRAINER.train(without_news(small_world()))


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    """A model that was published before the news."""
    folder = tmp_path_factory.mktemp("models")
    material = Material(without_news(small_world()), 0, 0, 0)
    now = datetime(2025, 1, 1, tzinfo=UTC)
    publish_trained(folder, trained_before(), TRAINER, material, now=now)
    return load(folder)


def news(today: LoadedModel) -> News:
    found = news_of(today.model.dataset, small_world(), seed=5)
    assert found is not None
    return found


def test_news_are_what_today_does_not_know_of(today: LoadedModel) -> None:
    found, data = news(today), small_world()
    known = today.model.dataset
    assert len(found.readers) == len(set(found.readers)) >= 20
    for reader, read in zip(found.readers, found.read, strict=True):
        assert read
        row = known.users.ids.row(reader)
        before = set(known.interactions.paper_rows[known.interactions.user_rows == row].tolist())
        assert before.isdisjoint(known.papers.ids.rows(read).tolist())
    # What others have done since stays: it is what a training brings.
    assert len(known.interactions) < len(found.before.interactions) < len(data.interactions)


def test_news_of_chosen_readers_are_not_in_the_candidates_data(today: LoadedModel) -> None:
    found = news(today)
    reading = found.before.interactions
    for reader, read in zip(found.readers, found.read, strict=True):
        row = found.before.users.ids.row(reader)
        left = set(reading.paper_rows[reading.user_rows == row].tolist())
        assert left.isdisjoint(found.before.papers.ids.rows(read).tolist())


def test_news_of_few_readers_are_none(today: LoadedModel) -> None:
    assert news_of(small_world(), small_world(), seed=5) is None
    assert news_of(today.model.dataset, today.model.dataset, seed=5) is None


def test_gate_lets_a_sound_model_pass_and_says_why(today: LoadedModel) -> None:
    trained, findings = pass_gate(today, small_world(), TRAINER)
    assert len(trained.model.dataset.interactions) == len(small_world().interactions)
    assert not any(finding.worse for finding in findings)
    assert any("95 % interval" in finding.text for finding in findings)


def in_disorder(data: Dataset) -> Dataset:
    """As after an import in which the columns slipped: everybody has read what others have."""
    reading, rng = data.interactions, np.random.default_rng(1)
    shuffled = rng.permutation(reading.paper_rows)
    return replace(data, interactions=replace(reading, paper_rows=shuffled))


def with_news_of(data: Dataset, spoiled: Callable[[Dataset], Dataset]) -> Dataset:
    """Data of which all that was known before is spoiled, and what is new is not."""
    before = spoiled(without_news(data))
    times = data.interactions.times
    new = times > without_news(data).interactions.times.max()
    reading, news = before.interactions, data.interactions[new]
    parts = (
        np.concatenate([getattr(reading, name), getattr(news, name)])
        for name in reading.__dataclass_fields__
    )
    return replace(data, interactions=type(reading)(*parts))


def test_gate_stops_a_model_from_data_in_disorder(today: LoadedModel) -> None:
    spoiled = with_news_of(small_world(), in_disorder)
    spoiled = replace(spoiled, authorships=spoiled.authorships[:0])
    with pytest.raises(WorseModel, match=r"all of it below zero.*--force"):
        pass_gate(
            replace(today, manifest=like(today.manifest, spoiled)),
            spoiled,
            TRAINER,
        )


def like(manifest: Manifest, data: Dataset) -> Manifest:
    """A manifest that finds the size of this data usual."""
    counts = {**manifest.counts, "authorships": len(data.authorships)}
    counts["interactions"] = len(data.interactions)
    return replace(manifest, counts=counts)


def test_gate_stops_where_data_was_lost(today: LoadedModel) -> None:
    data = small_world()
    half = replace(data, interactions=data.interactions[: len(data.interactions) // 2])
    with pytest.raises(WorseModel, match=r"only .* interactions, and"):
        pass_gate(today, half, TRAINER)


def test_data_that_has_grown_is_told_and_not_worse(today: LoadedModel) -> None:
    found = judge_data(today.manifest, small_world())
    assert found is not None
    assert not found.worse
    assert judge_data(today.manifest, today.model.dataset) is None


@pytest.mark.parametrize(("new", "worse"), [(0.40, False), (0.36, False), (0.34, True)])
def test_records_tolerate_what_chance_may_do(today: LoadedModel, new: float, worse: bool) -> None:
    noted = {"papers.ndcg@20": 0.40, "papers.ndcg@20_margin": 0.03}
    found = judge_by_records(
        "papers",
        replace(today.manifest, metrics=noted),
        {"papers.ndcg@20": new, "papers.ndcg@20_margin": 0.04},
    )
    assert found is not None
    assert found.worse == worse
    assert "0.0500" in found.text


def test_records_of_what_nobody_noted_say_nothing(today: LoadedModel) -> None:
    assert judge_by_records("papers", replace(today.manifest, metrics={}), {}) is None


def test_gate_without_news_compares_the_records(today: LoadedModel) -> None:
    _, findings = pass_gate(today, today.model.dataset, TRAINER)
    assert any(finding.text.startswith("papers: on the holdouts") for finding in findings)
    better = {**today.manifest.metrics, "papers.ndcg@20": 1.0, "papers.ndcg@20_margin": 0.0}
    with pytest.raises(WorseModel, match="holdouts of their own"):
        pass_gate(
            replace(today, manifest=replace(today.manifest, metrics=better)),
            today.model.dataset,
            TRAINER,
        )
