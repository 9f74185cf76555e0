"""One box for papers, people and topics.

In: words in the query. Out: a page of what holds them.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from protos.readinglist.v1 import explore_pb2 as pb
from serving.web.events import done_in
from serving.web.paper_lines import plain_lines
from serving.web.site import Site
from serving.web.yours import Yours

_N_FOUND = 20
_LONGEST = 1_000


def search(site: Site, request: Request) -> Response:
    """What was found; the empty box where nothing was asked."""
    text = " ".join(request.query_params.get("q", "").split())[:_LONGEST]
    found = site.client.explore.search(text, k=_N_FOUND) if text else pb.SearchResponse()
    return site.show(
        request,
        "search.html",
        here=str(request.url.replace(scheme="", netloc="")),
        text=text,
        found=found,
        papers=plain_lines(found.papers),
        yours=Yours.of(site, request),
        done=done_in(request),
    )
