"""One round of digests: due -> chosen -> written down -> out of the house -> marked as sent.

In: the subscribers of the state. Out: `Summary`. It can be killed at any moment and run again: what
was written down leaves as it was, and what is marked is never sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from recsys.errors import BadInput
from recsys.storage.state import State
from recsys.storage.state.alone import StillAlone
from recsys.storage.state.digests import StoredDigest
from recsys.storage.state.subscribers import Subscriber
from serving.digest.choose import Chooser
from serving.digest.content import Digest
from serving.digest.edition import Edition
from serving.digest.letter import Letter, Scribe, address_of
from serving.digest.ways import Delivered, Way


@dataclass
class Summary:
    """What became of one round.

    Attributes
    ----------
    subscribers : int
        Whom it was for.
    sent, papers, people : int
        Digests that left, and what was in them; with a dry run those that would have left.
    nothing_good : int
        Who gets none, since nothing is good enough for them.
    sent_before : int
        Who had theirs from an earlier run.
    maybe_twice : int
        Of the sent ones those that an earlier run had begun to send: they have the same Message-ID.
    set_aside, later : int
        Addresses that are no good, and those to try again.
    """

    subscribers: int = 0
    sent: int = 0
    papers: int = 0
    people: int = 0
    nothing_good: int = 0
    sent_before: int = 0
    maybe_twice: int = 0
    set_aside: int = 0
    later: int = 0


@dataclass(frozen=True)
class Round:
    """Everything that one round needs.

    Attributes
    ----------
    now : callable
        The time, UTC, that is written down where a digest has left.
    on_done : callable
        Told of every subscriber who is done with.
    """

    state: State
    chooser: Chooser
    scribe: Scribe
    way: Way
    edition: Edition
    now: Callable[[], datetime]
    on_done: Callable[[], None] = lambda: None

    def run(self, subscribers: Sequence[Subscriber]) -> Summary:
        """Send each subscriber their digest of this period, if they have not had it.

        Raises
        ------
        AtWork
            Another process sends digests of this kind from the same state.
        MailUnavailable, StateUnavailable
            The rest is sent by the next run.
        """
        summary = Summary(subscribers=len(subscribers))
        with self.state.digests.alone(self.edition.period) as still_alone:
            letters = self._letters(subscribers, still_alone, summary)
            for delivered in self.way.deliver(letters):
                self._note(delivered, summary)
        return summary

    def look(self, subscribers: Sequence[Subscriber]) -> Summary:
        """Count what `run` would send; nothing is written anywhere."""
        summary = Summary(subscribers=len(subscribers))
        for _, digest, _ in self._digests(subscribers):
            if digest.sent_time is not None:
                summary.sent_before += 1
            else:
                _count(digest, summary)
            self.on_done()
        return summary

    def _letters(
        self, subscribers: Sequence[Subscriber], still_alone: StillAlone, summary: Summary
    ) -> Iterator[Letter]:
        for subscriber, digest, is_known in self._digests(subscribers):
            if digest.sent_time is not None:
                summary.sent_before += 1
                if self.way.whole and digest.way == self.way.name:
                    yield self.scribe.write(subscriber, digest)
            elif (taken := self._taken(subscriber, digest, is_known, summary)) is not None:
                letter = self.scribe.write(subscriber, taken)
                still_alone()
                yield letter
            self.on_done()

    def _digests(
        self, subscribers: Sequence[Subscriber]
    ) -> Iterator[tuple[Subscriber, StoredDigest, bool]]:
        """Each subscriber's digest of the period, and whether it was written down before.

        The others are chosen as they are needed, some at a time.
        """
        before, size = self.state.digests.of_period(self.edition.name), self.chooser.at_once
        for start in range(0, len(subscribers), size):
            block = subscribers[start : start + size]
            new = [one for one in block if one.user_id not in before]
            chosen = dict(zip(new, self.chooser.choose(new), strict=True))
            for one in block:
                known = before.get(one.user_id)
                yield one, known or self._as_stored(one, chosen[one]), known is not None

    def _taken(
        self, subscriber: Subscriber, digest: StoredDigest, is_known: bool, summary: Summary
    ) -> StoredDigest | None:
        """The digest to send now, written down as such; None where there is none for us."""
        try:
            address_of(subscriber.address)
        except BadInput as error:
            self.state.subscribers.put_aside(subscriber.user_id, str(error))
            summary.set_aside += 1
            return None
        if is_known:
            ours = self.state.digests.try_again(digest)
            return replace(digest, tries=digest.tries + 1) if ours else None
        if not digest.names:
            summary.nothing_good += 1
            return None
        return digest if self.state.digests.prepare(digest) else None

    def _as_stored(self, subscriber: Subscriber, digest: Digest) -> StoredDigest:
        return StoredDigest(
            subscriber.user_id,
            self.edition.name,
            self.way.name,
            self.edition.as_of,
            digest.names,
            digest.as_json(),
        )

    def _note(self, delivered: Delivered, summary: Summary) -> None:
        stored = delivered.letter.stored
        if delivered.refused:
            self.state.subscribers.put_aside(stored.user_id, delivered.refused)
            summary.set_aside += 1
        elif delivered.later:
            summary.later += 1
        elif stored.sent_time is None:
            self.state.digests.mark_sent(stored, self.way.name, self.now())
            summary.maybe_twice += self.way.repeats and stored.tries > 1
            _count(stored, summary)


def _count(stored: StoredDigest, summary: Summary) -> None:
    if not stored.names:
        summary.nothing_good += 1
        return
    digest = Digest.from_json(stored.content)
    summary.sent += 1
    summary.papers += len(digest.papers)
    summary.people += len(digest.people)
