"""A model that cannot answer is found out before it is served."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from recsys.errors import BundleCorrupt
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence
from recsys.recommender import Recommender
from recsys.self_check import self_check
from recsys.storage.bundle import load
from tests.worlds import publish_tiny, tiny_model


@dataclass(frozen=True)
class Failing:
    """Stands in for a scorer whose arrays do not fit together."""

    name: str

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:  # noqa: ARG002
        raise IndexError("row 7 of 3")

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        raise NotImplementedError


def without_papers_to_rank(model: Model) -> Model:
    """A blend that weighs nothing ranks nothing."""
    blend = model.paper_blend
    return replace(model, paper_blend=replace(blend, scales=np.full_like(blend.scales, np.nan)))


def test_self_check_of_a_sound_model_passes(small_model: Model) -> None:
    self_check(Recommender(tiny_model()))
    self_check(Recommender(small_model))


def test_self_check_scorer_that_fails_is_named_by_its_error() -> None:
    model = tiny_model()
    first, *others = model.paper_scorers
    broken = replace(model, paper_scorers=(Failing(first.name), *others))
    with pytest.raises(BundleCorrupt, match=r"what to read, to a stranger.*row 7 of 3"):
        self_check(Recommender(broken))


def test_self_check_people_scorer_that_fails_is_found() -> None:
    model = tiny_model()
    first, *others = model.author_scorers
    broken = replace(model, author_scorers=(Failing(first.name), *others))
    with pytest.raises(BundleCorrupt, match="whom to write with"):
        self_check(Recommender(broken))


def test_self_check_scores_that_are_no_chances_are_refused() -> None:
    with pytest.raises(BundleCorrupt, match="what to read, to a stranger"):
        self_check(Recommender(without_papers_to_rank(tiny_model())))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_publish_of_what_is_not_finite_is_refused(tmp_path: Path, value: float) -> None:
    model = tiny_model()
    scales = model.paper_blend.scales.copy()
    scales[0] = value
    broken = replace(model, paper_blend=replace(model.paper_blend, scales=scales))
    with pytest.raises(BundleCorrupt, match=r"scales.*no finite number"):
        publish_tiny(tmp_path, broken)
    assert list(tmp_path.iterdir()) == []


def test_load_of_what_is_not_finite_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_model()
    broken = without_papers_to_rank(model)
    with monkeypatch.context() as careless:
        careless.setattr("recsys.storage.bundle._refuse_infinite", lambda *_: None)
        publish_tiny(tmp_path, broken)
    with pytest.raises(BundleCorrupt, match=r"scales.*no finite number"):
        load(tmp_path)
