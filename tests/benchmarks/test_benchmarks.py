"""The benchmarks run and tell plausible figures; on data so small, the figures say nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from scipy import sparse
from typer.testing import CliRunner

from recsys.data.dataset import Dataset
from recsys.models.model import Model
from serving.digest.choose import Least
from tests.benchmarks.__main__ import main
from tests.benchmarks.answering import answering_ratios
from tests.benchmarks.digests import digest_ratios
from tests.benchmarks.halves import halves_ratios
from tests.benchmarks.lookup import lookup_ratios
from tests.benchmarks.pages import pages_ratios
from tests.benchmarks.people import TwoSteps, people_ratios
from tests.benchmarks.ratio import Ratio
from tests.benchmarks.training import growth_ratios, training_ratios, write_world
from tests.worlds import tiny_model

QUICK = """
[als]
factors = 8
iterations = 2
[als_coarse]
factors = 4
iterations = 2
[lightfm]
components = 4
epochs = 2
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings that take no time."""
    path = tmp_path_factory.mktemp("bench") / "quick.toml"
    path.write_text(QUICK)
    return path


def named(ratios: list[Ratio]) -> dict[str, Ratio]:
    return {one.name: one for one in ratios}


def test_training_benchmark_tells_whole_parts_and_limits(tmp_path: Path, config: Path) -> None:
    found = named(training_ratios(write_world(tmp_path / "world", 0.03), config))
    time, memory = found["training / its fits"], found["memory of training / loading"]
    assert 0 < time.beside < time.measured < 60
    assert time.most == 1.5
    assert 0 < found["the same / bare arrays"].beside < memory.measured < 4096
    assert memory.most == 4


def test_growth_benchmark_fits_an_exponent_to_runs_of_all_sizes(
    tmp_path: Path, config: Path
) -> None:
    found = named(growth_ratios(tmp_path, [0.02, 0.04], config))
    assert -1 < found["growth of time"].ratio < 4
    steps = [one for name, one in found.items() if name.startswith("growth of time, ")]
    assert [step.beside > 1 for step in steps] == [True]


def test_answering_benchmark_times_every_kind_of_answer() -> None:
    found = answering_ratios(tiny_model(), repeats=2)
    assert len(found) == 3
    assert all(one.measured > 0 and one.beside > 0 for one in found)


def test_people_benchmark_times_single_lists_and_all(small_model: Model) -> None:
    found = people_ratios(small_model, repeats=1)
    assert [one.name.rpartition(" / ")[2] for one in found] == [
        *("two steps", "without", "two steps", "two steps")
    ]
    assert all(one.measured > 0 and one.beside > 0 for one in found)


def test_digest_benchmark_times_choosing_and_writing(small_model: Model) -> None:
    found = digest_ratios(small_model, Least(0.1, 0.1), repeats=1, most_users=3)
    assert [one.most for one in found] == [None, 2.0, None, None]
    assert all(one.measured > 0 and one.beside > 0 for one in found)


def test_web_benchmark_times_first_pages(small_model: Model) -> None:
    found = pages_ratios(small_model, repeats=2)
    assert [one.most for one in found] == [None, 1.0, None]
    assert all(one.measured > 0 and one.beside > 0 for one in found)


def test_lookup_benchmark_times_what_pages_look_up(small_model: Model) -> None:
    found = lookup_ratios(small_model, repeats=2)
    assert [one.name.rpartition(" / ")[0] for one in found] == [
        *("20 papers by name", "20 works of an author", "a profile"),
        *("a research graph", "a search for a title", "a search for a person"),
    ]
    assert all(one.measured > 0 and one.beside > 0 for one in found)


def test_halves_benchmark_finds_most_authors_by_their_other_half(small_world: Dataset) -> None:
    found = halves_ratios(small_world)
    assert [one.name.split()[-2] for one in found] == ["similar_work", "similar_words"]
    assert len({one.measured for one in found}) == 1
    assert all(0.1 < one.measured <= 1 and 0 < one.beside <= 1 for one in found)


def test_two_steps_of_the_benchmark_find_who_writes_with_coauthors() -> None:
    """a - b - c and b - d, c having written more with b than d has."""
    joint = np.array([[0, 1, 0, 0], [1, 0, 2, 1], [0, 2, 0, 0], [0, 1, 0, 0]], dtype=np.float32)
    walk = TwoSteps(sparse.csr_matrix(joint))
    assert walk.all(5) == [[2, 3], [], [0, 3], [2, 0]]
    assert walk.top(np.array([2, 0]), 1) == [[0], [2]]


def test_benchmark_command_writes_its_table_as_json(tmp_path: Path, config: Path) -> None:
    app = typer.Typer()
    app.command()(main)
    told = tmp_path / "told.json"
    words = ["answering", "--scale", "0.03", "--repeats", "1", "--config", str(config)]
    shown = CliRunner().invoke(app, [*words, "--json", str(told)])
    assert shown.exit_code == 0, shown.output
    written = json.loads(told.read_text())
    assert [one["ratio"] for one in written] == [
        pytest.approx(one["measured"] / one["beside"]) for one in written
    ]
    assert all(one["name"].split(" / ")[0][:12] in shown.output for one in written)
