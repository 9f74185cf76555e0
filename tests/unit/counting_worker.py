"""A process that counts as a worker does, until its standard input ends.

In: how many calls to count, and the version of its model. Out: "counted" on stdout.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from serving.watch.metrics import Metrics


def main(calls: int, version: str) -> None:
    """Count, say so, and wait for the end."""
    metrics = Metrics()
    for _ in range(calls):
        metrics.calls.labels("RankPapers", "OK").inc()
        metrics.duration.labels("RankPapers").observe(0.02)
    metrics.waiting.set(calls)
    metrics.answers_from("gone", datetime(2026, 1, 1, tzinfo=UTC), None, before=None)
    made = datetime(2026, 1, 1 + calls, tzinfo=UTC)
    metrics.answers_from(version, made, None, before="gone")
    print("counted", flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
