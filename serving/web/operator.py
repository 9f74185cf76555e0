"""The operator's pages: which models there are and how good, which is served, and how it does.

In: HTTP Basic, whose password is an API key of the service with the scope "operator"; a service
that asks nobody for a key asks nobody here, as long as only this machine reaches the pages. Out:
pages, and the way from one model to another, over ModelService alone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from serving.client import RecsysClient, RequestFailed
from serving.client_models import ModelInfo, ModelMethods
from serving.web.failures import Failure
from serving.web.meter import Meter
from serving.web.site import Site

# What tells models apart at a glance; a model's own page has all figures.
_QUALITY = ("papers.ndcg@20", "papers.recall@20", "topics.ndcg@20", "collaborators.ndcg@20")
_NO_KEY = "Sign in: any name, and for the password an API key with the scope “operator”."
_NOT_LET_IN = {
    "INVALID_KEY": "The password is no API key of the service, or no longer good.",
    "SCOPE_MISSING": "The API key is good, but not for this: it needs the scope “operator”.",
}
_OPEN_TO_ALL = (
    "The service asks nobody for a key, and these pages can be reached from other machines. Give "
    "the service API keys, or have the pages listen on 127.0.0.1."
)


@dataclass(frozen=True)
class Desk:
    """What the operator's pages stand on.

    Attributes
    ----------
    connect : callable
        An API key, "" for none -> a connection with it.
    meter : Meter or None
        Reads the service's metrics; None where nobody said where they are.
    alone : bool
        Whether only this machine reaches the pages.
    """

    connect: Callable[[str], RecsysClient]
    meter: Meter | None
    alone: bool


@dataclass(frozen=True)
class Quality:
    """A figure of a model beside that of the one that is current, None where it has none."""

    name: str
    value: float
    current: float | None


def overview(site: Site, desk: Desk, request: Request) -> Response:
    """All models, and how the service does."""

    def show(models: ModelMethods) -> Response:
        found = models.list()
        current = _current(found)
        return site.show(
            request,
            "operator.html",
            models=found,
            current=current,
            changed=current is not None and request.query_params.get("served") == current.version,
            previous=next((model for model in found if model.previous), None),
            quality=[name for name in _QUALITY if any(name in one.metrics for one in found)],
            figures=None if desk.meter is None else desk.meter.read(),
            metrics="" if desk.meter is None else desk.meter.address,
            now=site.now(),
        )

    return _let_in(site, desk, request, show)


def model(site: Site, desk: Desk, request: Request) -> Response:
    """All about one model, and the question whether to serve it."""
    return _let_in(site, desk, request, partial(_show_model, site, request))


def activate(desk: Desk, site: Site, request: Request, _form: FormData) -> Response:
    """Go over to a model; one that is refused changes nothing, and its page says why."""

    def go_over(models: ModelMethods) -> Response:
        version = request.path_params["version"]
        try:
            models.activate(version)
        except RequestFailed as failure:
            if failure.reason != "MODEL_REFUSED":
                raise
            return _show_model(site, request, models, refused=str(failure))
        return RedirectResponse(f"/operator?{urlencode({'served': version})}", status_code=303)

    return _let_in(site, desk, request, go_over)


def _show_model(site: Site, request: Request, models: ModelMethods, refused: str = "") -> Response:
    told, current = models.get(request.path_params["version"]), _current(models.list())
    beside = current.metrics if current else {}
    return site.show(
        request,
        "model.html",
        status=409 if refused else 200,
        model=told,
        current=current,
        quality=[
            Quality(name, value, beside.get(name)) for name, value in sorted(told.metrics.items())
        ],
        refused=refused,
    )


def _let_in(
    site: Site, desk: Desk, request: Request, show: Callable[[ModelMethods], Response]
) -> Response:
    """What is shown to whoever has shown a key that the service takes."""
    key = _password(request)
    try:
        if not desk.alone and _asks_nobody(desk):
            return _refusal(site, request, 403, _OPEN_TO_ALL)
        with desk.connect(key) as client:
            response = show(client.models)
    except RequestFailed as failure:
        if failure.reason not in _NOT_LET_IN:
            raise
        return _refusal(site, request, 401, _NOT_LET_IN[failure.reason] if key else _NO_KEY)
    response.headers["cache-control"] = "no-store"
    return response


def _refusal(site: Site, request: Request, status: int, advice: str) -> Response:
    failure = Failure(status, "For operators", advice)
    response = site.show(request, "failure.html", status=status, failure=failure, detail="")
    if status == 401:
        response.headers["www-authenticate"] = 'Basic realm="operator", charset="UTF-8"'
    return response


def _asks_nobody(desk: Desk) -> bool:
    """Whether the service lets in who has no key."""
    try:
        with desk.connect("") as client:
            client.models.list()
    except RequestFailed as failure:
        if failure.reason not in _NOT_LET_IN:
            raise
        return False
    return True


def _password(request: Request) -> str:
    """The password of HTTP Basic, "" where there is none that could be a key."""
    scheme, _, told = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        _, _, password = base64.b64decode(told, validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password if password.isprintable() else ""


def _current(models: tuple[ModelInfo, ...]) -> ModelInfo | None:
    return next((model for model in models if model.current), None)
