"""Category profiles: what a reader's papers are filed under, rare categories before common ones."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.features.signals import SignalSettings, build_signals
from recsys.models.readers import Readers, ReaderSource
from recsys.ranking.filters import PaperFilter
from recsys.recommender import Recommender
from tests.small import dataset_of, people, train
from training.fit.groups import fit_categories, weigh_rare

# Ten papers in the large category, two in the small one, one in none.
PAPERS = [
    *({"paper_id": f"l{n}", "title": "", "categories": ["large"]} for n in range(10)),
    *({"paper_id": f"s{n}", "title": "", "categories": ["small"]} for n in range(2)),
    {"paper_id": "none", "title": "", "categories": []},
]
LARGE, SMALL, NONE = 0, 10, 12
DATA = dataset_of(
    papers=PAPERS,
    authors=people("ada"),
    authorships={"s0": ["ada"]},
    users={"both": "", "lost": "", "ada's": "ada"},
    interactions=[("both", "l0", "like"), ("both", "s0", "like"), ("lost", "none", "like")],
)
CATEGORY = fit_categories(DATA.papers.categories)


def reader(name: str) -> Readers:
    source = ReaderSource(DATA, build_signals(DATA, SignalSettings()), 0)
    return source.users(np.array([DATA.users.ids.row(name)]))


def scores(name: str) -> np.ndarray:
    return CATEGORY.score(reader(name), np.arange(len(PAPERS)))[0]


def test_category_of_few_papers_weighs_more():
    found = scores("both")
    assert found[SMALL] > found[LARGE] > 0
    assert found[NONE] == 0
    # Read alike, the two weigh as log(1 + 13 papers / papers of the category).
    assert found[SMALL] / found[LARGE] == pytest.approx(np.log1p(13 / 2) / np.log1p(13 / 10))


def test_category_of_own_papers_is_of_interest():
    assert scores("ada's").nonzero()[0].tolist() == [SMALL, SMALL + 1]


def test_categories_of_a_paper_without_any_say_nothing():
    assert not scores("lost").any()
    assert CATEGORY.evidence(reader("lost"), np.array([LARGE])) == []


def test_category_evidence_names_the_category_and_the_whole_of_its_score():
    papers, piece = CATEGORY.evidence(reader("ada's"), np.array([SMALL, LARGE]))
    assert papers.subject == "paper"
    assert (piece.kind, piece.subject) == ("category", "category")
    assert [DATA.papers.category_names[row] for row in piece.rows] == ["small"]
    np.testing.assert_allclose(piece.amounts, [[1.0], [0.0]], atol=1e-6)


def test_weigh_rare_keeps_what_belongs_where():
    weighed = weigh_rare(DATA.papers.categories)
    assert (weighed > 0).nnz == DATA.papers.categories.nnz
    assert weighed.dtype == np.float32


def test_unknown_user_with_a_category_gets_what_is_read_in_it():
    papers = [
        {"paper_id": f"{field}{n}", "title": f"{field}", "categories": [field]}
        for field in "ab"
        for n in range(20)
    ]
    reading = [(f"u{n}", paper, "like") for n in range(9) for paper in ("a3", "a5", "b7")]
    reading += [(f"v{n}", paper, "like") for n in range(5) for paper in ("b2",)]
    users = {user: "" for user, _, _ in reading}
    model = train(dataset_of(papers=papers, users=users, interactions=reading)).model
    ask, keep = Recommender(model), PaperFilter(categories_in=frozenset({"b"}))
    answer = ask.recommend_papers(ask.user("never heard of"), keep=keep, k=20)
    assert [one.id for one in answer.results[:2]] == ["papers/b7", "papers/b2"]
    assert {one.strategy for one in answer.results} == {"popular"}
    assert {one.id.removeprefix("papers/")[0] for one in answer.results} == {"b"}
