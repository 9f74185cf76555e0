"""What is worth a mail to one subscriber: the served list, cut where chances get too low.

In: a model with the events of the moment, and what earlier digests told. Out: `Digest`, an empty
one where nothing is good enough. Everything is ranked as a server ranks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.answer import Lines, Recommendation
from recsys.data.resource_names import resource_id, resource_name
from recsys.errors import BadInput, StateUnavailable
from recsys.ranking.filters import ANY_AUTHOR, AuthorFilter, PaperFilter
from recsys.storage.state import State
from recsys.storage.state.digests import History
from recsys.storage.state.subscribers import Subscriber
from serving.digest.content import Digest, Item
from serving.digest.edition import Edition
from serving.live import Live
from serving.rpc.attribution import AnswerTokens
from serving.rpc.model_holder import ServedModel

MOST_PEOPLE = 2
_MOST_AUTHORS = 3  # named under a title
_CELLS_AT_ONCE = 4_000_000  # of a matrix of scores
_MOST_AT_ONCE = 1_000  # which the state is asked about in one question


@dataclass(frozen=True)
class Least:
    """The chances below which nothing is told."""

    paper: float
    person: float

    @classmethod
    def learned(cls, metrics: Mapping[str, float | None]) -> Least:
        """What the training run found on its holdouts; nobody is suggested where it found none.

        Raises
        ------
        BadInput
            It found no chance for papers.
        """
        paper = metrics.get("papers.worth_telling")
        person = metrics.get("collaborators.worth_telling")
        if paper is None:
            raise BadInput(
                "this model has not learned from which chance on a paper is worth a mail, since "
                "its training had nothing to hold out; give one with --least-chance"
            )
        return cls(paper, 1.0 if person is None else person)


class Chooser:
    """Chooses for some subscribers at a time, all in the same edition."""

    def __init__(
        self,
        served: ServedModel,
        state: State,
        tokens: AnswerTokens,
        edition: Edition,
        least: Least,
    ) -> None:
        self._served, self._state, self._live = served, state, Live(state)
        self._tokens, self._edition, self._least = tokens, edition, least
        written = served.recommender.model.dataset.authorships
        self._by_paper = written[np.lexsort((written.positions, written.paper_rows))]

    @property
    def at_once(self) -> int:
        """For how many to choose at a time: more take more memory, and are no quicker."""
        dataset = self._served.recommender.model.dataset
        fit = _CELLS_AT_ONCE // max(len(dataset.papers), len(dataset.authors), 1)
        return min(max(1, fit), _MOST_AT_ONCE)

    def choose(self, subscribers: Sequence[Subscriber]) -> list[Digest]:
        """The best for each that is new, was in no earlier digest, and is not dealt with.

        Raises
        ------
        StateUnavailable
            What they read or dismissed cannot be known now.
        """
        if not subscribers:
            return []
        seen, recommender = self._live.look(), self._served.recommender
        ids = [subscriber.user_id for subscriber in subscribers]
        self._live.read_ahead(ids, seen)
        known = [self._live.standing(self._served, id_, seen) for id_ in ids]
        if any(degraded for _, degraded in known):
            raise StateUnavailable("the state is away, so that nobody's digest can be chosen")
        standings = [standing for standing, _ in known]
        readers, dataset = recommender.users(ids, standings), recommender.model.dataset
        histories = self._state.digests.histories(ids)
        filters = [
            self._filters(histories[id_], standing.blocked)
            for id_, standing in zip(ids, standings, strict=True)
        ]
        papers = recommender.recommend_papers_to_each(
            readers,
            [keep.rows(dataset) for keep, _ in filters],
            [subscriber.cap for subscriber in subscribers],
            self._least.paper,
        )
        people = recommender.suggest_collaborators_to_each(
            readers, [keep.rows(dataset) for _, keep in filters], MOST_PEOPLE, self._least.person
        )
        return list(map(self._digest, ids, papers, people))

    def _filters(
        self, history: History, blocked: frozenset[str]
    ) -> tuple[PaperFilter, AuthorFilter]:
        papers = PaperFilter(
            published_after=_seconds(self._edition.since(history.last)),
            published_before=_seconds(self._edition.as_of),
            excluded=_ids(history.names, "papers"),
            excluded_authors=blocked,
        )
        return papers, replace(ANY_AUTHOR, excluded=blocked | _ids(history.names, "authors"))

    def _digest(self, user_id: str, papers: Lines, people: Lines) -> Digest:
        parent = resource_name("users", user_id)
        return Digest(
            tuple(map(self._paper, papers)),
            tuple(_item(one, "", "") for one in people),
            self._token(pb.RecommendPapersRequest(parent=parent), papers),
            self._token(pb.SuggestCollaboratorsRequest(parent=parent), people),
        )

    def _token(
        self,
        request: pb.RecommendPapersRequest | pb.SuggestCollaboratorsRequest,
        told: Lines,
    ) -> str:
        """Events that bring it back are counted apart from those of a page, as a side of its own
        of an experiment named `digest`.
        """
        arm = f"digest/{self._edition.period}"
        return self._tokens.write(request, told, self._served.version, arm)

    def _paper(self, one: Recommendation) -> Item:
        dataset = self._served.recommender.model.dataset
        row = dataset.papers.ids.row(resource_id(one.id, "papers"))
        first, behind = np.searchsorted(self._by_paper.paper_rows, [row, row + 1])
        team = self._by_paper.author_rows[first:behind]
        names = [dataset.authors.names[int(author)] for author in team[:_MOST_AUTHORS]]
        more = ["et al."] if len(team) > _MOST_AUTHORS else []
        day = np.datetime_as_string(dataset.papers.published[row], unit="D")
        return _item(one, ", ".join([*filter(None, names), *more]), str(day))


def _item(one: Recommendation, byline: str, day: str) -> Item:
    reasons = tuple(reason.text for reason in one.reasons)
    return Item(one.id, one.title, byline, day, one.score, reasons)


def _ids(names: frozenset[str], collection: str) -> frozenset[str]:
    mine = (name for name in names if name.startswith(f"{collection}/"))
    return frozenset(resource_id(name, collection) for name in mine)


def _seconds(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "s")
