"""One recommender ranks everywhere: in evaluation, behind gRPC, in the digest.

In: a model and who asks. Out: answers in ids, titles and reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import numpy as np
from scipy import sparse

from recsys.answer import Answer, Recommendation, strategy_for, what_is_missing
from recsys.data.dataset import filled
from recsys.data.resource_names import resource_name
from recsys.errors import UnknownAuthor, UnknownList, UnknownPaper
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.arrange import AS_RANKED, Arrangement, Arranger
from recsys.ranking.filters import ANY_AUTHOR, ANY_PAPER, AuthorFilter, PaperFilter
from recsys.ranking.ranker import Ranked, Ranker, ranked
from recsys.ranking.reasons import Question, Reason, reasons_of
from recsys.ranking.shares import Scored

Stage = Callable[[str], AbstractContextManager[object]]


class Recommender:
    """Answers from one model; holds no state but the model.

    Parameters
    ----------
    stage : callable
        Entered around each stage of an answer, "score", "arrange" and "explain": whoever has a
        clock can time it, or stop there.
    """

    def __init__(self, model: Model, stage: Stage = nullcontext) -> None:
        self.model = model
        self._stage = stage
        self._readers = model.readers()
        self._papers = Ranker(model.paper_scorers, model.paper_blend)
        self._authors = Ranker(model.author_scorers, model.author_blend)
        self._arranger = Arranger(model)

    def user(self, user_id: str, list_name: str = "") -> Readers:
        """A user, or one of their reading lists as the question.

        A user the model does not know is a stranger, which is no error.

        Raises
        ------
        UnknownList
            The user keeps no list of this name; whether others do is not told.
        """
        row = self.model.dataset.users.ids.row(user_id)
        if list_name:
            return self._list(row, user_id, list_name)
        return self._readers.strangers() if row < 0 else self._readers.users(np.array([row]))

    def author(self, author_id: str) -> Readers:
        """A profile as a reader, claimed or not; raises UnknownAuthor."""
        return self._readers.authors(np.array([self._author_row(author_id)]))

    def stranger(
        self,
        *,
        liked: Sequence[str] = (),
        disliked: Sequence[str] = (),
        followed: Sequence[str] = (),
        text: str = "",
    ) -> Readers:
        """Someone without an account, known by what the request tells.

        Raises
        ------
        UnknownPaper, UnknownAuthor
            A paper or author id that the model does not hold.
        """
        dataset, nobody = self.model.dataset, self._readers.strangers()
        liked_row = _marked([self._paper_row(id_) for id_ in liked], len(dataset.papers))
        return replace(
            nobody,
            liked=liked_row,
            seen=liked_row,
            disliked=_marked([self._paper_row(id_) for id_ in disliked], len(dataset.papers)),
            follows=_marked([self._author_row(id_) for id_ in followed], len(dataset.authors)),
            words=self.model.text.vectors([text]),
        )

    def recommend_papers(
        self,
        reader: Readers,
        *,
        keep: PaperFilter = ANY_PAPER,
        wanted: Arrangement = AS_RANKED,
        k: int = 20,
        skip: int = 0,
        explain: bool = True,
    ) -> Answer:
        """Papers `skip + 1` to `skip + k` of one reader's list."""
        return self._list_papers(reader, keep, wanted, k, skip, explain, "what to read")

    def _list_papers(
        self,
        reader: Readers,
        keep: PaperFilter,
        wanted: Arrangement,
        k: int,
        skip: int,
        explain: bool,
        question: Question,
    ) -> Answer:
        papers = self.model.dataset.papers
        # Everything is scored, for a filter must not change what a score means.
        with self._stage("score"):
            scored = self._papers.score(reader, np.arange(len(papers)), keep.out(reader))
        with self._stage("arrange"):
            kept = scored.within(keep.rows(self.model.dataset))
            found = self._arranger.arrange(reader, kept, scored.rows, skip + k + 1, wanted)
        titles = {row: papers.titles[row] for row in page(found, skip, k)}
        ids = {row: resource_name("papers", papers.ids[row]) for row in titles}
        told = self._told(self._papers, scored, list(titles), explain, question)
        return self._answer(self._papers, scored, found, skip, k, ids, titles, told)

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
        skip: int = 0,
        explain: bool = True,
    ) -> Answer:
        """What someone would read who has read only this paper."""
        reader = self.stranger(liked=[paper_id])
        return self._list_papers(reader, keep, wanted, k, skip, explain, "what is similar")

    def suggest_collaborators(
        self,
        reader: Readers,
        *,
        keep: AuthorFilter = ANY_AUTHOR,
        k: int = 20,
        skip: int = 0,
        explain: bool = True,
    ) -> Answer:
        """People `skip + 1` to `skip + k` whom one reader might write with."""
        dataset, signals = self.model.dataset, self.model.signals
        authors, out = dataset.authors, keep.out(reader, signals)
        with self._stage("score"):
            scored = self._authors.score(reader, np.arange(len(authors)), out)
        with self._stage("arrange"):
            kept = np.where(keep.kept(reader, dataset, signals), scored.total, -np.inf)
            found = ranked(kept, scored.rows, skip + k + 1)
        names = {row: authors.names[row] for row in page(found, skip, k)}
        ids = {row: resource_name("authors", authors.ids[row]) for row in names}
        told = self._told(self._authors, scored, list(names), explain, "whom to meet")
        return self._answer(self._authors, scored, found, skip, k, ids, names, told)

    def rank_authors(
        self, readers: Readers, *, rows: np.ndarray, keep: AuthorFilter = ANY_AUTHOR, k: int
    ) -> Ranked:
        """Row numbers for many readers at once."""
        return self._authors.rank(readers, rows, keep.out(readers, self.model.signals), k)

    def _told(
        self,
        ranker: Ranker,
        scored: Scored,
        chosen: list[int],
        explain: bool,
        question: Question,
    ) -> dict[int, tuple[Reason, ...]]:
        if not explain or not chosen:
            return {}
        with self._stage("explain"):
            speaking = ranker.explain(scored, np.array(chosen))
            return {
                row: reasons_of(self.model, found, question)
                for row, found in zip(chosen, speaking, strict=True)
            }

    def _answer(
        self,
        ranker: Ranker,
        scored: Scored,
        found: Ranked,
        skip: int,
        k: int,
        ids: dict[int, str],
        titles: dict[int, str],
        told: dict[int, tuple[Reason, ...]],
    ) -> Answer:
        reader, usual = scored.readers, strategy_for(scored.readers)
        rows = page(found, skip, k)
        # Of everything there is, which is what was scored: rows are columns.
        chances = ranker.chances(reader, scored.total[:, rows])[0]
        results = tuple(
            Recommendation(
                id=ids[row],
                title=titles[row],
                score=float(chance),
                rank=place + 1,
                strategy="explored" if found.explored[0, place] else usual,
                reasons=told.get(row, ()),
            )
            for place, (row, chance) in enumerate(zip(rows, chances, strict=True), start=skip)
        )
        more = found.rows.shape[1] > skip + k and bool(found.rows[0, skip + k] >= 0)
        return Answer(results, more, ranker.is_calibrated(reader), what_is_missing(reader))

    def _list(self, user_row: int, user_id: str, list_name: str) -> Readers:
        reader = self._readers.reading_list(user_row, self.model.dataset.list_names.row(list_name))
        if reader is None:
            raise UnknownList(f"user {user_id!r} keeps no list {list_name!r}; check the name")
        return reader

    def _paper_row(self, paper_id: str) -> int:
        row = self.model.dataset.papers.ids.row(paper_id)
        if row < 0:
            raise UnknownPaper(f"paper {paper_id!r} is not in this model; check the id, or retrain")
        return row

    def _author_row(self, author_id: str) -> int:
        row = self.model.dataset.authors.ids.row(author_id)
        if row < 0:
            raise UnknownAuthor(f"author {author_id!r} is not in this model; check the id")
        return row


def page(found: Ranked, skip: int, k: int) -> list[int]:
    """The rows of one page of the first reader's list."""
    return [int(row) for row in found.rows[0, skip : skip + k] if row >= 0]


def _marked(rows: list[int], n: int) -> sparse.csr_matrix:
    return filled(np.zeros(len(rows), dtype=np.int64), np.array(rows, dtype=np.int64), (1, n))
