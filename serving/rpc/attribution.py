"""What an answer says of itself, so that later events can be tied to its lines.

In: an answer, its request and the model. Out: a signed word that a client hands back with events
about the answer, and what it says of one of the lines. A client can name no line that it was not
given, and no better place for one that it was.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from google.protobuf.message import Message

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.answer import Recommendation
from recsys.data.attribution import Attribution
from recsys.data.resource_names import resource_id
from recsys.errors import BadInput
from serving.rpc.signing import Signer

# Layout 1: answer id, digest of the user (zeros: anybody), rank before the first line; then three
# strings, each behind its length; then each line: digest of its name, number of its strategy.
_VERSION = 1
_HEAD = struct.Struct(">B8s8sI")
_LINE = struct.Struct(">4sB")
_PURPOSE = "answer"
_ANYBODY = bytes(8)


class AnswerTokens:
    """Writes attribution tokens, and reads them.

    Parameters
    ----------
    new_id : callable
        Makes eight bytes that name one answer.
    """

    def __init__(
        self, signer: Signer, new_id: Callable[[], bytes] = lambda: secrets.token_bytes(8)
    ) -> None:
        self._signer, self._new_id = signer, new_id

    def write(
        self, request: Message, results: Sequence[Recommendation], model: str, arm: str
    ) -> str:
        """The token of one page; the empty word for an empty page."""
        if not results:
            return ""
        user = _user_digest(getattr(request, "parent", ""))
        head = _HEAD.pack(_VERSION, self._new_id(), user, results[0].rank - 1)
        strings = (request.DESCRIPTOR.name.removesuffix("Request"), model, arm)
        lines = (_LINE.pack(_digest(line.id, 4), _number(line.strategy)) for line in results)
        return self._signer.sign(_PURPOSE, head + b"".join([*map(_counted, strings), *lines]))

    def read(self, token: str, user_id: str, subject: str) -> Attribution:
        """What an answer said of the line about a subject, which is a resource name.

        Raises
        ------
        BadInput
            The token is no token of ours, was given to another user, or has no such line.
        """
        said = self._unpacked(token)
        if said.user not in (_ANYBODY, _digest(user_id, 8)):
            raise BadInput("is of an answer to another user")
        place, strategy = said.line(subject)
        return Attribution(
            answer_id=said.answer_id.hex(),
            method=said.method,
            model=said.model,
            arm=said.arm,
            strategy=strategy,
            position=said.before + place,
        )

    def _unpacked(self, token: str) -> _Said:
        try:
            body = self._signer.read(_PURPOSE, token)
        except BadInput:
            raise BadInput("is no attribution token of this service") from None
        version, answer_id, user, before = _HEAD.unpack_from(body)
        if version != _VERSION:
            raise BadInput("is of another version of this service")
        method, rest = _split(body[_HEAD.size :])
        model, rest = _split(rest)
        arm, lines = _split(rest)
        return _Said(answer_id, user, before, method, model, arm, lines)


@dataclass(frozen=True)
class _Said:
    """A token, unpacked."""

    answer_id: bytes
    user: bytes
    before: int
    method: str
    model: str
    arm: str
    lines: bytes

    def line(self, subject: str) -> tuple[int, str]:
        """The place of a subject, from 1, and its strategy."""
        wanted = _digest(subject, 4)
        for place, (name, number) in enumerate(_LINE.iter_unpack(self.lines), start=1):
            if name == wanted:
                return place, pb.Strategy.Name(number).removeprefix("STRATEGY_").lower()
        raise BadInput(f"is of an answer without {subject}")


def _user_digest(reader: str) -> bytes:
    """Whom an answer is for, where it is for a user; else anybody may say what became of it."""
    if not reader.startswith("users/"):
        return _ANYBODY
    return _digest(resource_id(reader, "users"), 8)


def _number(strategy: str) -> int:
    return pb.Strategy.Value(f"STRATEGY_{strategy.upper()}")


def _counted(text: str) -> bytes:
    raw = text.encode("utf-8")
    return bytes([len(raw)]) + raw


def _split(body: bytes) -> tuple[str, bytes]:
    """The first of counted strings, and what follows it."""
    end = 1 + body[0]
    return body[1:end].decode("utf-8"), body[end:]


def _digest(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8"), digest_size=size).digest()
