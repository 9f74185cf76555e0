"""What the protos' comments say of the largest that a field takes is what the server does.

Every field of every request is found by itself, with the limit that its comment tells: one step
beyond it the server names the field, and at the limit it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import BadRequest
from grpc_status import rpc_status

from protos.generate import run_protoc
from protos.readinglist.v1 import catalog_pb2 as catalog
from protos.readinglist.v1 import feedback_pb2 as feedback
from tests.served import channel_to
from tests.test_protos import comments, named_things
from tests.trials.malformed import Metadata, bearer, guarded_server, served_methods

NAME_LENGTH = 1_000
NAME = re.compile(r"\b(\w+)/\{")
LENGTH = re.compile(r"\bmaximum\s+([\d,]+)\s+(?:characters|bytes)", re.IGNORECASE)
EACH = re.compile(
    r"\bmaximum\s+[\d,]+\s+of\s+([\d,]+)\s+(?:characters|bytes)\s+each", re.IGNORECASE
)
MOST = re.compile(r"\bmaximum\s+([\d,]+)", re.IGNORECASE)
TAKEN_AS_LESS = re.compile(r"(?:more\s+is|it\s+is)\s+taken")
TOO_MUCH = re.compile(r"at most|more than|too long")
TOO_MANY = re.compile(r"entries; at most|more than [\d,]+ values")
# What a message must have to be looked at as a whole.
BESIDE = {
    "Event": feedback.Event(
        event_id="e",
        user="users/x",
        kind=feedback.EVENT_KIND_SAVE,
        subject="papers/x",
        event_time=Timestamp(seconds=1_700_000_000),
    ),
    "Paper": catalog.Paper(name="papers/x"),
    "PaperAuthor": catalog.PaperAuthor(name="authors/x"),
    "Author": catalog.Author(name="authors/x", display_name="X"),
}
NUMBERS = (
    FieldDescriptor.CPPTYPE_INT32,
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_DOUBLE,
    FieldDescriptor.CPPTYPE_FLOAT,
)


@dataclass(frozen=True)
class Place:
    """A field of a request, and the fields that lead to it."""

    method: MethodDescriptor
    way: tuple[FieldDescriptor, ...]

    @property
    def field(self) -> FieldDescriptor:
        return self.way[-1]

    @property
    def name(self) -> str:
        return ".".join(field.name for field in self.way)

    def is_at(self, path: str) -> bool:
        """Whether a path in a refusal is that of the field, or of what the field is a part of."""
        steps = re.sub(r"\[\d+\]", "", path).split(".")
        return steps == self.name.split(".")[: len(steps)]

    def request(self, value: Any) -> Message:
        """A request with this value of the field, and all else that it takes to be looked at."""
        request = GetMessageClass(self.method.input_type)()
        holder: Any = request
        for field in self.way[:-1]:
            inside = getattr(holder, field.name)
            holder = inside.add() if field.is_repeated else inside
            holder.SetInParent()
            if holder.DESCRIPTOR.name in BESIDE:
                holder.MergeFrom(BESIDE[holder.DESCRIPTOR.name])
        if self.field.is_repeated:
            getattr(holder, self.field.name).extend(value)
        else:
            setattr(holder, self.field.name, value)
        return request


def places(method: MethodDescriptor) -> Iterator[Place]:
    """The fields of its request, those of messages within included."""

    def walk(kind: Descriptor, way: tuple[FieldDescriptor, ...]) -> Iterator[Place]:
        for field in kind.fields:
            yield Place(method, (*way, field))
            inner = field.message_type
            if inner is not None and inner.full_name.startswith("readinglist."):
                yield from walk(inner, (*way, field))

    return walk(method.input_type, ())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Message.field -> its comment."""
    path = tmp_path_factory.mktemp("image") / "protos.binpb"
    run_protoc("--include_source_info", f"--descriptor_set_out={path}")
    files = FileDescriptorSet.FromString(path.read_bytes()).file
    return {
        name: comments(file).get(place, "") for file in files for name, place in named_things(file)
    }


