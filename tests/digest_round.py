"""A round of digests in one line: the small world, its users as subscribers.

In: a state. Out: `Round`s over it that differ in what a test is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recsys.recommender import Recommender
from recsys.storage.state import State
from recsys.storage.state.subscribers import Subscriber
from serving.digest.choose import Chooser, Least
from serving.digest.edition import Edition
from serving.digest.letter import Letter, Scribe
from serving.digest.send import Round
from serving.digest.ways import Delivered, EmlFiles, Way
from serving.rpc.attribution import AnswerTokens
from serving.rpc.model_holder import ServedModel
from tests.served import SIGNER
from tests.small import small_run

AS_OF = datetime(2025, 12, 31, 6, tzinfo=UTC)
TOKENS = AnswerTokens(SIGNER)
EVERYTHING = Least(0.0, 0.0)
USERS = tuple(f"u{n:06}" for n in range(1, 7))
BASE_URL = "https://app.example.org"


class Killed(BaseException):
    """What a test ends a run with; nothing catches it."""


class KilledAfter:
    """A way on which the run is killed once so many letters have left, before it hears of it."""

    def __init__(self, way: Way, n: int) -> None:
        self.name, self.whole, self.repeats = way.name, way.whole, way.repeats
        self._way, self._left = way, n

    def deliver(self, letters: Iterable[Letter]) -> Iterator[Delivered]:
        for delivered in self._way.deliver(letters):
            if not self._left:
                raise Killed
            self._left -= 1
            yield delivered


def subscribers(**changes: Any) -> list[Subscriber]:
    """Six users of the small world."""
    return [Subscriber(id_, f"{id_}@example.org", **changes) for id_ in USERS]


def chooser(state: State, as_of: datetime = AS_OF, least: Least = EVERYTHING) -> Chooser:
    """Chooses from the small model."""
    served = ServedModel("v1", Recommender(small_run().model))
    return Chooser(served, state, TOKENS, Edition("weekly", as_of), least)


def scribe(**changes: Any) -> Scribe:
    """Writes as the package does."""
    told = {"base_url": BASE_URL, "sender": "digest@example.org", **changes}
    return Scribe(SIGNER, **told)


def round_of(
    state: State, way: Way | Path, as_of: datetime = AS_OF, least: Least = EVERYTHING
) -> Round:
    """A round in a way out, or as mails in a folder."""
    way = EmlFiles(way) if isinstance(way, Path) else way
    edition = Edition("weekly", as_of)
    return Round(state, chooser(state, as_of, least), scribe(), way, edition, now=lambda: as_of)
