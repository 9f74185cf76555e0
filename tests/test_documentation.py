"""What there is stands in README and docs: methods, tables, settings, errors, dependencies."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import TypeAdapter

from protos.readinglist.v1 import (
    catalog_pb2,
    explore_pb2,
    feedback_pb2,
    model_pb2,
    recommendation_pb2,
)
from recsys.cli import build_app
from recsys.data.schema import CANDIDATES, QUERIES, TABLES, TEST_SHAPES, TableSchema
from recsys.models.model import Model
from serving.client import RecsysClient
from serving.config import ServeSettings
from serving.rpc.errors import CODES, UNFORESEEN
from training.settings import TrainingSettings

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\((?!http)([^)#]+)\)")
DOCUMENTS = sorted(str(p.relative_to(ROOT)) for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def row_of(document: str, first_cell: str) -> str:
    """The row of a table that begins with this cell."""
    rows = [line for line in text_of(document).splitlines() if line.startswith(f"| `{first_cell}`")]
    assert len(rows) == 1, f"{document} has {len(rows)} rows for {first_cell}"
    return rows[0]


def test_readme_has_every_service_and_method() -> None:
    files = (recommendation_pb2, catalog_pb2, explore_pb2, feedback_pb2, model_pb2)
    services = [one for file in files for one in file.DESCRIPTOR.services_by_name.values()]
    assert len(services) == len(files)
    for service in services:
        assert f"`{service.name}`" in text_of("README.md")
        for method in service.methods:
            assert re.search(rf"^\| .*`{method.name}`.* \|", text_of("README.md"), re.MULTILINE)


def test_integrating_has_every_method_of_the_client() -> None:
    methods = [name for name in vars(RecsysClient) if not name.startswith("_") and name != "close"]
    assert len(methods) == 5
    for method in methods:
        assert f"| `{method}(" in text_of("docs/integrating.md")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_readme_has_every_column_and_marks_the_required(table: TableSchema) -> None:
    cell = row_of("README.md", table.name).split("|")[2]
    named = re.findall(r"(\*\*)?\b([a-z_]+)\b(?:\*\*)?(?: \([^)]*\))?(?:,|$)", cell.strip())
    assert [(name, bool(bold)) for bold, name in named] == [
        (column.name, column.required) for column in table.columns
    ]


def test_readme_has_every_allowed_value_and_evaluation_column() -> None:
    readme = text_of("README.md")
    for table in TABLES.values():
        for column in table.columns:
            assert ", ".join(column.choices) in row_of("README.md", table.name)
    for shape in TEST_SHAPES.values():
        assert " + ".join(shape.key) in readme
    for schema in (CANDIDATES, QUERIES):
        assert f"`{schema.name}` ({', '.join(schema.column_names)})" in readme


def test_operations_has_every_setting_of_the_server_with_its_default() -> None:
    for name, field in ServeSettings.model_fields.items():
        default = row_of("docs/operations.md", name).split("|")[2].strip().strip("`")
        if field.is_required() or field.default is None:
            assert default == "none"
        else:
            assert TypeAdapter(field.annotation).validate_python(default) == field.default, name


def test_modelling_has_every_stage_of_training() -> None:
    names = ", ".join(f"`{stage.name}`" for stage in fields(TrainingSettings))
    assert names in " ".join(text_of("docs/modelling.md").split())


def test_errors_stand_in_the_docs_and_in_the_proto() -> None:
    proto = text_of("protos/readinglist/v1/recommendation.proto")
    for code, reason in (*CODES.values(), UNFORESEEN):
        assert re.search(
            rf"^\| {code.name} \|.*`{reason}`", text_of("docs/integrating.md"), re.MULTILINE
        )
        assert re.search(rf"^// +{code.name} .*\b{reason}\b", proto, re.MULTILINE)


def test_architecture_has_every_scorer(small_model: Model) -> None:
    text = text_of("docs/architecture.md")
    scorers = (*small_model.paper_scorers, *small_model.author_scorers)
    assert len(scorers) > 15
    assert [scorer.name for scorer in scorers if f"`{scorer.name}`" not in text] == []


def test_readme_says_why_each_dependency_is_there() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *chain.from_iterable(extras)]
    section = text_of("README.md").partition("\n## Dependencies\n")[2]
    for requirement in wanted:
        name = re.split(r"[=<>~!]", requirement)[0]
        assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", section), name


def commands_in(text: str) -> list[str]:
    """Every `recsys` command of the fenced blocks, its lines joined."""
    fenced = re.findall(r"^```\w*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in fenced for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    return [line for line in lines if re.match(r"(RECSYS_\w+=\S+ )?recsys ", line)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_in_the_docs_know_every_flag_they_are_shown_with(document: str) -> None:
    for line in commands_in(text_of(document)):
        words = line.partition(" #")[0].partition("recsys ")[2].split()
        command: Any = typer.main.get_command(build_app())
        while subcommands := getattr(command, "commands", {}):
            command = subcommands[words.pop(0)]
        known = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
        shown = {flag for word in words for flag in re.findall(r"^\[?(-{1,2}[a-z][\w-]*)", word)}
        assert shown <= known, line


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    for target in LINK.findall(text_of(document)):
        assert ((ROOT / document).parent / target).exists(), target


def test_readme_keeps_the_place_of_the_figures() -> None:
    place = re.search(
        r"^<!-- figures: begin -->\n(.*?)^<!-- figures: end -->$",
        text_of("README.md").partition("\n## Quality\n")[2],
        re.DOTALL | re.MULTILINE,
    )
    assert place
    rows = place[1].splitlines()
    assert len({row.count("|") for row in rows}) == 1
    assert all(
        re.search(r"`recsys evaluate (papers|collaborators|queries) ", row) for row in rows[2:]
    )
