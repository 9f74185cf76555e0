"""From tables to answers by the commands alone, as other programs run them: the JSON shapes,
what is measured, and what is refused with which exit code.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from recsys.storage.registry import current
from tests.e2e.asked_world import AskedWorld, asked_world, write_csv
from tests.e2e.command_line import json_line, quick_settings, recsys, recsys_here

METRICS = ["recall@5", "recall@20", "ndcg@5", "ndcg@20"]
SIGNALS = ["liked", "disliked", "seen", "follows", "authorship", "coauthors", "text"]
BASELINES = {
    "papers": {"baseline: newest of co-authors", "baseline: text profile"},
    "collaborators": {
        "baseline: common neighbours",
        "baseline: Adamic-Adar",
        "baseline: decayed random walk",
    },
    "queries": {"baseline: BM25", "baseline: tf-idf"},
}


def told(*arguments: object) -> dict[str, Any]:
    return json_line(recsys_here(*arguments))


@pytest.fixture(scope="module")
def world() -> AskedWorld:
    return asked_world()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything of this module goes, with a settings file in it."""
    path = tmp_path_factory.mktemp("flow")
    quick_settings(path)
    return path


@pytest.fixture(scope="module")
def imported(folder: Path, world: AskedWorld) -> dict[str, Any]:
    """What `recsys import tables` said; the dataset is `folder / "dataset"`."""
    source = write_csv(folder / "tables", {**world.tables, "test": world.papers_test})
    return json_line(recsys("import", "tables", source, "--out", folder / "dataset", "--json"))


@pytest.fixture(scope="module")
def trained(folder: Path, imported: dict[str, Any]) -> dict[str, Any]:
    """What `recsys train` said; the models are in `folder / "models"`."""
    assert imported["papers"]
    quick = folder / "quick.toml"
    where = (folder / "dataset", "--models", folder / "models", "--config", quick)
    return json_line(recsys("train", *where, "--json"))


@pytest.fixture(scope="module")
def reader(world: AskedWorld) -> str:
    """A user who has claimed a profile, follows people and reads."""
    users = world.tables["users"]
    claimed = users.loc[users["author_id"] != "", "user_id"]
    reading, follows = (world.tables[name]["user_id"] for name in ("interactions", "follows"))
    return str(claimed[claimed.isin(reading) & claimed.isin(follows)].iloc[0])


def test_import_json_counts_what_the_tables_hold(
    folder: Path, world: AskedWorld, imported: dict[str, Any]
) -> None:
    sizes = {name: len(frame) for name, frame in world.tables.items()}
    assert {name: imported[name] for name in ("papers", "authors", "rejected")} == {
        "papers": sizes["papers"],
        "authors": sizes["authors"],
        "rejected": 0,
    }
    assert imported["inputs"] == [
        {
            "file": str(folder / "tables"),
            "kind": "tables",
            "papers": sizes["papers"],
            "authors": sizes["authors"],
        }
    ]
    assert imported["tables"] == sizes


def test_train_json_has_exactly_the_published_shape(folder: Path, trained: dict[str, Any]) -> None:
    assert list(trained) == ["model", "path", "seconds", "metrics", "signals", "left_out"]
    assert trained["model"] == current(folder / "models")
    assert Path(trained["path"]) == folder / "models" / trained["model"]
    assert 0 < trained["seconds"] < 100
    assert set(trained["metrics"]) >= {"papers.recall@20", "papers.ndcg@20"}
    assert all(0 <= value <= 1 for value in trained["metrics"].values())
    assert list(trained["signals"]) == SIGNALS
    assert trained["signals"]["liked"] > 0
    assert trained["left_out"] == []


@pytest.mark.parametrize("task", ["papers", "collaborators", "queries"])
def test_evaluate_json_has_exactly_the_published_shape(
    folder: Path, world: AskedWorld, imported: dict[str, Any], task: str
) -> None:
    assert imported["papers"]
    test, asked = _test_file(folder, world, task)
    done = recsys_here(
        *("evaluate", task, folder / "dataset", "--test", test, "--k", 20, "--k", 5),
        *("--config", folder / "quick.toml", "--json", "-"),
    )
    report = json_line(done)
    assert list(report) == ["dataset", "task", "users", "results", "segments", "seconds"]
    assert (report["dataset"], report["task"], report["users"]) == ("dataset", task, asked)
    _check_figures(report["results"], task)
    assert sum(found["users"] for found in report["segments"].values()) == asked
    for segment, found in report["segments"].items():
        assert segment in ("cold", "warm", "hot", "asked")
        assert list(found) == ["users", "results"]
        _check_figures(found["results"], task)
    assert list(report["seconds"]) == ["train", "evaluate"]
    assert min(report["seconds"].values()) > 0
    _check_that_it_has_learned(report["results"], task)


