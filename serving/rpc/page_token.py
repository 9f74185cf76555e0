"""Where a page begins, as an opaque word that fits one request only.

In: a request, and the moment of its first page. Out: a signed word, and back. It says which
results the pages before held, so that none comes twice and none is passed over, whatever happens
between two pages: events, new papers, another model.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from google.protobuf.message import Message

from recsys.data.resource_names import resource_name
from recsys.errors import BadInput
from serving.rpc.errors import PageExpired
from serving.rpc.signing import Signer

MOST_SHOWN = 10_000
# Layout 3: digest of the request, second of the first page, seq of the state as of
# then; behind it the digests of what was shown.
_LAYOUT = struct.Struct(">B8sQQ")
_VERSION = 3
# Of two names one in 10^12 pairs has the same digest: one would be taken for shown.
_NAME_BYTES = 5
_PURPOSE = "page"
_NOT_BOUND = ("page_size", "page_token")


@dataclass(frozen=True)
class ShownNames:
    """Names of which only digests are known."""

    digests: frozenset[bytes] = frozenset()

    def __len__(self) -> int:
        return len(self.digests)

    def __contains__(self, name: object, /) -> bool:
        return _name_digest(str(name)) in self.digests


@dataclass(frozen=True)
class Cursor:
    """A place in a list.

    Attributes
    ----------
    began : datetime
        When the first page was asked for, UTC, in whole seconds.
    state_seq : int
        The newest change that the list knows of.
    shown : ShownNames
        What the pages before held.
    """

    began: datetime
    state_seq: int
    shown: ShownNames = ShownNames()

    def unshown(self, collection: str, ids: Iterable[str]) -> frozenset[str]:
        """Those of the ids that no page before held."""
        return frozenset(id_ for id_ in ids if resource_name(collection, id_) not in self.shown)

    def after(self, names: Iterable[str]) -> Cursor:
        """The place behind a page with these results."""
        return replace(self, shown=ShownNames(self.shown.digests.union(map(_name_digest, names))))


class PageTokens:
    """Writes cursors as tokens, and reads them.

    Parameters
    ----------
    lifetime_s : float
        How long after the first page its list can be gone on with.
    """

    def __init__(self, signer: Signer, lifetime_s: float) -> None:
        self._signer, self._lifetime = signer, timedelta(seconds=lifetime_s)

    def write(self, request: Message, cursor: Cursor) -> str:
        """The token of the page that begins at a cursor."""
        asked, second = _request_digest(request), int(cursor.began.timestamp())
        head = _LAYOUT.pack(_VERSION, asked, second, cursor.state_seq)
        return self._signer.sign(_PURPOSE, head + b"".join(sorted(cursor.shown.digests)))

    def read(self, token: str, request: Message, start: Cursor) -> Cursor:
        """The cursor of a token; `start` for the empty one.

        Raises
        ------
        BadInput
            The token is no token of ours, or was given for another request.
        PageExpired
            The first page was too long ago.
        """
        if not token:
            return start
        try:
            body = self._signer.read(_PURPOSE, token)
        except BadInput:
            raise BadInput("is no page token of this service") from None
        version, asked, second, state_seq = _LAYOUT.unpack_from(body)
        if version != _VERSION or asked != _request_digest(request):
            raise BadInput("is of another request; change nothing but page_size between pages")
        began = datetime.fromtimestamp(second, UTC)
        if start.began > began + self._lifetime:
            raise PageExpired("the page before is too old; start at the first page")
        places = range(_LAYOUT.size, len(body), _NAME_BYTES)
        shown = ShownNames(frozenset(body[at : at + _NAME_BYTES] for at in places))
        return Cursor(began, state_seq, shown)


def _request_digest(request: Message) -> bytes:
    bound = type(request)()
    bound.CopyFrom(request)
    for name in _NOT_BOUND:
        bound.ClearField(name)
    kind = request.DESCRIPTOR.full_name.encode("ascii")
    return _digest(kind + b"\0" + bound.SerializeToString(deterministic=True), 8)


def _name_digest(name: str) -> bytes:
    return _digest(name.encode("utf-8"), _NAME_BYTES)


def _digest(content: bytes, size: int) -> bytes:
    return blake2b(content, digest_size=size).digest()
