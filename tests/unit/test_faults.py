"""A caller who has gone, and a clock that jumps: no work for nobody, nothing waits for a date."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import grpc
import pytest

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.storage.state import State, beside, open_state
from serving.client import RecsysClient, RequestFailed
from serving.rpc import server as rpc_server
from serving.watch.calls import Watch
from tests.events import did
from tests.served import asking, served
from tests.unit.test_rpc_calls import GateScorer, model_with
from tests.unit.test_watch_calls import samples
from tests.waiting import until
from tests.worlds import tiny_model

ROOT = Path(__file__).parents[2]
TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
# Here times of day are told to people, written down, or compared with those that were.
TELL_THE_TIME = {"serving/rpc/gate.py", "serving/rpc/server.py", "serving/web/site.py"}


def test_stage_is_not_begun_for_a_caller_who_has_gone() -> None:
    watch, gate = Watch(), GateScorer(threading.Event())
    request = pb.RankPapersRequest(explain=False)
    with served(model_with(gate), watch=watch, threads=1) as address, asking(address) as ask:
        late = ask.RankPapers.future(request, timeout=1)
        assert gate.entered.wait(30)
        entered = monotonic()
        assert late.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        # The server counts from the arrival, so that it knows a little later than the client.
        until(lambda: monotonic() > entered + 1)
        gate.gate.set()
        assert ask.RankPapers(request, timeout=30).results  # by the thread that had the late one
    assert samples(watch, "recsys_rpc_calls_total") == {
        ("RankPapers", "DEADLINE_EXCEEDED"): 1,
        ("RankPapers", "OK"): 1,
    }
    stages = samples(watch, "recsys_rpc_stage_duration_seconds_count")
    assert stages["RankPapers", "score"] == 2
    assert stages["RankPapers", "arrange"] == 1


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = TODAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rpc_server, "now_in_utc", clock)
    return clock


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        yield opened


def test_clock_that_jumps_back_leaves_no_gap_between_pages(clock: Clock) -> None:
    with served(tiny_model()) as address, RecsysClient(address) as client:
        whole = [line.id for line in client.recommend_papers("users/reader", k=6).results]
        first = client.recommend_papers("users/reader", k=3)
        clock.now = TODAY - timedelta(days=400)
        rest = client.recommend_papers("users/reader", k=3, page_token=first.next_page_token)
    assert [line.id for line in first.results + rest.results] == whole


def test_clock_that_jumps_ahead_ends_pages_and_nothing_else(clock: Clock) -> None:
    with served(tiny_model()) as address, RecsysClient(address) as client:
        first = client.recommend_papers("users/reader", k=3)
        clock.now = TODAY + timedelta(days=400)
        with pytest.raises(RequestFailed) as caught:
            client.recommend_papers("users/reader", k=3, page_token=first.next_page_token)
        assert caught.value.reason == "PAGE_EXPIRED"
        again = client.recommend_papers("users/reader", k=3)
    assert [line.id for line in again.results] == [line.id for line in first.results]


def test_clock_that_jumps_back_between_writes_hides_no_event(state: State) -> None:
    with served(tiny_model(), state=state) as address, RecsysClient(address) as client:
        for paper, days in (("g1", 0), ("g2", -100), ("g3", 1)):
            received_time = TODAY + timedelta(days=days)
            state.events.write([did("somebody", "save", paper)], received_time)
        told = client.recommend_papers("users/somebody")
        stored = state.events.of_user("somebody")
    assert [event.seq for event in stored] == [1, 2, 3]
    assert not {"papers/g1", "papers/g2", "papers/g3"} & {line.id for line in told.results}
    assert {line.strategy for line in told.results} == {"folded_in"}


def asks_for_the_time(path: Path) -> bool:
    """Whether a module reads the clock on the wall, by any of its names."""
    names = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    nodes = ast.walk(ast.parse(path.read_text()))
    read = (node for node in nodes if isinstance(node, ast.Attribute))
    return any((getattr(node.value, "id", ""), node.attr) in names for node in read)


def test_wall_clock_is_read_only_where_times_are_told() -> None:
    """Whatever waits, counts or paces goes by the monotonic clock."""
    modules = [*(ROOT / "serving").rglob("*.py"), *(ROOT / "recsys").rglob("*.py")]
    readers = {str(path.relative_to(ROOT)) for path in modules if asks_for_the_time(path)}
    assert readers & TELL_THE_TIME
    serving = {name for name in readers if not name.startswith("serving/commands/")}
    assert serving == TELL_THE_TIME
