"""The client's side of FeedbackService: events in, all that is stored of a user out.

In: events of the library. Out: counts, stored events, receipts; or `RequestFailed`.

    with RecsysClient("127.0.0.1:50051") as client:
        client.feedback.write([Event("e1", "ada", "save", datetime.now(UTC), paper_id="g1")])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.data.events import IMPRESSION, Event
from recsys.data.resource_names import resource_id, resource_name
from serving.client_calls import Calls
from serving.client_messages import Listing
from serving.event_wire import event_message

MOST_EVENTS = 1_000


@dataclass(frozen=True)
class Counts:
    """How many events were new, and how many had been written before."""

    written: int
    duplicates: int


@dataclass(frozen=True)
class Purged:
    """That a user was forgotten; `text` says what goes when."""

    receipt_id: str
    purge_time: datetime
    n_events: int
    text: str


class FeedbackMethods(Calls):
    """The methods of FeedbackService; see `Calls`."""

    def write(self, events: Sequence[Event], attribution_token: str = "") -> Counts:
        """Write up to 1,000 events as a whole or not at all; safe to do again.

        With a token, all of them came of the answer that it was given with.
        """
        return self.send([event_message(event, attribution_token) for event in events])

    def shown(self, user_id: str, listing: Listing, shown_time: datetime) -> Counts:
        """Tell that a user was shown all of a listing, however often that is told.

        Whoever never tells it cannot be told how many of the results were opened.
        """
        events = [
            event_message(_impression(user_id, result.id, token, shown_time), token)
            for result, token in zip(listing.results, listing.attribution_tokens, strict=True)
        ]
        starts = range(0, len(events), MOST_EVENTS)
        told = [self.send(events[start : start + MOST_EVENTS]) for start in starts]
        return Counts(sum(one.written for one in told), sum(one.duplicates for one in told))

    def send(self, events: Sequence[pb.Event]) -> Counts:
        """Write events that are messages already, each with the token of its own answer."""
        told = self._ask(self._stub.WriteEvents, pb.WriteEventsRequest(events=events))
        return Counts(told.written_count, told.duplicate_count)

    def reader(self, user_id: str) -> pb.GetReaderResponse:
        """What counts of a user now: whom they follow, what they did with papers, and so on."""
        return self._ask(
            self._stub.GetReader, pb.GetReaderRequest(name=resource_name("users", user_id))
        )

    def export(self, user_id: str) -> Iterator[pb.StoredEvent]:
        """All that is stored of a user, in the order in which it was stored, page by page."""
        request = pb.ExportUserRequest(name=resource_name("users", user_id))
        while True:
            page = self._ask(self._stub.ExportUser, request)
            yield from page.events
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def unsubscribe(self, word: str) -> None:
        """Send no more digests to the user whose mail the word is from; safe to do again."""
        self._ask(self._stub.Unsubscribe, pb.UnsubscribeRequest(word=word))

    def resubscribe(self, word: str) -> bool:
        """Take that back; whether there is anybody to send digests to."""
        told = self._ask(self._stub.Resubscribe, pb.ResubscribeRequest(word=word))
        return told.subscribed

    def purge(self, user_id: str) -> Purged:
        """Forget a user."""
        request = pb.PurgeUserRequest(name=resource_name("users", user_id))
        told = self._ask(self._stub.PurgeUser, request)
        purge_time = told.purge_time.ToDatetime(UTC)
        return Purged(told.receipt_id, purge_time, told.deleted_count, told.text)


def _impression(user_id: str, name: str, token: str, shown_time: datetime) -> Event:
    """That a user was shown a line of an answer; the same line gives the same event id."""
    of_paper = name.startswith("papers/")
    line = "\0".join([user_id, token, name]).encode("utf-8")
    id_ = f"impression-{blake2b(line, digest_size=16).hexdigest()}"
    return Event(
        id_,
        user_id,
        IMPRESSION,
        shown_time,
        paper_id=resource_id(name, "papers") if of_paper else "",
        author_id="" if of_paper else resource_id(name, "authors"),
    )
