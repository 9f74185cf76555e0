"""`recsys digest` and `recsys subscribers`, as they are typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsys.storage.bundle import publish
from tests.digest_round import USERS
from tests.e2e.command_line import Done, json_line, recsys_here
from tests.small import small_run


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a model, and a state with three subscribers."""
    trained = small_run()
    publish(
        tmp_path / "models",
        trained.model,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        settings={},
        seed=1,
        metrics=trained.metrics,
        signals={},
    )
    rows = [f"{USERS[0]},a@example.org,weekly,3", f"{USERS[1]},b@example.org,weekly,"]
    rows += [f"{USERS[2]},nowhere,weekly,", f"{USERS[3]},d@example.org,none,", ",e@x.org,daily,"]
    (tmp_path / "subscribers.csv").write_text("\n".join(["user_id,email,digest,cap", *rows]))
    done = subscribers(tmp_path, "import", tmp_path / "subscribers.csv")
    assert done.stdout == "3 taken in, 1 of them set aside, 1 rows refused\n"
    assert "row 5" in done.stderr
    return tmp_path


def subscribers(here: Path, *words: object) -> Done:
    done = recsys_here("subscribers", *words, "--state", f"sqlite:///{here / 'state.db'}")
    assert done.returncode == 0, done.stderr
    return done


def digest(here: Path, *words: object) -> Done:
    where = ("--models", here / "models", "--state", f"sqlite:///{here / 'state.db'}")
    when = ("--period", "weekly", "--as-of", "2025-12-31")
    return recsys_here("digest", *where, *when, *words)


def listed(here: Path) -> dict[str, dict[str, object]]:
    lines = subscribers(here, "list", "--json").stdout.splitlines()
    return {row["user_id"]: row for row in map(json.loads, lines)}


def test_digest_goes_out_once_and_unsubscribing_ends_it(here: Path) -> None:
    assert [row["cap"] for row in listed(here).values()] == [3, 10, 10]
    words = ("--out", here / "out", "--least-chance", "0", "--json")
    dry = json_line(digest(here, *words, "--dry-run"))
    assert not (here / "out").exists()
    assert (dry["subscribers"], dry["sent"], dry["dry_run"]) == (2, 2, True)
    assert json_line(digest(here, *words, "--user", USERS[1]))["sent"] == 1
    told = json_line(digest(here, *words))
    assert (told["period"], told["sent"], told["sent_before"]) == ("weekly/2026-W01", 1, 1)
    assert len([*(here / "out").iterdir()]) == 2
    subscribers(here, "unsubscribe", "--user", USERS[0])
    assert listed(here)[USERS[0]]["unsubscribed_time"]
    assert json_line(digest(here, *words))["subscribers"] == 1
    subscribers(here, "import", here / "subscribers.csv")
    assert json_line(digest(here, *words))["subscribers"] == 1
    subscribers(here, "resubscribe", "--user", USERS[0])
    assert json_line(digest(here, *words))["subscribers"] == 2


def test_digest_goes_by_the_chance_that_training_learned(here: Path) -> None:
    words = ("--out", here / "out", "--json", "--dry-run")
    least = small_run().metrics["papers.worth_telling"]
    learned, same = json_line(digest(here, *words)), digest(here, *words, "--least-chance", least)
    assert learned["papers"] == json_line(same)["papers"]


def test_unsubscribe_takes_the_word_of_a_link(here: Path) -> None:
    digest(here, "--out", here / "out", "--least-chance", "0", "--format", "jsonl")
    rows = (here / "out" / "weekly-2026-W01.jsonl").read_text().splitlines()
    row = json.loads(rows[0])
    word = row["unsubscribe"].partition("token=")[2]
    subscribers(here, "unsubscribe", "--word", word, "--models", here / "models")
    assert listed(here)[row["user_id"]]["unsubscribed_time"]
    assert "unsubscribed" in subscribers(here, "list").stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--out", "out", "--smtp", "smtp://127.0.0.1"), 2),
        (("--out", "out", "--format", "jsonl", "--user", USERS[0]), 2),
        (("--smtp", "http://127.0.0.1"), 1),
        (("--out", "out", "--from", "nobody"), 1),
    ],
)
def test_digest_that_cannot_go_anywhere_is_refused(here: Path, words, code: int) -> None:
    assert digest(here, *words).returncode == code


@pytest.mark.parametrize(
    "words",
    [
        ("subscribers", "list"),
        ("subscribers", "unsubscribe", "--user", USERS[0]),
        ("subscribers", "resubscribe", "--user", USERS[0]),
        ("digest", "--models", "models", "--period", "weekly", "--out", "out"),
    ],
)
def test_command_with_a_state_that_is_not_there_is_refused(
    here: Path, words: tuple[str, ...]
) -> None:
    done = recsys_here(*words, "--state", "sqlite:///nowhere.db", cwd=here)
    assert (done.returncode, "no state at sqlite:///nowhere.db" in done.stderr) == (1, True)
    assert not (here / "nowhere.db").exists()
