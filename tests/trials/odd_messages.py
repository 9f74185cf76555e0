"""Requests as nobody ought to send them, for any message: filled oddly, then damaged or not.

In: the descriptor of a message, and what became of earlier requests. Out: bytes.

Pure chance would hardly get past the first check of a method with five required fields. So the
requests that came furthest are kept and changed a little: where the server named fields, these are
drawn anew, elsewhere any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from tests.trials.odd_texts import OddTexts

_BITS = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}
_REALS = (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT)
_MANY = (0, 1, 1, 2, 2, 3, 5, 30)
_TOO_MANY = (999, 1_000, 1_001, 5_000)
_DEEPEST = 4
_KEPT, _LONGEST_KEPT = 30, 20_000
_LARGEST_BYTES = 6 << 20  # more than a server takes
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


@dataclass(frozen=True)
class Tried:
    """A request that could be read, and the fields of it that the server did not like."""

    raw: bytes
    disliked: tuple[str, ...]


class OddMessages:
    """Makes requests, each from the same seed the same."""

    def __init__(self, rng: Random, texts: OddTexts) -> None:
        self._rng, self._texts = rng, texts
        self._tried: dict[str, list[Tried]] = {}

    def request(self, kind: Descriptor) -> bytes:
        """A request of this kind: mostly readable, now and then broken as a whole."""
        tried = self._tried.get(kind.full_name)
        if tried and self._rng.random() < 0.6:
            raw = self._changed(kind, self._rng.choice(tried)).SerializeToString()
        else:
            raw = self._filled(kind, 0).SerializeToString()
        return (raw if self._rng.random() < 0.85 else self._broken(raw))[:_LARGEST_BYTES]

    def learn(self, kind: Descriptor, raw: bytes, disliked: tuple[str, ...]) -> None:
        """Keep a request, one of the few in which least is wrong."""
        if len(raw) > _LONGEST_KEPT:
            return  # it would only grow
        kept = [*self._tried.get(kind.full_name, ()), Tried(raw, disliked)]
        self._rng.shuffle(kept)
        self._tried[kind.full_name] = sorted(kept, key=lambda one: len(one.disliked))[:_KEPT]

    def _changed(self, kind: Descriptor, tried: Tried) -> Message:
        message = GetMessageClass(kind).FromString(tried.raw)
        for path in tried.disliked or (self._rng.choice(kind.fields).name,):
            self._redraw(message, _STEP.findall(path))
        return message

    def _redraw(self, message: Any, steps: list[tuple[str, str]]) -> None:
        """Draw the field anew to which these steps lead, or leave it out."""
        (name, place), *further = steps
        field, inside = message.DESCRIPTOR.fields_by_name[name], getattr(message, name)
        if place and int(place) >= len(inside):
            return  # the list was drawn anew meanwhile
        if further and field.message_type is not None and field.is_repeated:
            self._redraw(inside[int(place)], further)
        elif further and field.message_type is not None:
            self._redraw(inside, further)
        elif place and field.message_type is None:
            inside[int(place)] = self._scalar(field)
        else:
            message.ClearField(name)
            if self._rng.random() < 0.9:
                self._fill(message, field, 0)

    def _filled(self, kind: Descriptor, depth: int) -> Message:
        message = GetMessageClass(kind)()
        likely = self._rng.choice((0.15, 0.5, 1.0))
        for field in kind.fields:
            if depth < _DEEPEST and self._rng.random() < likely:
                self._fill(message, field, depth)
        return message

    def _fill(self, message: Message, field: FieldDescriptor, depth: int) -> None:
        value = getattr(message, field.name)
        if field.is_repeated:
            self._fill_list(value, field, depth)
        elif field.message_type is not None:
            value.MergeFrom(self._filled(field.message_type, depth + 1))
        else:
            setattr(message, field.name, self._scalar(field))

    def _fill_list(self, values: Any, field: FieldDescriptor, depth: int) -> None:
        # Too many of a few different ones: making thousands would be most of the trial.
        few = range(self._rng.choice(_MANY))
        if field.message_type is None:
            made = [self._scalar(field) for _ in few]
        else:
            made = [self._filled(field.message_type, depth + 1) for _ in few]
        if made and self._rng.random() < 0.05:
            made = made * (self._rng.choice(_TOO_MANY) // len(made) + 1)
            room = _LARGEST_BYTES >> 3 * depth  # for this list, one of many further in
            made = made[: max(1, room // max(1, *map(_size, made)))]
        values.extend(made)

    def _scalar(self, field: FieldDescriptor) -> Any:
        kind = field.cpp_type
        if kind in _BITS:
            return self._texts.whole(*_BITS[kind])
        if kind in _REALS:
            return self._texts.real()
        if kind == FieldDescriptor.CPPTYPE_BOOL:
            return self._rng.random() < 0.5
        if kind == FieldDescriptor.CPPTYPE_ENUM:
            known = [value.number for value in field.enum_type.values]
            return self._rng.choice([*known * 2, 99, -1, 2**31 - 1])
        text = self._texts.text()
        return text.encode() if field.type == FieldDescriptor.TYPE_BYTES else text

    def _broken(self, raw: bytes) -> bytes:
        rng, place = self._rng, self._rng.randrange(len(raw) + 1)
        return rng.choice(
            (
                raw[:place],
                raw[:place] + bytes([rng.randrange(256)]) + raw[place + 1 :],
                raw[:place] + b"\xff\xfe\xc0\x80" + raw[place:],
                raw + b"\x0a\x04\xff\xfe\xfd\xfc",  # the first field once more, and no UTF-8
                raw + b"\xf8\x7f\x01" + b"\xfa\xff\xff\xff\x0f\x02hi",  # fields that nobody knows
                raw * 3,
                b"\x0b" * rng.choice((10, 99, 101, 10_000)),  # groups in groups
                rng.randbytes(rng.choice((1, 10, 1_000, 100_000))),
                b"",
            )
        )


def _size(value: Any) -> int:
    if isinstance(value, Message):
        return value.ByteSize()
    return len(value) if isinstance(value, str | bytes) else 8
