"""What a server sees of its own calls: ids, lines, counts and times, and nothing of the readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
import structlog
from google.rpc.error_details_pb2 import ErrorInfo, RequestInfo
from grpc_status import rpc_status
from structlog.testing import LogCapture

from protos.readinglist.v1 import model_pb2
from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.model_pb2_grpc import ModelServiceStub
from serving.rpc.errors import DeadlinePassed
from serving.rpc.models import ModelServicer
from serving.watch.call import CallUnderWay, stage, under_way
from serving.watch.calls import Watch, id_of
from serving.watch.metrics import Metrics
from serving.watch.spans import NoSpans
from tests.served import asking, channel_to, served
from tests.unit.test_rpc_calls import PRIVATE, BrokenScorer, model_with
from tests.worlds import tiny_model

GIVEN = "f3a9/b-1.2:c_d+e="


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture])
    yield capture.entries
    structlog.configure(processors=before)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def ending(call: Any) -> dict[str, str]:
    """The trailing metadata of a call that is over."""
    return dict(call.trailing_metadata())


def samples(watch: Watch, name: str) -> dict[tuple[str, ...], float]:
    """The values of one sample by the values of its labels."""
    return {
        tuple(sample.labels.values()): sample.value
        for metric in watch.metrics.registry.collect()
        for sample in metric.samples
        if sample.name == name
    }


def test_request_id_of_the_client_comes_back_and_stands_in_the_log(logs: list[Any]) -> None:
    request = pb.RankPapersRequest(text="graph")
    with served(tiny_model()) as address, asking(address) as ask:
        _, call = ask.RankPapers.with_call(request, timeout=10, metadata=(("x-request-id", GIVEN),))
        assert ending(call)["x-request-id"] == GIVEN
        _, other = ask.RankPapers.with_call(request, timeout=10)
        assert re.fullmatch("[0-9a-f]{32}", ending(other)["x-request-id"])
    lines = [line for line in logs if line["event"] == "call"]
    assert [line["request_id"] for line in lines] == [GIVEN, ending(other)["x-request-id"]]


def test_log_names_a_model_and_tells_no_more_of_it(
    logs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = model_pb2.GetModelResponse(
        model=model_pb2.Model(name="models/v1", counts={"users": 3}, metrics={"ndcg": 0.5})
    )
    monkeypatch.setattr(ModelServicer, "GetModel", lambda *_: told)
    with served(tiny_model()) as address, channel_to(address) as channel:
        asked = model_pb2.GetModelRequest(name="models/v1")
        ModelServiceStub(channel).GetModel(asked, timeout=10)
    (line,) = (line for line in logs if line["event"] == "call")
    assert line["model"] == "models/v1"
    assert "ndcg" not in str(line)


@pytest.mark.parametrize("given", ["", "-x", "a b", "x" * 129, 'a"b', "ü", "a\n{}"])
def test_request_id_that_is_none_is_replaced(given: str) -> None:
    assert re.fullmatch("[0-9a-f]{32}", id_of((("x-request-id", given),)))


def test_request_id_is_told_with_an_error(logs: list[Any]) -> None:
    with (
        served(model_with(BrokenScorer())) as address,
        asking(address) as ask,
        pytest.raises(grpc.RpcError) as caught,
    ):
        ask.RankPapers(
            pb.RankPapersRequest(text=PRIVATE), timeout=10, metadata=(("x-request-id", GIVEN),)
        )
    assert ending(caught.value)["x-request-id"] == GIVEN
    assert f"request id {GIVEN}" in caught.value.details()
    info, asked = ErrorInfo(), RequestInfo()
    details = rpc_status.from_call(caught.value).details
    assert details[0].Unpack(info)
    assert details[1].Unpack(asked)
    assert (info.reason, asked.request_id) == ("INTERNAL", GIVEN)
    mistake = next(line for line in logs if line["event"] == "mistake")
    assert mistake["request_id"] == GIVEN


def test_calls_are_counted_by_method_and_code(watch: Watch) -> None:
    with served(tiny_model(), watch=watch) as address, asking(address) as ask:
        for _ in range(2):
            ask.RecommendPapers(pb.RecommendPapersRequest(parent="users/reader"), timeout=10)
        with pytest.raises(grpc.RpcError):
            ask.RecommendPapers(pb.RecommendPapersRequest(parent="nobody"), timeout=10)
        with pytest.raises(grpc.RpcError):
            ask.ListSimilarPapers(pb.ListSimilarPapersRequest(parent="papers/none"), timeout=10)
    assert samples(watch, "recsys_rpc_calls_total") == {
        ("RecommendPapers", "OK"): 2,
        ("RecommendPapers", "INVALID_ARGUMENT"): 1,
        ("ListSimilarPapers", "NOT_FOUND"): 1,
    }
    assert samples(watch, "recsys_rpc_duration_seconds_count") == {
        ("RecommendPapers",): 3,
        ("ListSimilarPapers",): 1,
    }


def test_stages_are_timed_and_fit_into_the_call(watch: Watch) -> None:
    with served(tiny_model(), watch=watch) as address, asking(address) as ask:
        ask.RecommendPapers(pb.RecommendPapersRequest(parent="users/reader"), timeout=10)
    counts = samples(watch, "recsys_rpc_stage_duration_seconds_count")
    once = ("queue", "score", "arrange", "explain", "convert")
    assert {counts["RecommendPapers", stage] for stage in once} == {1}
    assert set(counts) - {("RecommendPapers", stage) for stage in once} == {
        ("RecommendPapers", "state")
    }
    spent = sum(samples(watch, "recsys_rpc_stage_duration_seconds_sum").values())
    assert 0 < spent <= samples(watch, "recsys_rpc_duration_seconds_sum")["RecommendPapers",]


def test_answers_are_counted_by_how_they_came_about(watch: Watch) -> None:
    with (
        served(tiny_model(), watch=watch, reasons_need_s=20.0) as address,
        asking(address) as ask,
    ):
        for parent in ("users/reader", "users/nobody-knows", "users/nor-this-one"):
            ask.RecommendPapers(pb.RecommendPapersRequest(parent=parent))
        ask.RankPapers(pb.RankPapersRequest(text="graph"), timeout=10)
    assert samples(watch, "recsys_answers_total") == {
        ("RecommendPapers", "personalised"): 1,
        ("RecommendPapers", "popular"): 2,
        ("RankPapers", "text"): 1,
    }
    assert samples(watch, "recsys_answers_degraded_total") == {("RankPapers",): 1}


def test_events_in_memory_are_counted_as_hits(watch: Watch) -> None:
    with served(tiny_model(), watch=watch) as address, asking(address) as ask:
        for _ in range(3):
            ask.RecommendPapers(pb.RecommendPapersRequest(parent="users/reader"), timeout=10)
    assert samples(watch, "recsys_reader_cache_total") == {("miss",): 1, ("hit",): 2}


def test_metrics_say_nothing_of_those_who_ask(watch: Watch) -> None:
    model = tiny_model()
    with served(model, watch=watch) as address, asking(address) as ask:
        ask.RankPapers(pb.RankPapersRequest(text="graph"), timeout=10)
        shape = {name: len(samples(watch, name)) for name in _sample_names(watch)}
        for number in range(30):
            ask.RankPapers(pb.RankPapersRequest(text=f"graph {number}"), timeout=10)
        unknown = asking_for_what_is_not_there(address)
        assert shape == {name: len(samples(watch, name)) for name in _sample_names(watch)}
    assert unknown == grpc.StatusCode.UNIMPLEMENTED
    labels = {
        label
        for metric in watch.metrics.registry.collect()
        for sample in metric.samples
        for label in sample.labels
    }
    assert labels <= {"method", "code", "stage", "strategy", "outcome", "version", "le"}


def asking_for_what_is_not_there(address: str) -> grpc.StatusCode:
    with grpc.insecure_channel(address) as channel:
        call = channel.unary_unary("/readinglist.v1.RecommendationService/Made-up-by-a-client")
        with pytest.raises(grpc.RpcError) as caught:
            call(b"", timeout=10)
    return caught.value.code()


def _sample_names(watch: Watch) -> set[str]:
    collected = watch.metrics.registry.collect()
    return {sample.name for metric in collected for sample in metric.samples}


def test_stage_after_the_deadline_is_not_begun() -> None:
    late = CallUnderWay("RankPapers", "1", lambda: -0.5, Metrics(), NoSpans())
    begun = []
    with under_way(late), pytest.raises(DeadlinePassed, match="'score'"), stage("score"):
        begun.append("score")
    assert begun == []


@pytest.mark.parametrize("left_s", [None, 0.1])
def test_stage_in_time_is_done(left_s: float | None) -> None:
    call = CallUnderWay("RankPapers", "1", lambda: left_s, Metrics(), NoSpans())
    begun = []
    with under_way(call), stage("score"):
        begun.append("score")
    assert begun == ["score"]
