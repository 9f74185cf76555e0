"""Events as lines of JSON, the way people and programs keep them in files.

In: lines with event_id, user, kind, subject, event_time, and if need be list and
attribution_token. Out: messages to send; and stored events as lines of the same shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.data.events import Event
from recsys.data.resource_names import name_in, resource_id
from recsys.errors import BadInput
from serving.event_wire import SUBJECTS, event_message, kind_name

_REQUIRED = ("event_id", "user", "kind", "subject", "event_time")
_OPTIONAL = ("list", "attribution_token")


def messages_of(lines: Iterable[str]) -> Iterator[tuple[int, pb.Event]]:
    """Number of the line, from 1, and its event; empty lines are passed over.

    Raises
    ------
    BadInput
        Names the first line that is no event, and why.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, _message_of(line)
            except (BadInput, ValueError) as error:
                raise BadInput(f"line {number}: {error}") from error


def line_of(stored: pb.StoredEvent) -> str:
    """A stored event as a line."""
    event = stored.event
    told: dict[str, Any] = {
        "event_id": event.event_id,
        "user": event.user,
        "kind": kind_name(event.kind),
        "subject": event.subject,
        "event_time": event.event_time.ToDatetime(UTC).isoformat(),
        "received_time": stored.received_time.ToDatetime(UTC).isoformat(),
    }
    if event.list:
        told["list"] = event.list
    if stored.HasField("attribution"):
        told["attribution"] = MessageToDict(stored.attribution, preserving_proto_field_name=True)
    return json.dumps(told, ensure_ascii=False)


def _message_of(line: str) -> pb.Event:
    given = json.loads(line)
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise BadInput("is no JSON object of strings")
    known = (*_REQUIRED, *_OPTIONAL)
    for name in given:
        if name not in known:
            raise BadInput(f"unknown key {name!r}; the known ones are {', '.join(known)}")
    for name in _REQUIRED:
        if not given.get(name):
            raise BadInput(f"{name} is required")
    collection = given["subject"].partition("/")[0]
    if collection not in SUBJECTS:
        raise BadInput("subject is not of the form papers/ID, authors/ID or events/ID")
    subject: dict[str, Any] = {SUBJECTS[collection]: resource_id(given["subject"], collection)}
    event = Event(
        event_id=given["event_id"],
        user_id=resource_id(name_in("users", given["user"]), "users"),
        kind=given["kind"],
        event_time=_time(given["event_time"]),
        list_name=given.get("list", ""),
        **subject,
    )
    return event_message(event, given.get("attribution_token", ""))


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
