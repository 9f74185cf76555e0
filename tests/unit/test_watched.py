"""Files that change while they are in use."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys.errors import BadInput
from recsys.storage.watched import Watched, replace_text


def number_in(path: Path) -> list[int]:
    try:
        return [int(path.read_text())]
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} holds no number") from error


def watched(path: Path) -> tuple[Watched[list[int]], list[str]]:
    """The file, and what was told of its changes."""
    told: list[str] = []
    return Watched((path,), lambda: number_in(path), lambda e: told.append(str(e or "new"))), told


def test_watched_unchanged_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "n").write_text("1")
    file, told = watched(tmp_path / "n")
    assert file.current() is file.current()
    assert told == []


def test_watched_changed_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "n").write_text("1")
    file, told = watched(tmp_path / "n")
    replace_text(tmp_path / "n", "2")  # as long as before, and perhaps within the same tick
    assert (file.current(), file.current()) == ([2], [2])
    assert told == ["new"]


@pytest.mark.parametrize("broken", ["x", None], ids=["broken", "gone"])
def test_watched_broken_keeps_the_last_good_and_tells_once(
    tmp_path: Path, broken: str | None
) -> None:
    path = tmp_path / "n"
    path.write_text("1")
    file, told = watched(path)
    path.unlink()
    if broken is not None:
        path.write_text(broken)
    assert (file.current(), file.current()) == ([1], [1])
    assert told == [f"{path} holds no number"]
    replace_text(path, "3")
    assert file.current() == [3]
    assert told[1:] == ["new"]


def test_watched_broken_at_the_start_is_for_the_caller(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no number"):
        watched(tmp_path / "n")


def test_replace_text_new_file_is_private_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "n"
    replace_text(path, "1")
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    replace_text(path, "2")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("2", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_replace_text_through_a_link_leaves_the_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("1")
    (tmp_path / "link").symlink_to("real")
    replace_text(tmp_path / "link", "2")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "2"
