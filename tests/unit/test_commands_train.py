"""`recsys train`: what it prints and publishes, and that it is the same wherever it is started."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from recsys.storage.bundle import load
from recsys.storage.dataset_folder import write_tables
from recsys.storage.registry import current, versions
from tests.e2e.command_line import Done, json_line, quick_settings, recsys_here
from tests.worlds import tiny_tables
from training.fit.text import fit_texts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tiny dataset and quick settings."""
    write_tables(tmp_path / "dataset", tiny_tables())
    quick_settings(tmp_path)
    return tmp_path


def train(folder: Path, *more: object) -> Done:
    words = ("train", "dataset", "--models", "models", "--config", "quick.toml", *more)
    return recsys_here(*words, cwd=folder)


def test_train_prints_a_table_and_publishes(folder: Path) -> None:
    done = train(folder)
    assert done.returncode == 0, done.stderr
    version = current(folder / "models")
    for shown in ("signal", "liked", "coauthors", f"published in models/{version}"):
        assert shown in done.stdout
    for stage in ("read", "text", "implicit ALS, 8 factors", "LightFM hybrid", "publish"):
        assert stage in done.stderr


def test_train_manifest_keeps_what_was_chosen_and_what_was_printed(folder: Path) -> None:
    said = json_line(train(folder, "--seed", 7, "--threads", 1, "--json"))
    manifest = load(folder / "models").manifest
    assert manifest.version == said["model"]
    assert manifest.seed == 7
    assert manifest.settings["threads"] == 1
    assert manifest.settings["als"]["factors"] == 8
    assert (manifest.metrics, manifest.signals) == (said["metrics"], said["signals"])


def test_train_with_a_state_that_is_not_there_is_refused_and_makes_none(folder: Path) -> None:
    done = train(folder, "--state", "sqlite:///nowhere.db")
    assert (done.returncode, "there is no state at sqlite:///nowhere.db" in done.stderr) == (
        1,
        True,
    )
    assert not (folder / "nowhere.db").exists()
    assert not versions(folder / "models")


def digest(done: Done) -> str:
    """The part of a version that tells the content."""
    return str(json_line(done)["model"]).rpartition("-")[2]


def test_train_same_seed_gives_the_same_model_and_another_seed_another(folder: Path) -> None:
    first, again, other = (digest(train(folder, "--seed", seed, "--json")) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_train_runs_linear_algebra_on_one_thread_whatever_it_may_have(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []

    def watched(*arguments: Any, **named: Any) -> Any:
        found.extend(pool["num_threads"] for pool in threadpool_info() if is_blas(pool))
        return fit_texts(*arguments, **named)

    monkeypatch.setattr("training.pipeline.fit_texts", watched)
    with threadpool_limits(limits=2, user_api="blas"):
        assert train(folder).returncode == 0
        assert {pool["num_threads"] for pool in threadpool_info() if is_blas(pool)} == {2}
    assert set(found) == {1}


def is_blas(pool: dict[str, Any]) -> bool:
    return bool(pool["user_api"] == "blas")


def test_train_a_second_time_keeps_the_first_model(folder: Path) -> None:
    train(folder)
    first = current(folder / "models")
    train(folder, "--seed", 9)
    assert len(versions(folder / "models")) == 2
    assert current(folder / "models") != first


def test_train_papers_alone_says_what_it_left_out(tmp_path: Path) -> None:
    quick_settings(tmp_path)
    (tmp_path / "dataset").mkdir()
    rows = [(f"p{n}", f"Folding of protein {n % 3}") for n in range(12)]
    pd.DataFrame(rows, columns=["paper_id", "title"]).to_csv(
        tmp_path / "dataset" / "papers.csv", index=False
    )
    said = json_line(train(tmp_path, "--json"))
    assert said["left_out"] == [
        "reading (no interactions)",
        "follows",
        "authorship and co-authorship",
        "claimed profiles",
        "recency (no dates)",
        "categories",
        "venues",
        "affiliations",
        "dismissals",
    ]
    assert "left out, for want of data: reading (no interactions), follows" in " ".join(
        train(tmp_path).stdout.split()
    )


def test_train_sets_bad_rows_aside_and_says_how_many(folder: Path) -> None:
    follows = pd.read_parquet(folder / "dataset" / "follows.parquet")
    nobody = follows.head(1).assign(author_id="nobody")
    pd.concat([follows, nobody]).to_parquet(folder / "dataset" / "follows.parquet")
    done = train(folder, "--json")
    assert "1 rows broke a rule and were set aside" in done.stderr
    assert json.loads(done.stdout)["signals"]["follows"] == len(follows)


def test_train_that_is_refused_publishes_nothing(folder: Path) -> None:
    (folder / "dataset" / "papers.parquet").unlink()
    done = train(folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds no table 'papers'" in done.stderr
    assert not (folder / "models").exists()
