"""Live figures of the service for its operator, out of the metrics that it shows.

In: the address at which a server shows its Prometheus metrics. Out: `Figures`: how often each
method is called, how often in vain, how fast, and how many lists were cold starts.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from threading import Lock
from time import monotonic

from prometheus_client.parser import text_string_to_metric_families

from serving.config import host_and_port

Sample = tuple[str, frozenset[tuple[str, str]]]
"""A name, and its labels with their values."""
_TIMEOUT_S, _WINDOW_S = 2.0, 60.0
_FAULTS = ("INTERNAL", "UNKNOWN", "UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED")


@dataclass(frozen=True)
class MethodFigures:
    """How one method does.

    Attributes
    ----------
    n_calls, n_faults : int
        Calls that ended, and those among them that the service did not come up to.
    per_second : float or None
        None where nothing is known of how long it took.
    p50_s, p95_s : float or None
        What half of the calls, and all but one in twenty, took at most; in seconds, guessed
        within buckets. None without calls.
    """

    name: str
    n_calls: int
    n_faults: int
    per_second: float | None
    p50_s: float | None
    p95_s: float | None


@dataclass(frozen=True)
class Figures:
    """How a service does.

    Attributes
    ----------
    over_s : float or None
        The last so many seconds; None: since its server began.
    whole : MethodFigures
        Of all methods together, under the name "".
    methods : tuple of MethodFigures
        Those that were called, the most called first.
    cold_share, degraded_share : float or None
        Of the lists: those for somebody of whom nothing was known, and those that lacked
        something. None where there were none.
    waiting : int
        Calls that wait for a thread now.
    made_at, data_time : datetime or None
        UTC; when the oldest model that answers was made, and the latest time in its data.
    """

    over_s: float | None
    whole: MethodFigures
    methods: tuple[MethodFigures, ...]
    cold_share: float | None
    degraded_share: float | None
    waiting: int
    made_at: datetime | None
    data_time: datetime | None


class Meter:
    """Reads the metrics of a server; safe to share among threads.

    Raises
    ------
    ValueError
        The address is none.
    """

    def __init__(self, address: str, clock: Callable[[], float] = monotonic) -> None:
        self.address, self._clock, self._lock = address, clock, Lock()
        self._seen: deque[tuple[float, Mapping[Sample, float]]] = deque()
        self._host, self._port = host_and_port(address)

    def read(self) -> Figures | None:
        """The figures of the last minute, as far as they were read in it; None where they are away.

        The first time, and after the server began anew, those since it began.
        """
        try:
            now = samples_of(self._text())
        except (OSError, HTTPException, ValueError):
            return None
        with self._lock:
            at = self._clock()
            if self._seen and _began_anew(self._seen[-1][1], now):
                self._seen.clear()
            while len(self._seen) > 1 and self._seen[0][0] < at - _WINDOW_S:
                self._seen.popleft()
            first_at, before = self._seen[0] if self._seen else (None, {})
            self._seen.append((at, now))
        return figures_of(before, now, None if first_at is None else at - first_at)

    def _text(self) -> str:
        connection = HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        try:
            connection.request("GET", "/metrics")
            return connection.getresponse().read().decode("utf-8")
        finally:
            connection.close()


def samples_of(text: str) -> dict[Sample, float]:
    """What stands in a page of metrics; ValueError where it is none."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figures_of(
    before: Mapping[Sample, float], now: Mapping[Sample, float], over_s: float | None
) -> Figures:
    """What happened between two looks at the metrics."""
    grown = {sample: value - before.get(sample, 0.0) for sample, value in now.items()}
    methods = [_method(grown, name, over_s) for name in _values(grown, "method")]
    lists = _sum(grown, "recsys_answers_total")
    cold = _sum(grown, "recsys_answers_total", strategy="popular")
    lacking = _sum(grown, "recsys_answers_degraded_total")
    return Figures(
        over_s=over_s,
        whole=_method(grown, "", over_s),
        methods=tuple(
            sorted(
                (one for one in methods if one.n_calls), key=lambda one: (-one.n_calls, one.name)
            )
        ),
        cold_share=cold / lists if lists else None,
        degraded_share=lacking / lists if lists else None,
        waiting=int(_sum(now, "recsys_rpc_waiting")),
        made_at=_moment(now, "recsys_model_created_timestamp_seconds"),
        data_time=_moment(now, "recsys_model_data_timestamp_seconds"),
    )


def quantile(buckets: Mapping[float, float], share: float) -> float | None:
    """What a share of all took at most, from how many took at most so long, by bound.

    Within a bucket, all are taken to lie evenly; beyond the last bound, at that bound.
    """
    bounds, total = sorted(buckets), max(buckets.values(), default=0.0)
    if not total:
        return None
    below, left = 0.0, 0.0
    for bound in bounds:
        if buckets[bound] >= share * total:
            if bound == float("inf"):
                return left
            inside = buckets[bound] - below
            return left + (bound - left) * ((share * total - below) / inside if inside else 1.0)
        below, left = buckets[bound], bound
    return left


def _method(grown: Mapping[Sample, float], name: str, over_s: float | None) -> MethodFigures:
    of_method = {"method": name} if name else {}
    n_calls = _sum(grown, "recsys_rpc_calls_total", **of_method)
    faults = (_sum(grown, "recsys_rpc_calls_total", code=code, **of_method) for code in _FAULTS)
    buckets: Counter[float] = Counter()
    for (sample, labels), value in grown.items():
        told = dict(labels)
        if sample == "recsys_rpc_duration_seconds_bucket" and of_method.items() <= told.items():
            buckets[float(told["le"])] += value  # type: ignore[assignment]
    return MethodFigures(
        name=name,
        n_calls=round(n_calls),
        n_faults=round(sum(faults)),
        per_second=n_calls / over_s if over_s else None,
        p50_s=quantile(buckets, 0.5),
        p95_s=quantile(buckets, 0.95),
    )


def _sum(samples: Mapping[Sample, float], name: str, **labels: str) -> float:
    wanted = labels.items()
    return sum(
        v for (one, told), v in samples.items() if one == name and wanted <= dict(told).items()
    )


def _values(samples: Mapping[Sample, float], label: str) -> set[str]:
    return {dict(told)[label] for _, told in samples if label in dict(told)}


def _moment(samples: Mapping[Sample, float], name: str) -> datetime | None:
    seconds = samples.get((name, frozenset()))
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _began_anew(before: Mapping[Sample, float], now: Mapping[Sample, float]) -> bool:
    """Whether a counter has gone down, or is gone."""
    return any(
        now.get(sample, 0.0) < value
        for sample, value in before.items()
        if sample[0].endswith("_total")
    )
