"""What README and docs tell people to type works as it stands there.

Blocks marked `bash` and `python` are run in the order of the text, in one empty folder, against
a server that the README's own command starts. A free port stands in for the default one.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from serving.config import ServeSettings, read_settings
from tests.e2e.command_line import PLAIN
from training.demo.children import serving
from training.settings import read_settings as read_training_settings

ROOT = Path(__file__).parents[2]
GRPCURL = Path(__file__).with_name("grpcurl.py")
SERVE = "recsys serve --models models"
DEFAULT_ADDRESS = str(ServeSettings.model_fields["listen"].default)
DOCS = ("docs/integrating.md", "docs/modelling.md", "docs/web.md")

pytestmark = pytest.mark.timeout(180)


def blocks(name: str, *languages: str) -> list[tuple[str, str]]:
    """The fenced blocks of a document in these languages: (language, text)."""
    found = re.findall(
        r"^```(\w+)\n(.*?)^```$", (ROOT / name).read_text(), re.DOTALL | re.MULTILINE
    )
    return [(language, text) for language, text in found if language in languages]


@dataclass
class Reader:
    """Somebody who types what they read, in a folder of their own."""

    folder: Path
    address: str = DEFAULT_ADDRESS

    def types(self, language: str, text: str) -> str:
        """What comes out of a block."""
        text = text.replace(DEFAULT_ADDRESS, self.address)
        return self._bash(text) if language == "bash" else self._python(text)

    def _bash(self, text: str) -> str:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euc", text],
            cwd=self.folder / "work",
            env={**os.environ, **PLAIN, "PATH": path},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        assert "cold-start" not in done.stderr
        return done.stdout

    def _python(self, text: str) -> str:
        out = io.StringIO()
        with chdir(self.folder / "work"), redirect_stdout(out):
            exec(compile(text, "<snippet>", "exec"), {"__name__": "__main__"})  # noqa: S102
        return out.getvalue()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A reader of the README with nothing but the command `recsys`."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "work").mkdir()
    (folder / "bin").mkdir()
    for name, program in (("recsys", "-m recsys"), ("grpcurl", GRPCURL)):
        command = folder / "bin" / name
        command.write_text(f'#!/bin/sh\nexec {sys.executable} {program} "$@"\n')
        command.chmod(0o755)
    return Reader(folder)


@pytest.fixture(scope="module")
def tour(reader: Reader) -> Iterator[dict[str, str]]:
    """What came out of the README's blocks, by their text; the server stays up for the others."""
    found = blocks("README.md", "bash", "python")
    at = next(i for i, (_, text) in enumerate(found) if text.strip() == SERVE)
    said = {text: reader.types(*block) for block in found[:at] for text in [block[1]]}
    models = reader.folder / "work" / "models"
    words = (*SERVE.split()[1:3], models, "--listen", "127.0.0.1:0")
    with serving(*words, log=reader.folder / "log") as server:
        reader.address = server.address
        said |= {text: reader.types(*block) for block in found[at + 1 :] for text in [block[1]]}
        yield said


def output(tour: dict[str, str], word: str) -> str:
    """What came out of the block that has this word."""
    (said,) = (out for text, out in tour.items() if word in text)
    return said


def test_readme_tour_on_own_tables_gives_the_answers_it_tells(tour: dict[str, str]) -> None:
    answers = output(tour, "recsys recommend u1 --models")
    tables = re.split(r"^For ", answers, flags=re.MULTILINE)[1:]
    assert [table.split()[0] for table in tables] == [
        *("users/u1", "authors/dan", "users/u1", "papers/g1", "authors/ada", "protein")
    ]
    assert re.search(
        r"│ 1 │ Deeper graph networks .*Cleo Calder, whom you follow", first_of(tables[0])
    )
    assert "folded_in" in tables[1]
    assert "Cleo Calder" in first_of(tables[2])
    assert "Graph networks for molecules" in first_of(tables[3])
    assert "Ben Birch" in first_of(tables[4])
    assert "Protein" in first_of(tables[5])


def first_of(table: str) -> str:
    """The first result of a table, its lines joined."""
    return " ".join(table[table.index("│ 1 │") : table.index("│ 2 │")].split())


def test_readme_server_answers_the_command_line_and_the_client(tour: dict[str, str]) -> None:
    asked = output(tour, "--server")
    assert asked.startswith('{"for": "users/u1"')
    printed = output(tour, "RecsysClient").splitlines()
    assert printed[0].startswith("1 Deeper graph networks ['")
    assert "1 Cleo Calder" in printed


def test_readme_evaluation_measures(tour: dict[str, str]) -> None:
    assert re.search(r"blend +│ +[01]\.\d+ +│ +[01]\.\d+", output(tour, "recsys evaluate"))


@pytest.mark.parametrize("document", DOCS)
def test_python_in_the_docs_runs(tour: dict[str, str], reader: Reader, document: str) -> None:
    assert tour
    snippets = blocks(document, "python")
    assert snippets
    said = [reader.types(*block) for block in snippets]
    assert "".join(said).strip()


@pytest.mark.parametrize("document", ["docs/digest.md", "docs/operations.md"])
def test_commands_in_the_docs_run(tour: dict[str, str], reader: Reader, document: str) -> None:
    assert tour
    assert "".join(reader.types(*block) for block in blocks(document, "bash")).strip()


def test_grpcurl_in_the_docs_gets_answers_which_the_evaluation_counts(
    tour: dict[str, str], reader: Reader
) -> None:
    assert tour
    calls = [
        call
        for _, block in blocks("docs/integrating.md", "sh")
        for call in re.findall(r"^grpcurl .*?(?=^#|\Z)", block, re.DOTALL | re.MULTILINE)
    ]
    answers: list[dict[str, Any]] = [{}]
    for call in calls:
        last = answers[-1]
        given = {"PAGE": last.get("nextPageToken", ""), "TOKEN": last.get("attributionToken", "")}
        given["NAME"] = last.get("results", [{}])[0].get("name", "")
        told = "".join(f"{name}={shlex.quote(value)}\n" for name, value in given.items())
        answers.append(json.loads(reader.types("bash", f"{told}{call}")))
    first, second, similar, written = answers[1:]
    assert [line["rank"] for line in first["results"]] == [1, 2]
    assert second["results"][0]["rank"] == 3
    assert similar["results"]
    assert written == {"writtenCount": 2}
    ((_, evaluation),) = blocks("docs/integrating.md", "bash")
    assert "ListSimilarPapers" in reader.types("bash", evaluation)


def test_settings_of_training_in_the_docs_are_known(tmp_path: Path) -> None:
    ((_, text),) = blocks("docs/modelling.md", "toml")
    path = tmp_path / "settings.toml"
    path.write_text(text)
    assert read_training_settings(path) != read_training_settings(None)


def test_settings_of_serving_in_the_docs_are_known(tmp_path: Path) -> None:
    snippets = blocks("docs/operations.md", "toml")
    assert snippets
    for _, text in snippets:
        path = tmp_path / "settings.toml"
        path.write_text(text)
        assert read_settings(path, models=tmp_path) != read_settings(models=tmp_path)
