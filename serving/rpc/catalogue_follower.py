"""The catalogue of the state -> the models that this process answers from, without a pause.

In: a `ModelHolder`, and a state that others write to. Out: the same models with new papers and
authors placed among theirs, which takes a moment and nobody waits for; and without deleted
papers, which no answer that begins afterwards holds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import islice

import structlog

from recsys.data.catalogue import tables_of
from recsys.errors import RecsysError, StateUnavailable
from recsys.models.grow import grow, withdraw
from recsys.storage.state import State
from recsys.storage.state.catalogue import Change
from serving.live import Seen
from serving.rpc.model_holder import ModelHolder, ServedModel

LOOK_EVERY_S = 0.2
MOST_AT_ONCE = 1_000  # placed before they are answered with


class CatalogueFollower:
    """Keeps the models of a holder up to the catalogue."""

    def __init__(self, state: State, holder: ModelHolder) -> None:
        self._state, self._holder = state, holder
        self._something_new = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._log = structlog.get_logger()

    def caught_up(self, served: ServedModel) -> ServedModel:
        """A model that nobody is answered from yet, with all that the catalogue has beyond it.

        Where the state is away, as it is: it catches up when the state is back.
        """
        try:
            while (grown := self._grown(served)) is not served:
                served = grown
            return served
        except StateUnavailable as error:
            self._log.warning("catalogue_away", model=served.version, reason=str(error))
            return served

    def respect(self, seen: Seen) -> Seen:
        """Have all that was deleted until `seen` gone from the models that answer.

        Returns what the answer may say of the state: degraded where deletions may be missing.
        """
        if seen.degraded:
            return seen
        try:
            while any(served.gone_seq < seen.seq for served in self._holder.held()):
                with self._one_at_a_time:
                    for served in self._holder.held():
                        if served.gone_seq < seen.seq:  # nobody else has seen to it meanwhile
                            self._holder.exchange(served, self._without_deleted(served, seen.seq))
        except StateUnavailable:
            return replace(seen, degraded=True)
        return seen

    def follow(self, stopped: threading.Event) -> None:
        """Look for new papers and authors until it is time to stop."""
        while not stopped.is_set():
            with suppress(RecsysError):  # whoever asks is told that the answer is degraded
                self.look()
            self._something_new.wait(LOOK_EVERY_S)
            self._something_new.clear()

    def look(self) -> None:
        """Place what is new among the papers and authors of each model that answers."""
        for served in self._holder.held():
            grown = self._grown(served)
            if grown is not served:
                self._put(grown)
                self._something_new.set()  # maybe there is more

    def _put(self, grown: ServedModel) -> None:
        """Answer from a model that has grown, unless another one is held by now."""
        with self._one_at_a_time:
            for held in self._holder.held():
                if held.bundle is grown.bundle and held.version == grown.version:
                    # What was deleted while the model grew is not known to it yet.
                    now = self._without_deleted(grown, held.gone_seq)
                    self._holder.exchange(held, now)

    def _grown(self, served: ServedModel) -> ServedModel:
        """The model with what is new, so much at once, and without what is deleted of that.

        The model itself where there is nothing.
        """
        newest = self._state.newest_seq()
        if newest <= served.grown_seq:
            return served
        changes = [*islice(self._state.catalogue.since(served.grown_seq), MOST_AT_ONCE)]
        last = changes[-1].seq if changes else newest
        until = last if len(changes) == MOST_AT_ONCE else max(last, newest)
        new = [change.entry for change in changes if not change.entry.deleted]
        model = served.recommender.model
        if new:
            try:
                model = grow(model, tables_of(new, model.dataset.authors.ids))
                self._log.info("model_grown", model=served.version, entries=len(new))
            except Exception:  # whatever it is, it must not keep the server from answering
                self._log.exception("model_not_grown", model=served.version, entries=len(new))
        return replace(
            served.of(withdraw(model, _deleted(changes))) if changes else served,
            gone_seq=max(until, served.gone_seq),
            grown_seq=until,
        )

    def _without_deleted(self, served: ServedModel, until: int) -> ServedModel:
        changes = [*self._state.catalogue.since(served.gone_seq)]
        gone = _deleted(changes)
        if len(gone) < len(changes):
            self._something_new.set()
        if gone:
            served = served.of(withdraw(served.recommender.model, gone))
        return replace(served, gone_seq=max(until, served.gone_seq))


def _deleted(changes: Iterable[Change]) -> list[str]:
    return [change.entry.id for change in changes if change.entry.deleted]
