"""People who never stop asking, each over a connection of their own.

In: the address of a server, and users. Out: `Callers`: how many calls there were, which of them
failed, how long they took, and from which model each caller was answered last.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle
from time import perf_counter
from types import TracebackType
from typing import Any, Self

import grpc

from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceStub
from recsys.data.resource_names import resource_name
from tests.served import asking

_PATIENCE_S = 120.0


class Callers:
    """Threads that ask all methods in turn; a failed call is counted, and never made again."""

    def __init__(self, address: str, users: Sequence[str], n: int) -> None:
        self._address, self._users = address, users
        self._changed, self._over = threading.Condition(), threading.Event()
        self._answered: dict[int, str] = {}
        self._rounds: Counter[int] = Counter()
        self.models: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.seconds: list[float] = []
        self._threads = [threading.Thread(target=self._call, args=(n,)) for n in range(n)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def await_model(self, version: str) -> None:
        """Wait until each caller was answered from this model."""
        name = resource_name("models", version)
        self._await(lambda: all(self._answered.get(n) == name for n in self._numbers()), version)

    def await_answers(self) -> None:
        """Wait until each caller was answered once more."""
        before = dict(self._rounds)
        self._await(
            lambda: all(self._rounds[n] > before.get(n, 0) + 1 for n in self._numbers()), "answers"
        )

    def _numbers(self) -> range:
        return range(len(self._threads))

    def _await(self, happened: Any, what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(happened, _PATIENCE_S):
                raise TimeoutError(f"waited in vain for {what}; answered from {self._answered}")

    def _call(self, number: int) -> None:
        with asking(self._address) as ask:
            for method, request in self._requests(ask, number):
                if self._over.is_set():
                    return
                started = perf_counter()
                try:
                    model, failure = method(request, timeout=30).model, ""
                except grpc.RpcError as error:
                    model, failure = "", f"{error.code().name}: {error.details()}"
                self._note(number, perf_counter() - started, model, failure)

    def _requests(self, ask: RecommendationServiceStub, number: int) -> Iterator[tuple[Any, Any]]:
        for user in cycle(self._users[number:] + self._users[:number]):
            parent = resource_name("users", user)
            yield ask.RecommendPapers, pb.RecommendPapersRequest(parent=parent, page_size=10)
            yield ask.RankPapers, pb.RankPapersRequest(text="graph networks", page_size=5)
            yield ask.SuggestCollaborators, pb.SuggestCollaboratorsRequest(parent=parent)

    def _note(self, number: int, seconds: float, model: str, failure: str) -> None:
        with self._changed:
            self._rounds[number] += 1
            if failure:
                self.failures[failure] += 1
            else:
                self._answered[number] = model
                self.models[model] += 1
                self.seconds.append(seconds)
            self._changed.notify_all()
