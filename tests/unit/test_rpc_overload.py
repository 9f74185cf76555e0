"""More calls than can wait: refused at once and told when to come again, while health answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from protos.readinglist.v1 import recommendation_pb2 as pb
from serving.rpc.threads import AnsweringThreads
from serving.watch.calls import Watch
from tests.served import asking, channel_to, served
from tests.unit.test_rpc_calls import GateScorer, model_with
from tests.unit.test_watch_calls import samples

REQUEST = pb.RankPapersRequest(explain=False)


@contextmanager
def overloaded(watch: Watch) -> Iterator[tuple[str, Any, threading.Event, Any]]:
    """A server with no room for another call: address, stub, and what ends the one it has."""
    gate = GateScorer(threading.Event())
    with (
        served(model_with(gate), watch=watch, threads=1, queue=0) as address,
        asking(address) as ask,
    ):
        slow = ask.RankPapers.future(REQUEST, timeout=60)
        assert gate.entered.wait(30)
        try:
            yield address, ask, gate.gate, slow
        finally:
            gate.gate.set()


def test_refusal_says_when_to_try_again_and_does_not_wait() -> None:
    watch = Watch()
    with overloaded(watch) as (_, ask, _, slow):
        with pytest.raises(grpc.RpcError) as caught:
            ask.RankPapers(REQUEST, timeout=60)
        assert not slow.done()
    info, retry = ErrorInfo(), RetryInfo()
    details = rpc_status.from_call(caught.value).details
    assert details[0].Unpack(info)
    assert details[1].Unpack(retry)
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (info.reason, retry.retry_delay.ToMilliseconds()) == ("OVERLOADED", 1000)
    assert samples(watch, "recsys_rpc_refused_total") == {(): 1}
    assert samples(watch, "recsys_rpc_calls_total")["RankPapers", "RESOURCE_EXHAUSTED"] == 1


def test_health_is_answered_while_all_threads_are_taken() -> None:
    with overloaded(Watch()) as (address, _, _, slow), channel_to(address) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        for _ in range(3):
            answer = health.Check(health_pb2.HealthCheckRequest(), timeout=60)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        assert not slow.done()


def test_room_is_there_again_when_a_call_is_over() -> None:
    with overloaded(Watch()) as (_, ask, gate, slow):
        gate.set()
        assert slow.result().results
        answers = (answer_or_refusal(ask) for _ in range(1000))
        assert any(code == grpc.StatusCode.OK for code in answers)


def answer_or_refusal(ask: Any) -> grpc.StatusCode:
    """The code of one more call; a place is free a moment after the answer has left."""
    try:
        ask.RankPapers(REQUEST, timeout=60)
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK


def test_threads_tell_how_many_wait_and_when_they_are_full() -> None:
    gate, waiting = threading.Event(), []
    threads = AnsweringThreads(1, 2, waiting.append)
    calls = [threads.submit(gate.wait, 60) for _ in range(2)]
    assert not threads.is_full()
    calls.append(threads.submit(gate.wait, 60))
    assert threads.is_full()
    assert waiting == [0, 1, 2]
    gate.set()
    assert all(call.result() for call in calls)
    threads.shutdown()
    assert not threads.is_full()
    assert waiting[-1] == 0
