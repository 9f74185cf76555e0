"""Lists of papers: for one reader, page by page, or for many at once.

In: who asks, filters, what the pages before held. Out: answers in ids, titles and reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial

import numpy as np

from recsys.answer import Answer, Lines, Shown, answer_of, page, rest_of
from recsys.data.resource_names import resource_name
from recsys.lists import NOTHING_SHOWN, Lists, Stage
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.arrange import AS_RANKED, Arrangement, Arranger
from recsys.ranking.filters import ANY_PAPER, PaperFilter, in_every_version
from recsys.ranking.ranker import Ranked, Ranker
from recsys.ranking.reasons import Question
from recsys.ranking.shares import Scored

_SOME_COMPETE = 64  # one in so many papers
_ROUNDED = 0.999  # of a chance, which depends in its last bits on what is scored together


class PaperLists(Lists):
    """Lists the papers of one model."""

    def __init__(self, model: Model, stage: Stage = nullcontext) -> None:
        super().__init__(model, stage)
        self._papers = Ranker(model.paper_scorers, model.paper_blend)
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

    def recommend_papers_to_each(
        self,
        readers: Readers,
        kept: Sequence[np.ndarray],
        ks: Sequence[int],
        least_chance: float,
    ) -> list[Lines]:
        """The lines of such a chance among those that `recommend_papers` gives each of many.

        All are scored together, at first as if few other papers competed: nobody's score is lower
        for that. Who has no such line even so is not looked at any closer.

        Parameters
        ----------
        readers : n Readers
            What they have dealt with or written is out.
        kept : n arrays of int
            Rows of the papers that may be told to each; see `PaperFilter.rows`.
        ks : n int
            The most lines for each.
        """
        lines: list[Lines] = [()] * len(readers)
        among_few = self._score_papers(readers, ANY_PAPER, kept, every=_SOME_COMPETE)
        hopeful = np.flatnonzero(self._papers.is_any(among_few, least_chance * _ROUNDED))
        places = hopeful.tolist()
        scored = self._score_papers(readers[hopeful], ANY_PAPER, [kept[place] for place in places])
        is_any = self._papers.is_any(scored, least_chance)
        for one, place in enumerate(places):
            if is_any[one]:
                answer = self._answer_papers(scored.of(one), ks[place], least_chance)
                lines[place] = answer.results
        return lines

    def rank_papers(
        self, readers: Readers, *, rows: np.ndarray, keep: PaperFilter = ANY_PAPER, k: int
    ) -> Ranked:
        """Row numbers for many readers at once, as evaluation and batches need them."""
        scored = self._papers.score(readers, rows, keep.out(readers))
        return self._arranger.arrange(readers, scored.total, rows, k)

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
        scored = self._score_papers(reader, keep, [keep.rows(self.model.dataset)])
        return self._answer_papers(scored, k, 0.0, wanted, shown, explain, question)

    def _score_papers(
        self,
        readers: Readers,
        keep: PaperFilter,
        kept: Sequence[np.ndarray],
        every: int = 1,
    ) -> Scored:
        """Everything competes, for a filter must not change what a score means; or, where a bound
        is all that is needed, only one in so many and what is kept.
        """
        ids = self.model.dataset.papers.ids
        with self._stage("score"):
            out = in_every_version(keep.out(readers), ids)
            wanted = np.unique(np.concatenate([*kept, np.zeros(0, dtype=np.int64)]))
            rows = np.union1d(np.arange(0, len(ids), every), wanted)
            return self._papers.score(readers, rows, out, wanted).within(kept)

    def _answer_papers(
        self,
        scored: Scored,
        k: int,
        least_chance: float = 0.0,
        wanted: Arrangement = AS_RANKED,
        shown: Shown = NOTHING_SHOWN,
        explain: bool = True,
        question: Question = "what to read",
    ) -> Answer:
        """The next k lines for the only reader, of these those of such a chance."""
        reader, papers = scored.readers, self.model.dataset.papers
        with self._stage("arrange"):
            n = len(shown) + k + 1
            found = self._arranger.arrange(reader, scored.total, scored.rows, n, wanted)
            found = rest_of(found, shown, self._paper_name)
        rows = page(found, k)
        chances = self._papers.chances_of(scored, rows)
        worth = [row for row, chance in zip(rows, chances, strict=True) if chance >= least_chance]
        told = self._told(worth, explain, question, partial(self._papers.explain, scored))
        lines = [(self._paper_name(row), papers.titles[row], told.get(row, ())) for row in rows]
        calibrated = self._papers.is_calibrated(scored)
        answer = answer_of(reader, found, lines, chances, shown, k, calibrated=calibrated)
        return answer.of_chance(least_chance)

    def _paper_name(self, row: int) -> str:
        return resource_name("papers", self.model.dataset.papers.ids[row])
