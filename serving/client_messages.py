"""The client's side of the messages: filters out, listings and refusals in.

In: filters of the library; responses and errors of the server. Out: request messages, `Listing`
and `RequestFailed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import grpc
import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from grpc_status import rpc_status

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.answer import Recommendation
from recsys.data.resource_names import resource_id, resource_name
from recsys.errors import RecsysError
from recsys.ranking.arrange import Arrangement
from recsys.ranking.filters import AuthorFilter, PaperFilter
from recsys.ranking.reasons import Reason


@dataclass(frozen=True)
class Listing:
    """A ranked list as a server gave it.

    Attributes
    ----------
    next_page_token : str
        What to ask for more with; "" where there is no more.
    model : str
        Version of the model that answered.
    data_time : datetime or None
        Latest time in the model's data, UTC; None where it has no times.
    missing : tuple of str
        What was not known of the reader.
    degraded : bool
        Whether reasons were left out for want of time.
    calibrated : bool
        Whether scores are chances that were learned; their size is a guess otherwise.
    attribution_tokens : tuple of str
        For each result the token to send along with events about it; the same for all of a page.
    """

    results: tuple[Recommendation, ...]
    next_page_token: str
    model: str
    data_time: datetime | None
    missing: tuple[str, ...]
    degraded: bool
    calibrated: bool
    attribution_tokens: tuple[str, ...]

    @property
    def more(self) -> bool:
        """Whether there is a further page."""
        return bool(self.next_page_token)

    def token_of(self, name: str) -> str:
        """The token to send along with an event about one of the results, by resource name.

        Raises KeyError where it is none of them.
        """
        names = (result.id for result in self.results)
        return dict(zip(names, self.attribution_tokens, strict=True))[name]


@dataclass(frozen=True)
class FieldViolation:
    """What is wrong with one field of a request."""

    field: str
    description: str


class RequestFailed(RecsysError):
    """A request that a server refused, or that no server answered.

    Attributes
    ----------
    code : str
        A gRPC status: "NOT_FOUND", "UNAVAILABLE", "DEADLINE_EXCEEDED", ...
    reason : str
        The server's own word for it, "PAPER_NOT_FOUND"; "" where no server of ours spoke.
    violations : tuple of FieldViolation
        The fields that are wrong, in an INVALID_ARGUMENT.
    """

    def __init__(
        self, text: str, *, code: str, reason: str = "", violations: tuple[FieldViolation, ...] = ()
    ) -> None:
        super().__init__(text)
        self.code, self.reason, self.violations = code, reason, violations


def paper_filter_message(keep: PaperFilter) -> pb.PaperFilter:
    """The filter on the wire."""
    return pb.PaperFilter(
        published_after_time=_timestamp(keep.published_after),
        published_before_time=_timestamp(keep.published_before),
        categories_in=sorted(keep.categories_in),
        categories_out=sorted(keep.categories_out),
        excluded_papers=[resource_name("papers", id_) for id_ in sorted(keep.excluded)],
        include_seen=keep.seen,
        include_own=keep.own,
    )


def arrangement_message(wanted: Arrangement) -> pb.Arrangement:
    """The wishes on the wire; the seed is the server's."""
    return pb.Arrangement(
        diversity=wanted.diversity,
        interests=wanted.interests,
        freshness=wanted.freshness,
        freshness_half_life_days=wanted.half_life_days,
        exploration=wanted.exploration,
    )


def author_filter_message(keep: AuthorFilter) -> pb.AuthorFilter:
    """The filter on the wire."""
    return pb.AuthorFilter(
        include_coauthors=keep.existing_coauthors,
        include_closed=keep.closed,
        min_years_apart=keep.years_apart,
        exclude_own_affiliation=not keep.own_affiliation,
        min_verification_level=keep.least_verification,
        excluded_authors=[resource_name("authors", id_) for id_ in sorted(keep.excluded)],
    )


def listing_of(response: Any) -> Listing:
    """A response of any method."""
    data_time = response.data_time.ToDatetime(UTC) if response.HasField("data_time") else None
    return Listing(
        results=tuple(_recommendation(line) for line in response.results),
        next_page_token=response.next_page_token,
        model=resource_id(response.model, "models"),
        data_time=data_time,
        missing=tuple(response.missing),
        degraded=response.degraded,
        calibrated=response.calibrated,
        attribution_tokens=(response.attribution_token,) * len(response.results),
    )


def failure_of(error: grpc.RpcError, address: str) -> RequestFailed:
    """What a failed call means, in words."""
    code, text = error.code().name, error.details() or ""
    reason = ""
    violations: tuple[FieldViolation, ...] = ()
    status = rpc_status.from_call(error)
    for detail in status.details if status is not None else ():
        if detail.Is(ErrorInfo.DESCRIPTOR):
            reason = ErrorInfo.FromString(detail.value).reason
        if detail.Is(BadRequest.DESCRIPTOR):
            found = BadRequest.FromString(detail.value).field_violations
            violations = tuple(FieldViolation(one.field, one.description) for one in found)
    if not reason:
        text = f"no answer from {address} ({code}): {text}"
    return RequestFailed(text, code=code, reason=reason, violations=violations)


def _recommendation(line: pb.Recommendation) -> Recommendation:
    reasons = (Reason(one.kind, one.subject, one.text, one.share) for one in line.reasons)
    strategy = pb.Strategy.Name(line.strategy).removeprefix("STRATEGY_").lower()
    return Recommendation(line.name, line.title, line.score, line.rank, strategy, tuple(reasons))


def _timestamp(time: np.datetime64 | None) -> Timestamp | None:
    if time is None:
        return None
    return Timestamp(seconds=int(time.astype("datetime64[s]").astype(int)))
