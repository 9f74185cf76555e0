"""Where a page begins, as an opaque word that fits one request, one caller and one model only.

In: a request, the model's version, and the moment of the first page. Out: a signed word of 71
letters, and back. It says as of which moment the list is, so that its pages join whatever
happens between them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from google.protobuf.message import Message

from recsys.errors import BadInput
from serving.rpc.errors import ModelChanged, PageExpired
from serving.rpc.signing import Signer

# Layout 3: digest of the request and its caller, digest of the model's version, second of the
# first page, seq of the state as of then, results to skip.
_LAYOUT = struct.Struct(">B8s8sQQI")
_VERSION = 3
_PURPOSE = "page"
_NOT_BOUND = ("page_size", "page_token")


@dataclass(frozen=True)
class Cursor:
    """A place in a list.

    Attributes
    ----------
    began : datetime
        When the first page was asked for, UTC, in whole seconds.
    state_seq : int
        The newest change that the list knows of.
    skip : int
        How many places of the list were given already.
    """

    began: datetime
    state_seq: int
    skip: int = 0


class PageTokens:
    """Writes cursors as tokens, and reads them.

    Parameters
    ----------
    lifetime_s : float
        How long after the first page its list can be gone on with.
    """

    def __init__(self, signer: Signer, lifetime_s: float) -> None:
        self._signer, self._lifetime = signer, timedelta(seconds=lifetime_s)

    def write(self, request: Message, caller: str, model: str, cursor: Cursor) -> str:
        """The token of the page that begins at a cursor."""
        digests = _request_digest(request, caller), _digest(model.encode("utf-8"))
        second = int(cursor.began.timestamp())
        body = _LAYOUT.pack(_VERSION, *digests, second, cursor.state_seq, cursor.skip)
        return self._signer.sign(_PURPOSE, body)

    def read(self, token: str, request: Message, caller: str, model: str, start: Cursor) -> Cursor:
        """The cursor of a token; `start` for the empty one.

        Raises
        ------
        BadInput
            The token is no token of ours, or was given for another request or to another caller.
        PageExpired
            The first page was too long ago.
        ModelChanged
            It was given by another model, whose ranks are not comparable.
        """
        if not token:
            return start
        version, asked, served, second, state_seq, skip = self._unpacked(token)
        if version != _VERSION or asked != _request_digest(request, caller):
            raise BadInput("is of another request; change nothing but page_size between pages")
        began = datetime.fromtimestamp(second, UTC)
        if start.began > began + self._lifetime:
            raise PageExpired("the page before is too old; start at the first page")
        if served != _digest(model.encode("utf-8")):
            raise ModelChanged("the model has changed since the page before; start at the first")
        return Cursor(began, state_seq, skip)

    def _unpacked(self, token: str) -> tuple[int, bytes, bytes, int, int, int]:
        try:
            return _LAYOUT.unpack(self._signer.read(_PURPOSE, token))
        except (BadInput, struct.error):
            raise BadInput("is no page token of this service") from None


def _request_digest(request: Message, caller: str) -> bytes:
    bound = type(request)()
    bound.CopyFrom(request)
    for name in _NOT_BOUND:
        bound.ClearField(name)
    kind = request.DESCRIPTOR.full_name
    asked = bound.SerializeToString(deterministic=True)
    return _digest(b"\0".join([kind.encode("ascii"), caller.encode("utf-8"), asked]))


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=8).digest()
