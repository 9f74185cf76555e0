"""Questions to a running server, answered as a bundle would answer them.

In: the address of a server. Out: the same `Told` as from the bundle that it serves.
"""

from __future__ import annotations

from recsys.ranking.arrange import Arrangement
from recsys.ranking.filters import AuthorFilter, PaperFilter
from serving.ask import Told
from serving.channel import OPEN, Access
from serving.client import Listing, RecsysClient

_DEADLINE_S = 10.0  # a person at a terminal waits for a busy server


class ServerAnswerer:
    """Answers from a server, through the client that other programs embed."""

    def __init__(self, address: str, access: Access = OPEN) -> None:
        self._address, self._access = address, access

    def recommend_papers(
        self, reader: str, list_name: str, keep: PaperFilter, wanted: Arrangement, k: int
    ) -> Told:
        with self._client() as client:
            listing = client.recommend_papers(
                reader, list_name=list_name, keep=keep, wanted=wanted, k=k
            )
            return _told(reader, listing)

    def suggest_collaborators(
        self, reader: str, text: str, papers: list[str], keep: AuthorFilter, k: int
    ) -> Told:
        with self._client() as client:
            listing = client.suggest_collaborators(reader, text=text, papers=papers, keep=keep, k=k)
            return _told(reader, listing)

    def similar_authors(self, author: str, keep: AuthorFilter, k: int) -> Told:
        with self._client() as client:
            return _told(author, client.similar_authors(author, keep=keep, k=k))

    def similar_papers(self, paper: str, keep: PaperFilter, wanted: Arrangement, k: int) -> Told:
        with self._client() as client:
            return _told(paper, client.similar_papers(paper, keep=keep, wanted=wanted, k=k))

    def rank_papers(self, text: str, keep: PaperFilter, wanted: Arrangement, k: int) -> Told:
        with self._client() as client:
            return _told(text, client.rank_papers(text=text, keep=keep, wanted=wanted, k=k))

    def _client(self) -> RecsysClient:
        return RecsysClient(self._address, access=self._access, deadline_s=_DEADLINE_S)


def _told(asked_for: str, answer: Listing) -> Told:
    return Told(asked_for, answer.model, answer.data_time, answer.results)
