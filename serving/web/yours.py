"""What counts of the reader: whom they follow, what they saved, read and dismissed.

In: a reader. Out: `Yours`, which buttons ask what they should say; and a page that shows all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from protos.readinglist.v1.feedback_pb2 import EventKind
from serving.web.events import done_in
from serving.web.paper_lines import plain_lines
from serving.web.site import Site

_MOST_SHOWN = 50
_HEADINGS = {
    "save": "Saved",
    "like": "Liked",
    "read": "Read",
    "open": "Opened",
    "dismiss": "Dismissed",
}
_AFTER_OPENING = ("save", "like", "read")


@dataclass(frozen=True)
class Yours:
    """What counts of a reader, by resource name.

    Attributes
    ----------
    author : str
        The profile that they have claimed; "" for none.
    deeds : mapping of kind to papers
        The latest first.
    """

    author: str = ""
    followed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    deeds: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site, request: Request) -> Self:
        """What counts of whoever reads; nothing where that is nobody."""
        reader = site.reader(request)
        if not reader:
            return cls()
        told = site.client.feedback.reader(reader)
        deeds: dict[str, list[str]] = {kind: [] for kind in _HEADINGS}
        for deed in told.deeds:
            kind = EventKind.Name(deed.kind).removeprefix("EVENT_KIND_").lower()
            deeds.setdefault(kind, []).append(deed.paper)
        distinct = {kind: [*dict.fromkeys(papers)] for kind, papers in deeds.items()}
        return cls(told.author, tuple(told.followed_authors), tuple(told.blocked_authors), distinct)

    def did(self, kind: str, paper: str) -> bool:
        """Whether they saved, liked, read, opened or dismissed a paper."""
        return paper in self.deeds.get(kind, ())

    def follows(self, author: str) -> bool:
        """Whether they follow an author."""
        return author in self.followed


def yours(site: Site, request: Request) -> Response:
    """The page of what counts of the reader."""
    if not site.reader(request):
        return RedirectResponse("/", status_code=303)
    told = Yours.of(site, request)
    # What was saved, liked or read was opened before, as a rule.
    dealt_with = {paper for kind in _AFTER_OPENING for paper in told.deeds[kind]}
    left = {**told.deeds, "open": [one for one in told.deeds["open"] if one not in dealt_with]}
    first = {kind: papers[:_MOST_SHOWN] for kind, papers in left.items()}
    papers = site.client.catalog.papers(name for names in first.values() for name in names)
    lists = [
        (heading, plain_lines(papers[name] for name in first[kind] if name in papers))
        for kind, heading in _HEADINGS.items()
    ]
    people = [*told.followed[:_MOST_SHOWN], *told.blocked[:_MOST_SHOWN], told.author]
    return site.show(
        request,
        "yours.html",
        here="/yours",
        yours=told,
        authors=site.client.catalog.authors(filter(None, people)),
        lists=[(heading, lines) for heading, lines in lists if lines],
        done=done_in(request),
    )
