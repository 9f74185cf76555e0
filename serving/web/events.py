"""What people do with a page: save, dismiss, follow, and take it back.

In: a form with `kind`, `subject`, `event` (an id of this page's own, so that a form that is sent
twice counts once), `attribution` (the token of the answer it came of) and `next` (where to go on).
Out: the event is written, and the browser goes on to a page that says so and offers to undo it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from recsys.data.events import UNDO, Event
from recsys.data.resource_names import resource_id, resource_name
from recsys.errors import BadInput
from serving.client import RecsysClient, RequestFailed
from serving.web.site import Site

_SAID = {
    "save": "Saved.",
    "like": "Liked.",
    "dismiss": "Dismissed.",
    "follow": "You follow them now.",
    "unfollow": "You follow them no longer.",
    "block": "You will see nothing of them any more.",
    "unblock": "They may come up again.",
    UNDO: "Taken back.",
}
_OUR_ADDRESS = re.compile(r"/(?![/\\])[!-~]*")  # what follows two slashes would be a host
_FIELDS = {"papers": "paper_id", "authors": "author_id", "events": "undone_id"}


@dataclass(frozen=True)
class Done:
    """What was done just before a page was shown.

    Attributes
    ----------
    event_name : str
        `events/ID`, to take it back; "" where that cannot be.
    elsewhere : bool
        Whether the feed that it changed is another page than this one.
    """

    text: str
    event_name: str
    elsewhere: bool


def write(site: Site, request: Request, form: FormData) -> Response:
    """Write the event of a form, and go on."""
    told = {name: str(value) for name, value in form.items()}
    kind, subject, reader = told.get("kind", ""), told.get("subject", ""), site.reader(request)
    event_id = f"{told.get('event', '')}-{kind}"
    collection = subject.partition("/")[0]
    if collection not in _FIELDS:
        raise BadInput(f"{subject!r} is no paper, author or event")
    onward = _onward(told.get("next", "/"), {"done": kind, "event": event_id})
    about = {_FIELDS[collection]: resource_id(subject, collection)}
    event = Event(event_id, reader, kind, site.now(), **about)  # type: ignore[arg-type]
    write_once(site.client, event, told.get("attribution", ""))
    return RedirectResponse(onward, status_code=303)


def write_once(client: RecsysClient, event: Event, attribution: str) -> None:
    """Write an event, unless one of its id was written: a form sent twice has another time."""
    try:
        client.feedback.write([event], attribution)
    except RequestFailed as failure:
        if not any(one.field.endswith(".event_id") for one in failure.violations):
            raise


def done_in(request: Request) -> Done | None:
    """What the query says was done just before."""
    query = request.query_params
    kind = query.get("done", "")
    if kind not in _SAID:
        return None
    event_name = "" if kind == UNDO else resource_name("events", query.get("event", ""))
    return Done(_SAID[kind], event_name, not request.url.path.startswith("/users/"))


def _onward(given: str, done: dict[str, str]) -> str:
    """An address of ours with what was done in its query."""
    if not _OUR_ADDRESS.fullmatch(given):
        raise BadInput(f"{given!r} is no address of this site")
    parts = urlsplit(given)
    query = "&".join(filter(None, (parts.query, urlencode(done))))
    return parts._replace(query=query, fragment="").geturl()
