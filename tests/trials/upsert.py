"""How soon is a new paper recommended, and what does it take to place it?

In: a models folder, or the size of a world to train on. Out: the seconds from an upsert until every
worker recommends the paper to a reader whom its text suits; and the CPU time and megabytes that a
process needs to place one, a hundred and ten thousand papers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Annotated

import numpy as np
import typer

from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceStub
from recsys.data.build import build_dataset
from recsys.data.catalogue import Row, checked_papers, tables_of
from recsys.data.resource_names import resource_name
from recsys.models.grow import grow
from recsys.models.model import Model
from recsys.recommender import Recommender
from recsys.storage.bundle import load
from serving.client import RecsysClient
from tests.e2e.command_line import RECSYS
from tests.e2e.server_process import server_process
from tests.served import channel_to
from tests.worlds import publish_tiny
from training.pipeline import Trainer
from training.progress import Unwatched
from training.settings import TrainingSettings
from training.world.make import make_world

_CONNECTIONS = 8  # so many come to all of a few workers
_SIZES = (1, 100, 10_000)
_DEADLINE_S = 60.0


def upsert(
    models: Annotated[Path | None, typer.Option(help="Models folder; none: of a world.")] = None,
    papers: Annotated[int, typer.Option(min=100, help="Papers of the world.")] = 10_000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 2,
    repeats: Annotated[int, typer.Option(min=1, help="Papers to wait for.")] = 20,
) -> None:
    """Measure the way of new papers into answers."""
    with TemporaryDirectory() as folder:
        if models is None:
            models = Path(folder)
            publish_tiny(models, _trained(papers))
        for n, seconds, anonymous in growths(models):
            typer.echo(
                f"{n} papers placed in {seconds:.2f} s of a core, with {anonymous:.0f} MB more"
            )
        waited = np.array([*waits(models, workers, repeats)])
        typer.echo(
            f"recommended by all of {workers} workers after {np.median(waited):.2f} s (median of "
            f"{repeats}), {waited.max():.2f} s at most"
        )


def growths(models_dir: Path) -> Iterator[tuple[int, float, float]]:
    """Number of papers, seconds of a core until they can be asked about, and megabytes more."""
    for n in _SIZES:
        model = load(models_dir, verify=False).model
        Recommender(model)
        entries = checked_papers([*_new_papers(model, n)], datetime.now(UTC))
        tables = tables_of(entries, model.dataset.authors.ids)
        before, begun = _anonymous_mb(), process_time()
        grown = Recommender(grow(model, tables))
        seconds = process_time() - begun
        if len(grown.model.dataset.papers) != len(model.dataset.papers) + n:
            raise AssertionError("not all papers were placed")
        yield n, seconds, _anonymous_mb() - before


def waits(models_dir: Path, workers: int, repeats: int) -> Iterator[float]:
    """Seconds from each upsert until all connections get the paper recommended."""
    model = load(models_dir, verify=False).model
    listen = ["--listen", "127.0.0.1:0", "--workers", str(workers)]
    with TemporaryDirectory() as folder:
        state = ["--state", f"sqlite:///{folder}/state.db"]
        command = [*RECSYS, "serve", "--models", str(models_dir), *listen, *state]
        with server_process(command) as server, _asking(server.await_address()) as asked:
            client, stubs = asked
            for paper in _new_papers(model, repeats):
                (entry,) = checked_papers([paper], datetime.now(UTC))
                name = resource_name("papers", entry.id)
                words = str(paper["title"])
                request = pb.RankPapersRequest(text=words, page_size=50, explain=False)
                begun = monotonic()
                client.catalog.upsert([entry])
                waiting = stubs
                while waiting:
                    waiting = [stub for stub in waiting if not _lists(stub, request, name)]
                yield monotonic() - begun


@contextmanager
def _asking(address: str) -> Iterator[tuple[RecsysClient, list[RecommendationServiceStub]]]:
    """A client, and so many connections that every worker has some."""
    with ExitStack() as open_:
        client = open_.enter_context(RecsysClient(address, deadline_s=_DEADLINE_S))
        channels = [open_.enter_context(channel_to(address)) for _ in range(_CONNECTIONS)]
        yield client, [RecommendationServiceStub(channel) for channel in channels]


def _lists(stub: RecommendationServiceStub, request: pb.RankPapersRequest, name: str) -> bool:
    answer = stub.RankPapers(request, timeout=_DEADLINE_S)
    return name in [line.name for line in answer.results]


def _new_papers(model: Model, n: int) -> Iterator[Row]:
    """Papers with the words of two known ones, by the authors of the second."""
    known, rng = model.dataset.papers, np.random.default_rng(n)
    teams, latest = model.signals.authorship.T.tocsr(), model.dataset.data_time
    for number in range(n):
        one, other = rng.integers(len(known), size=2).tolist()
        yield {
            "paper_id": f"new paper {number} of {n}",
            "title": f"{known.titles[one]} {known.titles[other]}",
            "abstract": f"{known.abstracts[one]} {known.abstracts[other]}",
            "published_at": None if np.isnat(latest) else str(latest),
            "authors": [model.dataset.authors.ids[row] for row in teams[other].indices.tolist()],
        }


def _trained(papers: int) -> Model:
    dataset = build_dataset(make_world(1, papers=papers, authors=papers // 3, users=papers // 10))
    return Trainer(TrainingSettings(), 0, 2, Unwatched()).train(dataset).model


def _anonymous_mb() -> float:
    """Memory that this process shares with nobody, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1024
