"""Ablation: what carries the answer is missed, and what says nothing is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recsys.models.blend import N_KINDS, N_SHAPES, SEGMENTS, Blend
from recsys.storage.dataset_folder import write_tables
from tests.small import quick_settings, tables_of
from training.ablate import FAMILIES, WITHOUT, blends_without, compare
from training.evaluate import evaluate
from training.fit.blend import learn
from training.fit.lesson import BlendSettings, Lesson
from training.fit.pool import Pool
from training.pipeline import Trainer
from training.progress import Unwatched
from training.report.contents import Report

SETTINGS = BlendSettings(fewest_questions=10)
N_QUESTIONS, SIZE, RIGHT = 60, 4, 2


def lesson_of(**speaks: np.ndarray) -> Lesson:
    """Questions whose answer is always the third of four candidates; scores by scorer."""
    names = tuple(speaks)
    told = np.zeros((SIZE, N_KINDS, len(names), N_SHAPES), dtype=np.float32)
    told[:, 0] = np.stack(list(speaks.values()), axis=1)[:, :, None]
    pool = Pool(
        features=sparse.csr_matrix(np.tile(told.reshape(SIZE, -1), (N_QUESTIONS, 1))),
        relevant=np.tile(np.arange(SIZE) == RIGHT, N_QUESTIONS),
        indptr=SIZE * np.arange(N_QUESTIONS + 1),
        segments=np.full(N_QUESTIONS, SEGMENTS.index("warm"), dtype=np.int8),
    )
    start = np.full((len(SEGMENTS), N_KINDS * len(names) * N_SHAPES), 0.1)
    kinds, scales = np.zeros(SIZE, dtype=np.int8), np.ones(len(names), dtype=np.float32)
    pulls = np.ones((len(names), SIZE), dtype=np.float32)
    return Lesson(names, kinds, scales, pulls, start, pool)


def best(blend: Blend, lesson: Lesson) -> int:
    """The candidate that the blend puts first."""
    assert lesson.pool is not None
    weights = blend.weights[SEGMENTS.index("warm")].ravel()
    return int(np.argmax(lesson.pool.features[:SIZE] @ weights))


RIGHTLY, WRONGLY = np.array([0.1, 0.0, 1.0, 0.2]), np.array([0.9, 0.0, 0.1, 0.0])


def test_lesson_without_a_scorer_is_as_if_it_had_never_spoken():
    whole = lesson_of(one=RIGHTLY, two=WRONGLY, three=RIGHTLY[::-1])
    rest = lesson_of(one=RIGHTLY, three=RIGHTLY[::-1])
    less = learn(whole.without({"two"}), SETTINGS)
    assert less.names == ("one", "three")
    np.testing.assert_array_equal(less.weights, learn(rest, SETTINGS).weights)


def test_blends_without_weigh_the_rest_and_never_what_is_left_out():
    lesson = lesson_of(knows=RIGHTLY, misleads=WRONGLY)
    served = learn(lesson, SETTINGS)
    steps: list[tuple[int, int]] = []
    blends = blends_without(lesson, served, SETTINGS, lambda *step: steps.append(step))
    assert best(served, lesson) == RIGHT
    assert list(blends) == [WITHOUT + "knows", WITHOUT + "misleads"]
    assert best(blends["without misleads"], lesson) == RIGHT
    assert best(blends["without knows"], lesson) != RIGHT
    for place, name in enumerate(lesson.names):
        assert blends[WITHOUT + name].names == served.names
        assert not blends[WITHOUT + name].weights[:, :, place].any()
    assert steps == [(1, 2), (2, 2)]


def test_blends_without_what_weighs_nothing_is_the_same_blend():
    lesson = lesson_of(knows=RIGHTLY, misleads=WRONGLY)
    served = learn(lesson, SETTINGS)
    weights = served.weights.copy()
    weights[:, :, 1] = 0.0
    deaf = replace(served, weights=weights)
    blends = blends_without(lesson, deaf, SETTINGS, lambda *_: None)
    assert blends["without misleads"] is deaf


def test_blends_without_a_family_leave_all_of_it_out():
    lesson = lesson_of(als=RIGHTLY, als_coarse=RIGHTLY, knn=WRONGLY)
    blends = blends_without(lesson, learn(lesson, SETTINGS), SETTINGS, lambda *_: None)
    assert "without both ALS" in blends
    assert "without both item-kNN" not in blends  # one of the two is no family
    assert not blends["without both ALS"].weights[:, :, :2].any()
    assert best(blends["without als"], lesson) == RIGHT
    assert best(blends["without both ALS"], lesson) != RIGHT


def test_families_name_scorers_that_there_are(small_model):
    there = {s.name for s in (*small_model.paper_scorers, *small_model.author_scorers)}
    assert set().union(*FAMILIES.values()) <= there


def test_compare_pairs_people():
    whole = pd.DataFrame({"ndcg@5": np.linspace(0.2, 0.9, 40)})
    found = compare("models", "als", whole - 0.1, whole, seed=1)
    gap = found.differences["ndcg@5"]
    np.testing.assert_allclose([gap.value, gap.low, gap.high], -0.1)
    assert found.results["ndcg@5"] == pytest.approx(float(whole["ndcg@5"].mean()) - 0.1)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Forty readers of whom nothing is known but whom they follow; they read what those write."""
    folder = tmp_path_factory.mktemp("follows")
    n, each = 40, 4
    writers = [f"w{person % 8}" for person in range(n)]
    tables = tables_of(
        papers=[{"paper_id": f"p{row}", "title": ""} for row in range(8 * each)],
        authors=[{"author_id": f"w{row}", "name": f"W {row}"} for row in range(8)],
        authorships={f"p{row}": [f"w{row % 8}"] for row in range(8 * each)},
        users={f"u{person}": "" for person in range(n)},
        follows=[(f"u{person}", writer) for person, writer in enumerate(writers)],
    )
    write_tables(folder / "dataset", tables)
    pairs = [(f"u{person}", f"p{person % 8 + 8}") for person in range(n)]
    pd.DataFrame(pairs, columns=["user_id", "paper_id"]).to_csv(
        folder / "dataset" / "test.csv", index=False
    )
    trainer = Trainer(quick_settings(), 0, 1, Unwatched())
    return evaluate(
        folder / "dataset", "papers", trainer, (4,), ablate=frozenset({"models", "signals"})
    )


def test_ablation_the_only_signal_that_tells_is_missed(report: Report):
    assert report.results["blend"]["recall@4"] == 1.0
    signals = {one.without: one for one in report.ablation if one.kind == "signals"}
    assert set(signals) == {"follows", "authorship and co-authorship"}
    gap = signals["follows"].differences["recall@4"]
    assert gap.high < -0.3
    assert signals["follows"].results["recall@4"] == pytest.approx(1.0 + gap.value)


def test_ablation_models_that_others_stand_in_for_are_not_missed(report: Report):
    models = {one.without: one for one in report.ablation if one.kind == "models"}
    assert models["als"].differences["recall@4"].value == 0.0
    assert models["all of follows"].differences["recall@4"].high < -0.3
    assert "both ALS" in models


def test_ablation_stands_in_the_json_and_its_blends_do_not(report: Report):
    told = report.as_json()
    assert {one["without"] for one in told["ablation"]} == {o.without for o in report.ablation}
    assert not any(name.startswith(WITHOUT) for name in told["results"])
    assert "details" not in told
    assert "ablation" not in replace(report, ablation=()).as_json()
    assert set(told["seconds"]) == {"train", "evaluate", "ablate"}
