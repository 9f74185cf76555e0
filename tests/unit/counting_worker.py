"""A process that counts as a worker does, until its standard input ends.

In: how many calls to count, and the version of its model. Out: "counted" on stdout.
"""

from __future__ import annotations

import sys

from serving.watch.metrics import Metrics


def main(calls: int, version: str) -> None:
    """Count, say so, and wait for the end."""
    metrics = Metrics()
    for _ in range(calls):
        metrics.calls.labels("RankPapers", "OK").inc()
        metrics.duration.labels("RankPapers").observe(0.02)
    metrics.waiting.set(calls)
    metrics.model_workers.labels("gone").set(0)
    metrics.model_workers.labels(version).set(1)
    metrics.model_created.set(calls)
    print("counted", flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
