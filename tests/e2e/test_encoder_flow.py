"""From `recsys train --encoder` to answers of a program that has no encoder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys.storage.bundle import load
from tests.e2e.command_line import json_line, quick_settings, recsys_here
from tests.sentence_models import (
    AUTOMOBILES,
    CARS,
    PEPTIDES,
    PROTEINS,
    same_meanings,
    write_json,
    write_model,
)

# `recsys` where neither of the packages that run a sentence model can be imported.
WITHOUT_EXTRA = """
import sys
sys.modules.update(dict.fromkeys(("onnxruntime", "tokenizers", "torch")))
from recsys.cli import main
sys.argv = ["recsys", *sys.argv[1:]]
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Papers on two subjects, each in two vocabularies; models with and without an encoder."""
    folder = tmp_path_factory.mktemp("encoder")
    quick_settings(folder)
    # Ties go to the paper that stands first: those that should be found stand last.
    vocabularies = {"p": PROTEINS, "q": PEPTIDES, "c": CARS, "a": AUTOMOBILES}
    rows = []
    for letter, vocabulary in vocabularies.items():
        one, two, three, four = vocabulary.split()
        titles = (f"{one} {two}", f"{two} {three}", f"{three} {four}", f"{four} {one} {two}")
        rows += [(f"{letter}{n}", title, "2024-05-01") for n, title in enumerate(titles)]
    (folder / "dataset").mkdir()
    papers = pd.DataFrame(rows, columns=["paper_id", "title", "published_at"])
    papers.to_csv(folder / "dataset" / "papers.csv", index=False)
    write_model(folder / "meanings", same_meanings())
    for models, more in (("plain", ()), ("encoded", ("--encoder", "meanings"))):
        words = ("train", "dataset", "--models", models, "--config", "quick.toml", *more)
        done = recsys_here(*words, cwd=folder)
        assert done.returncode == 0, done.stderr
        (folder / f"{models}.out").write_text(done.stdout)
    return folder


def scores(folder: Path, models: str, *words: object) -> dict[str, float]:
    """Scores by id, best first, from a process that cannot import an encoder."""
    command = [sys.executable, "-c", WITHOUT_EXTRA, *map(str, words), "--models", models, "--json"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    found = answer["results"]
    return {one["id"].removeprefix("papers/"): one["score"] for one in found}


def mean_rank(found: dict[str, float], letters: str) -> float:
    """The mean place of the papers whose ids begin with one of the letters."""
    places = [place for place, name in enumerate(found) if name[0] in letters]
    return sum(places) / len(places)


def test_similar_papers_in_other_words_are_found_with_an_encoder_only(folder: Path) -> None:
    plain, encoded = (scores(folder, m, "similar", "c0", "-k", 15) for m in ("plain", "encoded"))
    assert mean_rank(encoded, "c") < mean_rank(encoded, "a") < mean_rank(encoded, "pq")
    assert mean_rank(plain, "c") < mean_rank(plain, "pq") <= mean_rank(plain, "a")


def test_list_of_papers_in_other_words_is_found_with_an_encoder_only(folder: Path) -> None:
    words = ("list", "automobile", "-k", 8)
    assert {name[0] for name in scores(folder, "encoded", *words)} == {"c", "a"}
    assert {name[0] for name in scores(folder, "plain", *words)} != {"c", "a"}


def test_train_says_how_good_the_map_of_words_is_and_keeps_the_encoder_s_name(
    folder: Path,
) -> None:
    manifest = load(folder / "encoded").manifest
    cosine = manifest.metrics["encoder.cosine"]
    assert f"encoder.cosine on the holdout: {cosine:.4f}" in (folder / "encoded.out").read_text()
    assert manifest.settings["encoder"].startswith("meanings ")
    plain = load(folder / "plain").manifest
    assert plain.settings["encoder"] is None
    assert "encoder.cosine" not in plain.metrics


def test_evaluate_measures_the_encoder_beside_the_rest(folder: Path) -> None:
    test = folder / "test.csv"
    test.write_text("query_id,paper_id\nq,a0\nq,a1\n")
    queries = folder / "dataset" / "queries.csv"
    queries.write_text("query_id,text,published_before\nq,car engine,2030-01-01\n")
    words = ("evaluate", "queries", "dataset", "--test", test, "--k", 8, "--config", "quick.toml")
    done = recsys_here(*words, "--json", "-", "--encoder", "meanings", cwd=folder)
    results = json_line(done)["results"]
    assert results["encoder"]["recall@8"] == 1.0
    assert results["words"]["recall@8"] == 0.0


def test_train_encoder_that_cannot_be_used_publishes_nothing(folder: Path) -> None:
    write_json(folder / "empty" / "config.json", {})
    words = ("train", "dataset", "--models", "never", "--encoder", "empty")
    done = recsys_here(*words, cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "empty holds no sentence model" in done.stderr
    assert not (folder / "never").exists()
