"""A researcher: numbers, topics, people around them, and works.

In: an author's id in the address, and from the second page of works on a token in the query. Out: a
page. Whom the service suggests to somebody who has claimed the profile is for them alone to see:
the reasons tell what they read.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from protos.readinglist.v1 import explore_pb2 as pb
from recsys.data.resource_names import resource_name
from serving.web.events import done_in
from serving.web.graph import Panel, panel_of
from serving.web.paper_lines import plain_lines
from serving.web.people_lines import PersonLine, introduction, invitation, people_of
from serving.web.site import Site
from serving.web.yours import Yours

_N_WORKS = 20
_N_PEOPLE = 5


@dataclass(frozen=True)
class Around:
    """Who stands around a researcher.

    Attributes
    ----------
    suggested : list of PersonLine
        Whom they might write with; empty where that is nobody else's business.
    messages : mapping of name to text
        What to write to each of them: as the owner of the profile, or to introduce both.
    similar : list of PersonLine
        Whoever publishes on the same things.
    graph : Panel
    """

    suggested: list[PersonLine]
    messages: dict[str, str]
    similar: list[PersonLine]
    graph: Panel


def profile(site: Site, request: Request) -> Response:
    """The profile of a researcher; further pages have works alone."""
    name = resource_name("authors", request.path_params["author_id"])
    told, yours = site.client.explore.profile(name), Yours.of(site, request)
    token = request.query_params.get("page", "")
    works = site.client.catalog.works(name, k=_N_WORKS, page_token=token)
    more = urlencode({"page": works.next_page_token}) if works.next_page_token else ""
    return site.show(
        request,
        "profile.html",
        here=f"/{name}",
        profile=told,
        label=told.author.display_name or name,
        yours=yours,
        is_yours=yours.author == name,
        works=plain_lines(works.papers),
        more_url=f"/{name}?{more}" if more else "",
        around=None if token else _around(site, told, yours),
        done=done_in(request),
    )


def _around(site: Site, told: pb.GetProfileResponse, yours: Yours) -> Around:
    name, suggested = told.author.name, list[PersonLine]()
    if yours.author == name or not told.author.claimed:
        listing = site.client.suggest_collaborators(name, k=_N_PEOPLE)
        suggested = people_of(site.client, listing)
    message = invitation if yours.author == name else introduction
    similar = site.client.similar_authors(name, k=_N_PEOPLE)
    return Around(
        suggested,
        {person.author.name: message(told.author, person) for person in suggested},
        people_of(site.client, similar),
        panel_of(site.client.explore.neighborhood(name)),
    )
