"""Retention: old versions go, and nothing that somebody needs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsys.errors import BadInput, NoModel
from recsys.storage.bundle import load
from recsys.storage.in_use import InUse
from recsys.storage.registry import CURRENT, activate, versions
from recsys.storage.retention import prune
from tests.worlds import publish_tiny, tiny_model


@pytest.fixture
def five(tmp_path: Path) -> tuple[str, ...]:
    """Five versions in tmp_path, oldest first; the newest is the current one."""
    model = tiny_model()
    return tuple(
        publish_tiny(tmp_path, model, created_at=datetime(year, 1, 1, tzinfo=UTC))
        for year in range(2020, 2025)
    )


def test_prune_keeps_the_newest_and_says_what_became_of_each(
    tmp_path: Path, five: tuple[str, ...]
) -> None:
    fates = prune(tmp_path, 3)
    assert list(fates.items()) == [
        (five[0], "removed"),
        (five[1], "removed"),
        (five[2], "recent"),
        (five[3], "one before"),
        (five[4], "current"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [*five[2:], CURRENT]


def test_prune_keeps_the_current_one_and_the_way_back_however_old(
    tmp_path: Path, five: tuple[str, ...]
) -> None:
    activate(tmp_path, five[1])
    activate(tmp_path, five[0])
    prune(tmp_path, 1)
    assert versions(tmp_path) == (five[0], five[1], five[4])


def test_prune_dry_run_removes_nothing_and_says_the_same(
    tmp_path: Path, five: tuple[str, ...]
) -> None:
    told = prune(tmp_path, 2, dry_run=True)
    assert versions(tmp_path) == five
    assert prune(tmp_path, 2) == told


def test_prune_spares_what_is_in_use_until_it_is_let_go(
    tmp_path: Path, five: tuple[str, ...]
) -> None:
    held = load(tmp_path, five[0])
    assert prune(tmp_path, 1, dry_run=True)[five[0]] == "in use"
    assert prune(tmp_path, 1)[five[0]] == "in use"
    assert load(tmp_path, five[0]).version == held.version
    del held
    assert prune(tmp_path, 1)[five[0]] == "removed"


def test_prune_clears_what_a_killed_publication_left_but_not_one_under_way(
    tmp_path: Path, five: tuple[str, ...]
) -> None:
    for name in ("dead", "alive"):
        (tmp_path / f".publishing.{name}" / "new" / "arrays").mkdir(parents=True)
    writing = InUse(tmp_path / ".publishing.alive")
    prune(tmp_path, len(five))
    assert {path.name for path in tmp_path.glob(".*")} == {".publishing.alive"}
    del writing


def test_prune_of_everything_is_refused(tmp_path: Path, five: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="at least one"):
        prune(tmp_path, 0)
    assert versions(tmp_path) == five


def test_prune_without_a_readable_pointer_removes_nothing(
    tmp_path: Path, five: tuple[str, ...]
) -> None:
    (tmp_path / CURRENT).write_bytes(b"\xff")
    with pytest.raises(NoModel, match="names no model"):
        prune(tmp_path, 1)
    assert versions(tmp_path) == five
