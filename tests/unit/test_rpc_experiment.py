"""Two models side by side: who is answered by which, for how long, and what the answer says."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys.errors import BadInput, NoModel
from recsys.recommender import Recommender
from serving.config import Experiment, read_settings
from serving.rpc.model_holder import ModelHolder, ServedModel
from serving.rpc.split import CONTROL, TREATMENT, arm_of
from serving.rpc.workers import serve
from tests.worlds import publish_tiny, tiny_model

SPRING = Experiment(name="spring", model="v2", share=0.3)
USERS = [f"u{number}" for number in range(4_000)]


@pytest.fixture(scope="module")
def models() -> ModelHolder:
    """The current model v1, and v2 for three of ten users."""
    holder = ModelHolder(SPRING)
    holder.hold_treatment(ServedModel("v2", Recommender(tiny_model())))
    holder.hold(ServedModel("v1", Recommender(tiny_model())))
    return holder


def treated(experiment: Experiment) -> set[str]:
    return {user for user in USERS if arm_of(experiment, user) == TREATMENT}


def test_split_gives_each_side_its_share() -> None:
    # Five standard deviations of a share of .3 among 4,000 are .036.
    assert len(treated(SPRING)) / len(USERS) == pytest.approx(0.3, abs=0.036)
    assert treated(SPRING.model_copy(update={"share": 0.0})) == set()
    assert treated(SPRING.model_copy(update={"share": 1.0})) == set(USERS)


def test_split_is_the_same_everywhere_and_always() -> None:
    # Known answers: another digest would move users to the other side in the middle of a test.
    assert [arm_of(SPRING, user) for user in ("ada", "u1", "u2", "u3")] == [
        *(CONTROL, CONTROL, TREATMENT, CONTROL)
    ]


def test_split_larger_share_takes_nobody_out() -> None:
    assert treated(SPRING) < treated(SPRING.model_copy(update={"share": 0.5}))


def test_split_another_experiment_divides_anew() -> None:
    both = treated(SPRING) & treated(SPRING.model_copy(update={"name": "summer"}))
    assert len(both) / len(treated(SPRING)) == pytest.approx(0.3, abs=0.07)


def test_holder_answers_users_by_their_side_and_all_others_from_the_current(
    models: ModelHolder,
) -> None:
    sides = {models.answering("users", user).arm for user in USERS[:50]}
    assert sides == {"spring/treatment", "spring/control"}
    for user in USERS[:50]:
        served = models.answering("users", user)
        assert served.version == ("v2" if served.arm == "spring/treatment" else "v1")
    for served in (models.answering("authors", "ada"), models.current()):
        assert (served.version, served.arm) == ("v1", "")


def test_holder_without_an_experiment_gives_everybody_the_current() -> None:
    holder = ModelHolder()
    holder.hold(ServedModel("v1", Recommender(tiny_model())))
    assert holder.answering("users", "ada") == holder.current()


def test_holder_new_current_model_leaves_the_treatment_alone(models: ModelHolder) -> None:
    holder = ModelHolder(SPRING)
    holder.hold_treatment(models.answering("users", min(treated(SPRING))))
    for version in ("v3", "v4"):
        holder.hold(ServedModel(version, Recommender(tiny_model())))
        versions = {holder.answering("users", user).version for user in USERS[:50]}
        assert versions == {"v2", version}


def test_holder_treatment_not_loaded_is_told() -> None:
    holder = ModelHolder(SPRING)
    holder.hold(ServedModel("v1", Recommender(tiny_model())))
    with pytest.raises(NoModel, match="the experiment has no model"):
        holder.answering("users", min(treated(SPRING)))


def test_experiment_of_an_unknown_version_is_refused_before_anything_starts(tmp_path: Path) -> None:
    publish_tiny(tmp_path)
    settings = read_settings(models=tmp_path, listen="127.0.0.1:0", experiment=SPRING.model_dump())
    with pytest.raises(NoModel, match=r"there is no model 'v2' in .* it holds 2"):
        serve(settings, _no_load, lambda _: None)


def _no_load() -> ServedModel:
    raise AssertionError("nothing is to be loaded")


def test_experiment_stands_in_a_table_of_the_file(tmp_path: Path) -> None:
    config = tmp_path / "serve.toml"
    config.write_text('models = "m"\n[experiment]\nname = "spring"\nmodel = "v2"\nshare = 0.3\n')
    assert read_settings(config).experiment == SPRING


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("share = 1.5", "experiment.share"),
        ('name = "a/b"', "experiment.name"),
        ("shares = 0.5", "experiment.shares"),
        ("", "experiment.name"),
    ],
)
def test_experiment_that_does_not_fit_is_refused(tmp_path: Path, line: str, wrong: str) -> None:
    config = tmp_path / "serve.toml"
    named = "" if wrong == "experiment.name" else 'name = "spring"\n'
    config.write_text(f'models = "m"\n[experiment]\nmodel = "v2"\n{named}{line}\n')
    with pytest.raises(BadInput, match=f"setting '{wrong}'"):
        read_settings(config)
