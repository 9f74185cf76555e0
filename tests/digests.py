"""One number for everything a training run made, to compare runs with each other.

In: a model, or nothing. Out: `digest`; as a program (`python -m tests.digests SEED`) the digest
of a run on a small generated world.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from scipy import sparse

from recsys.data.build import build_dataset
from tests.small import train
from training.world.make import make_world


def arrays_in(value: Any, path: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """Every array of nested dataclasses and tuples with the way to it."""
    if isinstance(value, np.ndarray):
        yield path, value
    elif isinstance(value, sparse.csr_matrix):
        # The order of a row's cells is no part of what a matrix says.
        ordered = value.sorted_indices()
        for name in ("data", "indices", "indptr"):
            yield f"{path}.{name}", getattr(ordered, name)
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from arrays_in(one, f"{path}[{place}]")
    elif is_dataclass(value):
        for part in fields(value):
            yield from arrays_in(getattr(value, part.name), f"{path}.{part.name}")


def digest(value: Any) -> str:
    """SHA-256 over the names, types, shapes and bytes of all arrays."""
    found = sha256()
    for path, array in arrays_in(value):
        found.update(f"{path} {array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def trained_digest(seed: int) -> str:
    """The digest of a run on a world of 120 papers."""
    world = build_dataset(make_world(seed, papers=120, authors=60, users=60))
    return digest(train(world, seed=seed).model)


if __name__ == "__main__":
    sys.stdout.write(trained_digest(int(sys.argv[1])) + "\n")
