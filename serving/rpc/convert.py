"""Messages <-> the library's own terms; the only place that knows both.

In: request messages, and answers of the recommender. Out: filters, pages and people to ask for,
and the fields of response messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.data.resource_names import resource_name
from recsys.errors import BadInput
from recsys.models.readers import Readers
from recsys.ranking.filters import AuthorFilter, PaperFilter
from recsys.recommender import Answer, Recommendation
from serving.rpc.checks import Checks
from serving.rpc.model_holder import ServedModel
from serving.rpc.page_token import read_token, write_token

DEFAULT_PAGE_SIZE, LARGEST_PAGE = 20, 200
LONGEST_TOKEN = 200
MOST_CATEGORIES, LONGEST_CATEGORY = 100, 200
LONGEST_TEXT = 10_000
HIGHEST_VERIFICATION = 100


@dataclass(frozen=True)
class Page:
    """Results `skip + 1` to `skip + size` of a list."""

    size: int
    skip: int


@dataclass(frozen=True)
class Someone:
    """What a RankPapersRequest tells of its reader, in ids."""

    liked: list[str]
    disliked: list[str]
    followed: list[str]
    text: str


def page_of(request: Any, model_version: str, checks: Checks) -> Page:
    """The page a request asks for; raises ModelChanged where its token is of another model."""
    if request.page_size < 0:
        checks.wrong("page_size", f"is {request.page_size}; it must not be negative")
    checks.length("page_token", request.page_token, LONGEST_TOKEN)
    skip = 0
    try:
        skip = read_token(request.page_token[:LONGEST_TOKEN], request, model_version)
    except BadInput as error:
        checks.wrong("page_token", str(error))
    return Page(min(request.page_size or DEFAULT_PAGE_SIZE, LARGEST_PAGE), skip)


def paper_filter(message: pb.PaperFilter, checks: Checks) -> PaperFilter:
    """Which papers a request wants."""
    path = "paper_filter"
    after, before = (
        checks.second(f"{path}.{name}", getattr(message, name)) if message.HasField(name) else None
        for name in ("published_after_time", "published_before_time")
    )
    if after is not None and before is not None and before <= after:
        checks.wrong(f"{path}.published_before_time", "must be later than published_after_time")
    categories_in, categories_out = (
        checks.words(
            f"{path}.{name}",
            getattr(message, name),
            most=MOST_CATEGORIES,
            longest=LONGEST_CATEGORY,
        )
        for name in ("categories_in", "categories_out")
    )
    excluded = checks.ids(f"{path}.excluded_papers", message.excluded_papers, "papers")
    return PaperFilter(
        published_after=after,
        published_before=before,
        categories_in=categories_in,
        categories_out=categories_out,
        excluded=frozenset(excluded),
        seen=message.include_seen,
        own=message.include_own,
    )


def author_filter(message: pb.AuthorFilter, checks: Checks) -> AuthorFilter:
    """Which people a request wants."""
    path = "author_filter"
    return AuthorFilter(
        existing_coauthors=message.include_coauthors,
        closed=message.include_closed,
        least_verification=checks.between(
            f"{path}.min_verification_level",
            message.min_verification_level,
            0,
            HIGHEST_VERIFICATION,
        ),
        excluded=frozenset(
            checks.ids(f"{path}.excluded_authors", message.excluded_authors, "authors")
        ),
    )


def someone(request: pb.RankPapersRequest, checks: Checks) -> Someone:
    """What a request without an account tells of its reader."""
    checks.length("text", request.text, LONGEST_TEXT)
    liked = checks.ids("liked_papers", request.liked_papers, "papers")
    disliked = checks.ids("disliked_papers", request.disliked_papers, "papers")
    both = set(liked) - {""}
    for number, id_ in enumerate(disliked):
        if id_ in both:
            checks.wrong(f"disliked_papers[{number}]", "stands in liked_papers as well")
    followed = checks.ids("followed_authors", request.followed_authors, "authors")
    return Someone(liked, disliked, followed, request.text)


def reader(served: ServedModel, collection: str, id_: str) -> Readers:
    """Who asks; raises UnknownAuthor, while an unknown user is a stranger."""
    asked = served.recommender
    return asked.user(id_) if collection == "users" else asked.author(id_)


def response_fields(
    request: Message, answer: Answer, served: ServedModel, page: Page, *, degraded: bool
) -> dict[str, Any]:
    """The fields that every response has."""
    end = page.skip + page.size
    return {
        "results": [_result(line) for line in answer.results],
        "next_page_token": write_token(request, served.version, end) if answer.more else "",
        "model": resource_name("models", served.version),
        "data_time": _timestamp(served.recommender.model.dataset.data_time),
        "missing": answer.missing,
        "degraded": degraded,
        "calibrated": answer.calibrated,
    }


def _result(line: Recommendation) -> pb.Recommendation:
    reasons = [
        pb.Reason(kind=reason.kind, subject=reason.subject, text=reason.text, share=reason.share)
        for reason in line.reasons
    ]
    return pb.Recommendation(
        name=line.id,
        title=line.title,
        score=line.score,
        rank=line.rank,
        strategy=pb.Strategy.Value(f"STRATEGY_{line.strategy.upper()}"),
        reasons=reasons,
    )


def _timestamp(time: np.datetime64) -> Timestamp | None:
    return (
        None if np.isnat(time) else Timestamp(seconds=int(time.astype("datetime64[s]").astype(int)))
    )
