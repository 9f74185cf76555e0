"""How long a page takes: from a browser's request over the loopback to its last byte.

In: a model. Out: `Ratio`s of the first page of a feed to the 100 ms that a person takes for at
once, and to the list in it, asked for over gRPC.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import numpy as np

from recsys.models.model import Model
from serving.client import RecsysClient
from tests.benchmarks.ratio import Ratio, beside
from tests.host_app import host_app
from tests.worlds import publish_tiny

_AT_ONCE_S = 0.1


def pages_ratios(model: Model, *, repeats: int) -> list[Ratio]:
    """The feeds of the users of whom most is known, each asked for the first time and again."""
    ids, n_deeds = model.dataset.users.ids.ids, np.diff(model.signals.seen.indptr)
    users = [ids[int(row)] for row in np.argsort(-n_deeds, kind="stable")[: repeats + 1]]
    with TemporaryDirectory() as place:
        publish_tiny(Path(place), model)
        with host_app(Path(place)) as app, RecsysClient(app.server) as client:
            first_times = [_seconds_of(f"{app.url}/users/{user}") for user in users]
            # The very first page of a fresh server opens the connection to the service.
            very_first, others = first_times[0], first_times[1:]
            return [
                Ratio("the very first page / at once", very_first, _AT_ONCE_S, "s"),
                Ratio("a first page / at once", median(others), _AT_ONCE_S, "s", 1.0),
                beside(
                    "a page / its list over gRPC",
                    lambda: _seconds_of(f"{app.url}/users/{users[0]}"),
                    lambda: client.recommend_papers(f"users/{users[0]}"),
                    repeats=repeats,
                ),
            ]


def _seconds_of(url: str) -> float:
    started = time.perf_counter()
    with urlopen(url) as page:  # noqa: S310 - on the loopback
        page.read()
    return time.perf_counter() - started
