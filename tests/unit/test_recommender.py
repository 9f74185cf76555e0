"""Answers of the recommender in worlds whose right answers are known."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest

from recsys.answer import Answer
from recsys.data.resource_names import resource_id
from recsys.errors import UnknownAuthor, UnknownPaper
from recsys.models.model import Model
from recsys.ranking.filters import AuthorFilter, PaperFilter
from recsys.recommender import Recommender
from tests.small import dataset_of, people, train
from tests.worlds import tiny_model


@pytest.fixture(scope="module")
def tiny() -> Recommender:
    return Recommender(tiny_model())


@pytest.fixture(scope="module")
def small(small_model: Model) -> Recommender:
    return Recommender(small_model)


def ids(answer: Answer, collection: str = "papers") -> list[str]:
    return [resource_id(one.id, collection) for one in answer.results]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reader", ["g3", "g4"]),
        ("u-ada", ["g4", "g3"]),
        ("u-eva", ["p2"]),
        ("newcomer", ["g2", "g1", "p3"]),
    ],
)
def test_papers_of_a_user_begin_with_what_they_ought_to_get(tiny, name, expected):
    assert ids(tiny.recommend_papers(tiny.user(name), k=len(expected))) == expected


def test_papers_of_an_unclaimed_profile_are_of_its_field(tiny):
    assert set(ids(tiny.recommend_papers(tiny.author("finn"), k=2))) == {"p1", "p2"}


def test_papers_about_words_hold_the_words(tiny):
    assert ids(tiny.recommend_papers(tiny.stranger(text="protein folding"), k=3)) == [
        *("p1", "p3", "p2")
    ]


def test_papers_similar_to_one_are_of_its_field_and_not_itself(tiny):
    assert set(ids(tiny.similar_papers("g1", k=3))) == {"g2", "g3", "g4"}
    assert "g1" not in ids(tiny.similar_papers("g1", k=100))


@pytest.mark.parametrize(
    ("name", "expected"), [("reader", "cleo"), ("u-ada", "cleo"), ("u-eva", "finn")]
)
def test_collaborators_begin_with_whom_they_ought_to_get(tiny, name, expected):
    assert ids(tiny.suggest_collaborators(tiny.user(name), k=1), "authors") == [expected]


def test_papers_by_followed_authors_come_first():
    names = [f"a{number}" for number in range(12)]
    papers = [{"paper_id": f"p{n}", "title": f"thing {n}"} for n in range(40)]
    model = train(
        dataset_of(
            papers=papers,
            authors=people(*names),
            authorships={f"p{n}": [names[n % 12]] for n in range(40)},
            users={"fan": ""},
            follows=[("fan", "a5"), ("fan", "a7")],
        )
    ).model
    ask = Recommender(model)
    theirs = {f"p{n}" for n in range(40) if n % 12 in (5, 7)}
    answer = ask.recommend_papers(ask.user("fan"), k=len(theirs))
    assert set(ids(answer)) == theirs
    assert all(one.reasons[0].kind == "followed_author" for one in answer.results)


def test_papers_read_by_a_followed_person_who_claimed_their_profile_come_up():
    papers = [{"paper_id": f"p{n}", "title": f"thing {n}"} for n in range(30)]
    model = train(
        dataset_of(
            papers=papers,
            authors=people("boss"),
            users={"fan": "", "the boss": "boss"},
            follows=[("fan", "boss")],
            interactions=[("the boss", "p3", "save"), ("the boss", "p8", "like")],
        )
    ).model
    ask = Recommender(model)
    answer = ask.recommend_papers(ask.user("fan"), k=2)
    assert set(ids(answer)) == {"p3", "p8"}
    assert "read by Boss, whom you follow" in [
        r.text for one in answer.results for r in one.reasons
    ]


def test_collaborators_never_hold_oneself(small):
    data, wide = small.model.dataset, AuthorFilter(existing_coauthors=True, closed=True)
    for row in range(len(data.authors)):
        name = data.authors.ids[row]
        answer = small.suggest_collaborators(small.author(name), keep=wide, k=200, explain=False)
        assert name not in ids(answer, "authors")


def test_collaborators_leave_out_coauthors_unless_asked_for(small):
    together = small.model.signals.authorship @ small.model.signals.authorship.T
    rows = np.flatnonzero(np.diff(together.indptr) > 1)[:20]
    for row in rows:
        names = small.model.dataset.authors.ids
        coauthors = {names[other] for other in together[row].indices} - {names[row]}
        asker = small.author(names[row])
        assert not coauthors & set(ids(small.suggest_collaborators(asker, k=200), "authors"))
        wide = AuthorFilter(existing_coauthors=True, closed=True)
        found = ids(small.suggest_collaborators(asker, keep=wide, k=200), "authors")
        assert coauthors <= set(found)


def test_papers_dismissed_never_come_back(small):
    signals, data = small.model.signals, small.model.dataset
    rows = np.flatnonzero(np.diff(signals.disliked.indptr))
    assert len(rows)
    for row in rows:
        dismissed = {data.papers.ids[paper] for paper in signals.disliked[row].indices}
        reader = small.user(data.users.ids[row])
        for keep in (PaperFilter(), PaperFilter(seen=True, own=True)):
            answer = small.recommend_papers(reader, keep=keep, k=400, explain=False)
            assert not dismissed & set(ids(answer))


def test_papers_seen_and_own_come_only_when_asked_for(small):
    data = small.model.dataset
    for row in range(len(data.users)):
        reader = small.user(data.users.ids[row])
        seen = {data.papers.ids[paper] for paper in reader.liked.indices}
        own = {data.papers.ids[paper] for paper in reader.written.indices}
        assert not (seen | own) & set(ids(small.recommend_papers(reader, k=400, explain=False)))
        keep = PaperFilter(seen=True, own=True)
        assert seen | own <= set(
            ids(small.recommend_papers(reader, keep=keep, k=400, explain=False))
        )


def test_papers_filtered_by_category_and_date_are_only_those(tiny):
    keep = PaperFilter(
        categories_in=frozenset({"cs.LG"}), published_after=np.datetime64("2022-05-01")
    )
    assert set(ids(tiny.recommend_papers(tiny.user("newcomer"), keep=keep, k=9))) == {
        *("g2", "g3", "g4")
    }


def test_papers_filter_that_nothing_passes_is_an_empty_answer(tiny):
    keep = PaperFilter(categories_in=frozenset({"no such field"}))
    answer = tiny.recommend_papers(tiny.user("reader"), keep=keep, k=9)
    assert answer.results == ()
    assert not answer.more


def test_strategy_of_a_user_with_signals_is_personalised(tiny):
    answer = tiny.recommend_papers(tiny.user("reader"), k=2)
    assert {one.strategy for one in answer.results} == {"personalised"}


@pytest.mark.parametrize("name", ["newcomer", "never heard of", "", "x" * 300])
def test_strategy_without_signals_is_popular(tiny, name):
    answer = tiny.recommend_papers(tiny.user(name), k=3)
    assert {one.strategy for one in answer.results} == {"popular"}
    assert len(answer.results) == 3


def test_strategy_of_an_unknown_user_is_the_list_of_a_new_one(small):
    unknown = small.recommend_papers(small.user("nobody"), k=20)
    stranger = small.recommend_papers(small.stranger(), k=20)
    assert unknown == stranger
    assert len(unknown.results) == 20


def test_strategy_of_a_stranger_with_likes_is_folded_in(tiny):
    asked = tiny.stranger(liked=["g1", "g2"])
    answer = tiny.recommend_papers(asked, k=2)
    assert {one.strategy for one in answer.results} == {"folded_in"}
    assert set(ids(answer)) <= {"g3", "g4"}


def test_strategy_of_a_stranger_with_words_is_text(tiny):
    answer = tiny.recommend_papers(tiny.stranger(text="graphs"), k=2)
    assert {one.strategy for one in answer.results} == {"text"}


def test_strategy_of_words_that_nobody_uses_is_popular(tiny):
    answer = tiny.recommend_papers(tiny.stranger(text="zzyzx qwrt"), k=3)
    assert {one.strategy for one in answer.results} == {"popular"}


def test_stranger_disliked_paper_never_comes(tiny):
    asked = tiny.stranger(liked=["g1"], disliked=["g2", "g3"])
    assert not {"g1", "g2", "g3"} & set(ids(tiny.recommend_papers(asked, k=20)))


def test_stranger_unknown_ids_are_refused_by_name(tiny):
    for asked in ({"liked": ["no such"]}, {"disliked": ["no such"]}):
        with pytest.raises(UnknownPaper, match="no such"):
            tiny.stranger(**asked)
    with pytest.raises(UnknownAuthor, match="no such"):
        tiny.stranger(followed=["no such"])
    with pytest.raises(UnknownAuthor, match="no such"):
        tiny.author("no such")
    with pytest.raises(UnknownPaper, match="no such"):
        tiny.similar_papers("no such")


def test_missing_says_what_is_not_known(tiny):
    assert tiny.recommend_papers(tiny.user("u-ada"), k=1).missing == ()
    assert tiny.recommend_papers(tiny.user("reader"), k=1).missing == ("own papers",)
    missing = tiny.recommend_papers(tiny.user("newcomer"), k=1).missing
    assert missing == ("reading", "follows", "own papers")


def test_stages_are_entered_one_after_the_other_and_can_end_the_answer():
    entered = []

    @contextmanager
    def watched(stage):
        entered.append(stage)
        if len(entered) > 4:
            raise TimeoutError(stage)
        yield

    watching = Recommender(tiny_model(), watched)
    watching.recommend_papers(watching.user("reader"), k=2)
    assert entered == ["score", "arrange", "explain"]
    with pytest.raises(TimeoutError, match="arrange"):
        watching.suggest_collaborators(watching.user("reader"), k=2)
