"""Requests as nobody ought to send them, for any message: filled oddly, then damaged or not.

In: the descriptor of a message. Out: bytes.
"""

from __future__ import annotations

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


class OddMessages:
    """Makes requests, each from the same seed the same."""

    def __init__(self, rng: Random, texts: OddTexts) -> None:
        self._rng, self._texts = rng, texts

    def request(self, kind: Descriptor) -> bytes:
        """A request of this kind: mostly readable, now and then broken as a whole."""
        raw = self._filled(kind, 0).SerializeToString()
        return raw if self._rng.random() < 0.75 else self._broken(raw)

    def _filled(self, kind: Descriptor, depth: int) -> Message:
        message = GetMessageClass(kind)()
        likely = self._rng.choice((0.3, 0.7, 1.0))
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
