"""What every scorer promises of papers and people that training has not seen.

A trained model grows by twins of papers that it holds: the same text, authors, venue, categories
and date under a new id. A twin is scored as its paper is, but for what only readers say.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from recsys.data.append import widened
from recsys.data.tables import Tables
from recsys.models.grow import grow
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.models.scorer import Scorer
from tests.contract.readers import everyone, read_only
from tests.small import small_run, small_tables

N_TWINS = 40
FROM_READERS = {"knn", "linear", "followed_reading", "popular", "mentioned"}
# ALS goes three steps of a descent towards what is solved for a new paper, and keeps half of the
# digits; the closest paper of a twin is its paper, which has no likeness to itself.
NEARLY = {"als": 0.97, "als_coarse": 0.97, "bridge": 0.5}


def twins() -> Tables:
    """Twins of papers that nobody has read, by the same authors and one who is new."""
    tables, model = small_tables(), small_run().model
    unread = np.flatnonzero(model.paper_blend.kinds == 1)[:N_TWINS]
    papers = tables.papers.iloc[unread].copy()
    written = tables.authorships[tables.authorships["paper_id"].isin(papers["paper_id"])].copy()
    for table in (papers, written):
        table["paper_id"] = "twin of " + table["paper_id"]
    someone = tables.authors.iloc[:1].assign(author_id="someone new", name="Someone New")
    return Tables.of({"papers": papers, "authors": someone, "authorships": written})


@cache
def grown() -> tuple[Model, np.ndarray]:
    """The grown model, and the rows of the papers that have twins."""
    model, added = small_run().model, twins()
    ids = added.papers["paper_id"].str.removeprefix("twin of ")
    return grow(model, added), model.dataset.papers.ids.rows(ids)


def asking(model: Model, larger: Model) -> tuple[Readers, Readers]:
    """The same people, as readers of a model and of what it has become."""
    readers, n_papers = everyone(model), len(larger.dataset.papers)
    n_authors = len(larger.dataset.authors)
    wide = {
        **dict.fromkeys(("liked", "disliked", "seen", "written", "own"), n_papers),
        "follows": n_authors,
    }
    parts = {name: getattr(readers, name) for name in Readers.__dataclass_fields__}
    for name, columns in wide.items():
        parts[name] = widened(parts[name], len(readers), columns)
    return readers, Readers(**parts)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "pair" in metafunc.fixturenames:
        model = small_run().model
        names = [("paper_scorers", scorer.name) for scorer in model.paper_scorers]
        names += [("author_scorers", scorer.name) for scorer in model.author_scorers]
        metafunc.parametrize("pair", names, ids=": ".join, indirect=True, scope="module")


@pytest.fixture(scope="module")
def pair(request: pytest.FixtureRequest) -> tuple[Scorer, Scorer]:
    part, name = request.param
    found = [
        next(scorer for scorer in getattr(model, part) if scorer.name == name)
        for model in (small_run().model, grown()[0])
    ]
    return found[0], found[1]


@pytest.fixture(scope="module")
def scores(pair: tuple[Scorer, Scorer]) -> tuple[np.ndarray, np.ndarray]:
    """What a scorer says before and after, of all that it scores."""
    model, larger = small_run().model, grown()[0]
    readers, the_same = asking(model, larger)
    papers = pair[0] in model.paper_scorers
    n_before, n_after = (
        len(each.dataset.papers if papers else each.dataset.authors) for each in (model, larger)
    )
    return (
        pair[0].score(readers, np.arange(n_before)),
        pair[1].score(the_same, np.arange(n_after)),
    )


def test_grown_scorer_scores_what_was_there_as_before(scores):
    before, after = scores
    np.testing.assert_array_equal(after[:, : before.shape[1]], before)


def test_grown_scorer_gives_finite_scores_to_all(pair, scores):
    before, after = scores
    n_new = 1 if pair[0] in small_run().model.author_scorers else N_TWINS
    assert after.shape[1] == before.shape[1] + n_new
    assert after.dtype == np.float32
    assert np.isfinite(after).all()


def test_grown_scorer_scores_a_twin_as_its_paper(pair, scores):
    before, after = scores
    model, (_, rows) = small_run().model, grown()
    if pair[0] in model.author_scorers:
        assert not after[:, before.shape[1] :].any() or pair[0].name in ("affiliation",)
        return
    of_papers, of_twins = before[:, rows], after[:, before.shape[1] :]
    if pair[0].name == "lightfm":  # it learns what is a paper's own also from who wrote it
        unclaimed = ~is_claimed(model, rows)
        of_papers, of_twins = of_papers[:, unclaimed], of_twins[:, unclaimed]
        assert of_papers.shape[1] > 2
    if pair[0].name in FROM_READERS:
        assert not of_twins.any()
    elif pair[0].name in NEARLY:
        asked = np.abs(of_papers).max(axis=1) > 0
        likeness = np.corrcoef(of_papers[asked].ravel(), of_twins[asked].ravel())[0, 1]
        assert likeness > NEARLY[pair[0].name]
    else:
        slack = 1e-4 * float(np.abs(before).max())
        np.testing.assert_allclose(of_twins, of_papers, atol=slack, rtol=1e-3)


def is_claimed(model: Model, rows: np.ndarray) -> np.ndarray:
    """Whether somebody who has claimed a profile wrote the papers."""
    claimed = model.dataset.users.author_rows
    written = model.signals.authorship[np.unique(claimed[claimed >= 0])]
    return np.asarray(written[:, rows].sum(axis=0)).ravel() > 0


def test_grown_scorer_of_read_only_arrays_scores_alike(pair, scores):
    again = scored_by(of_read_only(), pair[0].name, pair[0] in small_run().model.paper_scorers)
    close(again, scores[1])


def test_scorer_grown_twice_is_as_if_grown_at_once(pair, scores):
    again = scored_by(grown_twice(), pair[0].name, pair[0] in small_run().model.paper_scorers)
    if pair[0].name != "bridge":  # the second half is close to the first one, too
        close(again, scores[1])


@cache
def of_read_only() -> Model:
    """A model grown from one whose arrays cannot be written to, as those of a bundle."""
    return grow(read_only(small_run().model), twins())


@cache
def grown_twice() -> Model:
    """By half of the twins first, and then by the others."""
    model, added = small_run().model, twins()
    for half in (slice(0, N_TWINS // 2), slice(N_TWINS // 2, None)):
        papers, written = added.papers.iloc[half], added.authorships
        written = written[written["paper_id"].isin(papers["paper_id"])]
        tables = {"papers": papers, "authors": added.authors, "authorships": written}
        model = grow(model, Tables.of(tables))
    return model


def scored_by(larger: Model, name: str, papers: bool) -> np.ndarray:
    scorers, targets = larger.paper_scorers, len(larger.dataset.papers)
    if not papers:
        scorers, targets = larger.author_scorers, len(larger.dataset.authors)
    scorer = next(scorer for scorer in scorers if scorer.name == name)
    _, the_same = asking(small_run().model, larger)
    return scorer.score(the_same, np.arange(targets))


def close(got: np.ndarray, expected: np.ndarray) -> None:
    slack = 1e-5 * float(np.abs(expected).max())
    np.testing.assert_allclose(got, expected, atol=slack, rtol=1e-4)
