"""Domain errors -> status codes: the one table, and how a refusal looks on the wire.

In: an exception. Out: a `google.rpc.Status` with an ErrorInfo and, where fields are wrong, a
BadRequest. The text of an exception that nobody foresaw stays here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import grpc
from google.protobuf.any_pb2 import Any
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status

from recsys.errors import BadInput, NoModel, RecsysError, UnknownAuthor, UnknownList, UnknownPaper

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


class ModelChanged(RecsysError):
    """A page token of a model that is no longer served."""


class PageExpired(RecsysError):
    """A page token whose first page was too long ago."""


CODES: dict[type[BaseException], tuple[grpc.StatusCode, str]] = {
    InvalidRequest: (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST"),
    UnreadableRequest: (grpc.StatusCode.INVALID_ARGUMENT, "UNREADABLE_REQUEST"),
    UnknownPaper: (grpc.StatusCode.NOT_FOUND, "PAPER_NOT_FOUND"),
    UnknownAuthor: (grpc.StatusCode.NOT_FOUND, "AUTHOR_NOT_FOUND"),
    UnknownList: (grpc.StatusCode.NOT_FOUND, "LIST_NOT_FOUND"),
    ModelChanged: (grpc.StatusCode.FAILED_PRECONDITION, "MODEL_CHANGED"),
    PageExpired: (grpc.StatusCode.FAILED_PRECONDITION, "PAGE_EXPIRED"),
    NoModel: (grpc.StatusCode.UNAVAILABLE, "NO_MODEL"),
}
UNFORESEEN = (grpc.StatusCode.INTERNAL, "INTERNAL")
_UNFORESEEN_TEXT = "the server made a mistake; its log has more"


def foreseen(error: Exception) -> bool:
    """Whether the table knows this kind of error."""
    return type(error) in CODES


def status_of(error: Exception) -> Status:
    """What a client is told of an error."""
    code, reason = CODES.get(type(error), UNFORESEEN)
    details = [ErrorInfo(reason=reason, domain=DOMAIN)]
    if isinstance(error, InvalidRequest):
        details.append(_bad_request(error.violations))
    status = Status(code=code.value[0], message=str(error) if foreseen(error) else _UNFORESEEN_TEXT)
    for detail in details:
        packed = Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def _bad_request(violations: Sequence[Violation]) -> BadRequest:
    fields = [
        BadRequest.FieldViolation(field=found.field, description=found.description)
        for found in violations
    ]
    return BadRequest(field_violations=fields)
