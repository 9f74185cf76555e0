"""A model that answers in pandas frames.

In: a model, and who or what to ask for. Out: `OpenModel`, whose answers have bare ids, as in the
tables of a dataset, so that they join with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from recsys.answer import Answer
from recsys.data.resource_names import reader_name, resource_id
from recsys.errors import UnknownPaper
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.arrange import AS_RANKED, Arrangement
from recsys.ranking.filters import ANY_AUTHOR, ANY_PAPER, AuthorFilter, PaperFilter
from recsys.ranking.reasons import Reason
from recsys.recommender import Recommender


@dataclass(frozen=True)
class OpenModel:
    """A model that answers in frames, best first.

    Frames of answers have the columns rank, paper_id and title (or author_id and name), score
    (a chance from 0 to 1), strategy and reasons (words, heaviest first); what was not known of
    who asked stands in `frame.attrs["missing"]`. `who` is a user's id, or `authors/ID` for a
    profile. Ids of papers and authors that the model does not hold raise UnknownPaper and
    UnknownAuthor; an unknown user gets what is new and much read.

    Attributes
    ----------
    version : str
        "" for a model that is not published.
    """

    model: Model
    version: str

    def recommend(
        self,
        who: str,
        *,
        k: int = 20,
        reading_list: str = "",
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
    ) -> pd.DataFrame:
        """Papers for a reader, or for one of their reading lists."""
        reader = self._reader(who, reading_list)
        return _papers(self._asked.recommend_papers(reader, keep=keep, wanted=wanted, k=k))

    def rank(
        self,
        text: str = "",
        *,
        liked: Sequence[str] = (),
        disliked: Sequence[str] = (),
        followed: Sequence[str] = (),
        k: int = 20,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
    ) -> pd.DataFrame:
        """Papers about something in words, or for somebody who likes and follows these."""
        reader = self._asked.stranger(text=text, liked=liked, disliked=disliked, followed=followed)
        return _papers(self._asked.recommend_papers(reader, keep=keep, wanted=wanted, k=k))

    def similar(
        self,
        paper_id: str,
        *,
        k: int = 20,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
    ) -> pd.DataFrame:
        """Papers like one paper."""
        return _papers(self._asked.similar_papers(paper_id, keep=keep, wanted=wanted, k=k))

    def collaborators(
        self, who: str, *, k: int = 20, keep: AuthorFilter = ANY_AUTHOR
    ) -> pd.DataFrame:
        """People whom a reader might write with."""
        answer = self._asked.suggest_collaborators(self._reader(who), keep=keep, k=k)
        return _framed(answer, "authors", "author_id", "name")

    def explain(self, who: str, paper_id: str) -> pd.DataFrame:
        """Why one paper is, or is not, for a reader: what speaks for it, heaviest first.

        Returns
        -------
        frame with columns kind, subject, share, text
            `share` is the part of the score that goes where this one thing is taken away.
            `frame.attrs["score"]` is the chance; 0, and an empty frame, for what was dismissed.

        Raises
        ------
        UnknownPaper
            The model does not hold this paper.
        """
        if self.model.dataset.papers.ids.row(paper_id) < 0:
            raise UnknownPaper(f"paper {paper_id!r} is not in this model; check the id")
        reader, only = self._reader(who), PaperFilter(only=frozenset({paper_id}))
        # As it would be recommended; what the reader knows or wrote competes only when asked for.
        results = self._asked.recommend_papers(reader, keep=only, k=1).results
        if not results:
            known = replace(only, seen=True, own=True)
            results = self._asked.recommend_papers(reader, keep=known, k=1).results
        reasons = [asdict(reason) for one in results for reason in one.reasons]
        frame = pd.DataFrame(reasons, columns=[field.name for field in fields(Reason)])
        frame.attrs["score"] = sum(one.score for one in results)
        return frame

    @property
    def papers(self) -> pd.DataFrame:
        """All papers: paper_id, title, published (UTC)."""
        held = self.model.dataset.papers
        return pd.DataFrame(
            {
                "paper_id": list(held.ids.ids),
                "title": list(held.titles),
                "published": held.published,
            }
        )

    @property
    def authors(self) -> pd.DataFrame:
        """All authors: author_id, name, and on how many papers they stand."""
        held, authorship = self.model.dataset.authors, self.model.signals.authorship
        return pd.DataFrame(
            {
                "author_id": list(held.ids.ids),
                "name": list(held.names),
                "papers": np.diff(authorship.indptr),
            }
        )

    @cached_property
    def _asked(self) -> Recommender:
        return Recommender(self.model)

    def _reader(self, who: str, reading_list: str = "") -> Readers:
        name = reader_name(who)
        if name.startswith("authors/"):
            return self._asked.author(resource_id(name, "authors"))
        return self._asked.user(resource_id(name, "users"), reading_list)


def _papers(answer: Answer) -> pd.DataFrame:
    return _framed(answer, "papers", "paper_id", "title")


def _framed(answer: Answer, collection: str, id_name: str, label: str) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "rank": [one.rank for one in answer.results],
        id_name: [resource_id(one.id, collection) for one in answer.results],
        label: [one.title for one in answer.results],
        "score": [one.score for one in answer.results],
        "strategy": [one.strategy for one in answer.results],
        "reasons": ["; ".join(reason.text for reason in one.reasons) for one in answer.results],
    }
    frame = pd.DataFrame(columns)
    frame.attrs["missing"] = answer.missing
    return frame
