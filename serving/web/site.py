"""What every page needs: the connection to the service, whose eyes it is seen through, templates.

In: a client, and the users to choose from. Out: `Site`, which shows templates and reads forms.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, unquote

import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from recsys.data.resource_names import resource_name
from recsys.errors import RecsysError
from serving.client import RecsysClient
from serving.web import words

_READER = "reader"  # a cookie
_MOST_FIELDS = 50


def feed_of(user_id: str) -> str:
    """The address of a user's feed."""
    return "/" + resource_name("users", user_id)


def templates() -> Jinja2Templates:
    """The templates of this package; they escape every value, and a missing one is an error."""
    environment = Environment(
        loader=PackageLoader("serving.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        age=words.age,
        day=words.day,
        published=words.published,
        share=words.share,
        sentence=words.sentence,
        strategy=words.strategy,
    )
    environment.globals["feed_of"] = feed_of
    # Each form writes an event with an id of its own: sent twice, it counts once.
    environment.globals["new_event"] = lambda: secrets.token_hex(8)
    for name in environment.list_templates():
        environment.get_template(name)  # compiled here, the first reader need not wait for it
    return Jinja2Templates(env=environment)


@dataclass(frozen=True)
class Site:
    """The host app.

    Attributes
    ----------
    readers : tuple of str
        Ids of users to choose from; any other can be typed.
    now : callable
        The time of what people do, UTC.
    """

    client: RecsysClient
    readers: tuple[str, ...] = ()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    templates: Jinja2Templates = field(default_factory=templates)

    def reader(self, request: Request) -> str:
        """The id of the user whose eyes the page is seen through; "" where none was chosen.

        A real host app would ask its session, which a login began.
        """
        chosen = unquote(request.cookies.get(_READER, ""))
        return chosen or (self.readers[0] if self.readers else "")

    def remember(self, response: Response, user_id: str) -> None:
        """Have the next pages be seen through the eyes of this user."""
        response.set_cookie(_READER, quote(user_id, safe=""), httponly=True, samesite="lax")

    def show(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        then: BackgroundTask | None = None,
        **told: object,
    ) -> Response:
        """A page from a template.

        Parameters
        ----------
        then : BackgroundTask or None
            What is left to do once the page is sent.
        told : object
            What the template names, beside `reader` and `readers`.
        """
        context = {"reader": self.reader(request), "readers": self.readers, **told}
        return self.templates.TemplateResponse(
            request, template, context, status_code=status, background=then
        )


def once_sent(tell: Callable[..., object], *told: object) -> BackgroundTask:
    """Something to tell the service after the page, which does not wait for it.

    Where the service does not take it, the log has it: people have their page all the same.
    """

    def try_to_tell() -> None:
        try:
            tell(*told)
        except RecsysError as error:
            structlog.get_logger().warning("not_told", error=type(error).__name__)

    return BackgroundTask(try_to_tell)


def posted(
    site: Site, handle: Callable[[Site, Request, FormData], Response]
) -> Callable[[Request], Awaitable[Response]]:
    """A route that takes a form, and answers in a thread as all other pages do."""

    async def route(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
            return await run_in_threadpool(handle, site, request, form)

    return route
