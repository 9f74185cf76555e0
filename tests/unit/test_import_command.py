"""`recsys import` as people and machines use it: exit codes, JSON, and what is left on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from recsys.storage.dataset_folder import read_evaluation, read_tables
from tests.unit.pages import AUTHOR, LISTING, PAPER_LIST, PROFILE


def recsys(*arguments: object) -> subprocess.CompletedProcess[str]:
    code = "import sys; from recsys.cli import main; sys.argv[0] = 'recsys'; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def pages(tmp_path: Path) -> list[Path]:
    paths = []
    for name, text in {"p": PROFILE, "a": AUTHOR, "l": PAPER_LIST, "x": LISTING}.items():
        paths.append(tmp_path / f"{name}.txt")
        paths[-1].write_text(text)
    return paths


def test_import_pages_writes_a_dataset_and_says_what_it_read(
    tmp_path: Path, pages: list[Path]
) -> None:
    out = tmp_path / "out"
    done = recsys("import", "pages", *pages, "--out", out, "--as-of", "2026-06-15", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["inputs"] == [
        {"file": str(pages[0]), "kind": "researcher profile", "papers": 3, "authors": 1},
        {"file": str(pages[1]), "kind": "author page", "papers": 3, "authors": 4},
        {"file": str(pages[2]), "kind": "paper list", "papers": 3, "authors": 5},
        {"file": str(pages[3]), "kind": "arXiv listing", "papers": 2, "authors": 0},
    ]
    assert (said["papers"], said["authors"], said["rejected"]) == (9, 6, 0)
    assert said["notes"] == [
        f"{pages[1]} states 4 papers and lists 3.",
        "arXiv:hep-th/9901001 has no title on any page; its id stands in for one.",
    ]
    for shown in ("researcher profile", "paper list", "states 4 papers and lists 3"):
        assert shown in done.stderr
    tables, rejected = read_tables(out)
    assert rejected.empty
    assert (len(tables.papers), len(tables.authors)) == (9, 6)


def test_import_pages_twice_writes_the_same_dataset(tmp_path: Path, pages: list[Path]) -> None:
    for out in ("one", "two"):
        done = recsys("import", "pages", *pages, "--out", tmp_path / out, "--as-of", "2026-06-15")
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_import_pages_of_an_unknown_kind_is_refused_and_keeps_the_dataset(
    tmp_path: Path, pages: list[Path]
) -> None:
    out = tmp_path / "out"
    assert recsys("import", "pages", *pages, "--out", out).returncode == 0
    diary = tmp_path / "diary.txt"
    diary.write_text("Dear diary")
    done = recsys("import", "pages", pages[0], diary, "--out", out)
    assert done.returncode == 1
    assert len(done.stderr.strip().split("\n")) == 1
    assert f"{diary}: the page is of no known kind" in done.stderr
    assert len(read_tables(out)[0].papers) == 9


def test_import_pages_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    done = recsys("import", "pages", tmp_path / "none.txt", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "none.txt cannot be read" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    papers = pd.DataFrame({"paper_id": [f"p{n}" for n in range(39)] + [""], "title": "T"})
    papers.to_csv(folder / "papers.csv.gz", index=False)
    pd.DataFrame({"user_id": ["u"], "paper_id": ["p1"]}).to_parquet(folder / "test.parquet")
    return folder


def test_import_tables_sets_bad_rows_aside_and_brings_the_evaluation(
    tmp_path: Path, source: Path
) -> None:
    out = tmp_path / "out"
    done = recsys("import", "tables", source, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["inputs"] == [{"file": str(source), "kind": "tables", "papers": 39, "authors": 0}]
    assert (said["papers"], said["authors"], said["rejected"]) == (39, 0, 1)
    aside = pd.read_parquet(out / "rejected.parquet")
    assert aside.values.tolist() == [["papers", 40, "missing paper_id"]]
    assert read_evaluation(out).test.values.tolist() == [["u", "p1"]]
    assert "missing paper_id" in done.stderr


def test_import_tables_with_too_many_rejects_is_refused_and_writes_nothing(
    tmp_path: Path, source: Path
) -> None:
    out = tmp_path / "out"
    done = recsys("import", "tables", source, "--out", out, "--max-reject-share", "0.01", "--json")
    assert done.returncode == 1
    assert "1 of 40 rows break a rule" in done.stderr
    assert done.stdout == ""
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "tables", "somewhere"),
        ("import", "pages", "--out", "somewhere"),
        ("import", "pages", "page.txt", "--out", "x", "--as-of", "last summer"),
        ("import", "tables", "x", "--out", "y", "--max-reject-share", "2"),
        ("import", "nothing"),
    ],
)
def test_import_used_wrongly_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert recsys(*arguments).returncode == 2
