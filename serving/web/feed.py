"""The personal feed: ranked papers with their reasons, filters, and pages without an end.

In: a user's id in the address, filters and a page token in the query. Out: a page of the feed;
once it is sent, the service is told what was shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import numpy as np
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from recsys.data.resource_names import resource_name
from recsys.ranking.filters import PaperFilter
from serving.web.events import done_in
from serving.web.paper_lines import lines_of
from serving.web.site import Site, feed_of, once_sent

_PAGE_SIZE = 20


@dataclass(frozen=True)
class Wanted:
    """What the query of a feed asks for."""

    category: str = ""
    after: date | None = None
    before: date | None = None

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Raises HTTPException where a day is no day."""
        query = request.query_params
        return cls(query.get("category", ""), _day(query, "after"), _day(query, "before"))

    def keep(self) -> PaperFilter:
        """The filter as the client takes it."""
        return PaperFilter(
            published_after=_second(self.after),
            published_before=_second(self.before),
            categories_in=frozenset({self.category} - {""}),
        )

    def query(self, **more: str) -> str:
        """The same as a query, `more` added."""
        told = {"category": self.category, "after": self.after, "before": self.before, **more}
        return urlencode({name: str(value) for name, value in told.items() if value})


def home(site: Site, request: Request) -> Response:
    """The feed of whoever reads, or the question who that is."""
    reader = site.reader(request)
    if reader:
        return RedirectResponse(feed_of(reader), status_code=303)
    return site.show(request, "who.html")


def switch(_: Site, request: Request) -> Response:
    """On to the feed of the user whose id was typed."""
    user_id = request.query_params.get("id", "").strip()
    return RedirectResponse(feed_of(user_id) if user_id else "/", status_code=303)


def feed(site: Site, request: Request) -> Response:
    """A page of the feed; from now on the pages are seen through this user's eyes."""
    user_id, wanted = request.path_params["user_id"], Wanted.of(request)
    listing = site.client.recommend_papers(
        resource_name("users", user_id),
        k=_PAGE_SIZE,
        keep=wanted.keep(),
        page_token=request.query_params.get("page", ""),
    )
    papers = lines_of(site.client, listing)
    more = wanted.query(page=listing.next_page_token) if listing.more else ""
    response = site.show(
        request,
        "feed.html",
        then=once_sent(site.client.feedback.shown, user_id, listing, site.now()),
        reader=user_id,
        here=f"{feed_of(user_id)}?{wanted.query()}".rstrip("?"),
        wanted=wanted,
        listing=listing,
        papers=papers,
        categories=sorted({one for line in papers for one in line.paper.categories}),
        done=done_in(request),
        more_url=f"{feed_of(user_id)}?{more}" if more else "",
    )
    site.remember(response, user_id)
    return response


def _day(query: QueryParams, name: str) -> date | None:
    given = query.get(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise HTTPException(400, f"{given!r} is no day; write it as 2026-11-21") from error


def _second(day: date | None) -> np.datetime64 | None:
    return None if day is None else np.datetime64(day, "s")
