"""The set-up: lock files, the search for an interpreter, and what a wheel holds.

Fake interpreters are small shell scripts on a PATH of their own; nothing is installed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain, pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = (".ci/build.lock", "requirements.lock")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def run(
    command: list[str], path: list[Path], *, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.pathsep.join(map(str, path)), "HOME": str(cwd)}
    return subprocess.run(
        command, env=environment, cwd=cwd, capture_output=True, text=True, check=False
    )


def find_python(*path: Path, named: str = "") -> subprocess.CompletedProcess[str]:
    return run(["/bin/sh", str(ROOT / ".ci/find-python"), named], list(path))


@pytest.mark.parametrize("name", LOCKS)
def test_lock_every_line_is_an_exact_version_with_hashes(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    packages = [line for line in lines if not line.startswith((" ", "#"))]
    assert len(packages) >= 1
    assert [line for line in packages if not PINNED.match(line)] == []
    hashes = [line for line in lines if line.startswith(" ")]
    assert [line for line in hashes if not HASH.match(line)] == []
    for line, following in pairwise(lines):
        assert not PINNED.match(line) or HASH.match(following), f"{line} has no hash"


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_index_and_no_place_on_disk(name: str) -> None:
    assert re.findall(r"https?://|file:|--index|--find-links|/opt/|/tmp/", read(name)) == []


def read(name: str) -> str:
    return (ROOT / name).read_text()


def test_lock_holds_every_dependency_of_the_project() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    # Left out on purpose: PyTorch is larger than all the rest together.
    assert extras.pop("encoder-torch")
    wanted = chain(project["dependencies"], *extras.values())
    locked = {
        normal(match[1]) for line in read(LOCKS[1]).splitlines() if (match := PINNED.match(line))
    }
    names = {normal(re.split(r"[^A-Za-z0-9._-]", requirement)[0]) for requirement in wanted}
    assert names - locked == set(), "run `make lock`"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_find_python_takes_the_newest_that_runs(tmp_path: Path) -> None:
    script(tmp_path / "shims/python3.13", "echo 'no such version' >&2; exit 127")
    script(tmp_path / "late/python3.12", "exit 0")
    script(tmp_path / "early/python3.11", "exit 0")
    found = find_python(tmp_path / "shims", tmp_path / "early", tmp_path / "late")
    assert (found.returncode, found.stdout.strip()) == (0, str(tmp_path / "late/python3.12"))


def test_find_python_goes_past_a_failing_shim_of_the_same_name(tmp_path: Path) -> None:
    script(tmp_path / "shims/python3.13", "exit 127")
    script(tmp_path / "real/python3.13", "exit 0")
    found = find_python(tmp_path / "shims", tmp_path / "real")
    assert found.stdout.strip() == str(tmp_path / "real/python3.13")


def test_find_python_nothing_suitable_says_what_to_do(tmp_path: Path) -> None:
    script(tmp_path / "python3", "exit 1")
    found = find_python(tmp_path)
    assert (found.returncode, found.stdout) == (1, "")
    assert "3.11, 3.12 or 3.13" in found.stderr
    assert "PYTHON=" in found.stderr


def test_find_python_accepts_this_interpreter_by_name() -> None:
    found = find_python(Path("/usr/bin"), Path("/bin"), named=sys.executable)
    assert (found.returncode, found.stdout.strip()) == (0, sys.executable)


def test_find_python_refuses_a_named_interpreter_that_fails(tmp_path: Path) -> None:
    found = find_python(tmp_path, named=str(script(tmp_path / "old", "exit 1")))
    assert found.returncode == 1
    assert "old is not CPython" in found.stderr


def fake_python(folder: Path, *, minor: int, headers: bool) -> Path:
    """Answers the two questions that install-locked asks, and fails at making an environment."""
    return script(
        folder / "python",
        'case "$2" in\n'
        f"*version_info*) exit {int(minor != 11)};;\n"
        f"*Python.h*) exit {int(not headers)};;\n"
        "esac\n"
        'echo "venv was asked for" >&2; exit 9',
    )


@pytest.mark.parametrize(
    ("minor", "compiler", "headers", "word"),
    [
        (11, False, True, "no C compiler (gcc) is here"),
        (11, True, False, "Python.h is not here"),
        (11, True, True, "venv was asked for"),
        (12, False, False, "venv was asked for"),
    ],
)
def test_install_says_what_a_build_of_lightfm_lacks(
    tmp_path: Path, minor: int, compiler: bool, headers: bool, word: str
) -> None:
    python = fake_python(tmp_path, minor=minor, headers=headers)
    tools = tmp_path / "bin"
    script(tools / "dirname", f'echo "{ROOT}/.ci"')
    if compiler:
        script(tools / "gcc", "exit 0")
    installer = str(ROOT / ".ci/install-locked")
    result = run(["/bin/sh", installer, str(python), str(tmp_path / "venv")], [tools])
    assert result.returncode != 0
    assert word in result.stderr
    assert ("venv was asked for" in result.stderr) == (word == "venv was asked for")


def test_make_help_lists_every_target() -> None:
    makefile = read("Makefile")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    shown = run(["make", "help"], [Path("/usr/bin"), Path("/bin")]).stdout
    assert {line.split()[1] for line in shown.splitlines() if line.startswith("  make ")} == targets


def test_ci_runs_the_command_that_the_readme_names() -> None:
    assert re.search(r"^make test$", read(".ci/run"), re.MULTILINE)
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "make test" in read("README.md")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of the files that git would clone, built without the network."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    for package in ("recsys", "training", "serving", "protos"):
        for path in (ROOT / package).rglob("*.*"):
            if path.is_file() and "__pycache__" not in path.parts:
                copy = source / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "-w", str(built), str(source)], check=True)
    return zipfile.ZipFile(next(built.glob("readinglist-*.whl")))


def test_wheel_holds_every_source_file_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    sources = {
        str(path.relative_to(ROOT))
        for package in ("recsys", "training", "serving", "protos")
        for pattern in ("*.py", "*.pyi", "*.proto", "*.html", "*.txt", "py.typed")
        for path in (ROOT / package).rglob(pattern)
    }
    shown = (path for path in (ROOT / "serving/web/static").rglob("*.*") if path.is_file())
    sources |= {str(path.relative_to(ROOT)) for path in shown}
    assert held == sources


def test_wheel_names_the_command_the_packages_and_the_license(wheel: zipfile.ZipFile) -> None:
    info = {name.split("/", 1)[1]: name for name in wheel.namelist() if ".dist-info/" in name}
    points = wheel.read(info["entry_points.txt"]).decode()
    assert "recsys = recsys.cli:main" in points
    assert "training = training.cli:register" in points
    assert "serving = serving.cli:register" in points
    assert "licenses/LICENSE" in info
