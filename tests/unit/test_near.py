"""Whose work is near: similar authors, and people to write with about something."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.answer import Answer
from recsys.data.resource_names import resource_id
from recsys.errors import UnknownAuthor
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.filters import AuthorFilter
from recsys.ranking.near import near_ranker
from recsys.recommender import Recommender
from tests.contract.taken_away import emptied
from tests.small import dataset_of, people, train
from tests.worlds import tiny_model

GRAPH_TITLES = ["graph networks", "graph message passing", "deep graph networks"]
FOLD_TITLES = ["protein folding", "protein chain folding", "folding protein design"]


@pytest.fixture(scope="module")
def model() -> Model:
    """Two fields; ann writes on graphs with bea, cat and dot apart from them; eve on proteins with
    ann's co-author bea; fay wrote nothing; gus is in both fields.
    """
    graphs = {"ga": ["ann", "bea"], "gb": ["ann"], "gc": ["cat"], "gd": ["cat", "dot"]}
    folds = {"fa": ["eve", "bea"], "fb": ["eve"], "fc": ["gus"], "ge": ["gus"]}
    titles = {**dict(zip(graphs, [*GRAPH_TITLES, GRAPH_TITLES[1]], strict=True))}
    titles |= {**dict(zip(folds, [*FOLD_TITLES, GRAPH_TITLES[2]], strict=True))}
    dataset = dataset_of(
        papers=[
            {"paper_id": paper, "title": title, "published_at": "2024-01-01"}
            for paper, title in titles.items()
        ],
        authors=people("ann", "bea", "cat", "dot", "eve", "fay", "gus"),
        authorships={**graphs, **folds},
        users={"u-ann": "ann", "reader": ""},
        interactions=[("u-ann", "fa", "like"), ("u-ann", "fb", "save"), ("reader", "gc", "like")],
    )
    return train(dataset).model


@pytest.fixture(scope="module")
def ask(model: Model) -> Recommender:
    return Recommender(model)


def ids(answer: Answer) -> list[str]:
    return [resource_id(line.id, "authors") for line in answer.results]


def test_similar_authors_are_those_of_the_field_coauthor_or_not(ask: Recommender):
    found = ids(ask.similar_authors("ann"))
    assert set(found[:3]) == {"cat", "dot", "bea"}
    assert found.index("gus") < found.index("eve") if "eve" in found else True
    assert not {"ann", "fay"} & set(found)


def test_similar_authors_filters_leave_out_coauthors_and_excluded_people(ask: Recommender):
    strangers = AuthorFilter(closed=True)
    assert "bea" not in ids(ask.similar_authors("ann", keep=strangers))
    without = replace(strangers, excluded=frozenset({"cat"}))
    assert ids(ask.similar_authors("ann", keep=without))[0] == "dot"


def test_similar_authors_scores_are_nearness_and_the_same_work_is_nearest(ask: Recommender):
    scores = [line.score for line in ask.similar_authors("ann").results]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] < scores[0] <= 1
    twin = dataset_of(
        papers=[{"paper_id": p, "title": t} for p, t in zip("pqr", FOLD_TITLES, strict=True)],
        authors=people("one", "two", "far"),
        authorships={"p": ["one", "two"], "q": ["one", "two"], "r": ["far"]},
    )
    first = Recommender(train(twin).model).similar_authors("one").results[0]
    assert (first.id, first.score) == ("authors/two", pytest.approx(1.0, abs=1e-3))


def test_similar_authors_answer_tells_nothing_of_what_the_author_reads(model: Model):
    """Ann has liked and saved papers on proteins: nothing of that shows."""
    nobody = replace(model.dataset.users, author_rows=np.full(2, -1, dtype=np.int32))
    unclaimed = replace(model, dataset=replace(model.dataset, users=nobody))
    told = Recommender(model).similar_authors("ann")
    assert told == Recommender(unclaimed).similar_authors("ann")
    assert "reading" in told.missing
    about = {reason.subject for line in told.results for reason in line.reasons}
    assert not about & {"papers/fa", "papers/fb"}


def test_similar_authors_reasons_are_shared_words_and_near_papers(ask: Recommender):
    line = next(one for one in ask.similar_authors("ann").results if one.id == "authors/cat")
    kinds = {reason.kind for reason in line.reasons}
    assert kinds <= {"written", "topic"}
    texts = [reason.text for reason in line.reasons]
    assert any(text.startswith("works on what “") for text in texts)
    shares = [reason.share for reason in line.reasons]
    assert sum(shares) <= 1 + 1e-6


def test_similar_authors_of_somebody_without_works_are_nobody_and_it_says_so(ask: Recommender):
    answer = ask.similar_authors("fay")
    assert (answer.results, answer.more) == ((), False)
    assert "own papers" in answer.missing


def test_similar_authors_of_an_unknown_author_is_refused(ask: Recommender):
    with pytest.raises(UnknownAuthor, match="nobody"):
        ask.similar_authors("nobody")


def test_similar_authors_pages_join(ask: Recommender):
    whole = ask.similar_authors("ann", k=4)
    first = ask.similar_authors("ann", k=2)
    second = ask.similar_authors("ann", k=2, shown={one.id for one in first.results})
    assert (*first.results, *second.results) == whole.results
    assert first.more


def test_near_ranker_of_a_model_without_texts_finds_nobody():
    dataset = dataset_of(
        papers=[{"paper_id": "p", "title": ""}],
        authors=people("a", "b"),
        authorships={"p": ["a", "b"]},
    )
    assert Recommender(train(dataset).model).similar_authors("a").results == ()


def test_suggest_about_words_lists_only_those_whose_work_is_near(ask: Recommender):
    reader = ask.author("ann")
    assert {"cat", "eve"} <= set(ids(ask.suggest_collaborators(reader)))
    assert set(ids(ask.suggest_collaborators(reader, about=ask.stranger(text="protein")))) == {
        *("eve", "gus")
    }


def test_suggest_about_a_paper_is_about_its_words(ask: Recommender):
    answer = ask.suggest_collaborators(ask.author("ann"), about=ask.stranger(liked=["fb"]))
    assert set(ids(answer)) <= {"eve", "gus"}
    assert answer.results[0].reasons[0].kind in {"near_paper", "shared_coauthor"}
    told = {reason.text for line in answer.results for reason in line.reasons}
    assert "works on what “protein chain folding” is about" in told


def test_suggest_about_prefers_of_two_as_near_the_one_who_is_likely():
    model = train(
        dataset_of(
            papers=[
                *({"paper_id": p, "title": "protein folding"} for p in ("p", "q")),
                {"paper_id": "g", "title": "graph networks"},
            ],
            authors=people("far", "friend", "known", "me"),
            authorships={"p": ["far"], "q": ["friend", "known"], "g": ["me", "known"]},
        )
    ).model
    ask = Recommender(model)
    answer = ask.suggest_collaborators(ask.author("me"), about=ask.stranger(text="folding"))
    assert ids(answer) == ["friend", "far"]
    assert "shared_coauthor" in {reason.kind for reason in answer.results[0].reasons}


def test_suggest_about_unheard_words_changes_nothing_and_says_so(ask: Recommender):
    reader = ask.author("ann")
    plain = ask.suggest_collaborators(reader)
    answer = ask.suggest_collaborators(reader, about=ask.stranger(text="xyzzy"))
    assert answer.results == plain.results
    assert answer.missing == (*plain.missing, "topic")
    assert "topic" not in plain.missing


def test_suggest_about_keeps_the_chance_of_each_person(ask: Recommender):
    """What it should be about says nothing of how likely people are to write together."""
    reader = ask.author("ann")
    chances = {line.id: line.score for line in ask.suggest_collaborators(reader).results}
    about = ask.suggest_collaborators(reader, about=ask.stranger(text="protein")).results
    assert {line.id: line.score for line in about} == {line.id: chances[line.id] for line in about}


def test_suggest_about_somebody_nobody_knows_gets_those_who_are_near(ask: Recommender):
    answer = ask.suggest_collaborators(ask.user("who?"), about=ask.stranger(text="graph"))
    assert set(ids(answer)) == {"ann", "bea", "cat", "dot", "gus"}
    assert all(line.reasons for line in answer.results)


def test_suggest_about_filters_still_hold(ask: Recommender):
    keep, about = AuthorFilter(excluded=frozenset({"gus"})), ask.stranger(text="protein")
    assert ids(ask.suggest_collaborators(ask.author("ann"), about=about, keep=keep)) == ["eve"]


@pytest.mark.parametrize("tiny", [True, False], ids=["tiny", "small"])
def test_suggest_about_shares_of_what_was_asked_are_what_goes_away(
    tiny: bool, small_model: Model
) -> None:
    model = tiny_model() if tiny else small_model
    ask = Recommender(model)
    term = "protein" if tiny else heaviest_term(model)
    paper = str(model.dataset.papers.ids[2])
    n_told = 0
    for author in list(model.dataset.authors.ids)[:6]:
        wishes = {"near_words": ask.stranger(text=term), "near_paper": ask.stranger(liked=[paper])}
        for kind, about in wishes.items():
            answer = ask.suggest_collaborators(ask.author(author), about=about, k=5)
            for line in answer.results:
                told = sum(reason.share for reason in line.reasons if reason.kind == kind)
                n_told += told > 0
                lost = asked_part(ask, author, about, line.id)
                # What hardly weighs may find no place among the reasons.
                assert told == pytest.approx(lost, abs=0.06) if told else lost < 0.4
    assert n_told > 10


def heaviest_term(model: Model) -> str:
    """A word that many papers have, and not nearly all of them."""
    n_with = np.diff(model.text.papers.tocsc().indptr)
    few = np.where(n_with < 0.1 * model.text.papers.shape[0], n_with, 0)
    return str(model.text.terms[int(few.argmax())])


def asked_part(ask: Recommender, author: str, about: Readers, name: str) -> float:
    """What part of a person's place is due to the nearness to what was asked, beside the best."""
    model = ask.model
    row = model.dataset.authors.ids.row(resource_id(name, "authors"))
    everyone = np.arange(len(model.dataset.authors))
    reader, everybody = ask.author(author), AuthorFilter(existing_coauthors=True)
    near, poorer = near_ranker(model), without_wish(about)
    out = everybody.out(about, model.signals)
    whole, left = (near.score(one, everyone, out).total[0] for one in (about, poorer))
    likely = ask._authors.score(reader, everyone, AuthorFilter().out(reader, model.signals))
    odds = likely.total[0, row] / likely.total[0, whole >= whole.max() / 2].max()
    nearness = whole[row] / whole.max()
    return float((nearness - max(left[row], 0) / whole.max()) / (odds + nearness))


def without_wish(about: Readers) -> Readers:
    return replace(
        about,
        liked=emptied(about.liked, about.liked.indices.tolist()),
        words=emptied(about.words, about.words.indices.tolist()),
    )
