"""What surrounds every call: deadlines, mistakes of ours, and the log."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
import numpy as np
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status
from structlog.testing import capture_logs

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.errors import (
    BundleCorrupt,
    NoModel,
    RecsysError,
    UnknownAuthor,
    UnknownModel,
    UnknownPaper,
)
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence
from serving.rpc.errors import (
    InvalidRequest,
    PageExpired,
    Violation,
    status_of,
)
from tests.served import asking, served
from tests.worlds import tiny_model

PRIVATE = "the-text-of-a-reader"


@dataclass(frozen=True)
class GateScorer:
    """Scores once the gate is open, and counts how often it was asked."""

    gate: threading.Event
    entered: threading.Event = field(default_factory=threading.Event)
    asked: list[int] = field(default_factory=list)
    name: str = "gate"

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        self.asked.append(len(rows))
        self.entered.set()
        assert self.gate.wait(30)
        return np.ones((len(readers), len(rows)), dtype=np.float32)

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:  # noqa: ARG002
        return []


@dataclass(frozen=True)
class BrokenScorer:
    """Fails, and quotes what it was asked."""

    name: str = "broken"

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:  # noqa: ARG002
        raise KeyError(PRIVATE)

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:  # noqa: ARG002
        raise KeyError(PRIVATE)


def model_with(scorer: Any) -> Model:
    """The tiny model with one scorer in the place of the first."""
    model = tiny_model()
    first, *others = model.paper_scorers
    return replace(model, paper_scorers=(replace(scorer, name=first.name), *others))


@pytest.fixture
def logs() -> Iterator[list[dict[str, Any]]]:
    with capture_logs() as lines:
        yield lines


def call_line(lines: list[dict[str, Any]]) -> dict[str, Any]:
    return next(line for line in lines if line["event"] == "call")


def test_deadline_passed_in_the_queue_means_no_work() -> None:
    gate = GateScorer(threading.Event())
    request = pb.RankPapersRequest(explain=False)
    with served(model_with(gate), threads=1) as address, asking(address) as ask:
        slow = ask.RankPapers.future(request, timeout=30)
        assert gate.entered.wait(10)
        with pytest.raises(grpc.RpcError) as caught:
            ask.RankPapers(request, timeout=0.1)
        assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        gate.gate.set()
        assert slow.result().results
        assert ask.RankPapers(request, timeout=30).results  # queued behind the late one
    assert len(gate.asked) == 2


def test_queue_full_is_refused_at_once() -> None:
    gate = GateScorer(threading.Event())
    request = pb.RankPapersRequest(explain=False)
    with served(model_with(gate), threads=1, queue=0) as address, asking(address) as ask:
        slow = ask.RankPapers.future(request, timeout=30)
        assert gate.entered.wait(10)
        with pytest.raises(grpc.RpcError) as caught:
            ask.RankPapers(request, timeout=30)
        gate.gate.set()
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert slow.result().results


def test_little_time_left_means_no_reasons() -> None:
    request = pb.RecommendPapersRequest(parent="users/reader")
    with served(tiny_model(), reasons_need_s=20.0) as address, asking(address) as ask:
        hasty, patient = ask.RecommendPapers(request, timeout=10), ask.RecommendPapers(request)
    assert [line.name for line in hasty.results] == [line.name for line in patient.results]
    assert hasty.degraded
    assert not any(line.reasons for line in hasty.results)
    assert not patient.degraded
    assert patient.results[0].reasons


def test_mistake_keeps_its_text_from_the_client_and_the_log(logs: list[dict[str, Any]]) -> None:
    request = pb.RankPapersRequest(text=PRIVATE)
    with (
        served(model_with(BrokenScorer())) as address,
        asking(address) as ask,
        pytest.raises(grpc.RpcError) as caught,
    ):
        ask.RankPapers(request, timeout=10)
    info = ErrorInfo()
    rpc_status.from_call(caught.value).details[0].Unpack(info)
    assert (caught.value.code(), info.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert PRIVATE not in str(caught.value)
    assert PRIVATE not in str(logs)
    mistake = next(line for line in logs if line["event"] == "mistake")
    assert mistake["error"] == "KeyError"
    assert mistake["at"][-1].endswith(" score")
    assert call_line(logs)["code"] == "INTERNAL"


def test_log_has_counts_and_no_words(logs: list[dict[str, Any]]) -> None:
    request = pb.RankPapersRequest(text=PRIVATE, liked_papers=["papers/g1"], page_size=3)
    with served(tiny_model()) as address, asking(address) as ask:
        ask.RankPapers(request, timeout=10)
    line = call_line(logs)
    assert (line["code"], line["results"], line["model"]) == ("OK", 3, "models/v1")
    assert line["method"] == "/readinglist.v1.RecommendationService/RankPapers"
    assert line["duration_ms"] >= 0
    assert PRIVATE not in str(logs)
    assert "g1" not in str(logs)


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (InvalidRequest([Violation("a", "b")]), "INVALID_ARGUMENT", "INVALID_REQUEST"),
        (UnknownPaper("p"), "NOT_FOUND", "PAPER_NOT_FOUND"),
        (UnknownAuthor("a"), "NOT_FOUND", "AUTHOR_NOT_FOUND"),
        (PageExpired("m"), "FAILED_PRECONDITION", "PAGE_EXPIRED"),
        (NoModel("n"), "UNAVAILABLE", "NO_MODEL"),
        (UnknownModel("x"), "NOT_FOUND", "MODEL_NOT_FOUND"),
        (BundleCorrupt("x"), "FAILED_PRECONDITION", "MODEL_REFUSED"),
        (RecsysError("of no known kind"), "INTERNAL", "INTERNAL"),
        (ZeroDivisionError("1/0"), "INTERNAL", "INTERNAL"),
    ],
)
def test_status_of_an_error_is_in_one_table(error: Exception, code: str, reason: str) -> None:
    status, info = status_of(error), ErrorInfo()
    status.details[0].Unpack(info)
    assert status.code == grpc.StatusCode[code].value[0]
    assert (info.reason, info.domain) == (reason, "readinglist")
    assert (str(error) in status.message) == (reason != "INTERNAL")
