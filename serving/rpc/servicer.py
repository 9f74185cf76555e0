"""The methods of RecommendationService: check, ask the recommender, convert.

In: request messages. Out: response messages, or a domain error for the interceptors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import grpc
from structlog.contextvars import bind_contextvars

from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceServicer
from recsys.ranking.arrange import seed_of
from recsys.ranking.filters import ANY_AUTHOR, WHOEVER_IS_NEAR
from serving.live import Asker, Seen
from serving.rpc.checks import Checks
from serving.rpc.convert import (
    Page,
    arrangement,
    author_filter,
    list_name,
    near_papers,
    page_of,
    paper_filter,
    response_fields,
    someone,
)
from serving.rpc.model_holder import ServedModel
from serving.rpc.page_token import Cursor
from serving.rpc.reading import Reading
from serving.rpc.tokens import Tokens

SERVICE = pb.DESCRIPTOR.services_by_name["RecommendationService"].full_name
_READERS = ("users", "authors")


class RecommendationServicer(RecommendationServiceServicer):
    """Answers from whatever model is held when a request comes in.

    Parameters
    ----------
    reasons_need_s : float
        With less than this many seconds of the deadline left, reasons are left out.
    now : callable
        Tells the time in UTC, in whole seconds.
    """

    def __init__(
        self,
        reading: Reading,
        reasons_need_s: float,
        tokens: Tokens,
        now: Callable[[], datetime],
    ) -> None:
        self._reading = reading
        self._reasons_need_s = reasons_need_s
        self._tokens = tokens
        self._now = now

    def RecommendPapers(  # noqa: N802
        self, request: pb.RecommendPapersRequest, context: grpc.ServicerContext
    ) -> pb.RecommendPapersResponse:
        seen, checks = self._reading.seen(), Checks()
        who = checks.name("parent", request.parent, _READERS)
        served = self._answering(*who)
        of_list = list_name(request, who[0], checks)
        keep = paper_filter(request.paper_filter, checks)
        wishes = arrangement(request.arrangement, checks)
        page = self._page(request, seen, checks)
        checks.refuse()
        asker = self._reading.live.asker(served, *who, of_list, seen, page.cursor.state_seq)
        explain, degraded = self._explain(request, context, asker)
        wanted = replace(wishes, seed=seed_of(request.parent, page.cursor.began.date()))
        gone = page.cursor.unshown("papers", asker.dismissed if keep.seen else asker.dealt_with)
        answer = served.recommender.recommend_papers(
            asker.reader,
            keep=replace(keep, excluded=keep.excluded | gone, excluded_authors=asker.blocked),
            wanted=wanted,
            k=page.size,
            shown=page.cursor.shown,
            explain=explain,
        )
        fields = response_fields(request, answer, served, page, self._tokens, degraded=degraded)
        return pb.RecommendPapersResponse(**fields)

    def RankPapers(  # noqa: N802
        self, request: pb.RankPapersRequest, context: grpc.ServicerContext
    ) -> pb.RankPapersResponse:
        seen, checks = self._reading.seen(), Checks()
        served = self._reading.models.current()
        who = someone(request, checks)
        keep = paper_filter(request.paper_filter, checks)
        wishes = arrangement(request.arrangement, checks)
        page = self._page(request, seen, checks)
        checks.refuse()
        explain, degraded = self._explain(request, context, seen)
        stranger = served.recommender.stranger(
            liked=who.liked, disliked=who.disliked, followed=who.followed, text=who.text
        )
        wanted = replace(wishes, seed=seed_of(request.text, page.cursor.began.date()))
        answer = served.recommender.recommend_papers(
            stranger,
            keep=keep,
            wanted=wanted,
            k=page.size,
            shown=page.cursor.shown,
            explain=explain,
        )
        fields = response_fields(request, answer, served, page, self._tokens, degraded=degraded)
        return pb.RankPapersResponse(**fields)

    def SuggestCollaborators(  # noqa: N802
        self, request: pb.SuggestCollaboratorsRequest, context: grpc.ServicerContext
    ) -> pb.SuggestCollaboratorsResponse:
        seen, checks = self._reading.seen(), Checks()
        who = checks.name("parent", request.parent, _READERS)
        served = self._answering(*who)
        keep = author_filter(request.author_filter, checks, ANY_AUTHOR)
        papers = near_papers(request, checks)
        page = self._page(request, seen, checks)
        checks.refuse()
        asker = self._reading.live.asker(served, *who, "", seen, page.cursor.state_seq)
        explain, degraded = self._explain(request, context, asker)
        wished = bool(request.text or papers)
        answer = served.recommender.suggest_collaborators(
            asker.reader,
            keep=replace(keep, excluded=keep.excluded | asker.blocked),
            about=served.recommender.stranger(liked=papers, text=request.text) if wished else None,
            k=page.size,
            shown=page.cursor.shown,
            explain=explain,
        )
        fields = response_fields(request, answer, served, page, self._tokens, degraded=degraded)
        return pb.SuggestCollaboratorsResponse(**fields)

    def ListSimilarPapers(  # noqa: N802
        self, request: pb.ListSimilarPapersRequest, context: grpc.ServicerContext
    ) -> pb.ListSimilarPapersResponse:
        seen, checks = self._reading.seen(), Checks()
        served = self._reading.models.current()
        _, paper_id = checks.name("parent", request.parent, ("papers",))
        keep = paper_filter(request.paper_filter, checks)
        wishes = arrangement(request.arrangement, checks)
        page = self._page(request, seen, checks)
        checks.refuse()
        explain, degraded = self._explain(request, context, seen)
        wanted = replace(wishes, seed=seed_of(request.parent, page.cursor.began.date()))
        answer = served.recommender.similar_papers(
            paper_id,
            keep=keep,
            wanted=wanted,
            k=page.size,
            shown=page.cursor.shown,
            explain=explain,
        )
        fields = response_fields(request, answer, served, page, self._tokens, degraded=degraded)
        return pb.ListSimilarPapersResponse(**fields)

    def ListSimilarAuthors(  # noqa: N802
        self, request: pb.ListSimilarAuthorsRequest, context: grpc.ServicerContext
    ) -> pb.ListSimilarAuthorsResponse:
        seen, checks = self._reading.seen(), Checks()
        served = self._reading.models.current()
        _, author_id = checks.name("parent", request.parent, ("authors",))
        keep = author_filter(request.author_filter, checks, WHOEVER_IS_NEAR)
        page = self._page(request, seen, checks)
        checks.refuse()
        explain, degraded = self._explain(request, context, seen)
        answer = served.recommender.similar_authors(
            author_id, keep=keep, k=page.size, shown=page.cursor.shown, explain=explain
        )
        fields = response_fields(request, answer, served, page, self._tokens, degraded=degraded)
        return pb.ListSimilarAuthorsResponse(**fields)

    def _answering(self, collection: str, id_: str) -> ServedModel:
        served = self._reading.models.answering(collection, id_)
        if served.arm:
            bind_contextvars(arm=served.arm)  # in each line that this call leaves in the log
        return served

    def _page(self, request: Any, seen: Seen, checks: Checks) -> Page:
        start = Cursor(self._now(), state_seq=seen.seq)
        return page_of(request, start, self._tokens.pages, checks)

    def _explain(
        self, request: Any, context: grpc.ServicerContext, told: Seen | Asker
    ) -> tuple[bool, bool]:
        """Whether to give reasons, and whether the answer is less than was asked for."""
        wanted = not request.HasField("explain") or request.explain
        left_s = context.time_remaining()
        in_time = left_s is None or left_s >= self._reasons_need_s
        return wanted and in_time, told.degraded or (wanted and not in_time)
