"""The shape of the code: floors, file sizes, docstrings, names, and documented commands."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from recsys.cli import build_app

ROOT = Path(__file__).parents[1]
PACKAGES = ("recsys", "training", "serving", "protos")
BANNED_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc)(_|$)", re.IGNORECASE)
MAX_LINES = 300
ONLY_IN_TRAINING = (
    *("implicit", "lightfm", "sklearn"),
    *("onnxruntime", "tokenizers", "sentence_transformers", "torch"),
)


def python_files() -> list[Path]:
    """Every file that people write: generated code is left out."""
    folders = [ROOT / name for name in (*PACKAGES, "tests")]
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [path for path in files if not re.search(r"_pb2(_grpc)?\.py$", path.name)]


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of pyproject.toml against the packages in a folder."""
    program = "from importlinter.cli import lint_imports as lint; exit(lint(no_cache=True))"
    environment = {**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1"}
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def test_floors_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("recsys/stray.py", '"""A module on no floor."""'),
        ("recsys/data/strings.py", "import recsys.models"),
        ("recsys/storage/__init__.py", "import recsys.evaluation"),
        ("recsys/models/__init__.py", "import implicit"),
        ("recsys/ranking/__init__.py", "import training"),
        ("serving/__init__.py", "import training"),
        ("serving/rpc/__init__.py", "import sklearn"),
        ("training/fit/__init__.py", "import grpc"),
        ("training/sources/__init__.py", "import protos"),
    ],
)
def test_floors_a_breach_is_found(tmp_path: Path, file: str, line: str) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    breached = tmp_path / file
    before = breached.read_text() if breached.exists() else ""
    breached.write_text(f"{before}\n{line}\n")
    result = lint_imports(tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def test_files_stay_short() -> None:
    long = [path for path in python_files() if len(path.read_text().splitlines()) > MAX_LINES]
    assert named(long) == []


def test_files_say_first_what_they_are() -> None:
    written = [path for path in python_files() if path.read_text().strip()]
    silent = [path for path in written if not ast.get_docstring(ast.parse(path.read_text()))]
    assert named(silent) == []


def test_names_say_something() -> None:
    vague = [path for path in python_files() if BANNED_NAMES.search(path.stem)]
    assert named(vague) == []
    for path in python_files():
        defined = [
            node.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        words = [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name) for name in defined]
        assert [word for word in words if BANNED_NAMES.search(word)] == [], path


def module_names(package: str) -> list[str]:
    paths = sorted((ROOT / package).rglob("*.py"))
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in paths]
    return [".".join(names).removesuffix(".__init__") for names in parts]


@pytest.mark.parametrize("package", ["recsys", "serving"])
def test_import_without_training_extras_pulls_in_no_fitting_library(package: str) -> None:
    program = (
        "import importlib, sys\n"
        f"for name in {module_names(package)!r}:\n"
        "    importlib.import_module(name)\n"
        f"print(sorted({set(ONLY_IN_TRAINING)!r} & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout.strip()) == (0, "[]"), result.stderr


def commands() -> Iterator[tuple[str, TyperCommand]]:
    """Every command people can type, with its words: ("recsys import tables", ...)."""

    def walk(words: str, command: object) -> Iterator[tuple[str, TyperCommand]]:
        if isinstance(command, TyperGroup):
            for name, subcommand in sorted(command.commands.items()):
                yield from walk(f"{words} {name}", subcommand)
        else:
            assert isinstance(command, TyperCommand)
            yield words, command

    return walk("recsys", typer.main.get_command(build_app()))


def test_commands_are_found_in_both_packages() -> None:
    modules = {command.callback.__module__.split(".")[0] for _, command in commands()}  # type: ignore[union-attr]
    assert modules == {"training", "serving"}


def test_commands_and_their_options_have_help() -> None:
    for words, command in commands():
        assert command.help, f"`{words}` has no help"
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"`{words}` does not explain {parameter.name}"


def test_commands_stand_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    missing = [words for words, _ in commands() if not re.search(rf"\b{words}\b", readme)]
    assert missing == []
