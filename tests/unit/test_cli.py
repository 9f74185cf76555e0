"""The command as a whole: what it waits for, and what it says where a package is not there."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
import typer
from typer.testing import CliRunner

import recsys.cli

TABLES, FITS = {"pandas", "pyarrow"}, {"sklearn", "implicit", "lightfm"}
HEAVY = TABLES | FITS | {"numpy", "scipy", "grpc", "pydantic"}


def imported_by(program: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after a program."""
    program += "\nimport sys; print(*(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_help_of_all_commands_imports_nothing_heavy() -> None:
    program = "import typer, recsys.cli; typer.main.get_command(recsys.cli.build_app())"
    found = imported_by(program)
    assert "typer" in found
    assert found & HEAVY == set()


def test_asking_a_server_imports_no_tables_and_no_fitting() -> None:
    found = imported_by("import serving.ask_server")
    assert "grpc" in found
    assert found & (TABLES | FITS) == set()


def test_help_without_an_extra_names_the_missing_module(monkeypatch: pytest.MonkeyPatch) -> None:
    def entries(group: str) -> list[EntryPoint]:
        return [
            EntryPoint("lacking", f"{__name__}:register_lacking", group),
            EntryPoint("whole", f"{__name__}:register_whole", group),
        ]

    monkeypatch.setattr(recsys.cli, "entry_points", entries)
    shown = CliRunner().invoke(recsys.cli.build_app(), ["--help"]).output
    assert "lacking commands need the module 'no_such_module'." in shown
    assert "greet" in shown
    assert "never" not in shown


def register_lacking(app: typer.Typer) -> None:
    recsys.cli.need("sys", "no_such_module")
    app.command("never")(register_whole)


def register_whole(app: typer.Typer) -> None:
    @app.command()
    def greet() -> None:
        """Say hello."""
