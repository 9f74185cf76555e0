"""Where a model comes from: how much data, of which time, and which libraries.

In: a dataset, and the environment that runs. Out: what a manifest says of them.
"""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from recsys.data.dataset import UNKNOWN_TIME, Dataset

_LIBRARIES = (
    "readinglist",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "implicit",
    "lightfm-next",
    "onnxruntime",
    "sentence-transformers",
)


def row_counts(dataset: Dataset) -> dict[str, int]:
    """How many rows each relation of a dataset has."""
    return {
        "users": len(dataset.users),
        "papers": len(dataset.papers),
        "authors": len(dataset.authors),
        "interactions": len(dataset.interactions),
        "follows": len(dataset.follows),
        "authorships": len(dataset.authorships),
    }


def data_window(dataset: Dataset) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest time in a dataset, UTC; None where it has no times."""
    columns = (dataset.papers.published, dataset.follows.times, dataset.interactions.times)
    known = np.concatenate([column[~np.isnat(column)] for column in columns])
    return _utc(known.min() if len(known) else UNKNOWN_TIME), _utc(dataset.data_time)


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that are installed; none of them is imported."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _utc(time: np.datetime64) -> datetime | None:
    if np.isnat(time):
        return None
    return time.astype("datetime64[s]").item().replace(tzinfo=UTC)
