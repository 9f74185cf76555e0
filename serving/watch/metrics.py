"""What a worker counts: every metric by its name, in one place.

In: what happened. Out: Prometheus metrics in a registry. A label is a method, a code, a stage or
another word of a short list; never anything that a request says. Where the environment names
`PROMETHEUS_MULTIPROC_DIR` before this module is loaded, all workers write there and their
parent adds up; see `serving.watch.exposition`.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# From what one core answers in a small model to what nobody waits for.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NO_RESULTS = "none"


class Metrics:
    """The metrics of one worker.

    Parameters
    ----------
    registry : CollectorRegistry
        Where they are found by whoever shows them; a new one where nobody does.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        own = CollectorRegistry() if registry is None else registry
        self.registry = own
        self.calls = Counter(
            "recsys_rpc_calls", "Calls by method and status code.", ["method", "code"], registry=own
        )
        self.duration = Histogram(
            "recsys_rpc_duration_seconds",
            "From the arrival of a call to its answer, waiting included.",
            ["method"],
            buckets=_SECONDS,
            registry=own,
        )
        self.stages = Histogram(
            "recsys_rpc_stage_duration_seconds",
            "What a call spent its time on: queue, state, score, arrange, explain, convert.",
            ["method", "stage"],
            buckets=_SECONDS,
            registry=own,
        )
        self.waiting = Gauge(
            "recsys_rpc_waiting",
            "Calls that wait for a thread.",
            multiprocess_mode="livesum",
            registry=own,
        )
        self.refused = Counter(
            "recsys_rpc_refused", "Calls refused because too many waited.", registry=own
        )
        self.answers = Counter(
            "recsys_answers",
            "Lists by how they came about; those of `popular` went to somebody unknown.",
            ["method", "strategy"],
            registry=own,
        )
        self.degraded = Counter(
            "recsys_answers_degraded",
            "Lists that lacked something: reasons, or the newest events.",
            ["method"],
            registry=own,
        )
        self.model_workers = Gauge(
            "recsys_model_workers",
            "Workers that answer from a model, by its version.",
            ["version"],
            multiprocess_mode="livesum",
            registry=own,
        )
        self.model_created = Gauge(
            "recsys_model_created_timestamp_seconds",
            "When the oldest model that answers was made.",
            multiprocess_mode="livemin",
            registry=own,
        )
        self.model_data = Gauge(
            "recsys_model_data_timestamp_seconds",
            "The latest time in the data of the oldest model that answers.",
            multiprocess_mode="livemin",
            registry=own,
        )
        self.model_refused = Gauge(
            "recsys_model_refused",
            "Versions of the folder that a worker will not serve.",
            multiprocess_mode="livemax",
            registry=own,
        )
        self.reloads = Counter(
            "recsys_model_reloads",
            "Times that a worker went over to another model, or refused one.",
            ["outcome"],
            registry=own,
        )
        self.reader_cache = Counter(
            "recsys_reader_cache",
            "Readers whose events were in memory (hit), or had to be read from the state (miss).",
            ["outcome"],
            registry=own,
        )
        self.state_up = Gauge(
            "recsys_state_up",
            "1 where every worker reaches the state, 0 where one does not.",
            multiprocess_mode="livemin",
            registry=own,
        )
        self.state_newest = Gauge(
            "recsys_state_newest_seq",
            "The newest change of the state.",
            multiprocess_mode="livemax",
            registry=own,
        )
        self.state_seen = Gauge(
            "recsys_state_seen_seq",
            "The newest change that every worker's model has taken in.",
            multiprocess_mode="livemin",
            registry=own,
        )

    def tell_hit(self, hit: bool) -> None:
        """Count a reader whose events were looked for in memory."""
        self.reader_cache.labels("hit" if hit else "miss").inc()
