"""One question, two places to ask it: a bundle on this machine, or a server.

In: resource names, words and filters. Out: `Told`, the same from either place; what is shown
to people and printed for machines is made from it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from recsys.answer import Answer, Recommendation
from recsys.data.resource_names import resource_id
from recsys.models.readers import Readers
from recsys.ranking.arrange import Arrangement
from recsys.ranking.filters import AuthorFilter, PaperFilter
from recsys.recommender import Recommender

if TYPE_CHECKING:
    from recsys.storage.bundle import LoadedModel


@dataclass(frozen=True)
class Told:
    """A ranked list, and the model that gave it.

    Attributes
    ----------
    asked_for : str
        Resource name of whom or what the list is for; the words where it is for words.
    model : str
        Version of the model.
    data_time : datetime or None
        Latest time in the model's data, UTC; None where it has no times.
    """

    asked_for: str
    model: str
    data_time: datetime | None
    results: tuple[Recommendation, ...]

    @property
    def cold_start(self) -> bool:
        """Whether nothing is known of whom or what was asked for."""
        return any(result.strategy == "popular" for result in self.results)

    def as_json(self, label: str) -> dict[str, Any]:
        """The published JSON shape; `label` is what a result's words are: "title" or "name"."""
        results = [
            {
                "id": result.id,
                label: result.title,
                "score": result.score,
                "rank": result.rank,
                "strategy": result.strategy,
                "reasons": [asdict(reason) for reason in result.reasons],
            }
            for result in self.results
        ]
        return {"for": self.asked_for, "model": self.model, "results": results}


class Answerer(Protocol):
    """Answers questions about one model; names are resource names."""

    def recommend_papers(
        self, reader: str, list_name: str, keep: PaperFilter, wanted: Arrangement, k: int
    ) -> Told:
        """Papers for `users/ID`, one of their lists unless "", or `authors/ID`.

        An unknown user gets the cold-start list.
        """
        ...

    def suggest_collaborators(
        self, reader: str, text: str, papers: list[str], keep: AuthorFilter, k: int
    ) -> Told:
        """People for `users/ID` or `authors/ID`, about a text or papers where any are given."""
        ...

    def similar_authors(self, author: str, keep: AuthorFilter, k: int) -> Told:
        """People like `authors/ID`."""
        ...

    def similar_papers(self, paper: str, keep: PaperFilter, wanted: Arrangement, k: int) -> Told:
        """Papers like `papers/ID`."""
        ...

    def rank_papers(self, text: str, keep: PaperFilter, wanted: Arrangement, k: int) -> Told:
        """Papers about something said in words."""
        ...


class BundleAnswerer:
    """Answers straight from a loaded bundle."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._manifest = loaded.manifest
        self._recommender = Recommender(loaded.model)

    def recommend_papers(
        self, reader: str, list_name: str, keep: PaperFilter, wanted: Arrangement, k: int
    ) -> Told:
        asker = self._reader(reader, list_name)
        answer = self._recommender.recommend_papers(asker, keep=keep, wanted=wanted, k=k)
        return self._told(reader, answer)

    def suggest_collaborators(
        self, reader: str, text: str, papers: list[str], keep: AuthorFilter, k: int
    ) -> Told:
        asker, about = self._reader(reader), None
        if text or papers:
            liked = [resource_id(paper, "papers") for paper in papers]
            about = self._recommender.stranger(liked=liked, text=text)
        answer = self._recommender.suggest_collaborators(asker, keep=keep, about=about, k=k)
        return self._told(reader, answer)

    def similar_authors(self, author: str, keep: AuthorFilter, k: int) -> Told:
        author_id = resource_id(author, "authors")
        return self._told(author, self._recommender.similar_authors(author_id, keep=keep, k=k))

    def similar_papers(self, paper: str, keep: PaperFilter, wanted: Arrangement, k: int) -> Told:
        paper_id = resource_id(paper, "papers")
        return self._told(
            paper, self._recommender.similar_papers(paper_id, keep=keep, wanted=wanted, k=k)
        )

    def rank_papers(self, text: str, keep: PaperFilter, wanted: Arrangement, k: int) -> Told:
        someone = self._recommender.stranger(text=text)
        answer = self._recommender.recommend_papers(someone, keep=keep, wanted=wanted, k=k)
        return self._told(text, answer)

    def _reader(self, name: str, list_name: str = "") -> Readers:
        if name.startswith("authors/"):
            return self._recommender.author(resource_id(name, "authors"))
        return self._recommender.user(resource_id(name, "users"), list_name)

    def _told(self, asked_for: str, answer: Answer) -> Told:
        manifest = self._manifest
        return Told(asked_for, manifest.version, manifest.data_time, answer.results)
