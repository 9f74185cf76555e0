"""API keys: who calls, and what they may do.

In: what a client sent, and keys as they are kept. Out: the key that it is.

A key is shown once, when it is made; what is kept is its SHA-256. Nothing slower is needed: a
password is hashed slowly because people choose from few, and 256 random bits cannot be guessed at
any speed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from recsys.errors import BadInput, InvalidKey
from serving.guard.scopes import Scope

_PREFIX = "rl"  # lets a scanner of source code find a key that was left there
_NOBODY = "0" * 64
_LONGEST_NOTE = 200


class ApiKey(BaseModel):
    """A key as it is kept.

    Attributes
    ----------
    id : str
        8 hexadecimal digits; no secret, and what the logs say of a caller.
    sha256 : str
        Of the whole key, in hexadecimal digits.
    created, expires : datetime
        UTC; `expires` is None for a key that is good until it is revoked.
    note : str
        Whose it is, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)]
    created: AwareDatetime
    expires: AwareDatetime | None = None
    note: Annotated[str, Field(max_length=_LONGEST_NOTE)] = ""


def new_key(
    scopes: Iterable[Scope], *, now: datetime, expires: datetime | None = None, note: str = ""
) -> tuple[str, ApiKey]:
    """A key to give away, and what to keep of it; raises BadInput where the note is too long."""
    if len(note) > _LONGEST_NOTE:
        raise BadInput(f"a note has {_LONGEST_NOTE} characters at most, not {len(note)}")
    id_ = secrets.token_hex(4)
    text = f"{_PREFIX}_{id_}_{secrets.token_urlsafe(32)}"
    kept = ApiKey(
        id=id_,
        sha256=_digest(text),
        scopes=tuple(sorted(set(scopes))),
        created=now,
        expires=expires,
        note=note,
    )
    return text, kept


@dataclass(frozen=True)
class KeyRing:
    """The keys that are good, unless they have expired, by their ids."""

    by_id: dict[str, ApiKey]

    @classmethod
    def of(cls, keys: Iterable[ApiKey]) -> KeyRing:
        """Put keys on a ring; raises BadInput where two have the same id."""
        by_id: dict[str, ApiKey] = {}
        for key in keys:
            if by_id.setdefault(key.id, key) is not key:
                raise BadInput(f"the key {key.id} stands twice")
        return cls(by_id)

    def find(self, text: str, now: datetime) -> ApiKey:
        """The key that was sent.

        Compared in constant time. What can be learned from how long the look-up of an id takes
        is whether there is such an id, which is no secret.

        Raises
        ------
        InvalidKey
            It is not known, or has expired.
        """
        key = self.by_id.get(_id_in(text))
        good = hmac.compare_digest(_digest(text), key.sha256 if key else _NOBODY)
        if key is None or not good:
            raise InvalidKey("this API key is not known here")
        if key.expires is not None and key.expires <= now:
            raise InvalidKey(f"the API key {key.id} has expired")
        return key


def _id_in(text: str) -> str:
    return text.removeprefix(f"{_PREFIX}_").partition("_")[0]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
