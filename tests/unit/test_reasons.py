"""Reasons are true, name whom they are about, and share the score among themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.answer import Recommendation
from recsys.data.resource_names import resource_id, resource_name
from recsys.data.strings import Strings
from recsys.features.text import terms
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.filters import AuthorFilter, PaperFilter
from recsys.ranking.reasons import Reason, reasons_of
from recsys.ranking.shares import Speaking
from recsys.recommender import Recommender
from tests.contract.readers import everyone
from tests.facts import Facts
from tests.worlds import OLD_ARXIV_ID, tiny_model

K = 15


@pytest.fixture(scope="module")
def answers(small_model: Model) -> list[tuple[Readers, Recommendation]]:
    """What everyone in the small world gets, what they know already included."""
    ask, found = Recommender(small_model), []
    readers = everyone(small_model)
    for row in range(len(readers)):
        reader = readers[row : row + 1]
        papers = ask.recommend_papers(reader, keep=PaperFilter(seen=True, own=True), k=K)
        people = ask.suggest_collaborators(reader, keep=AuthorFilter(existing_coauthors=True), k=K)
        found += [(reader, one) for one in (*papers.results, *people.results)]
    return found


def is_true(facts: Facts, reader: Readers, one: Recommendation, reason: Reason) -> bool:
    own, about = int(reader.author_rows[0]), reason.subject
    follows, wrote, person = facts.follows, facts.wrote, facts.author
    checks = {
        "followed_author": lambda: follows(reader, about) and wrote(about, one.id),
        "followed_work": lambda: follows(reader, about),
        "followed_reading": lambda: follows(reader, about) and facts.read_by(about, one.id),
        "followed_circle": lambda: follows(reader, about) and facts.near(person(about), one.id),
        "coauthor": lambda: (
            facts.together(own, person(about)) and (about == one.id or wrote(about, one.id))
        ),
        "coauthor_work": lambda: facts.together(own, person(about)),
        "coauthor_of_coauthor": lambda: (
            facts.together(own, person(about)) and facts.near(person(about), one.id)
        ),
        "liked": lambda: bool(reader.liked[0, facts.paper(about)]),
        "wrote": lambda: bool(reader.liked[0, facts.paper(about)]) and wrote(one.id, about),
        "written": lambda: bool(reader.written[0, facts.paper(about)]),
        "shared_coauthor": lambda: (
            facts.together(own, person(about)) and facts.together(person(about), person(one.id))
        ),
        "followed": lambda: about == one.id and follows(reader, about),
        "followed_coauthor": lambda: (
            follows(reader, about) and facts.together(person(about), person(one.id))
        ),
        "affiliation": lambda: (
            facts.affiliated(own, about) and facts.affiliated(person(one.id), about)
        ),
        "venue": lambda: (
            facts.published_at(own, about) and facts.published_at(person(one.id), about)
        ),
        "category": lambda: facts.filed_like_an_interest(reader, one.id, about),
        "popular": lambda: facts.in_the_top_tenth_by_readers(facts.paper(one.id)),
        "new": lambda: facts.within_a_year(facts.paper(one.id)),
        "expert": lambda: wrote(about, one.id),
        "venue_standing": lambda: facts.data.papers.venue_rows[facts.paper(one.id)] >= 0,
        "active": lambda: any(
            facts.within_a_year(row) for row in facts.signals.authorship[person(one.id)].indices
        ),
        "new_venue": lambda: facts.published_at(own, about) and facts.both_new(own, one, reason),
        "new_topic": lambda: facts.both_new(own, one, reason),
        "topic": lambda: about_words(facts.model, one, reason),
        "near_topic": lambda: typed_words(facts.model, reader, reason),
    }
    return checks[reason.kind]()


def typed_words(model: Model, reader: Readers, reason: Reason) -> bool:
    said = resource_id(reason.subject, "topics").split(", ")
    return set(said) <= {model.text.terms[row] for row in reader.words.indices.tolist()}


def about_words(model: Model, one: Recommendation, reason: Reason) -> bool:
    """Whether the words stand in the paper, or in one of the person's papers."""
    papers, (kind, _, _) = model.dataset.papers, one.id.partition("/")
    if kind == "papers":
        rows = [papers.ids.row(resource_id(one.id, kind))]
    else:
        person = model.dataset.authors.ids.row(resource_id(one.id, kind))
        rows = model.signals.authorship[person].indices.tolist()
    there = {
        term for row in rows for term in terms(f"{papers.titles[row]}\n{papers.abstracts[row]}")
    }
    said = reason.text.removeprefix("about ").removeprefix("you share an interest in ").split(", ")
    return resource_id(reason.subject, "topics").split(", ") == said and set(said) <= there


def test_reasons_every_one_told_is_true(small_model, answers):
    facts = Facts(small_model)
    false = [
        (one.id, reason)
        for reader, one in answers
        for reason in one.reasons
        if not is_true(facts, reader, one, reason)
    ]
    assert false == []


