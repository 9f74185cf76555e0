"""Rates of what was shown: known answers on made histories, and intervals that hold the truth."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.data.attribution import Attribution
from recsys.data.events import Event
from recsys.evaluation.online import Rates, lines_shown, rate, rates_of
from recsys.storage.state import open_state
from tests.e2e.command_line import json_line, recsys_here

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINE = Attribution("a1", "RecommendPapers", "v1", "spring/control", "personalised", 1)


def deed(kind: str, line: Attribution, user: str = "ada", **more: str) -> Event:
    id_ = f"{user} {kind} {line.answer_id} {line.position} {more}"
    paper = f"p{line.position}" if kind not in ("follow", "undo") else ""
    author = "ben" if kind == "follow" else ""
    given = {"paper_id": paper, "author_id": author, **more}
    return Event(id_, user, kind, NOON, **given, attribution=line)


def answers(n: int, clicked: int, saved: int, line: Attribution, user: str) -> list[Event]:
    """n lines shown to one user, of which the first so many were opened and saved."""
    events = []
    for number in range(n):
        one = replace(line, answer_id=f"{user} {line.model} {line.position} {number}")
        kinds = ["impression", *["open"] * (number < clicked), *["save"] * (number < saved)]
        events += [deed(kind, one, user) for kind in kinds]
    return events


def found(events: list[Event]) -> dict[tuple[str, str], Rates]:
    return {(one.by, one.value): one for one in rates_of(lines_shown(events))}


def test_rates_of_a_made_history_are_those_it_was_made_with() -> None:
    events = []
    for number in range(20):
        user = f"u{number}"
        control, treated = LINE, replace(LINE, model="v2", arm="spring/treatment")
        events += answers(10, 4, 1, control, user)
        events += answers(10, 6, 2, treated, user)
        events += answers(10, 1, 0, replace(control, position=7, strategy="explored"), user)
    rates = found(events)
    shares = {key: (one.click_rate.value, one.save_rate.value) for key, one in rates.items()}
    assert shares == {
        ("method", "RecommendPapers"): (pytest.approx(11 / 30), pytest.approx(0.1)),
        ("model", "v1"): (0.25, 0.05),
        ("model", "v2"): (0.6, 0.2),
        ("arm", "spring/control"): (0.25, 0.05),
        ("arm", "spring/treatment"): (0.6, 0.2),
        ("strategy", "explored"): (0.1, 0.0),
        ("strategy", "personalised"): (0.5, pytest.approx(0.15)),
        ("position", "1"): (0.5, pytest.approx(0.15)),
        ("position", "6-10"): (0.1, 0.0),
    }
    assert {(one.shown, one.people) for one in rates.values() if one.by == "model"} == {
        (400, 20),
        (200, 20),
    }


def test_lift_forgives_a_place_further_down() -> None:
    first, tenth = LINE, replace(LINE, position=10)
    events = answers(100, 50, 0, first, "ada") + answers(100, 10, 0, tenth, "ada")
    # v2 is twice as good as v1 wherever it stands, but stands where few look.
    better = [replace(line, model="v2") for line in (first, tenth)]
    events += answers(10, 10, 0, better[0], "ada") + answers(190, 38, 0, better[1], "ada")
    rates = found(events)
    assert rates["model", "v2"].click_rate.value < rates["model", "v1"].click_rate.value
    assert rates["model", "v2"].click_lift.value > 1 > rates["model", "v1"].click_lift.value


def test_lift_by_position_is_against_the_first_place() -> None:
    events = answers(100, 50, 0, LINE, "ada") + answers(100, 10, 0, replace(LINE, position=2), "b")
    rates = found(events)
    assert rates["position", "1"].click_lift.value == pytest.approx(1.0)
    assert rates["position", "2"].click_lift.value == pytest.approx(0.2)


def test_lift_where_nobody_saw_a_first_place_is_not_known() -> None:
    rates = found(answers(10, 5, 0, replace(LINE, position=3), "ada"))
    assert np.isnan(rates["position", "3"].click_lift.value)


def test_line_counts_once_however_often_it_was_told() -> None:
    told = [deed(kind, LINE) for kind in ("impression", "open", "read", "save")]
    again = [replace(event, event_id=f"again {event.event_id}") for event in told]
    (line,) = lines_shown(told + again).itertuples()
    assert (line.clicked, line.saved) == (True, True)


def test_line_that_was_not_told_as_shown_is_left_out() -> None:
    other = replace(LINE, position=2)
    shown = lines_shown([deed("impression", LINE), deed("open", other), deed("save", other)])
    assert shown[["position", "clicked", "saved"]].to_numpy().tolist() == [[1, False, False]]


def test_line_of_one_answer_shown_to_two_counts_for_each() -> None:
    events = [deed("impression", LINE, user) for user in ("ada", "ben")]
    shown = lines_shown([*events, deed("open", LINE, "ben")])
    assert dict(zip(shown["user_id"], shown["clicked"], strict=True)) == {"ada": False, "ben": True}


def test_line_whose_deed_was_undone_is_as_if_it_never_was() -> None:
    impression, opened, saved = (deed(kind, LINE) for kind in ("impression", "open", "save"))
    undo = Event("undo", "ada", "undo", NOON, undone_id=saved.event_id)
    (line,) = lines_shown([undo, impression, opened, saved]).itertuples()
    assert (line.clicked, line.saved) == (True, False)


def test_line_of_people_is_kept_by_following() -> None:
    line = replace(LINE, method="SuggestCollaborators")
    (shown,) = lines_shown([deed("impression", line), deed("follow", line)]).itertuples()
    assert (shown.clicked, shown.saved) == (False, True)


def test_events_without_attribution_are_passed_over() -> None:
    event = replace(deed("impression", LINE), attribution=None)
    assert lines_shown([event]).empty
    assert rates_of(lines_shown([])) == ()


def test_positions_stand_in_their_order() -> None:
    lines = [replace(LINE, position=position) for position in (51, 21, 10, 4, 2, 1)]
    rates = rates_of(lines_shown([deed("impression", line) for line in lines]))
    named = [one.value for one in rates if one.by == "position"]
    assert named == ["1", "2", "4", "6-10", "21-50", "51+"]


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_interval_holds_the_true_rate_as_often_as_it_says(share: float, spread: float) -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(300):
        # Each of 60 people has a rate of their own, and sees from 5 to 40 lines.
        logit = np.log(share / (1 - share)) + spread * rng.normal(size=60)
        own = 1 / (1 + np.exp(-logit))
        seen = rng.integers(5, 40, size=60)
        hits = rng.random(seen.sum()) < np.repeat(own, seen)
        true = np.mean(1 / (1 + np.exp(-np.log(share / (1 - share)) - spread * _NORMAL)))
        found = rate(pd.Series(hits), pd.Series(np.repeat(np.arange(60), seen)))
        held += found.low <= true <= found.high
    assert held >= 0.92 * 300


_NORMAL = np.random.default_rng(0).normal(size=200_000)


def test_interval_of_one_person_says_next_to_nothing() -> None:
    found = rate(pd.Series([False] * 500), pd.Series(["ada"] * 500))
    assert found.low == 0.0
    assert found.high > 0.7


def test_interval_of_none_is_not_a_point() -> None:
    found = rate(pd.Series([False] * 500), pd.Series(np.arange(500)))
    assert 0.005 < found.high < 0.01


@pytest.fixture
def state(tmp_path: Path) -> str:
    """A state in which nine lines were shown to three users, four opened, and one saved."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    with open_state(url) as opened:
        for user, clicked in (("u1", 1), ("u2", 1), ("u3", 2)):
            opened.events.write(answers(3, clicked, user == "u3", LINE, user), NOON)
    return url