@dataclass(frozen=True)
class Server:
    """Where to ask, and with which key."""

    channel: grpc.Channel
    metadata: Metadata

    def complaints(self, place: Place, value: Any) -> list[str]:
        """What it says of the field, where it has this value."""
        method = f"/{place.method.containing_service.full_name}/{place.method.name}"
        raw = place.request(value).SerializeToString()
        try:
            self.channel.unary_unary(method)(raw, timeout=60, metadata=self.metadata)
        except grpc.RpcError as error:
            status = rpc_status.from_call(error)
            found = [
                violation
                for detail in (status.details if status else ())
                if detail.Is(BadRequest.DESCRIPTOR)
                for violation in BadRequest.FromString(detail.value).field_violations
            ]
            return [one.description for one in found if place.is_at(one.field)]
        return []


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with guarded_server() as (process, key), channel_to(process.await_address()) as channel:
        yield Server(channel, bearer(key))


@pytest.fixture(scope="module")
def all_places(server: Server) -> list[Place]:
    methods = served_methods(server.channel, server.metadata)
    return [place for method in methods for place in places(method)]


def comment_of(place: Place, told: dict[str, str]) -> str:
    return told[f"{place.field.containing_type.name}.{place.field.name}"]


def text_limit(comment: str) -> tuple[str, int]:
    """How a text of the field begins, and how long it may be."""
    name = NAME.search(comment)
    if name:
        return f"{name[1]}/", NAME_LENGTH
    found = EACH.search(comment) or LENGTH.search(comment)
    assert found, f"tells no limit: {comment}"
    return "", int(found[1].replace(",", ""))


def test_texts_longer_than_their_comments_say_are_refused(
    server: Server, all_places: list[Place], told: dict[str, str]
) -> None:
    wrong = []
    for place in all_places:
        if place.field.cpp_type != FieldDescriptor.CPPTYPE_STRING:
            continue
        start, longest = text_limit(comment_of(place, told))
        # A name at the limit may still have an id that is too long for what it names.
        at_limit = [] if start else [(longest, False)]
        for length, refused in (*at_limit, (longest + 1, True)):
            text = start + "x" * (length - len(start))
            value = [text] if place.field.is_repeated else text
            found = any(TOO_MUCH.search(one) for one in server.complaints(place, value))
            if found != refused:
                wrong.append((place.method.name, place.name, length, refused))
    assert wrong == []


def test_lists_longer_than_their_comments_say_are_refused(
    server: Server, all_places: list[Place], told: dict[str, str]
) -> None:
    wrong, tested = [], 0
    for place in all_places:
        if not place.field.is_repeated:
            continue
        found = MOST.search(comment_of(place, told))
        assert found, f"{place.name} tells no limit"
        most, inner = int(found[1].replace(",", "")), place.field.message_type
        for count, refused in ((most, False), (most + 1, True)):
            one = "x" if inner is None else GetMessageClass(inner)()
            complaints = server.complaints(place, [one] * count)
            if any(TOO_MANY.search(one) for one in complaints) != refused:
                wrong.append((place.method.name, place.name, count, refused))
        tested += 1
    assert tested > 10
    assert wrong == []


def test_numbers_larger_than_their_comments_say_are_refused(
    server: Server, all_places: list[Place], told: dict[str, str]
) -> None:
    wrong = []
    for place in all_places:
        comment = comment_of(place, told)
        found = MOST.search(comment)
        if place.field.cpp_type not in NUMBERS or TAKEN_AS_LESS.search(comment):
            continue
        assert found, f"{place.name} tells no limit"
        most = int(found[1].replace(",", ""))
        for value, refused in ((most, False), (most + 1, True), (-1, True)):
            if bool(server.complaints(place, value)) != refused:
                wrong.append((place.method.name, place.name, value, refused))
    assert wrong == []
