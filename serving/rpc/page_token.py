"""Where a page begins, as an opaque word that fits one request and one model only.

In: a request, the model's version, how many results to skip, and the day of the first page. Out:
a url-safe token of 39 characters, and back. The checksum finds damage; it guards no secret.
"""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import date
from hashlib import blake2b

from google.protobuf.message import Message

from recsys.errors import BadInput
from serving.rpc.errors import ModelChanged

# Layout 2: digest of the request, digest of the model's version, results to skip, the day as
# counted by date.toordinal; checksum behind.
_LAYOUT = struct.Struct(">B8s8sII")
_VERSION = 2
_CHECKSUM_BYTES = 4
_NOT_BOUND = ("page_size", "page_token")


def write_token(request: Message, model_version: str, skip: int, day: date) -> str:
    """The token of the page that begins after `skip` results of a list begun on that day."""
    digests = _request_digest(request), _model_digest(model_version)
    body = _LAYOUT.pack(_VERSION, *digests, skip, day.toordinal())
    return base64.urlsafe_b64encode(body + _checksum(body)).rstrip(b"=").decode("ascii")


def read_token(token: str, request: Message, model_version: str, today: date) -> tuple[int, date]:
    """How many results to skip, and the day of the first page: 0 and today for the empty token.

    Raises
    ------
    BadInput
        The token is no token of ours, or was given for another request.
    ModelChanged
        It was given for this request by another model, whose ranks are not comparable.
    """
    if not token:
        return 0, today
    version, asked, model, skip, day = _unpacked(token)
    if version != _VERSION or asked != _request_digest(request):
        raise BadInput("is of another request; change nothing but page_size between pages")
    if model != _model_digest(model_version):
        raise ModelChanged("the model has changed since the page before; start at the first page")
    return skip, date.fromordinal(day)


def _unpacked(token: str) -> tuple[int, bytes, bytes, int, int]:
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raw = b""
    body, checksum = raw[:-_CHECKSUM_BYTES], raw[-_CHECKSUM_BYTES:]
    if len(body) != _LAYOUT.size or checksum != _checksum(body):
        raise BadInput("is no page token of this service")
    return _LAYOUT.unpack(body)


def _request_digest(request: Message) -> bytes:
    bound = type(request)()
    bound.CopyFrom(request)
    for name in _NOT_BOUND:
        bound.ClearField(name)
    kind = request.DESCRIPTOR.full_name.encode("ascii")
    return _digest(kind + b"\0" + bound.SerializeToString(deterministic=True), 8)


def _model_digest(model_version: str) -> bytes:
    return _digest(model_version.encode("utf-8"), 8)


def _checksum(body: bytes) -> bytes:
    return _digest(body, _CHECKSUM_BYTES)


def _digest(content: bytes, size: int) -> bytes:
    return blake2b(content, digest_size=size).digest()
