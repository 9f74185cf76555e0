"""Values as nobody ought to send them, and some as one does: text, numbers, names.

In: a seeded generator. Out: values for the fields of a message. Every text that is made up bears
`MARK`, so that it can be looked for where no text ought to be.
"""

from __future__ import annotations

import math
from random import Random
from urllib.parse import quote

from tests.worlds import AUTHORS, PAPERS, USERS

MARK = "quokka-4711"
KNOWN = [
    *(f"users/{id_}" for id_ in USERS),
    *(f"authors/{row[0]}" for row in AUTHORS),
    *(f"papers/{quote(str(row[0]), safe='')}" for row in PAPERS),
]
_COLLECTIONS = ("users", "authors", "papers", "models", "events", "lists", "")
_ODD_IDS = (
    *("", "%", "%00", "%ff%fe", "%2F..%2F..%2Fetc%2Fpasswd", "../../etc/passwd", "a/b", " "),
    *("'; DROP TABLE events; --", "${jndi:ldap://x}", "{}", "*", "-1", "0", "%F0%9F%90%A8", "é"),
)
_ODD = (
    *("\x00", "\x1b[2J", "\r\n", "\t", "\u202e", "\ufeff", "\u200b", "\u0301" * 50, "\U0010ffff"),
    *("NaN", "null", "protein folding", "graph", "\N{KOALA}" * 20, "ǆ", "İ", "%s%n", "{0}"),
)
_LENGTHS = (199, 200, 201, 255, 256, 257, 999, 1000, 1001, 10_000, 10_001, 100_000)
_A_TIME = 1_700_000_000  # in November 2023, as seconds
_LONGEST_HEARD = 2_000
_WHOLE = (0, 0, 0, _A_TIME, _A_TIME, 1, -1, 2, 20, 100, 101, 199, 200, 201, 1000, 1001)
_REAL = (
    *(math.nan, math.inf, -math.inf, -0.0, 0.0, 5e-324, 1e-9, 0.5, 1.0),
    *(1.0000000000000002, 2.0, -1.0, 36_500.0, 1e9, 1.7976931348623157e308),
)


class OddTexts:
    """Draws values; what the server has said before is drawn as well, tokens among it."""

    def __init__(self, rng: Random) -> None:
        self._rng, self._heard = rng, list[str]()

    def hear(self, texts: list[str]) -> None:
        """Take in what the server has said; of many things some are kept."""
        for text in texts:
            if len(text) > _LONGEST_HEARD:
                continue  # drawn twice over again and again, it would only grow
            if len(self._heard) < 200:
                self._heard.append(text)
            else:
                self._heard[self._rng.randrange(200)] = text

    def text(self) -> str:
        """Any text, valid for its field or not."""
        rng, kind = self._rng, self._rng.random()
        if kind < 0.35:
            return rng.choice(KNOWN)
        if kind < 0.5 and self._heard:
            return self._damaged(rng.choice(self._heard))
        if kind < 0.7:
            return f"{rng.choice(_COLLECTIONS)}/{MARK}{rng.choice(_ODD_IDS)}"
        if kind < 0.78:
            return f"{rng.choice(_COLLECTIONS)}/{rng.choice(_ODD_IDS)}"
        if kind < 0.9:
            return f"{MARK} {rng.choice(_ODD)} {rng.choice(_ODD)}"
        if kind < 0.94:
            return (MARK + rng.choice("a /\x00é")) + "x" * rng.choice(_LENGTHS)
        return "".join(chr(self._code_point()) for _ in range(rng.randrange(20))) + MARK

    def whole(self, least: int, most: int) -> int:
        """A whole number within the bounds of its type."""
        kind = self._rng.random()
        if kind < 0.6:
            return max(least, self._rng.choice(_WHOLE))
        return self._rng.choice((least, most)) if kind < 0.9 else self._rng.randint(least, most)

    def real(self) -> float:
        """A number, or what passes for one."""
        return self._rng.choice(_REAL)

    def _damaged(self, text: str) -> str:
        """A word of the server's, mostly as it was."""
        place = self._rng.randrange(len(text) + 1)
        return self._rng.choice(
            (text, text, text, text[:place], text[:place] + "A" + text[place + 1 :], text * 2)
        )

    def _code_point(self) -> int:
        while 0xD800 <= (point := self._rng.randrange(0x110000)) < 0xE000:
            pass  # a surrogate has no UTF-8
        return point
