"""Where the links of digests lead: no more of them, and some again.

In: the word of a mail, in the address. Out: a page. To look at it changes nothing, since mail
scanners follow links; its buttons post.

References
----------
RFC 8058: mail programs post to the same address, without cookies and from no page, and follow no
redirection.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from serving.client import RequestFailed
from serving.web.site import Site


def ask(site: Site, request: Request) -> Response:
    """Whether they mean it."""
    return _show(site, request, "asked")


def leave(site: Site, request: Request, _form: FormData) -> Response:
    """No more digests."""
    try:
        site.client.feedback.unsubscribe(_word(request))
    except RequestFailed as failure:
        raise _in_words(failure) from failure
    return _show(site, request, "left")


def come_back(site: Site, request: Request, _form: FormData) -> Response:
    """Digests again."""
    try:
        is_back = site.client.feedback.resubscribe(_word(request))
    except RequestFailed as failure:
        raise _in_words(failure) from failure
    return _show(site, request, "back" if is_back else "gone")


def _word(request: Request) -> str:
    return request.query_params.get("token", "")


def _show(site: Site, request: Request, state: str) -> Response:
    query = urlencode({"token": _word(request)})
    return site.show(request, "unsubscribe.html", state=state, query=query)


def _in_words(failure: RequestFailed) -> Exception:
    if failure.code != "INVALID_ARGUMENT":
        return failure
    return HTTPException(400, "This link is not whole. Take it from the mail as it stands there.")
