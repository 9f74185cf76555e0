"""The registry: versions in order, and a pointer that readers never see half moved."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsys.errors import BundleCorrupt, NoModel
from recsys.storage.bundle import load
from recsys.storage.registry import CURRENT, activate, current, versions
from tests.worlds import publish_tiny


def put(models_dir: Path, year: int) -> str:
    return publish_tiny(models_dir, created_at=datetime(year, 1, 1, tzinfo=UTC))


@pytest.fixture
def two(tmp_path: Path) -> tuple[str, str]:
    """Two versions in tmp_path, the newer published first."""
    newer = put(tmp_path, 2025)
    return put(tmp_path, 2024), newer


def test_registry_versions_are_ordered_oldest_first(tmp_path: Path, two: tuple[str, str]) -> None:
    assert versions(tmp_path) == two
    assert versions(tmp_path / "nowhere") == ()


def test_registry_current_is_the_last_published(tmp_path: Path, two: tuple[str, str]) -> None:
    assert current(tmp_path) == two[0]
    assert load(tmp_path).version == two[0]
    assert load(tmp_path, two[1]).version == two[1]


def test_registry_activate_gives_the_way_back(tmp_path: Path, two: tuple[str, str]) -> None:
    before = activate(tmp_path, two[1])
    assert (before, current(tmp_path)) == (two[0], two[1])
    assert activate(tmp_path, two[0]) == two[1]
    assert load(tmp_path).version == two[0]


def test_registry_activate_corrupt_keeps_the_pointer(tmp_path: Path, two: tuple[str, str]) -> None:
    path = tmp_path / two[1] / "arrays" / "text.idf.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(BundleCorrupt, match=r"text\.idf\.npy"):
        activate(tmp_path, two[1])
    assert current(tmp_path) == two[0]


def test_registry_activate_unknown_keeps_the_pointer(tmp_path: Path, two: tuple[str, str]) -> None:
    with pytest.raises(NoModel, match="20200101T000000Z-00000000"):
        activate(tmp_path, "20200101T000000Z-00000000")
    assert current(tmp_path) == two[0]


def test_registry_activate_first_time_has_no_way_back(tmp_path: Path, two: tuple[str, str]) -> None:
    (tmp_path / CURRENT).unlink()
    with pytest.raises(NoModel):
        current(tmp_path)
    assert activate(tmp_path, two[1]) is None


@pytest.mark.parametrize("content", [b"", b"elsewhere\n", b"../up\n", "schön".encode()])
def test_registry_pointer_to_nothing_is_no_model(
    tmp_path: Path, two: tuple[str, str], content: bytes
) -> None:
    (tmp_path / CURRENT).write_bytes(content)
    with pytest.raises(NoModel):
        load(tmp_path)
    assert activate(tmp_path, two[0]) is None
    assert current(tmp_path) == two[0]


def test_registry_pointer_readers_see_one_version_or_the_other(
    tmp_path: Path, two: tuple[str, str]
) -> None:
    seen: set[str] = set()
    reading, done = threading.Event(), threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add((tmp_path / CURRENT).read_text())
            reading.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(10)
    for _ in range(20):
        activate(tmp_path, two[1])
        activate(tmp_path, two[0])
    done.set()
    reader.join()
    assert seen <= {f"{first}\n{second}\n" for first, second in (two, two[::-1])}


def test_registry_pointer_is_never_written_in_place(tmp_path: Path, two: tuple[str, str]) -> None:
    with (tmp_path / CURRENT).open() as held:
        before = os.fstat(held.fileno()).st_ino
        activate(tmp_path, two[1])
        assert held.read() == f"{two[0]}\n{two[1]}\n"
    assert (tmp_path / CURRENT).stat().st_ino != before
    assert sorted(p.name for p in tmp_path.iterdir()) == [*two, CURRENT]
