"""To go on with the list of what an author wrote.

In: the author, and where the last paper stands. Out: a signed word, and back. It tells a place
among the papers and no number, so that papers that come and go bring no repetition and no gap.
"""

from __future__ import annotations

import struct
from hashlib import blake2b

from recsys.errors import BadInput
from recsys.explore.records import Place
from serving.rpc.checks import Checks
from serving.rpc.signing import Signer

LONGEST_TOKEN = 1_000
_PURPOSE = "works"
_START = struct.Struct(">8sq")  # digest of the author, seconds since 1970; behind it the paper's id


class WorksTokens:
    """Writes and reads the page tokens of ListAuthorPapers."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def write(self, author_id: str, last: Place) -> str:
        """The token of the page behind a paper."""
        older_than, paper_id = last
        start = _START.pack(_digest(author_id), -older_than)
        return self._signer.sign(_PURPOSE, start + paper_id.encode("utf-8"))

    def read(self, token: str, author_id: str, checks: Checks) -> Place | None:
        """Behind which paper a page begins; None for the first page."""
        checks.length("page_token", token, LONGEST_TOKEN)
        if not token or len(token) > LONGEST_TOKEN:
            return None
        try:
            body = self._signer.read(_PURPOSE, token)
        except BadInput:
            body = bytes(_START.size)
        author, seconds = _START.unpack(body[: _START.size])
        if author != _digest(author_id):
            checks.wrong("page_token", "is no page token of this author's papers")
        return -seconds, body[_START.size :].decode("utf-8")


def _digest(author_id: str) -> bytes:
    return blake2b(author_id.encode("utf-8"), digest_size=8).digest()
