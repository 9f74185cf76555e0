"""A reason's share is what the blended score loses when the reason's signal is taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.answer import Recommendation
from recsys.data.resource_names import resource_id
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.filters import AuthorFilter, PaperFilter
from recsys.ranking.ranker import Ranker
from recsys.ranking.reasons import Reason, says
from recsys.recommender import Recommender
from tests.contract.readers import everyone
from tests.contract.taken_away import FOLLOW, SAME_FOR_ALL, score_without, signal_of
from tests.small import small_run
from tests.worlds import tiny_model

# Of the whole score. A profile's length is held while words leave it, and the meaning of all words
# together is shared out among them; a walk over a co-author may come back to the reader.
TOLERANCE = {"topic": 0.05, "near_topic": 0.05, "coauthor": 0.1, "shared_coauthor": 0.1}
EXACT = 0.01
# Being new to both is another word for sharing something, and takes no share of its own.
NEWNESS = {"new_topic": "topic", "new_venue": "venue"}
TOLERANCE["new_topic"] = TOLERANCE["topic"]
ALL_PAPERS, ALL_PEOPLE = PaperFilter(seen=True, own=True), AuthorFilter(existing_coauthors=True)


class Asked:
    """One reader's list, and what is left of its scores without a signal."""

    def __init__(self, model: Model, reader: Readers, what: Literal["papers", "people"]) -> None:
        self.model, self.reader, ask = model, reader, Recommender(model)
        if what == "papers":
            self.ids, keep = model.dataset.papers.ids, ALL_PAPERS
            self.ranker = Ranker(model.paper_scorers, model.paper_blend)
            self.results = ask.recommend_papers(reader, keep=keep, k=3).results
            out = keep.out(reader)
        else:
            self.ids, keep = model.dataset.authors.ids, ALL_PEOPLE
            self.ranker = Ranker(model.author_scorers, model.author_blend)
            self.results = ask.suggest_collaborators(reader, keep=keep, k=3).results
            out = keep.out(reader, model.signals)
        self.rows = keep.rows(model.dataset)
        self.scored = self.ranker.score(reader, self.rows, out)

    def loss(self, one: Recommendation, reason: Reason) -> float:
        """The part of the blended score that goes away, the reader's best and segment held."""
        target = self.ids.row(resource_id(one.id, one.id.partition("/")[0]))
        blend, left = self.ranker.blend, 0.0
        kind, segment = blend.kinds[target], blend.segments(self.reader)[0]
        things, said = rows_of(self.model, reason), NEWNESS.get(reason.kind, reason.kind)
        for index, scorer in enumerate(self.ranker.scorers):
            best = self.scored.best[index][0, [kind]]
            score = score_without(scorer, self.reader, np.array([target]), said, *things)
            pull = blend.pulls[index][[target]]
            left += float(blend.part(index, score, best, pull, kind, segment)[0])
        left *= float(blend.damping.of(np.array([target]))[0])
        return 1.0 - left / float(self.scored.total[0, np.searchsorted(self.rows, target)])


def rows_of(model: Model, reason: Reason) -> list[int]:
    data, (collection, _, _) = model.dataset, reason.subject.partition("/")
    if not collection:
        return []
    id_ = resource_id(reason.subject, collection)
    if collection == "topics":
        told = id_.split(", ")
        return [
            row
            for row, term in enumerate(model.text.terms.ids)
            if term in told or any(says(word, term) for word in told)
        ]
    named = {
        "papers": data.papers.ids,
        "authors": data.authors.ids,
        "venues": data.papers.venues,
        "categories": data.papers.category_names,
        "affiliations": data.authors.affiliation_names,
    }
    return [named[collection].row(id_)]


def errors(model: Model, reader: Readers) -> list[tuple[str, float, float]]:
    """(kind, share, how far the share is from what goes away) of every reason told."""
    return [
        (reason.kind, reason.share, abs(reason.share - asked.loss(one, reason)))
        for asked in (Asked(model, reader, "papers"), Asked(model, reader, "people"))
        for one in asked.results
        for reason in one.reasons
    ]


@pytest.fixture(scope="module")
def told() -> list[tuple[str, float, float]]:
    model = small_run().model
    readers = everyone(model)
    return [
        found
        for row in range(0, len(readers), 4)
        for found in errors(model, readers[row : row + 1])
    ]


def test_shares_are_what_goes_away_with_the_signal(told):
    wrong = [found for found in told if found[2] > TOLERANCE.get(found[0], EXACT)]
    assert wrong == []


def test_shares_of_signals_of_every_sort_were_compared(told):
    sorts = {signal_of(kind) for kind, _, _ in told}
    assert sorts >= {"liked", "written", "follow", "coauthor", "topic"} | (sorts & SAME_FOR_ALL)
    assert len(told) > 200
    assert max(share for _, share, _ in told) > 0.5


@st.composite
def askers(draw) -> Readers:
    """Somebody without an account who tells a few things."""
    model = tiny_model()
    data, ask = model.dataset, Recommender(model)
    papers, authors = list(data.papers.ids), list(data.authors.ids)
    # Single words: of two pairs six words are asked for, and no more than three are told.
    terms = [term for term in model.text.terms.ids if " " not in term]
    return ask.stranger(
        liked=draw(st.lists(st.sampled_from(papers), max_size=4, unique=True)),
        disliked=draw(st.lists(st.sampled_from(papers), max_size=1)),
        followed=draw(st.lists(st.sampled_from(authors), max_size=3, unique=True)),
        text=" ".join(draw(st.lists(st.sampled_from(terms), max_size=2, unique=True))),
    )


def without_feedback(model: Model) -> Model:
    """In a world of eight papers one word decides which are the first matches of the others."""
    weights = model.paper_blend.weights.copy()
    feedback = [model.paper_blend.names.index(name) for name in ("nearby", "experts")]
    weights[:, :, feedback] = 0.0
    return replace(model, paper_blend=replace(model.paper_blend, weights=weights))


@settings(max_examples=40)
@given(askers())
def test_shares_hold_for_whatever_a_stranger_tells(reader):
    model = without_feedback(tiny_model())
    for kind, _, error in errors(model, reader):
        # In a space of two topics, made by hand, one word is half of what is asked.
        assert error <= (0.25 if signal_of(kind) == "topic" else TOLERANCE.get(kind, EXACT))


def test_shares_of_a_follow_hold_all_that_it_brings():
    """Whoever is followed and close and read is one signal: taken away, nothing of it is left."""
    model = tiny_model()
    ask = Recommender(model)
    first = ask.recommend_papers(ask.stranger(followed=["cleo"]), k=1).results[0]
    follows = [reason for reason in first.reasons if reason.kind in FOLLOW]
    assert [reason.kind for reason in follows] == ["followed_author"]
    others = sum(reason.share for reason in first.reasons if reason.kind not in FOLLOW)
    assert follows[0].share == pytest.approx(1 - others, abs=0.2)
    assert follows[0].share > 0.8
