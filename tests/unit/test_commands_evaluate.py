"""`recsys evaluate`: figures that can be worked out by hand, lengths, files and the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys.storage.dataset_folder import write_tables
from tests.e2e.command_line import Done, json_line, quick_settings, recsys_here
from tests.worlds import OLD_ARXIV_ID, tiny_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tiny dataset and quick settings."""
    write_tables(tmp_path / "dataset", tiny_tables())
    quick_settings(tmp_path)
    return tmp_path


def table(path: Path, columns: str, *rows: tuple[str, ...]) -> Path:
    pd.DataFrame(rows, columns=columns.split()).to_csv(path, index=False)
    return path


def evaluate(folder: Path, task: str, *more: object) -> Done:
    words = ("evaluate", task, "dataset", "--config", "quick.toml", *more)
    return recsys_here(*words, cwd=folder)


def blend(folder: Path, task: str, *more: object) -> dict[str, float]:
    report = json_line(evaluate(folder, task, *more, "--json", "-"))
    figures: dict[str, float] = report["results"]["blend"]
    return figures


def test_evaluate_papers_candidates_alone_compete(folder: Path) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("reader", "g4"))
    only = table(folder / "only.csv", "paper_id", ("g4",), ("g1",), (OLD_ARXIV_ID,))
    # The reader has read g1 and dismissed the old one, so g4 stands alone.
    where = ("--test", test, "--candidates", only, "--k", 1)
    assert blend(folder, "papers", *where) == {"recall@1": 1.0, "ndcg@1": 1.0}


def test_evaluate_papers_read_before_are_never_found(folder: Path) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("reader", "g1"), ("reader", "p1"))
    figures = blend(folder, "papers", "--test", test, "--k", 8)
    assert figures["recall@8"] == 0.5


def test_evaluate_papers_own_ones_are_never_found(folder: Path) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("u-ada", "g1"))
    assert blend(folder, "papers", "--test", test, "--k", 8) == {"recall@8": 0.0, "ndcg@8": 0.0}


def test_evaluate_papers_user_that_training_does_not_know_is_cold(folder: Path) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("stranger", "g2"), ("reader", "g3"))
    report = json_line(evaluate(folder, "papers", "--test", test, "--k", 8, "--json", "-"))
    assert report["users"] == 2
    assert {name: found["users"] for name, found in report["segments"].items()} == {
        "cold": 1,
        "warm": 1,
    }
    assert report["segments"]["cold"]["results"]["blend"]["recall@8"] == 1.0


def test_evaluate_collaborators_asks_both_and_leaves_coauthors_out(folder: Path) -> None:
    columns = "author_id coauthor_id"
    test = table(folder / "test.csv", columns, ("ada", "cleo"), ("ada", "ben"))
    report = json_line(evaluate(folder, "collaborators", "--test", test, "--k", 4, "--json", "-"))
    assert report["users"] == 3
    # ada finds cleo but not ben, with whom she has written; cleo finds ada; ben finds nobody.
    assert report["results"]["blend"]["recall@4"] == pytest.approx((0.5 + 1.0 + 0.0) / 3)


def test_evaluate_queries_late_papers_do_not_compete(folder: Path) -> None:
    table(
        folder / "dataset" / "queries.csv",
        "query_id text published_before",
        ("q", "protein folding", "2023-01-01"),
    )
    columns = "query_id paper_id"
    early = table(folder / "early.csv", columns, ("q", "p1"), ("q", "p2"))
    late = table(folder / "late.csv", columns, ("q", "p3"))
    assert blend(folder, "queries", "--test", early, "--k", 8)["recall@8"] == 1.0
    assert blend(folder, "queries", "--test", late, "--k", 8)["recall@8"] == 0.0


def test_evaluate_lengths_are_sorted_and_each_measured_once(folder: Path) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("reader", "g3"))
    figures = blend(folder, "papers", "--test", test, "--k", 5, "--k", 2, "--k", 5)
    assert list(figures) == ["recall@2", "recall@5", "ndcg@2", "ndcg@5"]


@pytest.mark.parametrize(
    ("task", "columns", "pair", "lengths"),
    [
        ("papers", "user_id paper_id", ("reader", "g3"), [20, 50, 300]),
        ("collaborators", "author_id coauthor_id", ("ada", "cleo"), [20, 50]),
    ],
)
def test_evaluate_takes_the_dataset_s_own_test_and_usual_lengths(
    folder: Path, task: str, columns: str, pair: tuple[str, str], lengths: list[int]
) -> None:
    table(folder / "dataset" / "test.csv", columns, pair)
    assert list(blend(folder, task)) == [f"recall@{k}" for k in lengths] + [
        f"ndcg@{k}" for k in lengths
    ]


