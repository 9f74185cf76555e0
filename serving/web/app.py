"""The host app: which address leads to which page.

In: a `Site`, and the operator's `Desk`. Out: an ASGI app.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.resources import files

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from serving.web import events, feed, graph, operator, paper, profile, search, unsubscribe, yours
from serving.web.failures import handlers
from serving.web.guard import Guard
from serving.web.operator import Desk
from serving.web.site import Site, posted

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create_app(site: Site, desk: Desk, host: str) -> ASGIApp:
    """The app.

    Parameters
    ----------
    host : str
        Where it listens. On the loopback only its own names are taken for it: a page elsewhere
        cannot read it under a name of its own.
    """

    def page(show: Callable[[Site, Request], Response]) -> Callable[[Request], Response]:
        return partial(show, site)

    routes = [
        Route("/", page(feed.home)),
        Route("/users", page(feed.switch)),
        Route("/users/{user_id:path}", page(feed.feed)),
        Route("/papers/{paper_id:path}", page(paper.paper)),
        Route("/authors/{author_id:path}", page(profile.profile)),
        Route("/search", page(search.search)),
        Route("/yours", page(yours.yours)),
        Route("/graph/{collection}/{id_:path}", page(graph.graph)),
        Route("/neighborhood/{collection}/{id_:path}", page(graph.neighborhood)),
        Route("/operator", partial(operator.overview, site, desk)),
        Route("/operator/models/{version}", partial(operator.model, site, desk)),
        Route(
            "/operator/models/{version}",
            posted(site, partial(operator.activate, desk)),
            methods=["POST"],
        ),
        Route("/events", posted(site, events.write), methods=["POST"]),
        Route("/unsubscribe", page(unsubscribe.ask)),
        Route("/unsubscribe", posted(site, unsubscribe.leave), methods=["POST"]),
        Route("/resubscribe", posted(site, unsubscribe.come_back), methods=["POST"]),
        Mount("/static", StaticFiles(directory=str(files("serving.web") / "static"))),
    ]
    names = LOOPBACK if host in LOOPBACK else ("*",)
    app = Starlette(
        routes=routes,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=names)],
        exception_handlers=handlers(site),
    )
    return Guard(app)  # around the page of a fault too, which middleware would not be
