"""Some hundreds of the requests of `python -m tests.trials malformed`, the same ones each time."""

from __future__ import annotations

import pytest

from tests.trials.malformed import Seen, run

COUNT = 400


@pytest.fixture(scope="module")
def seen() -> Seen:
    return run(COUNT, seed=1)


def test_malformed_requests_are_never_the_servers_fault(seen: Seen) -> None:
    assert seen.faults == []
    assert sum(seen.answers.values()) == COUNT


def test_malformed_requests_reach_every_method_and_bear_the_mark(seen: Seen) -> None:
    methods = {method for method, _ in seen.answers}
    assert len(methods) >= 14
    assert {method for method in methods if not seen.marked[method]} <= {"ListModels"}


def test_malformed_requests_are_refused_in_every_way_and_some_are_not(seen: Seen) -> None:
    codes = {code for _, code in seen.answers}
    assert {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "UNAUTHENTICATED"} <= codes
