"""Asking a bundle from the command line: the table, the JSON shape, filters, and refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from recsys.data.resource_names import name_in, reader_name
from recsys.errors import BadInput, NoModel, RecsysError, UnknownAuthor, UnknownPaper
from recsys.storage.registry import current
from serving.cli import register
from serving.commands.shown import printable
from tests.worlds import OLD_ARXIV_ID, publish_tiny

Ask = Callable[..., Result]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with the tiny model."""
    folder = tmp_path_factory.mktemp("models")
    publish_tiny(folder)
    return folder


@pytest.fixture
def ask(models: Path) -> Ask:
    """Runs a subcommand against the tiny model, on a wide terminal."""
    app = typer.Typer()
    register(app)

    def run(*words: object, where: tuple[object, ...] = ("--models", models)) -> Result:
        arguments = [str(word) for word in (*words, *where)]
        return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})

    return run


def said(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


def ids(result: Result) -> list[str]:
    return [one["id"] for one in said(result)["results"]]


def test_recommend_table_has_rank_title_score_and_reasons(ask: Ask, models: Path) -> None:
    done = ask("recommend", "reader")
    assert (done.exit_code, done.stderr) == (0, "")
    first = next(line for line in done.stdout.splitlines() if "Sampling in graph networks" in line)
    assert [cell.strip() for cell in first.strip("│").split("│")[:2]] == [
        "1",
        "Sampling in graph networks",
    ]
    assert "by Cleo Calder, whom you follow (" in done.stdout
    for shown in ("Graph transformers", "papers/g4", "personalised", current(models), "2023-10-01"):
        assert shown in done.stdout


def test_recommend_json_has_exactly_the_published_shape(ask: Ask, models: Path) -> None:
    answer = said(ask("recommend", "reader", "-k", 2, "--json"))
    assert list(answer) == ["for", "model", "results"]
    assert (answer["for"], answer["model"]) == ("users/reader", current(models))
    for result in answer["results"]:
        assert list(result) == ["id", "title", "score", "rank", "strategy", "reasons"]
        assert isinstance(result["score"], float)
        for reason in result["reasons"]:
            assert list(reason) == ["kind", "subject", "text", "share"]
            assert 0 < reason["share"] <= 1
    assert [(r["id"], r["title"], r["rank"], r["strategy"]) for r in answer["results"]] == [
        ("papers/g3", "Sampling in graph networks", 1, "personalised"),
        ("papers/g4", "Graph transformers", 2, "personalised"),
    ]
    reasons = [(r["kind"], r["subject"]) for r in answer["results"][0]["reasons"]]
    assert ("followed_author", "authors/cleo") in reasons


def test_collaborators_json_has_names(ask: Ask) -> None:
    answer = said(ask("collaborators", "u-ada", "-k", 1, "--json"))
    (person,) = answer["results"]
    assert list(person) == ["id", "name", "score", "rank", "strategy", "reasons"]
    assert (person["id"], person["name"]) == ("authors/cleo", "Cleo Calder")
    assert "you both write with Ben Birch" in [reason["text"] for reason in person["reasons"]]


def test_collaborators_table_has_names(ask: Ask) -> None:
    done = ask("collaborators", "u-eva", "-k", 1)
    assert "Finn Ford" in done.stdout
    assert "you both write with Dan Dale" in done.stdout


def test_collaborators_about_words_or_near_a_paper_work_on_that(ask: Ask) -> None:
    for wish in (["--about", "protein folding"], ["--near", "p1"], ["--near", "papers/p2"]):
        answer = ask("collaborators", "u-ada", "--json", *wish)
        assert set(ids(answer)) <= {"authors/dan", "authors/eva", "authors/finn"}
        assert ids(answer)


def test_collaborators_years_apart_and_affiliation_narrow_the_list(ask: Ask) -> None:
    """Ada has written with ben alone, in January 2022; both are of the Northern College."""
    assert ids(ask("collaborators", "u-ada", "--years-apart", 1, "--json")) == ["authors/ben"]
    assert ids(ask("collaborators", "u-ada", "--years-apart", 2, "--json")) == []
    near = ["collaborators", "u-ada", "--include-coauthors", "--json"]
    assert "authors/ben" in ids(ask(*near))
    assert "authors/ben" not in ids(ask(*near, "--exclude-own-affiliation"))


def test_similar_authors_lists_people_of_the_same_field_coauthors_too(ask: Ask) -> None:
    answer = ask("similar-authors", "ada", "--json")
    assert said(answer)["for"] == "authors/ada"
    assert ids(answer) == ["authors/ben", "authors/cleo"]
    assert ids(ask("similar-authors", "authors/ada", "--exclude-coauthors", "--json")) == [
        "authors/cleo"
    ]


def test_similar_lists_papers_of_the_same_topic(ask: Ask) -> None:
    answer = ask("similar", "g1", "-k", 3, "--json")
    assert said(answer)["for"] == "papers/g1"
    assert set(ids(answer)) == {"papers/g2", "papers/g3", "papers/g4"}


def test_list_ranks_for_words(ask: Ask) -> None:
    answer = ask("list", "protein folding", "-k", 3, "--json")
    assert said(answer)["for"] == "protein folding"
    assert set(ids(answer)) == {"papers/p1", "papers/p2", "papers/p3"}
    assert {one["strategy"] for one in said(answer)["results"]} == {"text"}


@pytest.mark.parametrize("name", ["reader", "users/reader", "users/%72eader"])
def test_recommend_user_may_be_an_id_or_a_name(ask: Ask, name: str) -> None:
    answer = ask("recommend", name, "-k", 1, "--json")
    assert said(answer)["for"] == "users/reader"
    assert ids(answer) == ["papers/g3"]


def test_recommend_unclaimed_profile_gets_a_list_from_its_works(ask: Ask) -> None:
    answer = ask("recommend", "authors/finn", "-k", 2, "--json")
    assert said(answer)["for"] == "authors/finn"
    assert ids(answer) == ["papers/p1", "papers/p2"]
    assert answer.stderr == ""


def test_similar_paper_with_a_slash_in_its_id_may_be_an_id_or_a_name(ask: Ask) -> None:
    by_id = ask("similar", OLD_ARXIV_ID, "--json")
    by_name = ask("similar", "papers/hep-th%2F9901001", "--json")
    assert said(by_id)["for"] == "papers/hep-th%2F9901001"
    assert by_id.stdout == by_name.stdout


@pytest.mark.parametrize("name", ["who?", "users/who%3F", "newcomer"])
def test_recommend_nothing_known_gives_the_cold_start_list_and_says_so(ask: Ask, name: str) -> None:
    done = ask("recommend", name, "--json")
    assert ids(done)[:2] == ["papers/g2", "papers/g1"]
    assert {one["strategy"] for one in said(done)["results"]} == {"popular"}
    assert "cold-start list" in done.stderr
    assert said(done)["for"] in done.stderr
    assert "cold-start list" in ask("recommend", name).stderr


def test_list_words_that_no_paper_has_give_the_cold_start_list_and_say_so(ask: Ask) -> None:
    done = ask("list", "xyzzy plugh", "-k", 1)
    assert "Deep graph networks" in done.stdout
    assert "nothing is known of xyzzy plugh" in done.stderr
    assert ask("list", "folding", "-k", 1).stderr == ""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--published-after", "2023-06-01"], {"g4", "p3"}),
        (["--published-before", "2021-05-01"], {OLD_ARXIV_ID}),
        (["--category", "q-bio"], {"p1", "p2", "p3"}),
        (["--category", "q-bio", "--category", "hep-th"], {"p1", "p2", "p3", OLD_ARXIV_ID}),
        (["--not-category", "cs.LG", "--not-category", "q-bio"], {OLD_ARXIV_ID}),
        (["--category", "cs.LG", "--exclude", "g1", "--exclude", "papers/g2"], {"g3", "g4"}),
        (
            ["--not-category", "cs.LG", "--exclude", OLD_ARXIV_ID, "--exclude", "unknown"],
            {"p1", "p2", "p3"},
        ),
    ],
)
def test_list_filters_keep_only_what_passes(ask: Ask, options: list[str], expected: set) -> None:
    answer = ask("list", "graphs", "--json", *options)
    assert set(ids(answer)) == {name_in("papers", id_) for id_ in expected}


