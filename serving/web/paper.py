"""A paper: what it is about, who wrote it, and what is like it.

In: a paper's id in the address; the token of the answer it was found in, from a feed or a mail.
Out: its page; once it is sent, the service is told that it was opened.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from protos.readinglist.v1.catalog_pb2 import Paper
from recsys.data.events import Event
from recsys.data.resource_names import resource_id, resource_name
from serving.web.events import done_in, write_once
from serving.web.graph import panel
from serving.web.paper_lines import PaperLine, lines_of
from serving.web.site import Site, once_sent
from serving.web.yours import Yours

_N_SIMILAR = 6
_OF_ANY_PAPER = ("new", "popular")  # reasons that do not say what it is about


def paper(site: Site, request: Request) -> Response:
    """The page of a paper."""
    name = resource_name("papers", request.path_params["paper_id"])
    found = site.client.catalog.papers([name]).get(name)
    if found is None:
        raise HTTPException(404, "There is no such paper; it may have been deleted.")
    token = request.query_params.get("attribution", "")
    line = PaperLine(found, attribution=token)
    return site.show(
        request,
        "paper.html",
        then=once_sent(_opened, site, site.reader(request), name, token),
        here=line.url,
        line=line,
        places=list(_places(found)),
        similar=_similar(site, name),
        graph=panel(site, name),
        yours=Yours.of(site, request),
        done=done_in(request),
    )


def _similar(site: Site, name: str) -> list[PaperLine]:
    """The papers that are like it, and not only new or popular."""
    lines = [
        replace(line, calibrated=False)  # a chance is about a reader
        for line in lines_of(site.client, site.client.similar_papers(name))
        if line.told and any(reason.kind not in _OF_ANY_PAPER for reason in line.told.reasons)
    ]
    return lines[:_N_SIMILAR]


def _places(found: Paper) -> list[tuple[str, str]]:
    """Where it can be read: addresses and what they are called."""
    # Anything else than these, a script above all, is no address to send people to.
    its_own = found.url if found.url.lower().startswith(("http://", "https://")) else ""
    doi = f"https://doi.org/{quote(found.doi, safe='/')}" if found.doi else ""
    arxiv = f"https://arxiv.org/abs/{quote(found.arxiv_id, safe='/')}" if found.arxiv_id else ""
    named = [(its_own, "Read it"), (doi, "DOI"), (arxiv, "arXiv")]
    return [(address, label) for address, label in named if address]


def _opened(site: Site, user_id: str, name: str, token: str) -> None:
    """Tell that the reader opened it; the same page opened again is the same event."""
    if not user_id:
        return
    told = "\0".join([user_id, name, token or f"{site.now():%Y-%m-%d}"])
    event_id = f"open-{blake2b(told.encode('utf-8'), digest_size=16).hexdigest()}"
    event = Event(event_id, user_id, "open", site.now(), paper_id=resource_id(name, "papers"))
    write_once(site.client, event, token)
