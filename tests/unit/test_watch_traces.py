"""Spans of calls and stages, as a collector gets them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.errors import BadInput
from serving.watch.calls import Watch
from serving.watch.metrics import Metrics
from serving.watch.spans import NoSpans, spans_to
from serving.watch.traces import Traces, sent_to
from tests.served import asking, served
from tests.unit.test_rpc_calls import PRIVATE, BrokenScorer, model_with
from tests.worlds import tiny_model

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
METADATA = (("traceparent", f"00-{TRACE}-{PARENT}-01"), ("x-request-id", "r1"))


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def watching(exporter: InMemorySpanExporter) -> Watch:
    return Watch(Metrics(), Traces(SimpleSpanProcessor(exporter)))


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def test_spans_of_stages_stand_below_the_call_and_that_below_the_client(
    exporter: InMemorySpanExporter,
) -> None:
    request = pb.RecommendPapersRequest(parent="users/reader")
    with served(tiny_model(), watch=watching(exporter)) as address, asking(address) as ask:
        ask.RecommendPapers(request, timeout=10, metadata=METADATA)
    spans = by_name(exporter)
    call = spans["RecommendPapers"]
    assert f"{call.context.trace_id:032x}" == TRACE
    assert f"{call.parent.span_id:016x}" == PARENT
    assert call.attributes["rpc.grpc.status_code"] == "OK"
    assert call.attributes["readinglist.request_id"] == "r1"
    for stage in ("score", "arrange", "explain", "convert"):
        assert spans[stage].parent.span_id == call.context.span_id
        assert call.start_time <= spans[stage].start_time <= spans[stage].end_time <= call.end_time


def test_span_of_a_failure_says_the_code_and_nothing_of_the_request(
    exporter: InMemorySpanExporter,
) -> None:
    model = model_with(BrokenScorer())
    with (
        served(model, watch=watching(exporter)) as address,
        asking(address) as ask,
        pytest.raises(grpc.RpcError),
    ):
        ask.RankPapers(pb.RankPapersRequest(text=PRIVATE), timeout=10)
    spans = by_name(exporter)
    assert spans["RankPapers"].attributes["rpc.grpc.status_code"] == "INTERNAL"
    assert not spans["RankPapers"].status.is_ok
    assert PRIVATE not in "".join(span.to_json() for span in spans.values())


@contextmanager
def receiver() -> Iterator[tuple[str, Queue[ExportTraceServiceRequest]]]:
    """An OTLP receiver on the loopback: its URL, and what it has received."""
    received: Queue[ExportTraceServiceRequest] = Queue()

    class Receive(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.put(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receive)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_spans_reach_a_collector_before_the_end() -> None:
    with receiver() as (url, received):
        spans = sent_to(url)
        with served(tiny_model(), watch=Watch(Metrics(), spans)) as address, asking(address) as ask:
            ask.RankPapers(pb.RankPapersRequest(text="graph"), timeout=10)
        spans.close()
        told = received.get(timeout=60)
    (resource,) = told.resource_spans
    attributes = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
    assert attributes["service.name"] == "readinglist"
    names = {span.name for scope in resource.scope_spans for span in scope.spans}
    assert {"RankPapers", "score", "arrange", "convert"} <= names


def test_spans_nobody_asked_for_are_not_made() -> None:
    assert isinstance(spans_to(None), NoSpans)


def test_spans_without_opentelemetry_are_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "serving.watch.traces", None)
    with pytest.raises(BadInput, match="the extra `traces`"):
        spans_to("http://127.0.0.1:4318")
