"""A client for programs that embed it: deadlines, retries, typed results.

In: the address of a server, and questions in resource names (`users/ID`, `papers/ID`, ids
percent-encoded as `recsys.data.resource_names` does). Out: `Listing`, or `RequestFailed`.

    with RecsysClient("127.0.0.1:50051") as client:
        for line in client.recommend_papers("users/ada", k=10).results:
            print(line.rank, line.title)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from types import TracebackType
from typing import Any, Self

import grpc

from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.catalog_pb2_grpc import CatalogServiceStub
from protos.readinglist.v1.explore_pb2_grpc import ExploreServiceStub
from protos.readinglist.v1.feedback_pb2_grpc import FeedbackServiceStub
from protos.readinglist.v1.model_pb2_grpc import ModelServiceStub
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceStub
from recsys.ranking.arrange import AS_RANKED, Arrangement
from recsys.ranking.filters import (
    ANY_AUTHOR,
    ANY_PAPER,
    WHOEVER_IS_NEAR,
    AuthorFilter,
    PaperFilter,
)
from serving.channel import OPEN, Access, open_channel
from serving.client_catalog import CatalogMethods
from serving.client_explore import ExploreMethods
from serving.client_feedback import FeedbackMethods
from serving.client_messages import (
    FieldViolation,
    Listing,
    RequestFailed,
    arrangement_message,
    author_filter_message,
    failure_of,
    listing_of,
    paper_filter_message,
)
from serving.client_models import ModelMethods

__all__ = ["Access", "FieldViolation", "Listing", "RecsysClient", "RequestFailed"]

_LARGEST_PAGE = 200


class RecsysClient:
    """One connection to a server; safe to share among threads.

    Every method takes `k`, how many results at most (more than a page holds are fetched page by
    page), and `page_token`, the `next_page_token` of a listing to go on with: all else must be as
    it was. All of them raise `RequestFailed`.

    Attributes
    ----------
    feedback : FeedbackMethods
        What people do: written, told, exported, forgotten.
    catalog : CatalogMethods
        Papers and authors taken in, papers taken out, and all of them read.
    explore : ExploreMethods
        Profiles, and a search box.
    models : ModelMethods
        For operators: the models of the server.

    Parameters
    ----------
    address : str
        HOST:PORT.
    access : Access
        TLS and an API key, for a server that wants them.
    deadline_s : float
        How long one method may take in all, pages and retries included.
    attempts : int
        How often a request is sent, from 1 to 5, while the server is UNAVAILABLE, 0.1 to 1 s
        apart, or says when to come back.
    """

    def __init__(
        self,
        address: str,
        *,
        access: Access = OPEN,
        deadline_s: float = 2.0,
        attempts: int = 3,
    ) -> None:
        if not 1 <= attempts <= 5:
            raise ValueError(f"attempts must be from 1 to 5, not {attempts}")
        self._address, self._deadline_s = address, deadline_s
        self._channel = open_channel(address, access, attempts)
        self._stub = RecommendationServiceStub(self._channel)
        feedback, catalog = FeedbackServiceStub(self._channel), CatalogServiceStub(self._channel)
        explore, models = ExploreServiceStub(self._channel), ModelServiceStub(self._channel)
        self.feedback = FeedbackMethods(feedback, address, deadline_s)
        self.catalog = CatalogMethods(catalog, address, deadline_s)
        self.explore = ExploreMethods(explore, address, deadline_s)
        self.models = ModelMethods(models, address, deadline_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._channel.close()

    def recommend_papers(
        self,
        reader: str,
        *,
        list_name: str = "",
        k: int = 20,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
        explain: bool = True,
        page_token: str = "",
    ) -> Listing:
        """Papers for `users/ID` or `authors/ID`; a user nobody knows gets the popular ones.

        With `list_name`, what belongs in that reading list of the user.
        """
        request = pb.RecommendPapersRequest(
            parent=reader,
            list=list_name,
            paper_filter=paper_filter_message(keep),
            arrangement=arrangement_message(wanted),
            explain=explain,
        )
        return self._list(self._stub.RecommendPapers, request, k, page_token)

    def rank_papers(
        self,
        *,
        liked: Sequence[str] = (),
        disliked: Sequence[str] = (),
        followed: Sequence[str] = (),
        text: str = "",
        k: int = 20,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
        explain: bool = True,
        page_token: str = "",
    ) -> Listing:
        """Papers for somebody without an account, known by papers, people and words."""
        request = pb.RankPapersRequest(
            liked_papers=liked,
            disliked_papers=disliked,
            followed_authors=followed,
            text=text,
            paper_filter=paper_filter_message(keep),
            arrangement=arrangement_message(wanted),
            explain=explain,
        )
        return self._list(self._stub.RankPapers, request, k, page_token)

    def suggest_collaborators(
        self,
        reader: str,
        *,
        text: str = "",
        papers: Sequence[str] = (),
        k: int = 20,
        keep: AuthorFilter = ANY_AUTHOR,
        explain: bool = True,
        page_token: str = "",
    ) -> Listing:
        """People whom `users/ID` or `authors/ID` might write with.

        With `text` or `papers`, about what these say.
        """
        request = pb.SuggestCollaboratorsRequest(
            parent=reader,
            text=text,
            near_papers=papers,
            author_filter=author_filter_message(keep),
            explain=explain,
        )
        return self._list(self._stub.SuggestCollaborators, request, k, page_token)

    def similar_authors(
        self,
        author: str,
        *,
        k: int = 20,
        keep: AuthorFilter = WHOEVER_IS_NEAR,
        explain: bool = True,
        page_token: str = "",
    ) -> Listing:
        """People who work on the same things as `authors/ID`."""
        request = pb.ListSimilarAuthorsRequest(
            parent=author, author_filter=author_filter_message(keep), explain=explain
        )
        return self._list(self._stub.ListSimilarAuthors, request, k, page_token)

    def similar_papers(
        self,
        paper: str,
        *,
        k: int = 20,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
        explain: bool = True,
        page_token: str = "",
    ) -> Listing:
        """Papers like `papers/ID`."""
        request = pb.ListSimilarPapersRequest(
            parent=paper,
            paper_filter=paper_filter_message(keep),
            arrangement=arrangement_message(wanted),
            explain=explain,
        )
        return self._list(self._stub.ListSimilarPapers, request, k, page_token)

    def _list(self, method: Any, request: Any, k: int, page_token: str) -> Listing:
        """Pages of one list until k results are there or it ends."""
        if k < 0:
            raise ValueError(f"k must not be negative, not {k}")
        end = monotonic() + self._deadline_s
        # The protocol reads a page size of 0 as its default: ask for one and drop it.
        listing = self._page(method, request, max(k, 1), page_token, end)
        if k == 0:
            return replace(listing, results=(), attribution_tokens=(), next_page_token=page_token)
        results, tokens = listing.results, listing.attribution_tokens
        while listing.more and len(results) < k:
            left = k - len(results)
            listing = self._page(method, request, left, listing.next_page_token, end)
            results += listing.results
            tokens += listing.attribution_tokens
        return replace(listing, results=results, attribution_tokens=tokens)

    def _page(self, method: Any, request: Any, size: int, page_token: str, end: float) -> Listing:
        request.page_size, request.page_token = min(size, _LARGEST_PAGE), page_token
        try:
            return listing_of(method(request, timeout=max(0.0, end - monotonic())))
        except grpc.RpcError as error:
            raise failure_of(error, self._address) from error
