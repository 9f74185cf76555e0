"""A reading list as the question: its topic decides, and nothing known of the user comes back."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.answer import Answer
from recsys.data.resource_names import resource_id
from recsys.errors import UnknownList
from recsys.ranking.filters import PaperFilter
from recsys.recommender import Recommender
from tests.small import dataset_of, people, train

GRAPHS = [f"g{n}" for n in range(12)]
CELLS = [f"c{n}" for n in range(12)]


@pytest.fixture(scope="module")
def ask() -> Recommender:
    """Two fields; u keeps a list on each, has more cells, wrote on cells and follows their author.

    The list "Both" of the neighbour is nobody else's.
    """
    papers = [{"paper_id": id_, "title": f"graph network edges {id_}"} for id_ in GRAPHS]
    papers += [{"paper_id": id_, "title": f"living cell membranes {id_}"} for id_ in CELLS]
    saves = [("u", paper, "save", "2024-01-01", "Graphs") for paper in GRAPHS[:3]]
    saves += [("u", paper, "save", "2024-01-01", "Cells") for paper in CELLS[:6]]
    others = [(f"v{n}", paper, "like") for n in range(6) for paper in GRAPHS[n : n + 4]]
    others += [(f"w{n}", paper, "like") for n in range(6) for paper in CELLS[n : n + 4]]
    return Recommender(
        train(
            dataset_of(
                papers=papers,
                authors=people("me", "cellist"),
                authorships={
                    GRAPHS[3]: ["me"],
                    CELLS[6]: ["me"],
                    CELLS[7]: ["cellist"],
                    CELLS[2]: ["cellist"],
                },
                users={
                    "u": "me",
                    "neighbour": "",
                    **{f"{k}{n}": "" for k in "vw" for n in range(6)},
                },
                follows=[("u", "cellist")],
                interactions=[
                    *saves,
                    *others,
                    ("u", GRAPHS[4], "dismiss"),
                    ("neighbour", CELLS[0], "save", "2024-01-01", "Both"),
                    ("neighbour", GRAPHS[0], "save", "2024-01-01", "Both"),
                    ("u", GRAPHS[1], "save", "2024-01-01", "Both kinds"),
                    ("u", CELLS[1], "save", "2024-01-01", "Both kinds"),
                ],
            )
        ).model
    )


def ids(answer: Answer) -> list[str]:
    return [resource_id(one.id, "papers") for one in answer.results]


@pytest.mark.parametrize(("name", "field"), [("Graphs", GRAPHS), ("Cells", CELLS)])
def test_list_as_the_question_is_answered_with_its_topic(ask, name, field):
    assert set(ids(ask.recommend_papers(ask.user("u", name), k=5))) <= set(field)


def test_list_outweighs_whom_the_user_follows_and_what_they_wrote(ask):
    whole = ids(ask.recommend_papers(ask.user("u"), k=1))
    assert whole == [CELLS[7]]
    assert CELLS[7] not in ids(ask.recommend_papers(ask.user("u", "Graphs"), k=5))


def test_list_lets_those_followed_speak_who_wrote_something_on_it(ask):
    authors = ask.model.dataset.authors.ids
    assert not ask.user("u", "Graphs").follows.nnz
    assert [authors[row] for row in ask.user("u", "Cells").follows.indices] == ["cellist"]
    assert CELLS[7] == ids(ask.recommend_papers(ask.user("u", "Cells"), k=1))[0]


def test_list_answer_has_nothing_seen_dismissed_or_own(ask):
    reader = ask.user("u", "Graphs")
    answer = set(ids(ask.recommend_papers(reader, k=100)))
    assert not answer & {*GRAPHS[:5], *CELLS[:7]}
    own = ids(ask.recommend_papers(reader, keep=PaperFilter(own=True), k=100))
    assert {GRAPHS[3], CELLS[6]} == set(own) - answer


def test_list_with_what_was_read_elsewhere_asked_for_brings_no_own_papers(ask):
    keep = PaperFilter(seen=True)
    answer = set(ids(ask.recommend_papers(ask.user("u", "Graphs"), keep=keep, k=100)))
    assert set(CELLS[:6]) <= answer
    assert not answer & {GRAPHS[3], GRAPHS[4], CELLS[6]}


def test_list_reasons_name_papers_of_the_list_only(ask):
    answer = ask.recommend_papers(ask.user("u", "Cells"), k=3)
    named = {r.subject for one in answer.results for r in one.reasons if r.kind == "liked"}
    assert named
    assert named <= {f"papers/{paper}" for paper in CELLS[:6]}


def test_paper_on_two_lists_speaks_for_both(ask):
    papers = ask.model.dataset.papers.ids
    for name in ("Both kinds", "Graphs"):
        assert papers.row(GRAPHS[1]) in ask.user("u", name).liked.indices


@pytest.mark.parametrize(
    ("user", "name"),
    [("u", "no such list"), ("u", "Both"), ("neighbour", "Graphs"), ("nobody", "Graphs")],
)
def test_list_that_the_user_does_not_keep_is_refused_by_name(ask, user, name):
    with pytest.raises(UnknownList, match=f"'{user}' keeps no list '{name}'"):
        ask.user(user, name)


def test_list_without_a_name_is_the_whole_user(ask):
    plain, unnamed = ask.user("u"), ask.user("u", "")
    np.testing.assert_array_equal(plain.liked.toarray(), unnamed.liked.toarray())
    assert plain.follows.nnz