def _test_file(folder: Path, world: AskedWorld, task: str) -> tuple[Path, int]:
    """The test table of a task as a file, and how many ask in it."""
    if task == "queries":
        world.queries.to_json(folder / "dataset" / "queries.jsonl", orient="records", lines=True)
    frame = getattr(world, f"{task}_test")
    path = folder / f"{task}.parquet"
    frame.to_parquet(path)
    askers = set(frame.iloc[:, 0]) | (set(frame.iloc[:, 1]) if task == "collaborators" else set())
    return path, len(askers)


def _check_figures(results: dict[str, dict[str, float]], task: str) -> None:
    assert next(iter(results)) == "blend"
    assert {name for name in results if name.startswith("baseline: ")} == BASELINES[task]
    assert len(results) > 1 + len(BASELINES[task])
    for figures in results.values():
        assert list(figures) == METRICS
        assert all(0 <= value <= 1 + 1e-9 for value in figures.values())
        assert figures["recall@5"] <= figures["recall@20"] or task == "collaborators"


def _check_that_it_has_learned(results: dict[str, dict[str, float]], task: str) -> None:
    """What was planted is found: a blend of nothing would be near 20 / 400 papers."""
    assert (
        results["blend"]["ndcg@20"] > {"papers": 0.15, "collaborators": 0.2, "queries": 0.8}[task]
    )


def test_evaluate_json_to_a_file_keeps_the_table_on_stdout(
    folder: Path, imported: dict[str, Any]
) -> None:
    assert imported["papers"]
    figures = folder / "figures.json"
    done = recsys_here(
        *("evaluate", "papers", folder / "dataset", "--k", 5, "--json", figures),
        *("--config", folder / "quick.toml"),
    )
    assert done.returncode == 0, done.stderr
    for shown in ("papers of dataset", "blend, by segment", "baseline: text profile", "ndcg@5"):
        assert shown in done.stdout
    assert figures.read_text().startswith('{"dataset": "dataset", "task": "papers"')


@pytest.mark.parametrize(
    ("command", "label", "collection"),
    [("recommend", "title", "papers"), ("collaborators", "name", "authors")],
)
def test_ask_json_has_exactly_the_published_shape(
    folder: Path, trained: dict[str, Any], reader: str, command: str, label: str, collection: str
) -> None:
    answer = told(command, reader, "--models", folder / "models", "-k", 7, "--json")
    assert list(answer) == ["for", "model", "results"]
    assert (answer["for"], answer["model"]) == (f"users/{reader}", trained["model"])
    _check_results(answer["results"], label, collection, "personalised")


def test_similar_and_list_give_papers(folder: Path, world: AskedWorld, trained: dict) -> None:
    models = ("--models", folder / "models", "-k", 7, "--json")
    paper = world.tables["papers"]["paper_id"].iloc[0]
    similar = told("similar", paper, *models)
    assert (similar["for"], similar["model"]) == (f"papers/{paper}", trained["model"])
    _check_results(similar["results"], "title", "papers", "folded_in")
    query = world.queries.iloc[0]
    listed = told("list", query["text"], *models)
    _check_results(listed["results"], "title", "papers", "text")
    planted = world.queries_test.loc[world.queries_test["query_id"] == query["query_id"]]
    on_topic = {f"papers/{paper}" for paper in planted["paper_id"]}
    assert {result["id"] for result in listed["results"]} <= on_topic


def _check_results(
    results: list[dict[str, Any]], label: str, collection: str, strategy: str
) -> None:
    assert [result["rank"] for result in results] == [1, 2, 3, 4, 5, 6, 7]
    scores = [result["score"] for result in results]
    assert scores == sorted(scores, reverse=True)
    for result in results:
        assert list(result) == ["id", label, "score", "rank", "strategy", "reasons"]
        assert re.fullmatch(rf"{collection}/\w+", result["id"])
        assert result[label]
        assert result["strategy"] == strategy
        for reason in result["reasons"]:
            assert list(reason) == ["kind", "subject", "text", "share"]
            assert 0 < reason["share"] <= 1
    assert any(result["reasons"] for result in results)


def test_profile_nobody_has_claimed_gets_a_list(
    folder: Path, world: AskedWorld, trained: dict[str, Any]
) -> None:
    written = world.tables["authorships"]["author_id"].value_counts()
    unclaimed = written.index[~written.index.isin(world.tables["users"]["author_id"])][0]
    answer = told("recommend", f"authors/{unclaimed}", "--models", folder / "models", "--json")
    assert (answer["for"], answer["model"]) == (f"authors/{unclaimed}", trained["model"])
    assert {result["strategy"] for result in answer["results"]} == {"folded_in"}
    own = world.tables["authorships"].query("author_id == @unclaimed")["paper_id"]
    assert not {f"papers/{paper}" for paper in own} & {r["id"] for r in answer["results"]}
