"""`recsys models`: what operators type to see, check, change and remove models."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsys.storage.registry import current, versions
from tests.e2e.command_line import Done, recsys_here
from tests.worlds import publish_tiny, tiny_model


@pytest.fixture
def three(tmp_path: Path) -> tuple[str, ...]:
    """Three versions in tmp_path, oldest first; the newest is the current one."""
    model = tiny_model()
    return tuple(
        publish_tiny(tmp_path, model, created_at=datetime(year, 1, 1, tzinfo=UTC), state_seq=4)
        for year in (2021, 2022, 2023)
    )


def models(folder: Path, *words: object) -> Done:
    return recsys_here("models", *words, "--models", folder)


def damage(folder: Path, version: str) -> None:
    path = folder / version / "arrays" / "text.idf.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def test_list_says_what_is_there_and_what_is_served(tmp_path: Path, three: tuple[str, ...]) -> None:
    (tmp_path / three[0] / "manifest.json").write_text("{}")
    rows = [json.loads(line) for line in models(tmp_path, "list", "--json").stdout.splitlines()]
    assert [(row["version"], row["place"]) for row in rows] == [
        (three[2], "current"),
        (three[1], "one before"),
        (three[0], ""),
    ]
    assert (rows[0]["papers"], rows[0]["users"], rows[0]["state_seq"]) == (8, 4, 4)
    assert rows[0]["metrics"]["papers.recall@20"] == 0.5
    assert "manifest.json" in rows[2]["refused"]
    table = models(tmp_path, "list").stdout
    assert all(version in table for version in three)


def test_verify_sound_and_damaged(tmp_path: Path, three: tuple[str, ...]) -> None:
    assert models(tmp_path, "verify").stdout == f"{three[2]} is sound\n"
    damage(tmp_path, three[0])
    refused = models(tmp_path, "verify", three[0])
    assert refused.returncode == 1
    assert "text.idf.npy" in refused.stderr


def test_activate_and_rollback_say_the_way_back(tmp_path: Path, three: tuple[str, ...]) -> None:
    done = models(tmp_path, "activate", three[0])
    assert done.stdout == f"{three[0]} is current; before it was {three[2]}\n"
    assert models(tmp_path, "rollback").returncode == 0
    assert current(tmp_path) == three[2]
    assert models(tmp_path, "rollback").returncode == 0
    assert current(tmp_path) == three[0]


def test_activate_damaged_is_refused_and_moves_nothing(
    tmp_path: Path, three: tuple[str, ...]
) -> None:
    damage(tmp_path, three[0])
    assert models(tmp_path, "activate", three[0]).returncode == 1
    assert current(tmp_path) == three[2]


def test_rollback_without_a_model_before_is_refused(tmp_path: Path) -> None:
    publish_tiny(tmp_path)
    refused = models(tmp_path, "rollback")
    assert refused.returncode == 1
    assert "no model before" in refused.stderr


def test_prune_removes_what_the_dry_run_names(tmp_path: Path, three: tuple[str, ...]) -> None:
    told = models(tmp_path, "prune", "--keep", 1, "--dry-run", "--json").stdout.splitlines()
    assert [json.loads(line)["fate"] for line in told] == [
        "current",
        "one before",
        "would be removed",
    ]
    assert versions(tmp_path) == three
    assert models(tmp_path, "prune", "--keep", 1).returncode == 0
    assert versions(tmp_path) == three[1:]