def test_evaluate_table_has_what_the_json_has(folder: Path) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("reader", "g3"), ("u-eva", "p2"))
    done = evaluate(folder, "papers", "--test", test, "--k", 3, "--json", "figures.json")
    report: dict[str, Any] = json.loads((folder / "figures.json").read_text())
    assert "papers of dataset, 2 asked" in done.stdout
    rows = {cells[0]: cells[1:] for cells in map(_cells, done.stdout.splitlines()) if cells}
    for name, figures in report["results"].items():
        assert rows[name] == [f"{value:.4f}" for value in figures.values()]
    (segment,) = report["segments"]
    assert rows[segment][0] == "2"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("│").split("│")] if line.startswith("│") else []


def test_evaluate_queries_without_their_texts_is_refused(folder: Path) -> None:
    test = table(folder / "test.csv", "query_id paper_id", ("q", "p1"))
    done = evaluate(folder, "queries", "--test", test)
    assert done.returncode == 1
    assert "no table 'queries'" in done.stderr


@pytest.mark.parametrize(
    ("task", "columns", "pair"),
    [
        ("papers", "user_id paper_id", ("reader", "g3")),
        ("collaborators", "author_id coauthor_id", ("ada", "cleo")),
        ("queries", "query_id paper_id", ("q", "p1")),
    ],
)
def test_evaluate_each_task_has_an_ablation_and_a_page(
    folder: Path, task: str, columns: str, pair: tuple[str, str]
) -> None:
    table(folder / "dataset" / "queries.csv", "query_id text published_before", ("q", "fold", ""))
    test = table(folder / "test.csv", columns, pair)
    wanted = ("--k", 2, "--ablate", "--report", "page.html", "--json", "figures.json")
    done = evaluate(folder, task, "--test", test, *wanted)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads((folder / "figures.json").read_text())
    told = {one["without"] for one in report["ablation"]}
    assert {"authorship and co-authorship", "text", "dates"} < told
    assert "what each model and each signal adds" in done.stdout
    for one in report["ablation"]:
        assert f"{one['results']['ndcg@2']:.4f}" in done.stdout
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "What each part adds" in page
    assert f"recsys evaluate {task} dataset" in page


def test_evaluate_ablation_of_models_alone_trains_no_more(folder: Path) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("reader", "g3"))
    done = evaluate(folder, "papers", "--test", test, "--ablate-only", "models", "--json", "-")
    assert {one["kind"] for one in json_line(done)["ablation"]} == {"models"}


@pytest.mark.parametrize(
    ("task", "option"),
    [("collaborators", "candidates"), ("queries", "candidates"), ("collaborators", "encoder")],
)
def test_evaluate_option_that_means_nothing_to_the_task_is_wrong_usage(
    folder: Path, task: str, option: str
) -> None:
    done = evaluate(folder, task, f"--{option}", "somewhere")
    assert done.returncode == 2
    assert option in done.stderr


def test_evaluate_page_for_a_folder_that_is_not_there_is_refused_before_the_work(
    folder: Path,
) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("reader", "g3"))
    done = evaluate(folder, "papers", "--test", test, "--report", "nowhere/page.html")
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert not done.stdout


def test_evaluate_wishes_arrange_the_lists_and_say_what_they_are_like(folder: Path) -> None:
    test = table(folder / "test.csv", "user_id paper_id", ("newcomer", "g2"), ("reader", "g4"))
    where = ("--test", test, "--k", 3)
    plain = blend(folder, "papers", *where, "--diversity", 0)
    varied = blend(folder, "papers", *where, "--diversity", 1)
    assert set(plain) == {"recall@3", "ndcg@3", "unlike@3", "years@3"}
    assert varied["unlike@3"] > plain["unlike@3"]
    fresh = blend(folder, "papers", *where, "--freshness", 1)
    assert fresh["years@3"] <= plain["years@3"]
    explored = blend(folder, "papers", *where, "--explore", 1)
    assert explored["ndcg@3"] < plain["ndcg@3"]
    assert "unlike@3" not in blend(folder, "papers", *where)
