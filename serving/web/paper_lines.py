"""Lines of papers for templates: what the catalogue says, and what was recommended.

In: a listing of the service, or papers of the catalogue. Out: `PaperLine`s in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from protos.readinglist.v1.catalog_pb2 import Paper, PaperAuthor
from recsys.answer import Recommendation
from serving.client import Listing, RecsysClient

_MOST_AUTHORS = 6


@dataclass(frozen=True)
class PaperLine:
    """One paper of a list.

    Attributes
    ----------
    paper : Paper
        As the catalogue has it.
    told : Recommendation or None
        What the service said of it; None where it was not recommended.
    calibrated : bool
        Whether its score is a chance that may be shown.
    attribution : str
        The token to send along with events about it; "" where it was not recommended.
    """

    paper: Paper
    told: Recommendation | None = None
    calibrated: bool = False
    attribution: str = ""

    @property
    def title(self) -> str:
        return self.paper.title or self.paper.name

    @property
    def url(self) -> str:
        """The paper's page; it is told from which answer somebody came."""
        query = urlencode({"attribution": self.attribution}) if self.attribution else ""
        return f"/{self.paper.name}?{query}".rstrip("?")

    @property
    def day(self) -> date | None:
        return published(self.paper)

    @property
    def authors(self) -> list[PaperAuthor]:
        """The first of them."""
        return list(self.paper.authors[:_MOST_AUTHORS])

    @property
    def n_more_authors(self) -> int:
        return max(0, len(self.paper.authors) - _MOST_AUTHORS)


def published(paper: Paper) -> date | None:
    """The day of a paper, None where it is not known."""
    known = paper.HasField("published_time")
    return paper.published_time.ToDatetime().date() if known else None


def lines_of(client: RecsysClient, listing: Listing) -> list[PaperLine]:
    """The papers of a listing; one that was deleted meanwhile is left out."""
    papers = client.catalog.papers(told.id for told in listing.results)
    return [
        PaperLine(papers[told.id], told, listing.calibrated, token)
        for told, token in zip(listing.results, listing.attribution_tokens, strict=True)
        if told.id in papers
    ]


def plain_lines(papers: Iterable[Paper]) -> list[PaperLine]:
    """Papers that nobody recommended."""
    return [PaperLine(paper) for paper in papers]