def test_command_tells_the_rates_of_a_state(state: str) -> None:
    told = json_line(recsys_here("evaluate", "online", "--state", state, "--json", "-"))
    by = {(one["by"], one["value"]): one for one in told["rates"]}
    assert [key[0] for key in by] == ["method", "model", "arm", "strategy", "position"]
    found = by["arm", "spring/control"]
    assert (found["shown"], found["people"]) == (9, 3)
    assert found["click_rate"]["value"] == pytest.approx(4 / 9)
    assert found["save_rate"]["value"] == pytest.approx(1 / 9)
    assert found["click_rate"]["low"] < 4 / 9 < found["click_rate"]["high"]
    assert found["lift"]["value"] == pytest.approx(1.0)


def test_command_prints_a_table_and_writes_the_same_as_json(state: str, tmp_path: Path) -> None:
    done = recsys_here("evaluate", "online", "--state", state, "--json", tmp_path / "rates.json")
    assert "44.44 %" in done.stdout
    assert "spring/control" in done.stdout
    again = json_line(recsys_here("evaluate", "online", "--state", state, "--json", "-"))
    assert json.loads((tmp_path / "rates.json").read_text()) == again


def test_command_without_impressions_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'state.db'}"
    with open_state(url) as opened:
        assert opened.newest_seq() == 0
    done = recsys_here("evaluate", "online", "--state", url)
    assert done.returncode == 1
    assert "no impression with an attribution token" in done.stderr


def test_command_without_a_state_is_refused_and_makes_none(tmp_path: Path) -> None:
    done = recsys_here("evaluate", "online", "--state", f"sqlite:///{tmp_path / 'state.db'}")
    assert (done.returncode, "there is no state at" in done.stderr) == (1, True)
    assert not [*tmp_path.iterdir()]


def test_command_without_a_folder_to_write_into_is_refused(state: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "rates.json"
    done = recsys_here("evaluate", "online", "--state", state, "--json", missing)
    assert (done.returncode, "is no folder" in done.stderr) == (1, True)