def test_collaborators_excluded_people_stay_out(ask: Ask) -> None:
    answer = ask(
        "collaborators", "u-ada", "--exclude", "cleo", "--exclude", "authors/dan", "--json"
    )
    assert set(ids(answer)) == {"authors/eva", "authors/finn"}


def test_recommend_that_nothing_passes_says_so(ask: Ask) -> None:
    for more in ([], ["--json"]):
        done = ask("recommend", "reader", "--category", "nowhere", *more)
        assert done.exit_code == 0
        assert "no candidate passes" in done.stderr
    assert ids(done) == []
    assert ids(ask("recommend", "reader", "-k", 0, "--json")) == []


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["recommend", "authors/nobody"], UnknownAuthor("author 'nobody'")),
        (["collaborators", "authors/nobody"], UnknownAuthor("author 'nobody'")),
        (["similar-authors", "nobody"], UnknownAuthor("author 'nobody'")),
        (["similar", "nothing"], UnknownPaper("paper 'nothing'")),
        (["recommend", "users/"], BadInput("users/ID")),
        (["recommend", ""], BadInput("users/ID")),
        (["similar", "papers/hep-th/9901001"], BadInput("percent-encoded")),
    ],
)
def test_ask_refused_with_clear_words(ask: Ask, words: list[str], error: RecsysError) -> None:
    done = ask(*words)
    assert type(done.exception) is type(error)
    assert str(error) in str(done.exception)
    assert done.stdout == ""


