"""A server whose loading and answering wait for the test to open a gate.

In: a folder with two named pipes, `load` and `answer`, and settings as NAME=VALUE. A gate is open
while the test holds the other end of its pipe. Out: as `recsys serve`, on a free port.

Words in a RankPapersRequest make it wait at the second gate, after logging "entered".
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import typer

from recsys.models.readers import Readers
from recsys.models.scorer import Evidence
from recsys.recommender import Recommender
from serving.config import read_settings
from serving.logs import log_to_stderr
from serving.rpc.model_holder import ServedModel
from serving.rpc.workers import serve
from tests.worlds import publish_tiny, tiny_model


@dataclass(frozen=True)
class GateScorer:
    """Scores as another does, once the gate is open."""

    name: str
    inner: Any
    gate: Path

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        if readers.words.nnz:
            structlog.get_logger().info("entered")
            pass_through(self.gate)
        return self.inner.score(readers, rows)

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        return self.inner.evidence(reader, rows)


def pass_through(gate: Path) -> None:
    """Wait until somebody holds the other end of a named pipe."""
    gate.open("rb").close()


def load(folder: Path, version: str) -> ServedModel:
    """The tiny model under this version, once the gate is open."""
    pass_through(folder / "load")
    model = tiny_model()
    first, *others = model.paper_scorers
    gated = GateScorer(first.name, first, folder / "answer")
    return ServedModel(version, Recommender(replace(model, paper_scorers=(gated, *others))))


def main(folder: Path, given: list[str]) -> None:
    """Serve until a signal comes."""
    log_to_stderr()
    flags = dict(pair.split("=") for pair in given)
    publish_tiny(folder)  # for its version: what is loaded has gates
    settings = read_settings(models=folder, listen="127.0.0.1:0", **flags)
    serve(
        settings,
        partial(load, folder),
        lambda address: typer.echo(f"listening on {address}"),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
