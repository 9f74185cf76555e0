"""Spans around calls and their stages: the shape of it, and the one that makes none.

In: names of methods and stages. Out: context managers; `serving.watch.traces` has those that
make OpenTelemetry spans.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from recsys.errors import BadInput

Metadata = Sequence[tuple[str, str | bytes]]
SayCode = Callable[[str], None]


class Spans(Protocol):
    """Makes spans; one that is opened inside another one is its child."""

    def call(
        self, method: str, request_id: str, metadata: Metadata
    ) -> AbstractContextManager[SayCode]:
        """The span of a call, below the client's where its metadata tell of one.

        What comes back is to be called with the status code before the span ends.
        """
        ...

    def span(self, name: str) -> AbstractContextManager[object]:
        """The span of a stage."""
        ...

    def close(self) -> None:
        """Send what is not sent yet."""
        ...


class NoSpans:
    """Nobody traces."""

    def call(
        self,
        method: str,  # noqa: ARG002
        request_id: str,  # noqa: ARG002
        metadata: Metadata,  # noqa: ARG002
    ) -> AbstractContextManager[SayCode]:
        return nullcontext(_ignore)

    def span(self, name: str) -> AbstractContextManager[object]:
        return nullcontext(name)

    def close(self) -> None:
        pass


def spans_to(endpoint: str | None) -> Spans:
    """Spans for the OTLP receiver at this URL; none where there is none.

    Raises
    ------
    BadInput
        OpenTelemetry is not installed.
    """
    if endpoint is None:
        return NoSpans()
    try:
        from serving.watch.traces import sent_to
    except ModuleNotFoundError as error:
        raise BadInput("traces need the extra `traces` of this package") from error
    return sent_to(endpoint)


def _ignore(_: str) -> None:
    """Nobody traces."""
