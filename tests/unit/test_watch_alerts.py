"""Alerts and board name only what there is, and the docs explain all of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import promql_parser as promql
import pytest
import yaml

from protos.readinglist.v1 import recommendation_pb2 as pb
from serving.watch.exposition import Exposition
from serving.watch.metrics import Metrics

DOCS = Path(__file__).parents[2] / "docs"
OPERATIONS = (DOCS / "operations.md").read_text()
RULES = yaml.safe_load((DOCS / "operations" / "alerts.yml").read_text())
BOARD = json.loads((DOCS / "operations" / "board.json").read_text())
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
SAMPLES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
OF_PROMETHEUS = {"up": set[str]()}
STRATEGIES = [
    name.removeprefix("STRATEGY_").lower() for name in pb.Strategy.DESCRIPTOR.values_by_name
]
WORDS = {
    "code": [code.name for code in grpc.StatusCode],
    "strategy": STRATEGIES,
    "job": ["readinglist"],
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The labels of every sample by its name."""
    found = dict(OF_PROMETHEUS)
    for metric in vars(Metrics()).values():
        for family in getattr(metric, "describe", list)():
            for ending in SAMPLES[family.type]:
                found[family.name + ending] = {*metric._labelnames, "le"}
    for family in Exposition(tmp_path_factory.mktemp("empty")).collect():
        found |= {sample.name: set(sample.labels) for sample in family.samples}
    return found


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression and where it stands; Grafana's variables are filled in."""
    for rule in ALERTS:
        yield rule["alert"], rule["expr"]
    for panel in BOARD["panels"]:
        for target in panel["targets"]:
            expression = target["expr"].replace("$__rate_interval", "5m")
            yield f"panel {panel['title']}", expression.replace("$instance", ".*")


def selectors(expression: str) -> list[Any]:
    """What a PromQL expression selects; it fails where this is no PromQL."""
    found: list[Any] = []
    promql.walk(promql.parse(expression), found.append)
    ranges = [one.vector_selector for one in found if isinstance(one, promql.MatrixSelector)]
    return ranges + [one for one in found if isinstance(one, promql.VectorSelector)]


@pytest.mark.parametrize(("place", "expression"), list(expressions()))
def test_expression_selects_what_there_is(
    place: str, expression: str, known: dict[str, set[str]]
) -> None:
    chosen = selectors(expression)
    assert chosen, place
    for selector in chosen:
        assert selector.name in known
        for matcher in selector.matchers.matchers:
            assert matcher.name in known[selector.name] | {"job", "instance"}
            words = re.split(r"\|", matcher.value)
            assert set(words) <= set(WORDS.get(matcher.name, words))


def test_every_metric_is_explained_and_on_the_board(known: dict[str, set[str]]) -> None:
    shown = {
        selector.name
        for place, expression in expressions()
        if place.startswith("panel")
        for selector in selectors(expression)
    }
    for name in set(known) - set(OF_PROMETHEUS):
        family = re.sub("_(bucket|sum|count)$", "", name)
        assert f"| `{family}` |" in OPERATIONS, name
        assert any(one.startswith(family) for one in shown), name


def test_alerts_have_what_prometheus_wants() -> None:
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)
    for rule in ALERTS:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))
        assert rule["labels"]["severity"] in {"page", "warn", "info"}
        assert rule["annotations"]["summary"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool comes with Prometheus")
def test_alerts_are_taken_by_prometheus_itself() -> None:
    rules = DOCS / "operations" / "alerts.yml"
    subprocess.run(["promtool", "check", "rules", rules], check=True, capture_output=True)


@pytest.mark.parametrize("alert", [rule["alert"] for rule in ALERTS])
def test_alert_is_explained_with_what_to_do(alert: str) -> None:
    (row,) = (line for line in OPERATIONS.splitlines() if line.startswith(f"| `{alert}` |"))
    meaning, remedy = (cell.strip() for cell in row.strip("|").split("|")[1:])
    assert len(meaning) > 20
    assert len(remedy) > 20


def test_board_panels_have_places_of_their_own() -> None:
    taken = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
