"""Domain errors -> status codes: the one table, and how a refusal looks on the wire.

In: an exception. Out: a `google.rpc.Status` with an ErrorInfo and, where fields are wrong, a
BadRequest. The text of an exception that nobody foresaw stays here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RequestInfo, RetryInfo
from google.rpc.status_pb2 import Status

from recsys.errors import (
    BadInput,
    BundleCorrupt,
    InvalidKey,
    NoModel,
    RecsysError,
    ScopeMissing,
    StateTooNew,
    StateUnavailable,
    TooManyCalls,
    TryLater,
    UnknownAffiliation,
    UnknownAuthor,
    UnknownList,
    UnknownModel,
    UnknownPaper,
    UnknownTopic,
)

DOMAIN = "readinglist"


@dataclass(frozen=True)
class Violation:
    """What is wrong with one field of a request; `field` is its path, `liked_papers[2]`."""

    field: str
    description: str


class InvalidRequest(BadInput):
    """A request with fields that cannot be used; all of them are named."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        told = "; ".join(f"{found.field}: {found.description}" for found in violations)
        super().__init__(told)
        self.violations = tuple(violations)


class UnreadableRequest(BadInput):
    """Bytes that are no message of the kind that the method takes."""


class PageExpired(RecsysError):
    """A page token whose first page was too long ago."""


class DeadlinePassed(RecsysError):
    """Nobody waits for the answer any more."""


class Overloaded(TryLater):
    """More calls wait than may."""


CODES: dict[type[BaseException], tuple[grpc.StatusCode, str]] = {
    InvalidRequest: (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST"),
    UnreadableRequest: (grpc.StatusCode.INVALID_ARGUMENT, "UNREADABLE_REQUEST"),
    UnknownPaper: (grpc.StatusCode.NOT_FOUND, "PAPER_NOT_FOUND"),
    UnknownAuthor: (grpc.StatusCode.NOT_FOUND, "AUTHOR_NOT_FOUND"),
    UnknownTopic: (grpc.StatusCode.NOT_FOUND, "TOPIC_NOT_FOUND"),
    UnknownAffiliation: (grpc.StatusCode.NOT_FOUND, "AFFILIATION_NOT_FOUND"),
    UnknownList: (grpc.StatusCode.NOT_FOUND, "LIST_NOT_FOUND"),
    PageExpired: (grpc.StatusCode.FAILED_PRECONDITION, "PAGE_EXPIRED"),
    InvalidKey: (grpc.StatusCode.UNAUTHENTICATED, "INVALID_KEY"),
    ScopeMissing: (grpc.StatusCode.PERMISSION_DENIED, "SCOPE_MISSING"),
    TooManyCalls: (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED"),
    StateUnavailable: (grpc.StatusCode.UNAVAILABLE, "STATE_UNAVAILABLE"),
    StateTooNew: (grpc.StatusCode.FAILED_PRECONDITION, "STATE_TOO_NEW"),
    NoModel: (grpc.StatusCode.UNAVAILABLE, "NO_MODEL"),
    UnknownModel: (grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
    BundleCorrupt: (grpc.StatusCode.FAILED_PRECONDITION, "MODEL_REFUSED"),
    Overloaded: (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED"),
    DeadlinePassed: (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_PASSED"),
}
UNFORESEEN = (grpc.StatusCode.INTERNAL, "INTERNAL")
# In bytes: a status has 8 KiB in all, in which its text stands twice, percent-encoded and within
# the details, which are base64. What is larger never reaches the client.
_LONGEST_MESSAGE, _LONGEST_DESCRIPTION, _LARGEST_DETAIL = 600, 200, 2_400
_UNFORESEEN_TEXT = "the server made a mistake; its log has more"


def foreseen(error: Exception) -> bool:
    """Whether the table knows this kind of error."""
    return type(error) in CODES


def status_of(error: Exception, request_id: str = "") -> Status:
    """What a client is told of an error.

    Parameters
    ----------
    request_id : str
        Told of an error that nobody foresaw: with it, the log has more.
    """
    code, reason = CODES.get(type(error), UNFORESEEN)
    details = [ErrorInfo(reason=reason, domain=DOMAIN)]
    if isinstance(error, InvalidRequest):
        details.append(_bad_request(error.violations))
    if isinstance(error, TryLater):
        details.append(RetryInfo(retry_delay=_duration(error.retry_after_s)))
    message = _short(str(error), _LONGEST_MESSAGE)
    if not foreseen(error):
        message = _UNFORESEEN_TEXT
        if request_id:
            message += f" under request id {request_id}"
            details.append(RequestInfo(request_id=request_id))
    status = Status(code=code.value[0], message=message)
    for detail in details:
        packed = Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromMilliseconds(round(1000 * seconds))
    return duration


def _bad_request(violations: Sequence[Violation]) -> BadRequest:
    """As many of them as there is room for, from the first on."""
    request = BadRequest()
    for found in violations:
        told = _short(found.description, _LONGEST_DESCRIPTION)
        request.field_violations.add(field=found.field, description=told)
        if request.ByteSize() > _LARGEST_DETAIL:
            del request.field_violations[-1]
            break
    return request


def _short(text: str, most: int) -> str:
    """A text of at most so many bytes."""
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= most else raw[:most].decode("utf-8", "ignore") + "..."
