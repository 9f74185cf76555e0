"""Words that this service gives to a client and knows again when they come back.

In: bytes, and what they are for. Out: a url-safe word that nobody else can make, and back.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable

from recsys.errors import BadInput
from recsys.storage.signing_keys import make_signing_key, read_signing_keys
from recsys.storage.watched import Watched
from serving.config import ServeSettings
from serving.logs import tell_change

_SIGNATURE_BYTES = 16


class Signer:
    """Signs with the newest key, and knows what the keys before it signed.

    Parameters
    ----------
    keys : callable
        The keys of the moment, newest first.
    """

    def __init__(self, keys: Callable[[], tuple[bytes, ...]]) -> None:
        self._keys = keys

    def sign(self, purpose: str, body: bytes) -> str:
        """A word of 4 letters for every 3 bytes of body and signature (16 bytes).

        What was signed for one purpose is worth nothing for another.
        """
        return _word(body + _signature(self._keys()[0], purpose, body))

    def read(self, purpose: str, word: str) -> bytes:
        """The body of a word; raises BadInput where it was not signed here for this purpose."""
        raw = _bytes(word)
        body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
        genuine = [
            hmac.compare_digest(signature, _signature(key, purpose, body)) for key in self._keys()
        ]
        if not any(genuine):
            raise BadInput("was not given by this service")
        return body


def open_signer(settings: ServeSettings) -> Signer:
    """The signer of a server and of all its workers.

    Raises
    ------
    BadInput
        The keys cannot be read, or not be made where no file is named.
    """
    path = settings.signing_key_file
    if path is None:
        path = settings.models / "signing.key"
        make_signing_key(path)
    keys = Watched((path,), lambda: read_signing_keys(path), tell_change("signing keys"))
    return Signer(keys.current)


def _signature(key: bytes, purpose: str, body: bytes) -> bytes:
    signed = purpose.encode("ascii") + b"\0" + body
    return hmac.digest(key, signed, "sha256")[:_SIGNATURE_BYTES]


def _word(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(word: str) -> bytes:
    """What a word spells; nothing where another one would spell it, or none would."""
    try:
        padded = word.encode("ascii") + b"=" * (-len(word) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return b""
    return raw if _word(raw) == word else b""
