"""What this process knows of the state, as of now or of when it was last there.

In: the state, a model, and who asks. Out: `Asker`: the reader with their events folded in, and
whom they have blocked. Every question to the state is one cheap query where nothing is new.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic
from typing import TypeVar

from recsys.data.events import NOTHING_STANDS, Event, Standing, standing
from recsys.errors import StateUnavailable
from recsys.models.readers import Readers
from recsys.storage.state import State
from recsys.storage.state.events import StoredEvent
from serving.rpc.model_holder import ServedModel
from serving.watch.call import stage

_MOST_EVENTS = 200_000  # kept in memory, of those who asked last
_PAUSE_S = 1.0  # before a state that is away is asked again

T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """How far the state has been seen.

    Attributes
    ----------
    seq : int
        The newest change; the last one that was seen where the state is away.
    degraded : bool
        Whether the state is away.
    """

    seq: int
    degraded: bool


@dataclass(frozen=True)
class Asker:
    """Who asks.

    Attributes
    ----------
    blocked : frozenset of str
        Ids of authors who must not be returned, nor what they wrote.
    dealt_with, dismissed : frozenset of str
        Ids of papers with which they did something since the list began, and of those among
        them that they do not want to see.
    degraded : bool
        Whether events may be missing, since the state is away.
    """

    reader: Readers
    blocked: frozenset[str]
    dealt_with: frozenset[str]
    dismissed: frozenset[str]
    degraded: bool


@dataclass(frozen=True)
class _Known:
    """A user's events until `seq`, impressions aside, and the number of their last purge."""

    seq: int = 0
    purge_seq: int = 0
    events: tuple[StoredEvent, ...] = ()
    standing: Standing = NOTHING_STANDS

    def later(self, new: tuple[StoredEvent, ...], seq: int) -> _Known:
        """With the events since then, as of a change of the state."""
        if not new:
            return replace(self, seq=seq)
        events = self.events + new
        stands = standing(stored.event for stored in events)
        return replace(self, seq=max(seq, events[-1].seq), events=events, standing=stands)

    def as_of(self, seq: int) -> Standing:
        """What stood then; of blocks, what stands now."""
        if not self.events or self.events[-1].seq <= seq:
            return self.standing
        then = standing(stored.event for stored in self.events if stored.seq <= seq)
        return replace(then, blocked=self.standing.blocked)


class Live:
    """The state as the requests of one process see it; safe to share among threads.

    Parameters
    ----------
    clock : callable
        Seconds since whenever, never set back.
    tell_hit : callable
        Told of each reader whether their events were in memory.
    """

    def __init__(
        self,
        state: State,
        clock: Callable[[], float] = monotonic,
        tell_hit: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._state, self._clock, self._tell_hit = state, clock, tell_hit
        self._lock = Lock()
        self._users: OrderedDict[str, _Known] = OrderedDict()
        self._n_events = 0
        self._seq = self._purge_seq = 0
        self._away_until = -float("inf")

    def look(self) -> Seen:
        """See how far the state has come; a state that is away is no error."""
        try:
            seq = self._asked(self._state.newest_seq)
            if seq > self._seq:
                self._forget_before(self._asked(self._state.purges.newest_seq))
        except StateUnavailable:
            return Seen(self._seq, degraded=True)
        with self._lock:
            self._seq = max(seq, self._seq)
        return Seen(seq, degraded=False)

    def asker(
        self,
        served: ServedModel,
        collection: str,
        id_: str,
        list_name: str,
        seen: Seen,
        as_of: int,
    ) -> Asker:
        """A user, one of their lists, or a profile, as of a change of the state.

        Raises
        ------
        UnknownAuthor, UnknownList
        """
        recommender = served.recommender
        user_id = id_ if collection == "users" else recommender.owner(id_)
        known, degraded = self._known(user_id, seen) if user_id else (_Known(), seen.degraded)
        told = replace(known.as_of(as_of), purged=known.purge_seq > served.state_seq)
        if collection == "users":
            reader = recommender.user(user_id, list_name, told)
        else:
            reader = recommender.author(id_, told)
        since = _beyond(known.standing.deeds, told.deeds)
        return Asker(
            reader,
            told.blocked,
            dealt_with=frozenset(deed.paper_id for deed in since),
            dismissed=frozenset(deed.paper_id for deed in since if deed.kind == "dismiss"),
            degraded=degraded,
        )

    def read_ahead(self, user_ids: Sequence[str], seen: Seen) -> None:
        """Have what many users did in memory, by two questions to the state instead of many.

        Raises StateUnavailable.
        """
        with self._lock:
            unknown = [user_id for user_id in user_ids if user_id not in self._users]
        if seen.degraded or not unknown:
            return
        before = self._purge_seq
        purges = self._asked(lambda: self._state.purges.seqs_of(unknown))
        events = self._asked(lambda: self._state.events.of_users(unknown))
        for user_id in unknown:
            known = _Known(purge_seq=purges.get(user_id, 0))
            self._keep(user_id, known.later(events.get(user_id, ()), seen.seq), before)

    def standing(self, served: ServedModel, user_id: str, seen: Seen) -> tuple[Standing, bool]:
        """What stands of a user's events now, and whether that may be too little."""
        known, degraded = self._known(user_id, seen)
        return replace(known.standing, purged=known.purge_seq > served.state_seq), degraded

    def _known(self, user_id: str, seen: Seen) -> tuple[_Known, bool]:
        """What is known of a user, and whether that may be too little."""
        with self._lock:
            known = self._users.get(user_id)
        if seen.degraded:
            return known or _Known(), True
        up_to_date = known is not None and known.seq >= seen.seq
        self._tell_hit(up_to_date)
        if known is not None and up_to_date:
            return known, False
        try:
            return self._asked(lambda: self._read(user_id, known, seen.seq)), False
        except StateUnavailable:
            return known or _Known(), True

    def _read(self, user_id: str, known: _Known | None, seq: int) -> _Known:
        purge_seq = self._purge_seq
        if known is None:
            known = _Known(purge_seq=self._state.purges.seq_of(user_id))
        # What was shown says nothing of the user, and there is far more of it than of the rest.
        new = self._state.events.of_user(user_id, after=known.seq, shown=False)
        now = known.later(new, seq)
        self._keep(user_id, now, purge_seq)
        return now

    def _keep(self, user_id: str, known: _Known, purge_seq: int) -> None:
        with self._lock:
            if purge_seq != self._purge_seq:
                return  # somebody was purged meanwhile, maybe this user
            before = self._users.pop(user_id, _Known())
            self._users[user_id] = known
            self._n_events += len(known.events) - len(before.events)
            while self._n_events > _MOST_EVENTS and len(self._users) > 1:
                _, dropped = self._users.popitem(last=False)
                self._n_events -= len(dropped.events)

    def _forget_before(self, purge_seq: int) -> None:
        """Drop what is kept in memory where somebody was purged since."""
        with self._lock:
            if purge_seq > self._purge_seq:
                self._users.clear()
                self._n_events, self._purge_seq = 0, purge_seq

    def _asked(self, question: Callable[[], T]) -> T:
        """An answer of the state; one that is away is not asked by every request."""
        if self._clock() < self._away_until:
            raise StateUnavailable("the state was away a moment ago")
        try:
            with stage("state"):
                return question()
        except StateUnavailable:
            self._away_until = self._clock() + _PAUSE_S
            raise


def _beyond(now: tuple[Event, ...], then: tuple[Event, ...]) -> frozenset[Event]:
    """What stands now and did not stand then; as a rule that is the same."""
    return frozenset() if now is then else frozenset(now).difference(then)
