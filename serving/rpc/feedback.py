"""The methods of FeedbackService: what people do goes in, comes back on demand, or is forgotten.

In: request messages. Out: response messages, or a domain error for the interceptors.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from protos.readinglist.v1 import feedback_pb2 as pb
from protos.readinglist.v1.feedback_pb2_grpc import FeedbackServiceServicer
from recsys.errors import BadEvent, BadInput, EventsRefused
from recsys.storage.state import State
from serving.rpc.attribution import AnswerTokens
from serving.rpc.checks import Checks
from serving.rpc.event_messages import event_of, field_of, reader_fields, stored_message
from serving.rpc.leaving import whose
from serving.rpc.mail_messages import sent_message, subscription_message
from serving.rpc.reading import Reading
from serving.rpc.signing import Signer
from serving.watch.call import stage

SERVICE = pb.DESCRIPTOR.services_by_name["FeedbackService"].full_name
MOST_EVENTS = 1_000
_LARGEST_PAGE = 1_000
_LONGEST_PAGE_TOKEN = 200
_LONGEST_WORD = 1_000
_PURPOSE = "export"
_CURSOR = struct.Struct(">8sQ")  # digest of the user, seq of the last event that was given

_RECEIPT = (
    "All events of this user are deleted from the state, and from memory with the next request to "
    "each server process; answers no longer use them, nor what the model knows of the user. "
    "The model itself forgets the user at the next training: a keyed digest of the id stays in "
    "the state, so that training leaves the user's rows out of its other data as well. Models "
    "made before, and backups, keep what they hold until they are deleted."
)


class FeedbackServicer(FeedbackServiceServicer):
    """Writes to the state and reads from it.

    Parameters
    ----------
    now : callable
        Tells the time in UTC.
    """

    def __init__(
        self,
        state: State,
        answers: AnswerTokens,
        signer: Signer,
        reading: Reading,
        now: Callable[[], datetime],
    ) -> None:
        self._state, self._answers, self._signer, self._now = state, answers, signer, now
        self._reading = reading

    def WriteEvents(  # noqa: N802
        self, request: pb.WriteEventsRequest, _context: grpc.ServicerContext
    ) -> pb.WriteEventsResponse:
        checks, events = Checks(), []
        checks.count("events", request.events, MOST_EVENTS)
        for place, message in enumerate(request.events[:MOST_EVENTS]):
            try:
                events.append(event_of(message, self._answers))
            except BadEvent as error:
                _tell(checks, place, error)
        checks.refuse()
        try:
            with stage("state"):
                written = self._state.events.write(events, self._now())
        except EventsRefused as error:
            for place, bad in error.bad.items():
                _tell(checks, place, bad)
            checks.refuse()
            raise
        return pb.WriteEventsResponse(
            written_count=written.n_written, duplicate_count=written.n_duplicates
        )

    def GetReader(  # noqa: N802
        self, request: pb.GetReaderRequest, _context: grpc.ServicerContext
    ) -> pb.GetReaderResponse:
        checks = Checks()
        user_id = _user(request.name, checks)
        checks.refuse()
        served, seen = self._reading.of_user(user_id)
        stands, degraded = self._reading.live.standing(served, user_id, seen)
        record = served.explorer.reader(user_id, stands)
        return pb.GetReaderResponse(**reader_fields(record, stands.blocked), degraded=degraded)

    def ExportUser(  # noqa: N802
        self, request: pb.ExportUserRequest, _context: grpc.ServicerContext
    ) -> pb.ExportUserResponse:
        checks = Checks()
        user_id = _user(request.name, checks)
        size = checks.page_size(request.page_size, _LARGEST_PAGE, _LARGEST_PAGE)
        after = self._after(request.page_token, user_id, checks)
        checks.refuse()
        with stage("state"):
            found = self._state.events.of_user(user_id, after=after, most=size + 1)
            mail = {} if after else self._mail(user_id)
        page, token = found[:size], ""
        if len(found) > size:
            cursor = _CURSOR.pack(_digest(user_id), page[-1].seq)
            token = self._signer.sign(_PURPOSE, cursor)
        return pb.ExportUserResponse(
            events=map(stored_message, page), next_page_token=token, **mail
        )

    def PurgeUser(  # noqa: N802
        self, request: pb.PurgeUserRequest, _context: grpc.ServicerContext
    ) -> pb.PurgeUserResponse:
        checks = Checks()
        user_id = _user(request.name, checks)
        checks.refuse()
        with stage("state"):
            receipt = self._state.purges.purge(user_id, self._now(), secrets.token_hex(16))
        purge_time = Timestamp()
        purge_time.FromDatetime(receipt.purge_time)
        return pb.PurgeUserResponse(
            receipt_id=receipt.receipt_id,
            purge_time=purge_time,
            deleted_count=receipt.n_events,
            text=_RECEIPT,
        )

    def Unsubscribe(  # noqa: N802
        self, request: pb.UnsubscribeRequest, _context: grpc.ServicerContext
    ) -> pb.UnsubscribeResponse:
        user_id = self._whose(request.word)
        with stage("state"):
            self._state.subscribers.unsubscribe(user_id, self._now())
        return pb.UnsubscribeResponse()

    def Resubscribe(  # noqa: N802
        self, request: pb.ResubscribeRequest, _context: grpc.ServicerContext
    ) -> pb.ResubscribeResponse:
        user_id = self._whose(request.word)
        with stage("state"):
            return pb.ResubscribeResponse(
                subscribed=self._state.subscribers.subscribe_again(user_id)
            )

    def _whose(self, word: str) -> str:
        """The user whose mail a word is from."""
        checks, user_id = Checks(), ""
        checks.length("word", word, _LONGEST_WORD)
        try:
            user_id = whose(self._signer, word)
        except BadInput as error:
            checks.wrong("word", str(error))
        checks.refuse()
        return user_id

    def _mail(self, user_id: str) -> dict[str, Any]:
        """The fields of an export that are about digests."""
        digests, subscriber = self._state.digests, self._state.subscribers.find(user_id)
        return {
            "subscription": subscription_message(subscriber) if subscriber else None,
            "digests": map(sent_message, digests.sent_to(user_id)),
        }

    def _after(self, page_token: str, user_id: str, checks: Checks) -> int:
        """Behind which event a page begins."""
        checks.length("page_token", page_token, _LONGEST_PAGE_TOKEN)
        if not page_token or len(page_token) > _LONGEST_PAGE_TOKEN:
            return 0
        try:
            user, after = _CURSOR.unpack(self._signer.read(_PURPOSE, page_token))
        except BadInput:
            user, after = b"", 0
        if user != _digest(user_id):
            checks.wrong("page_token", "is no page token of this user's export")
        return int(after)


def _tell(checks: Checks, place: int, error: BadEvent) -> None:
    for name, reason in error.flaws.items():
        checks.wrong(f"events[{place}].{field_of(name)}", reason)


def _user(name: str, checks: Checks) -> str:
    _, user_id = checks.name("name", name, ("users",))
    if "\0" in user_id:
        checks.wrong("name", "holds a NUL character, which is no part of an id")
    return user_id


def _digest(user_id: str) -> bytes:
    return blake2b(user_id.encode("utf-8"), digest_size=8).digest()
