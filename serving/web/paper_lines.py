"""Lines of papers for templates: what was recommended, joined with what the catalogue says.

In: a listing of the service. Out: `PaperLine`s in its order.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from recsys.answer import Recommendation
from serving.client import Listing, RecsysClient


@dataclass(frozen=True)
class PaperLine:
    """One paper of a list.

    Attributes
    ----------
    event : str
        The id with which what is done to this line is written.
    """

    told: Recommendation
    attribution: str
    event: str

    @property
    def url(self) -> str:
        """The paper's page; it knows from which answer somebody came."""
        return f"/{self.told.id}?{urlencode({'attribution': self.attribution})}"


def lines_of(_client: RecsysClient, listing: Listing) -> list[PaperLine]:
    """The papers of a listing."""
    return [
        PaperLine(told, token, secrets.token_hex(8))
        for told, token in zip(listing.results, listing.attribution_tokens, strict=True)
    ]