def test_reasons_of_many_kinds_are_told(answers):
    kinds = {reason.kind for _, one in answers for reason in one.reasons}
    assert kinds >= {"liked", "written", "coauthor", "followed_author", "topic", "followed"}


def test_reasons_shares_are_parts_of_one_heaviest_first(answers):
    for _, one in answers:
        shares = [reason.share for reason in one.reasons]
        assert all(0 < share <= 1 + 1e-5 for share in shares)
        assert sum(shares) <= 1 + 1e-4
        assert shares == sorted(shares, reverse=True)
        assert len(shares) <= 3


def test_reasons_name_whom_or_what_they_are_about(small_model, answers):
    data = small_model.dataset
    labels = {
        "papers": (data.papers.ids, data.papers.titles),
        "authors": (data.authors.ids, data.authors.names),
    }
    for _, one in answers:
        for reason in one.reasons:
            collection = reason.subject.partition("/")[0]
            if collection in labels:
                ids, names = labels[collection]
                assert names[ids.row(resource_id(reason.subject, collection))] in reason.text
            assert reason.text
            assert "{" not in reason.text


def test_reasons_same_thing_is_told_once(answers):
    for _, one in answers:
        said = [(reason.kind, reason.subject) for reason in one.reasons]
        assert len(set(said)) == len(said)


def test_reasons_every_kind_of_evidence_has_a_sentence(small_model):
    """Of every scorer that training makes, whatever its weight in the blend."""
    readers, kinds, data = everyone(small_model), set(), small_model.dataset
    scored = [(scorer, len(data.papers)) for scorer in small_model.paper_scorers]
    scored += [(scorer, len(data.authors)) for scorer in small_model.author_scorers]
    for scorer, n in scored:
        for row, best in enumerate(scorer.score(readers, np.arange(n)).argmax(axis=1)):
            for piece in scorer.evidence(readers[row : row + 1], np.array([best])):
                thing = Speaking(piece.kind, piece.subject, int(piece.rows[0]), 1.0)
                (reason,) = reasons_of(small_model, [thing])
                assert reason.text
                kinds.add(piece.kind)
    assert len(kinds) > 10


def test_reasons_one_signal_is_told_once_as_the_plainest_it_means():
    model = tiny_model()
    cleo = model.dataset.authors.ids.row("cleo")
    speaking = [
        Speaking("followed_work", "author", cleo, 0.4),
        Speaking("followed_author", "author", cleo, 0.3),
        Speaking("followed_circle", "author", cleo, -0.1),
    ]
    (reason,) = reasons_of(model, speaking)
    assert reason.text == "by Cleo Calder, whom you follow"
    assert reason.share == pytest.approx(0.6)


def test_reasons_paper_close_to_a_followed_person_is_not_called_theirs():
    model = tiny_model()
    cleo = model.dataset.authors.ids.row("cleo")
    (reason,) = reasons_of(model, [Speaking("followed_work", "author", cleo, 0.4)])
    assert reason == Reason(
        "followed_work", "authors/cleo", "close to the work of Cleo Calder, whom you follow", 0.4
    )


def test_reasons_words_of_a_topic_are_one_reason_without_repeats():
    model = tiny_model()
    rows = [model.text.terms.row(word) for word in ("protein folding", "protein", "chain")]
    shares = zip(rows, (0.3, 0.2, 0.1), strict=True)
    (reason,) = reasons_of(model, [Speaking("topic", "term", *pair) for pair in shares])
    assert reason.text == "about protein folding, chain"
    assert reason.subject == resource_name("topics", "protein folding, chain")
    assert reason.share == pytest.approx(0.6)


def test_reasons_paper_without_a_title_is_named_by_its_id():
    model = tiny_model()
    papers = replace(model.dataset.papers, titles=Strings.pack([""] * len(model.dataset.papers)))
    untitled = replace(model, dataset=replace(model.dataset, papers=papers))
    row = papers.ids.row(OLD_ARXIV_ID)
    (reason,) = reasons_of(untitled, [Speaking("liked", "paper", row, 0.5)])
    assert OLD_ARXIV_ID in reason.text
    assert reason.subject == "papers/hep-th%2F9901001"


def test_reasons_what_hardly_weighs_or_speaks_against_is_not_told():
    things = [Speaking("new", "", -1, 0.005), Speaking("popular", "", -1, -0.2)]
    assert reasons_of(tiny_model(), things) == ()


def test_reasons_shares_that_overlap_are_told_as_long_as_there_is_room():
    """A liked paper and its words go away together: both in full would be more than the score."""
    model = tiny_model()
    paper, word = model.dataset.papers.ids.row("g1"), model.text.terms.row("graph")
    things = [Speaking("liked", "paper", paper, 0.8), Speaking("topic", "term", word, 0.5)]
    assert [reason.kind for reason in reasons_of(model, things)] == ["liked"]


def test_reasons_of_one_kind_leave_room_for_another():
    model = tiny_model()
    things = [Speaking("liked", "paper", row, 0.2) for row in range(4)]
    told = reasons_of(model, [*things, Speaking("new", "", -1, 0.05)])
    assert [reason.kind for reason in told] == ["liked", "liked", "new"]