def test_ask_refusal_is_one_line_on_stderr_and_exit_code_one(models: Path) -> None:
    code = "import sys; from recsys.cli import main; sys.argv[0] = 'recsys'; main()"
    command = [sys.executable, "-c", code, "similar", "nothing", "--models", str(models)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "recsys: paper 'nothing' is not in this model; check the id, or retrain\n"


def test_ask_without_a_model_says_what_to_do(ask: Ask, tmp_path: Path) -> None:
    done = ask("recommend", "reader", where=("--models", tmp_path))
    assert isinstance(done.exception, NoModel)
    assert "recsys train" in str(done.exception)


@pytest.mark.parametrize(
    "where",
    [
        (),
        ("--models", "m", "--server", "localhost:1"),
        ("--models", "m", "-k", "-1"),
        ("--models", "m", "--diversity", "1.1"),
        ("--models", "m", "--explore", "-0.1"),
        ("--server", "localhost:1", "--day", "2026-11-21"),
    ],
)
def test_ask_wrong_usage_exits_with_two(ask: Ask, where: tuple[str, ...]) -> None:
    done = ask("recommend", "reader", where=where)
    assert (done.exit_code, done.stdout) == (2, "")


def test_ask_names_are_encoded_once() -> None:
    assert reader_name("a/b c") == "users/a%2Fb%20c"
    assert reader_name("users/a%2Fb") == "users/a%2Fb"
    assert reader_name("authors/é") == "authors/%C3%A9"
    assert reader_name("papers/x") == "users/papers%2Fx"


def test_shown_text_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b[2Jb\x07\r\nc\u202ed") == "a [2Jb   c d"
    assert printable("Über “α”-Graphen [bold]") == "Über “α”-Graphen [bold]"


def test_recommend_explored_places_stay_for_a_day(ask: Ask) -> None:
    def places(day: str) -> list[tuple[str, str]]:
        answer = said(ask("recommend", "newcomer", "--explore", 0.5, "--day", day, "--json"))
        return [(one["id"], one["strategy"]) for one in answer["results"]]

    lists = [places(f"2026-11-{day}") for day in range(10, 20)]
    assert lists == [places(f"2026-11-{day}") for day in range(10, 20)]
    assert any(other != lists[0] for other in lists)
    assert {strategy for _, strategy in lists[0]} == {"popular", "explored"}


def test_recommend_seen_and_own_come_back_on_request(ask: Ask) -> None:
    assert "papers/g1" not in ids(ask("recommend", "u-ada", "--json"))
    assert "papers/g2" in ids(ask("recommend", "u-ada", "--include-seen", "--json"))
    assert "papers/g1" in ids(ask("recommend", "u-ada", "--include-own", "--json"))


def test_recommend_list_of_a_profile_is_wrong_usage(ask: Ask) -> None:
    assert ask("recommend", "authors/finn", "--list", "Graphs").exit_code == 2
