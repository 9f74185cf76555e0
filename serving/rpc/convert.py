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
from recsys.answer import Answer, Recommendation
from recsys.data.resource_names import resource_name
from recsys.errors import BadInput
from recsys.ranking.arrange import AS_RANKED, Arrangement
from recsys.ranking.filters import AuthorFilter, PaperFilter
from serving.rpc.checks import Checks
from serving.rpc.model_holder import ServedModel
from serving.rpc.page_token import MOST_SHOWN, Cursor, PageTokens
from serving.rpc.tokens import Tokens
from serving.watch.call import stage

DEFAULT_PAGE_SIZE, LARGEST_PAGE = 20, 200
LONGEST_TOKEN = 70_000
MOST_CATEGORIES, LONGEST_CATEGORY = 100, 200
LONGEST_TEXT = 10_000
HIGHEST_VERIFICATION = 100
MOST_YEARS = 200.0
LONGEST_HALF_LIFE_DAYS = 36_500.0
LONGEST_LIST_NAME = 1_000


@dataclass(frozen=True)
class Page:
    """The results of a list from a cursor on."""

    size: int
    cursor: Cursor


@dataclass(frozen=True)
class Someone:
    """What a RankPapersRequest tells of its reader, in ids."""

    liked: list[str]
    disliked: list[str]
    followed: list[str]
    text: str


def page_of(request: Any, start: Cursor, tokens: PageTokens, checks: Checks) -> Page:
    """The page a request asks for, the first one from `start`.

    Raises PageExpired where its token is good no more.
    """
    size = checks.page_size(request.page_size, DEFAULT_PAGE_SIZE, LARGEST_PAGE)
    checks.length("page_token", request.page_token, LONGEST_TOKEN)
    cursor, token = start, request.page_token[:LONGEST_TOKEN]
    try:
        cursor = tokens.read(token, request, start)
    except BadInput as error:
        checks.wrong("page_token", str(error))
    return Page(size, cursor)


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


def arrangement(message: pb.Arrangement, checks: Checks) -> Arrangement:
    """What a list should be like beyond its ranking; not yet for whom, and on which day."""
    path = "arrangement"
    diversity, interests, freshness, exploration = (
        checks.real_between(f"{path}.{name}", getattr(message, name), 0.0, 1.0)
        for name in ("diversity", "interests", "freshness", "exploration")
    )
    half_life_days = checks.real_between(
        f"{path}.freshness_half_life_days",
        message.freshness_half_life_days,
        0.0,
        LONGEST_HALF_LIFE_DAYS,
    )
    return Arrangement(
        diversity=diversity,
        interests=interests,
        freshness=freshness,
        half_life_days=half_life_days or AS_RANKED.half_life_days,
        exploration=exploration,
    )


def author_filter(message: pb.AuthorFilter, checks: Checks, usual: AuthorFilter) -> AuthorFilter:
    """Which people a request wants; as usual where it says nothing of co-authors and the closed."""
    path = "author_filter"
    coauthors, closed = (
        getattr(message, name) if message.HasField(name) else default
        for name, default in (
            ("include_coauthors", usual.existing_coauthors),
            ("include_closed", usual.closed),
        )
    )
    return AuthorFilter(
        existing_coauthors=coauthors,
        years_apart=checks.real_between(
            f"{path}.min_years_apart", message.min_years_apart, 0.0, MOST_YEARS
        ),
        own_affiliation=not message.exclude_own_affiliation,
        closed=closed,
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


def list_name(request: pb.RecommendPapersRequest, collection: str, checks: Checks) -> str:
    """The reading list that a request asks for; "" for none."""
    checks.length("list", request.list, LONGEST_LIST_NAME)
    if request.list and collection == "authors":
        checks.wrong("list", "goes with users/{id}; a profile keeps no lists")
    return request.list


def near_papers(request: pb.SuggestCollaboratorsRequest, checks: Checks) -> list[str]:
    """The papers, in ids, that a request wants people near; its text is looked at as well."""
    checks.length("text", request.text, LONGEST_TEXT)
    return checks.ids("near_papers", request.near_papers, "papers")


@stage("convert")
def response_fields(
    request: Message,
    answer: Answer,
    served: ServedModel,
    page: Page,
    tokens: Tokens,
    *,
    degraded: bool,
) -> dict[str, Any]:
    """The fields that every response has."""
    after = page.cursor.after(line.id for line in answer.results)
    return {
        "results": [_result(line) for line in answer.results],
        "next_page_token": tokens.pages.write(request, after)
        if answer.more and len(after.shown) < MOST_SHOWN
        else "",
        "attribution_token": tokens.answers.write(
            request, answer.results, served.version, served.arm
        ),
        "model": resource_name("models", served.version),
        "data_time": timestamp(served.recommender.model.dataset.data_time),
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


def timestamp(time: np.datetime64) -> Timestamp | None:
    """A time in whole seconds; None where it is unknown."""
    return (
        None if np.isnat(time) else Timestamp(seconds=int(time.astype("datetime64[s]").astype(int)))
    )
