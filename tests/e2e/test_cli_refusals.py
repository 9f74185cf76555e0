"""What the commands refuse: one line on stderr that says what to do, nothing on stdout, and
exit code 1; 2 where the command was called wrongly.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.asked_world import asked_world, write_csv
from tests.e2e.command_line import recsys, recsys_here


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dataset that has questions about people, and with bad settings."""
    path = tmp_path_factory.mktemp("refused")
    world = asked_world()
    write_csv(path / "dataset", {**world.tables, "test": world.collaborators_test})
    pd.DataFrame({"user_id": ["u000001"], "paper_id": ["nowhere"]}).to_csv(
        path / "unknown.csv", index=False
    )
    pd.DataFrame({"reader": ["u000001"]}).to_csv(path / "columns.csv", index=False)
    (path / "stage.toml").write_text("[word2vec]\nfactors = 8\n")
    (path / "key.toml").write_text("[als]\nfactor = 8\n")
    (path / "type.toml").write_text('[als]\nfactors = "many"\n')
    return path


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("train nowhere --models models", "nowhere is not a folder"),
        ("evaluate papers nowhere", "nowhere is not a folder"),
        ("import tables nowhere --out imported", "nowhere"),
        ("recommend u000001 --models models", "holds no model; `recsys train DATASET"),
        ("evaluate papers dataset", "is for `recsys evaluate collaborators`"),
        ("evaluate queries dataset", "is for `recsys evaluate collaborators`"),
        ("evaluate papers dataset --test unknown.csv", "paper 'nowhere' is not among"),
        ("evaluate papers dataset --test columns.csv", "must have the columns user_id + paper_id"),
        ("evaluate papers dataset --test missing.csv", "missing.csv does not exist"),
        ("train dataset --models models --config missing.toml", "cannot read the settings"),
        ("train dataset --models models --config type.toml", "als.factors"),
        (
            "train dataset --models models --config stage.toml",
            "unknown key 'word2vec'; the known ones are signals, text, als,",
        ),
        (
            "evaluate collaborators dataset --config key.toml",
            "als: unknown key 'factor'; the known ones are factors, iterations,",
        ),
    ],
)
def test_refused_with_one_line_that_says_why(folder: Path, command: str, words: str) -> None:
    done = recsys_here(*command.split(), cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("recsys: ")
    assert words in said
    assert "Traceback" not in done.stderr
    assert not (folder / "models").exists()
    assert not (folder / "imported").exists()


@pytest.mark.parametrize(
    "command",
    [
        "train dataset",
        "train dataset --models models --seed -1",
        "evaluate papers dataset --k 0",
        "evaluate everything dataset",
        "recommend u000001",
        "demo --scale 0",
        "learn",
    ],
)
def test_wrong_usage_exits_with_two(folder: Path, command: str) -> None:
    done = recsys_here(*command.split(), cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr or "Error" in done.stderr


def test_refusal_of_a_process_is_its_exit_code_and_one_line(folder: Path) -> None:
    done = recsys("evaluate", "queries", "dataset", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().splitlines() == [
        "recsys: the test table of dataset is for `recsys evaluate collaborators`"
    ]
