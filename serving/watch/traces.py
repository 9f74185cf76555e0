"""OpenTelemetry spans of calls and stages, sent to a collector.

In: the address of an OTLP receiver over HTTP, or any exporter. Out: `Traces`. Spans carry the
method, the code and the id of the request; never anything that a request says. Needs the extra
`traces`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from serving.watch.spans import Metadata, SayCode

_SERVICE = "readinglist"
_PATIENCE_S = 1.0  # for a batch, tries included: a receiver that is away must not delay the end


class Traces:
    """Spans for whoever processes them; see `sent_to`."""

    def __init__(self, processor: SpanProcessor) -> None:
        # What a collector wants to know of the machine comes from OTEL_RESOURCE_ATTRIBUTES.
        # No provider is made the global one: two servers in one process keep to themselves.
        self._provider = TracerProvider(resource=Resource.create({"service.name": _SERVICE}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(_SERVICE)
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def call(self, method: str, request_id: str, metadata: Metadata) -> Iterator[SayCode]:
        carrier = {key: value for key, value in metadata if isinstance(value, str)}
        attributes = {
            "rpc.system": "grpc",
            "rpc.method": method,
            "readinglist.request_id": request_id,
        }
        with self._tracer.start_as_current_span(
            method,
            context=self._propagator.extract(carrier),
            kind=SpanKind.SERVER,
            attributes=attributes,
            # The text of an exception may quote the request.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            def say_code(code: str) -> None:
                span.set_attribute("rpc.grpc.status_code", code)
                if code != "OK":
                    span.set_status(Status(StatusCode.ERROR))

            yield say_code

    def span(self, name: str) -> AbstractContextManager[object]:
        return self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        )

    def close(self) -> None:
        self._provider.shutdown()


def sent_to(endpoint: str) -> Traces:
    """Spans sent in the background to `endpoint`, as in http://127.0.0.1:4318."""
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_PATIENCE_S)
    return Traces(BatchSpanProcessor(exporter))
