"""Live figures out of a server's metrics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prometheus_client import CollectorRegistry, generate_latest, start_http_server

from serving.watch.metrics import Metrics
from serving.web.meter import Figures, Meter, figures_of, quantile, samples_of

INF = math.inf


def look(metrics: Metrics, before: Metrics | None = None, over_s: float | None = None) -> Figures:
    """The figures of what was counted, or of what was counted since."""
    texts = [generate_latest(one.registry).decode() for one in (before or Metrics(), metrics)]
    return figures_of(*map(samples_of, texts), over_s)


def called(metrics: Metrics, method: str, code: str = "OK", seconds: float = 0.004) -> None:
    metrics.calls.labels(method, code).inc()
    metrics.duration.labels(method).observe(seconds)


def test_figures_count_calls_and_faults_by_method():
    metrics = Metrics()
    for _ in range(3):
        called(metrics, "RecommendPapers")
    called(metrics, "RecommendPapers", "INTERNAL")
    called(metrics, "GetModel", "NOT_FOUND")  # the caller's own fault
    figures = look(metrics)
    told = [(one.name, one.n_calls, one.n_faults) for one in figures.methods]
    assert told == [("RecommendPapers", 4, 1), ("GetModel", 1, 0)]
    assert (figures.whole.n_calls, figures.whole.n_faults) == (5, 1)
    assert figures.whole.per_second is None


def test_figures_between_two_looks_are_of_that_time_alone():
    before, now = Metrics(), Metrics()
    for metrics, n_calls in ((before, 2), (now, 12)):
        for _ in range(n_calls):
            called(metrics, "Search")
    figures = look(now, before, over_s=5.0)
    assert figures.whole.n_calls == 10
    assert figures.whole.per_second == 2.0


def test_figures_tell_shares_of_lists_and_the_age_of_the_model():
    metrics = Metrics()
    for strategy, count in (("personalised", 3), ("popular", 1)):
        metrics.answers.labels("RecommendPapers", strategy).inc(count)
    metrics.degraded.labels("RecommendPapers").inc(2)
    metrics.model_created.set(1_700_000_000)
    metrics.waiting.set(7)
    figures = look(metrics)
    assert (figures.cold_share, figures.degraded_share, figures.waiting) == (0.25, 0.5, 7)
    assert figures.made_at is not None
    assert figures.made_at.timestamp() == 1_700_000_000
    assert figures.data_time is None


def test_figures_of_a_server_that_nobody_asked_are_none():
    figures = look(Metrics())
    assert figures.methods == ()
    assert (figures.cold_share, figures.whole.p50_s) == (None, None)


@pytest.mark.parametrize(
    ("buckets", "share", "expected"),
    [
        ({0.1: 0.0, 0.2: 10.0, INF: 10.0}, 0.5, 0.15),
        ({0.1: 10.0, 0.2: 10.0, INF: 10.0}, 0.95, 0.095),
        ({0.1: 1.0, 0.2: 1.0, INF: 10.0}, 0.95, 0.2),
        ({}, 0.5, None),
        ({0.1: 0.0, INF: 0.0}, 0.5, None),
    ],
)
def test_quantile_is_guessed_within_its_bucket(
    buckets: dict[float, float], share: float, expected: float | None
):
    assert quantile(buckets, share) == (None if expected is None else pytest.approx(expected))


@contextmanager
def shown(registry: CollectorRegistry) -> Iterator[str]:
    """A server's metrics over HTTP; yields HOST:PORT."""
    server, thread = start_http_server(0, "127.0.0.1", registry)
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_meter_tells_rates_from_the_second_look_on():
    metrics, seconds = Metrics(), iter([100.0, 104.0, 200.0])
    with shown(metrics.registry) as address:
        meter = Meter(address, clock=lambda: next(seconds))
        called(metrics, "Search")
        first = meter.read()
        for _ in range(8):
            called(metrics, "Search")
        second, third = meter.read(), meter.read()
    assert first is not None
    assert (first.over_s, first.whole.n_calls) == (None, 1)
    assert second is not None
    assert (second.over_s, second.whole.n_calls, second.whole.per_second) == (4.0, 8, 2.0)
    assert third is not None
    assert (third.over_s, third.whole.n_calls) == (96.0, 0)


def test_meter_begins_anew_with_the_server():
    first, second = Metrics(), Metrics()
    for _ in range(5):
        called(first, "Search")
    called(second, "Search")
    with shown(first.registry) as address:
        meter = Meter(address)
        meter.read()
        first.calls.clear()
        first.calls.labels("Search", "OK").inc(1)
        figures = meter.read()
    assert figures is not None
    assert (figures.over_s, figures.whole.n_calls) == (None, 1)


def test_meter_without_a_server_reads_nothing():
    with shown(CollectorRegistry()) as address:
        pass
    assert Meter(address).read() is None


def test_meter_refuses_what_is_no_address():
    with pytest.raises(ValueError, match="HOST:PORT"):
        Meter("somewhere")
