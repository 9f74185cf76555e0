"""Lists of people: for one reader, page by page, or for many at once.

In: who asks, filters, what the pages before held. Out: answers in ids, names and reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

import numpy as np

from recsys.answer import Answer, Entry, Lines, Shown, answer_of, page, rest_of
from recsys.data.resource_names import resource_name
from recsys.lists import NOTHING_SHOWN, Lists, Stage
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.beginnings import told_as_new
from recsys.ranking.filters import ANY_AUTHOR, WHOEVER_IS_NEAR, AuthorFilter
from recsys.ranking.near import LikelyAndNear, near_ranker
from recsys.ranking.ranker import Ranked, Ranker, ranked
from recsys.ranking.reasons import Reason
from recsys.ranking.shares import Scored


class PeopleLists(Lists):
    """Lists the people of one model."""

    def __init__(self, model: Model, stage: Stage = nullcontext) -> None:
        super().__init__(model, stage)
        self._authors = Ranker(model.author_scorers, model.author_blend)
        self._near = near_ranker(model)

    def suggest_collaborators(
        self,
        reader: Readers,
        *,
        keep: AuthorFilter = ANY_AUTHOR,
        about: Readers | None = None,
        k: int = 20,
        shown: Shown = NOTHING_SHOWN,
        explain: bool = True,
    ) -> Answer:
        """The next k people whom one reader might write with, behind those `shown` before.

        With `about`, a stranger who tells by words and papers what it should be about, only
        those whose work is near that, by how likely and how near together. Words that stand in
        no paper change nothing, and the answer says that "topic" was missing.
        """
        with self._stage("score"):
            scored, both = self._scored(self._authors, reader, keep), None
            if about is not None:
                both = LikelyAndNear(scored, self._scored(self._near, about, WHOEVER_IS_NEAR))
            kept = self._kept(reader, keep)[0]
        if both is None or both.is_any:
            return self._answer_people(scored, kept, k, 0.0, shown, explain, both)
        answer = self._answer_people(scored, kept, k, 0.0, shown, explain)
        return replace(answer, missing=(*answer.missing, "topic"))

    def similar_authors(
        self,
        author_id: str,
        *,
        keep: AuthorFilter = WHOEVER_IS_NEAR,
        k: int = 20,
        shown: Shown = NOTHING_SHOWN,
        explain: bool = True,
    ) -> Answer:
        """The next k people whose recent work is nearest to an author's, behind those `shown`.

        Only what the author published counts: of the reading of whoever claimed the profile,
        nothing is told. A score is a nearness, from 0 to 1 for the same words and topics; nobody
        is near to an author of whom no work is known. Raises UnknownAuthor.
        """
        reader = self.works_of(author_id)
        with self._stage("score"):
            scored = self._scored(self._near, reader, keep)
        with self._stage("arrange"):
            total = np.where(scored.total > 0, scored.total, -np.inf)
            found = self._first_people(total, self._kept(reader, keep)[0], shown, k)
        rows = page(found, k)
        told = self._told(
            rows, explain, "whose work is similar", partial(self._near.explain, scored)
        )
        nearness = np.minimum(scored.total[0, rows], 1.0)
        return answer_of(
            reader, found, self._people(rows, told), nearness, shown, k, calibrated=False
        )

    def suggest_collaborators_to_each(
        self, readers: Readers, kept: Sequence[np.ndarray], k: int, least_chance: float
    ) -> list[Lines]:
        """The same as `recommend_papers_to_each`, of `suggest_collaborators`.

        Oneself and co-authors are out; see `AuthorFilter.rows` for `kept`.
        """
        with self._stage("score"):
            scored = self._scored(self._authors, readers, ANY_AUTHOR)
        return [
            self._answer_people(scored.of(place), kept[place], k, least_chance).results
            if hopeful
            else ()
            for place, hopeful in enumerate(self._authors.is_any(scored, least_chance))
        ]

    def rank_authors(self, readers: Readers, *, keep: AuthorFilter = ANY_AUTHOR, k: int) -> Ranked:
        """Row numbers for many readers at once, as batches need them."""
        scored = self._scored(self._authors, readers, keep)
        return ranked(np.where(self._kept(readers, keep), scored.total, -np.inf), scored.rows, k)

    def chances_of_authors(self, readers: Readers, scores: np.ndarray) -> np.ndarray:
        """(n_readers, k) float32 what the scores of `rank_authors` mean; see `Answer`."""
        return self._authors.chances(readers, scores)

    def _answer_people(
        self,
        scored: Scored,
        kept: np.ndarray,
        k: int,
        least_chance: float = 0.0,
        shown: Shown = NOTHING_SHOWN,
        explain: bool = True,
        both: LikelyAndNear | None = None,
    ) -> Answer:
        """The next k lines for the only reader, of these those of such a chance."""
        reader, total = scored.readers, scored.total if both is None else both.total()
        speaking = partial(self._authors.explain, scored)
        if both is not None:
            speaking = partial(both.speaking, self._authors, self._near)
        with self._stage("arrange"):
            found = self._first_people(total, kept, shown, k)
        rows = page(found, k)
        chances = self._authors.chances_of(scored, rows)
        told = self._told(
            [row for row, chance in zip(rows, chances, strict=True) if chance >= least_chance],
            explain,
            "whom to meet",
            lambda chosen: told_as_new(self.model, reader, chosen, speaking(chosen)),
        )
        lines, calibrated = self._people(rows, told), self._authors.is_calibrated(scored)
        answer = answer_of(reader, found, lines, chances, shown, k, calibrated=calibrated)
        return answer.of_chance(least_chance)

    def _scored(self, ranker: Ranker, readers: Readers, keep: AuthorFilter) -> Scored:
        """Everyone is scored, for a filter must not change what a score means."""
        everyone = np.arange(len(self.model.dataset.authors))
        return ranker.score(readers, everyone, keep.out(readers, self.model.signals))

    def _first_people(self, total: np.ndarray, kept: np.ndarray, shown: Shown, k: int) -> Ranked:
        """One reader's list of those who are `kept`, told by their rows or by True."""
        left = np.full_like(total, -np.inf)
        left[:, kept] = total[:, kept]
        found = ranked(left, np.arange(total.shape[1]), len(shown) + k + 1)
        return rest_of(found, shown, self._author_name)

    def _kept(self, readers: Readers, keep: AuthorFilter) -> np.ndarray:
        return keep.kept(readers, self.model.dataset, self.model.signals)

    def _people(self, rows: list[int], told: dict[int, tuple[Reason, ...]]) -> list[Entry]:
        authors = self.model.dataset.authors
        return [(self._author_name(row), authors.names[row], told.get(row, ())) for row in rows]

    def _author_name(self, row: int) -> str:
        return resource_name("authors", self.model.dataset.authors.ids[row])
