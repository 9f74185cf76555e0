"""What people see when something is not there, not allowed, or away.

In: refusals of the service, and addresses that no page has. Out: a page that says so in words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from recsys.errors import BadInput
from serving.client import RequestFailed
from serving.web.site import Site


class Failure(NamedTuple):
    """A status of HTTP, and what it means to a person."""

    status: int
    title: str
    advice: str


_AWAY = Failure(
    503,
    "The service is away",
    "The recommendation service does not answer at the moment. Nothing is lost: try again in a "
    "while.",
)
_NOT_FOUND = Failure(404, "Not here", "Nothing is known under this address.")
_WRONG = Failure(400, "That did not work", "The service did not take the request.")
_NOT_ALLOWED = Failure(
    502, "Not allowed", "The service does not let this page in: its API key is not good for this."
)
_BROKEN = Failure(500, "Something broke", "That should not have happened, and is in the log.")
_BY_CODE = {
    "NOT_FOUND": _NOT_FOUND,
    "INVALID_ARGUMENT": _WRONG,
    "FAILED_PRECONDITION": _WRONG,
    "UNAUTHENTICATED": _NOT_ALLOWED,
    "PERMISSION_DENIED": _NOT_ALLOWED,
    "INTERNAL": _BROKEN,
}
Handler = Callable[[Request, Exception], Response]


def handlers(site: Site) -> dict[type[Exception], Handler]:
    """What answers each kind of failure."""
    return {
        RequestFailed: partial(_refused, site),
        BadInput: partial(_malformed, site),
        HTTPException: partial(_no_page, site),
        Exception: partial(_show, site, _BROKEN, ""),
    }


def _refused(site: Site, request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestFailed)  # noqa: S101 - what it is registered for
    failure = _BY_CODE.get(error.code, _AWAY)
    structlog.get_logger().warning("service_refused", code=error.code, reason=error.reason)
    # What is wrong with a request helps whoever made it; addresses and faults of ours do not.
    told = [f"{one.field}: {one.description}" for one in error.violations]
    if failure.status < 500 and not told:
        told = [str(error)]
    return _show(site, failure, "; ".join(told), request, error)


def _malformed(site: Site, request: Request, error: Exception) -> Response:
    return _show(site, _WRONG, str(error), request, error)


def _no_page(site: Site, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    failure = _NOT_FOUND if error.status_code == 404 else _WRONG._replace(status=error.status_code)
    said_already = error.detail == HTTPStatus(error.status_code).phrase
    return _show(site, failure, "" if said_already else error.detail, request, error)


def _show(site: Site, failure: Failure, detail: str, request: Request, _: Exception) -> Response:
    return site.show(request, "failure.html", status=failure.status, failure=failure, detail=detail)
