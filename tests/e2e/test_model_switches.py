"""The trials of the model's life, each in small: no call fails while models change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recsys.models.model import Model
from tests.e2e.command_line import quick_settings
from tests.trials.loop import close_the_loop
from tests.trials.memory import pages_of
from tests.trials.switches import switch_under_load


def test_switches_under_load_fail_no_call(tmp_path: Path, small_model: Model) -> None:
    told = switch_under_load(tmp_path, small_model, count=4, workers=2, n_callers=3)
    assert told.failures == {}
    assert told.calls == len(told.seconds) >= 4 * 3


def test_loop_from_a_stranger_to_a_new_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ("--config", quick_settings(tmp_path), "--threads", 1)
    close_the_loop(tmp_path, scale=0.05, workers=1, n_callers=2, settings=settings)
    told = capsys.readouterr().out
    for word in ("[popular]", "[folded_in]", "[personalised]", "none failed"):
        assert word in told


def test_pages_of_a_process_are_counted() -> None:
    held = pages_of([os.getpid()])
    assert held.pss >= held.private > 1
    twice = pages_of([os.getpid()] * 2)
    assert twice.pss == pytest.approx(2 * held.pss, rel=0.1)
