"""Which call needs which scope: the one table.

In: the path of a method. Out: the scope that a key needs for it.
"""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """What a key may do; none of them includes another."""

    READ = "read"
    WRITE = "write"
    OPERATOR = "operator"


# None: open to everybody. A method that does not stand here is open to nobody.
# Health tells only whether the server is up, and who probes it holds no key; but a stream of it,
# and reflection, would hold a place in the queue for as long as a stranger likes.
NEEDED: dict[str, Scope | None] = {
    "/grpc.health.v1.Health/Check": None,
    "/grpc.health.v1.Health/List": None,
    "/grpc.health.v1.Health/Watch": Scope.READ,
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": Scope.READ,
    "/readinglist.v1.RecommendationService/RecommendPapers": Scope.READ,
    "/readinglist.v1.RecommendationService/RankPapers": Scope.READ,
    "/readinglist.v1.RecommendationService/SuggestCollaborators": Scope.READ,
    "/readinglist.v1.RecommendationService/ListSimilarPapers": Scope.READ,
    "/readinglist.v1.RecommendationService/ListSimilarAuthors": Scope.READ,
    "/readinglist.v1.FeedbackService/WriteEvents": Scope.WRITE,
    "/readinglist.v1.FeedbackService/GetReader": Scope.READ,
    "/readinglist.v1.FeedbackService/ExportUser": Scope.OPERATOR,
    "/readinglist.v1.FeedbackService/PurgeUser": Scope.OPERATOR,
    "/readinglist.v1.FeedbackService/Unsubscribe": Scope.WRITE,
    "/readinglist.v1.FeedbackService/Resubscribe": Scope.WRITE,
    "/readinglist.v1.CatalogService/UpsertPapers": Scope.WRITE,
    "/readinglist.v1.CatalogService/UpsertAuthors": Scope.WRITE,
    "/readinglist.v1.CatalogService/DeletePaper": Scope.WRITE,
    "/readinglist.v1.CatalogService/BatchGetPapers": Scope.READ,
    "/readinglist.v1.CatalogService/BatchGetAuthors": Scope.READ,
    "/readinglist.v1.CatalogService/ListAuthorPapers": Scope.READ,
    "/readinglist.v1.ExploreService/GetProfile": Scope.READ,
    "/readinglist.v1.ExploreService/Search": Scope.READ,
    "/readinglist.v1.ExploreService/GetNeighborhood": Scope.READ,
    "/readinglist.v1.ModelService/GetModel": Scope.OPERATOR,
    "/readinglist.v1.ModelService/ListModels": Scope.OPERATOR,
    "/readinglist.v1.ModelService/ActivateModel": Scope.OPERATOR,
}
