"""Events that clients send, checked, and stored events as they are given back.

In: messages with resource names, and what an answer's token says. Out: events of the library, or
`BadEvent` with the fields of the event; and messages.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.data.attribution import Attribution
from recsys.data.events import Event
from recsys.data.resource_names import resource_id, resource_name
from recsys.errors import BadEvent, BadInput
from recsys.explore.reader import ReaderRecord
from recsys.storage.state.events import StoredEvent
from serving.event_wire import SUBJECTS, event_message, kind_name, kind_value
from serving.rpc.attribution import AnswerTokens
from serving.rpc.checks import LONGEST_NAME
from serving.rpc.convert import timestamp

LONGEST_ATTRIBUTION_TOKEN = 10_000
MOST_TOLD = 10_000
_FIELDS = {
    **dict.fromkeys(SUBJECTS.values(), "subject"),
    "user_id": "user",
    "list_name": "list",
    "attribution": "attribution_token",
}


def event_of(message: pb.Event, answers: AnswerTokens) -> Event:
    """The event that a message tells of; raises BadEvent."""
    flaws: dict[str, str] = {}
    user_id = _id(message.user, "users", "user_id", flaws)
    subject = _subject(message, flaws)
    time = _time(message, flaws)
    attribution = _attribution(message, answers, user_id, flaws)
    if flaws:
        raise BadEvent(flaws)
    return Event(
        event_id=message.event_id,
        user_id=user_id,
        kind=kind_name(message.kind),
        event_time=time,
        list_name=message.list,
        attribution=attribution,
        **subject,
    )


def field_of(name: str) -> str:
    """The message's field for a field of `Event`."""
    return _FIELDS.get(name, name)


def stored_message(stored: StoredEvent) -> pb.StoredEvent:
    """A stored event on the wire."""
    event = stored.event
    received_time = Timestamp()
    received_time.FromDatetime(stored.received_time)
    return pb.StoredEvent(
        event=event_message(event),
        received_time=received_time,
        attribution=_attribution_message(event.attribution),
    )


def reader_fields(record: ReaderRecord, blocked: Collection[str]) -> dict[str, Any]:
    """What counts of a user, as the fields of a response; whoever has more gets the latest."""
    return {
        "author": resource_name("authors", record.author_id) if record.author_id else "",
        "followed_authors": _author_names(record.followed),
        "blocked_authors": _author_names(sorted(blocked)),
        "deeds": [
            pb.Deed(
                paper=resource_name("papers", deed.paper_id),
                kind=kind_value(deed.kind),
                deed_time=timestamp(deed.time),
                list=deed.list_name,
            )
            for deed in record.deeds[:MOST_TOLD]
        ],
    }


def _author_names(ids: Sequence[str]) -> list[str]:
    return [resource_name("authors", id_) for id_ in ids[:MOST_TOLD]]


def _subject(message: pb.Event, flaws: dict[str, str]) -> dict[str, str]:
    """The field of the event that says what it is about."""
    collection = message.subject.partition("/")[0]
    if collection not in SUBJECTS:
        flaws["subject"] = "is not of the form papers/{id}, authors/{id} or events/{id}"
        return {}
    field = SUBJECTS[collection]
    return {field: _id(message.subject, collection, field, flaws)}


def _id(name: str, collection: str, field: str, flaws: dict[str, str]) -> str:
    if len(name) > LONGEST_NAME:
        flaws[field] = f"has {len(name)} characters; at most {LONGEST_NAME} are taken"
        return ""
    try:
        return resource_id(name, collection)
    except BadInput as error:
        flaws.setdefault(field, str(error))
        return ""


def _time(message: pb.Event, flaws: dict[str, str]) -> datetime:
    try:
        if message.HasField("event_time"):
            return message.event_time.ToDatetime(UTC)
        flaws["event_time"] = "is required"
    except (ValueError, OverflowError):
        flaws["event_time"] = "is no time between the years 1 and 9999"
    return datetime.fromtimestamp(0, UTC)


def _attribution(
    message: pb.Event, answers: AnswerTokens, user_id: str, flaws: dict[str, str]
) -> Attribution | None:
    token = message.attribution_token
    if not token:
        return None
    if len(token) > LONGEST_ATTRIBUTION_TOKEN:
        flaws["attribution"] = f"has more than {LONGEST_ATTRIBUTION_TOKEN} characters"
        return None
    try:
        return answers.read(token, user_id, message.subject)
    except BadInput as error:
        flaws["attribution"] = str(error)
        return None


def _attribution_message(line: Attribution | None) -> pb.Attribution | None:
    if line is None:
        return None
    return pb.Attribution(
        answer_id=line.answer_id,
        method=line.method,
        model=resource_name("models", line.model),
        arm=line.arm,
        strategy=line.strategy,
        position=line.position,
    )
