"""One recommender ranks everywhere: in evaluation, behind gRPC, in the digest.

In: a model and who asks. Out: answers in ids, titles and reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial

import numpy as np

from recsys.answer import Answer, Line, Shown, answer_of, page, rest_of
from recsys.data.resource_names import resource_name
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.arrange import AS_RANKED, Arrangement, Arranger
from recsys.ranking.askers import Askers
from recsys.ranking.beginnings import told_as_new
from recsys.ranking.filters import (
    ANY_AUTHOR,
    ANY_PAPER,
    WHOEVER_IS_NEAR,
    AuthorFilter,
    PaperFilter,
    in_every_version,
)
from recsys.ranking.near import LikelyAndNear, near_ranker
from recsys.ranking.ranker import Ranked, Ranker, ranked
from recsys.ranking.reasons import Question, Reason, reasons_of
from recsys.ranking.shares import Scored, Speaking

Stage = Callable[[str], AbstractContextManager[object]]

NOTHING_SHOWN: Shown = frozenset()


class Recommender(Askers):
    """Answers from one model; holds no state but the model.

    Parameters
    ----------
    stage : callable
        Entered around each stage of an answer, "score", "arrange" and "explain": whoever has a
        clock can time it, or stop there.
    """

    def __init__(self, model: Model, stage: Stage = nullcontext) -> None:
        super().__init__(model)
        self._stage = stage
        self._papers = Ranker(model.paper_scorers, model.paper_blend)
        self._authors = Ranker(model.author_scorers, model.author_blend)
        self._near = near_ranker(model)
        self._arranger = Arranger(model)

    def recommend_papers(
        self,
        reader: Readers,
        *,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
        k: int = 20,
        shown: Shown = NOTHING_SHOWN,
        explain: bool = True,
    ) -> Answer:
        """The next k papers of one reader's list, behind those that were `shown` before."""
        return self._list_papers(reader, keep, wanted, k, shown, explain, "what to read")

    def _list_papers(
        self,
        reader: Readers,
        keep: PaperFilter,
        wanted: Arrangement,
        k: int,
        shown: Shown,
        explain: bool,
        question: Question,
    ) -> Answer:
        papers = self.model.dataset.papers
        # Everything is scored, for a filter must not change what a score means.
        with self._stage("score"):
            out = in_every_version(keep.out(reader), papers.ids)
            scored = self._papers.score(reader, np.arange(len(papers)), out)
        with self._stage("arrange"):
            kept = scored.within(keep.rows(self.model.dataset))
            n = len(shown) + k + 1
            found = self._arranger.arrange(reader, kept, scored.rows, n, wanted)
            found = rest_of(found, shown, self._paper_name)
        rows = page(found, k)
        told = self._told(rows, explain, question, partial(self._papers.explain, scored))
        lines = [(self._paper_name(row), papers.titles[row], told.get(row, ())) for row in rows]
        chances = self._papers.chances(reader, scored.total[:, rows])[0]
        calibrated = self._papers.is_calibrated(reader)
        return answer_of(reader, found, lines, chances, shown, k, calibrated=calibrated)

    def rank_papers(
        self, readers: Readers, *, rows: np.ndarray, keep: PaperFilter = ANY_PAPER, k: int
    ) -> Ranked:
        """Row numbers for many readers at once, as evaluation and batches need them."""
        scored = self._papers.score(readers, rows, keep.out(readers))
        return self._arranger.arrange(readers, scored.total, rows, k)

    def similar_papers(
        self,
        paper_id: str,
        *,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
        k: int = 20,
        shown: Shown = NOTHING_SHOWN,
        explain: bool = True,
    ) -> Answer:
        """What someone would read who has read only this paper."""
        reader = self.stranger(liked=[paper_id])
        return self._list_papers(reader, keep, wanted, k, shown, explain, "what is similar")

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
            scored = self._scored(self._authors, reader, keep)
            near = None if about is None else self._scored(self._near, about, WHOEVER_IS_NEAR)
        found_near = near is not None and bool((near.total > 0).any())
        with self._stage("arrange"):
            total, speaking = scored.total, partial(self._authors.explain, scored)
            if near is not None and found_near:
                both = LikelyAndNear(scored, near)
                total, speaking = both.total(), partial(both.speaking, self._authors, self._near)
            found = self._first_people(reader, keep, total, shown, k)
        rows = page(found, k)
        told = self._told(
            rows,
            explain,
            "whom to meet",
            lambda chosen: told_as_new(self.model, reader, chosen, speaking(chosen)),
        )
        lines = self._people(rows, told)
        chances = self._authors.chances(reader, scored.total[:, rows])[0]
        calibrated = self._authors.is_calibrated(reader)
        answer = answer_of(reader, found, lines, chances, shown, k, calibrated=calibrated)
        passed_over = about is not None and not found_near
        return replace(answer, missing=(*answer.missing, "topic")) if passed_over else answer

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
            found = self._first_people(reader, keep, total, shown, k)
        rows = page(found, k)
        told = self._told(
            rows, explain, "whose work is similar", partial(self._near.explain, scored)
        )
        nearness = np.minimum(scored.total[0, rows], 1.0)
        return answer_of(
            reader, found, self._people(rows, told), nearness, shown, k, calibrated=False
        )

    def _scored(self, ranker: Ranker, reader: Readers, keep: AuthorFilter) -> Scored:
        """Everyone is scored, for a filter must not change what a score means."""
        everyone = np.arange(len(self.model.dataset.authors))
        return ranker.score(reader, everyone, keep.out(reader, self.model.signals))

    def _first_people(
        self, reader: Readers, keep: AuthorFilter, total: np.ndarray, shown: Shown, k: int
    ) -> Ranked:
        everyone, n = np.arange(total.shape[1]), len(shown) + k + 1
        found = ranked(np.where(self._kept(reader, keep), total, -np.inf), everyone, n)
        return rest_of(found, shown, self._author_name)

    def _kept(self, readers: Readers, keep: AuthorFilter) -> np.ndarray:
        return keep.kept(readers, self.model.dataset, self.model.signals)

    def _people(self, rows: list[int], told: dict[int, tuple[Reason, ...]]) -> list[Line]:
        authors = self.model.dataset.authors
        return [(self._author_name(row), authors.names[row], told.get(row, ())) for row in rows]

    def rank_authors(self, readers: Readers, *, keep: AuthorFilter = ANY_AUTHOR, k: int) -> Ranked:
        """Row numbers for many readers at once, as batches need them."""
        scored, kept = self._scored(self._authors, readers, keep), self._kept(readers, keep)
        return ranked(np.where(kept, scored.total, -np.inf), scored.rows, k)

    def chances_of_authors(self, readers: Readers, scores: np.ndarray) -> np.ndarray:
        """(n_readers, k) float32 what the scores of `rank_authors` mean; see `Answer`."""
        return self._authors.chances(readers, scores)

    def _told(
        self,
        rows: list[int],
        explain: bool,
        question: Question,
        speaking: Callable[[np.ndarray], list[list[Speaking]]],
    ) -> dict[int, tuple[Reason, ...]]:
        if not explain or not rows:
            return {}
        with self._stage("explain"):
            return {
                row: reasons_of(self.model, found, question)
                for row, found in zip(rows, speaking(np.array(rows)), strict=True)
            }

    def _paper_name(self, row: int) -> str:
        return resource_name("papers", self.model.dataset.papers.ids[row])

    def _author_name(self, row: int) -> str:
        return resource_name("authors", self.model.dataset.authors.ids[row])
