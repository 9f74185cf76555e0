"""An event as it goes over the wire, in either direction.

In: events of the library. Out: messages, and the words that both sides have for the same thing.
"""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.data.events import EVENT_KINDS, Event
from recsys.data.resource_names import resource_name

# Which field of an event the name of each collection goes to.
SUBJECTS = {"papers": "paper_id", "authors": "author_id", "events": "undone_id"}


def event_message(event: Event, attribution_token: str = "") -> pb.Event:
    """An event on the wire; what came of an answer is told by the answer's token."""
    event_time = Timestamp()
    event_time.FromDatetime(event.event_time)
    return pb.Event(
        event_id=event.event_id,
        user=resource_name("users", event.user_id),
        kind=kind_value(event.kind),
        subject=subject_name(event),
        event_time=event_time,
        list=event.list_name,
        attribution_token=attribution_token,
    )


def subject_name(event: Event) -> str:
    """What an event is about, as a resource name."""
    (name,) = [
        resource_name(collection, getattr(event, field))
        for collection, field in SUBJECTS.items()
        if getattr(event, field)
    ]
    return name


def kind_value(kind: str) -> pb.EventKind:
    """The number of a kind."""
    return pb.EventKind.Value(f"EVENT_KIND_{kind.upper()}")


def kind_name(kind: int) -> str:
    """The library's word for a kind; "" for one that is not known here."""
    name = pb.EventKind.Name(kind) if kind in pb.EventKind.values() else ""
    word = name.removeprefix("EVENT_KIND_").lower()
    return word if word in EVENT_KINDS else ""
