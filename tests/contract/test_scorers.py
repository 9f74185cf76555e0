"""What every scorer promises, held by one suite that every scorer passes.

Tried are all scorers that training makes of a small world. A scorer class that is not among them
fails the suite.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass

import numpy as np
import pytest

import recsys.models
from recsys.models.model import Model
from recsys.models.priors import PriorScorer
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, Scorer
from tests.contract.readers import everyone, knows_nothing, read_only
from tests.contract.taken_away import SAME_FOR_ALL, score_without, signal_of
from tests.small import small_run

# How far an amount may be from what goes away, as a share of the score. Words are their terms in
# an inner product, of which the profile's length is held; a walk may come back to its start.
EXACT = 0.002
LOOSE = {
    **{(name, "topic"): 0.25 for name in ("text", "topics", "similar_work", "similar_words")},
    **{(name, "shared_coauthor"): 0.2 for name in ("walk", "walk_lately")},
    **{(name, "coauthor_of_coauthor"): 0.2 for name in ("walk", "walk_lately")},
}
MOST_TRIED = 4


@dataclass(frozen=True)
class Case:
    """A scorer, the readers it is tried on, and what it scores for them."""

    scorer: Scorer
    model: Model
    readers: Readers
    rows: np.ndarray
    scores: np.ndarray

    def with_evidence(self) -> list[tuple[int, np.ndarray, list[Evidence]]]:
        """(reader, rows, evidence) of each reader's best and of two ordinary candidates."""
        found = []
        for reader in range(len(self.readers)):
            order = np.argsort(-self.scores[reader], kind="stable")
            rows = np.unique(order[[0, 1, len(order) // 3]])
            pieces = self.scorer.evidence(self.readers[reader : reader + 1], rows)
            found.append((reader, rows, pieces))
        return found


@pytest.fixture(scope="module")
def readers(small_model: Model) -> Readers:
    return everyone(small_model)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        model = small_run().model
        names = [("papers", scorer.name) for scorer in model.paper_scorers]
        names += [("authors", scorer.name) for scorer in model.author_scorers]
        metafunc.parametrize("case", names, ids=": ".join, indirect=True, scope="module")


@pytest.fixture(scope="module")
def case(request: pytest.FixtureRequest, small_model: Model, readers: Readers) -> Case:
    whom, name = request.param
    papers = whom == "papers"
    scorers = small_model.paper_scorers if papers else small_model.author_scorers
    scorer = next(scorer for scorer in scorers if scorer.name == name)
    dataset = small_model.dataset
    rows = np.arange(len(dataset.papers if papers else dataset.authors))
    return Case(scorer, small_model, readers, rows, scorer.score(readers, rows))


def close(got: np.ndarray, expected: np.ndarray) -> None:
    scale = max(float(np.abs(expected).max(initial=0.0)), 1e-6)
    np.testing.assert_allclose(got, expected, atol=1e-5 * scale, rtol=1e-4)


def scorer_classes() -> set[type]:
    """Every class of recsys.models that scores and explains, but for the protocol itself."""
    found = set()
    for module in pkgutil.iter_modules(recsys.models.__path__, "recsys.models."):
        members = vars(importlib.import_module(module.name)).values()
        found |= {m for m in members if isinstance(m, type) and hasattr(m, "evidence")}
    return {
        member
        for member in found - {Scorer}
        if hasattr(member, "score") and member.__module__.startswith("recsys.models.")
    }


def test_suite_covers_every_scorer_class(small_model):
    tried = {type(s) for s in (*small_model.paper_scorers, *small_model.author_scorers)}
    assert scorer_classes() == tried


def test_scores_are_finite_float32_of_readers_by_rows(case):
    assert case.scores.shape == (len(case.readers), len(case.rows))
    assert case.scores.dtype == np.float32
    assert np.isfinite(case.scores).all()
    assert case.scores.any(), "the world must have something to say to this scorer"


def test_scores_of_a_reader_of_whom_nothing_is_known_are_zero(case):
    blank = case.scores[knows_nothing(case.readers)]
    assert len(blank) == 2
    if isinstance(case.scorer, PriorScorer):
        np.testing.assert_array_equal(blank, np.tile(case.scorer.values, (2, 1)))
    else:
        assert not blank.any()


@pytest.mark.parametrize("share", [1, 2, 7])
def test_scores_of_some_rows_are_those_of_all_rows_sliced(case, share):
    rows = case.rows[share - 1 :: share]
    close(case.scorer.score(case.readers, rows), case.scores[:, rows])


def test_scores_of_readers_one_by_one_are_those_of_all_together(case):
    for reader in range(len(case.readers)):
        one = slice(reader, reader + 1)
        close(case.scorer.score(case.readers[one], case.rows), case.scores[one])


def test_scores_of_readers_in_another_order_move_with_them(case):
    order = np.arange(len(case.readers))[::-1].copy()
    close(case.scorer.score(case.readers[order], case.rows), case.scores[order])


def test_scores_without_rows_or_without_readers_are_empty(case):
    nothing = np.zeros(0, dtype=np.int64)
    n_readers, n_rows = case.scores.shape
    for n in (1, n_readers):
        empty = case.scorer.score(case.readers[:n], nothing)
        assert empty.shape == (n, 0)
        assert empty.dtype == np.float32
    nobody = case.scorer.score(case.readers[:0], case.rows)
    assert nobody.shape == (0, n_rows)
    assert nobody.dtype == np.float32


def test_scores_of_the_same_question_twice_are_the_same(case):
    np.testing.assert_array_equal(case.scorer.score(case.readers, case.rows), case.scores)


def test_scorer_of_read_only_arrays_scores_and_explains_alike(case):
    scorer, asking = read_only(case.scorer), read_only(case.readers)
    np.testing.assert_array_equal(scorer.score(asking, case.rows), case.scores)
    for reader, rows, pieces in case.with_evidence()[::17]:
        again = scorer.evidence(asking[reader : reader + 1], rows)
        assert [piece.kind for piece in again] == [piece.kind for piece in pieces]
        for ours, theirs in zip(again, pieces, strict=True):
            np.testing.assert_array_equal(ours.rows, theirs.rows)
            np.testing.assert_array_equal(ours.amounts, theirs.amounts)


def test_evidence_points_at_something_and_says_something(case):
    dataset, told = case.model.dataset, 0
    sizes = {
        "paper": len(dataset.papers),
        "author": len(dataset.authors),
        "term": len(case.model.text.terms),
        "venue": len(dataset.papers.venues),
        "category": len(dataset.papers.category_names),
        "affiliation": len(dataset.authors.affiliation_names),
    }
    for _, rows, pieces in case.with_evidence():
        things = [(piece.kind, int(row)) for piece in pieces for row in piece.rows]
        assert len(set(things)) == len(things)
        for piece in pieces:
            assert piece.amounts.shape == (len(rows), len(piece.rows))
            assert piece.amounts.dtype == np.float32
            assert np.isfinite(piece.amounts).all()
            assert piece.amounts.any(axis=0).all()
            known = range(sizes[piece.subject]) if piece.subject else range(-1, 0)
            assert all(row in known for row in piece.rows)
        told += len(things)
    private = getattr(case.scorer, "private", False)
    assert bool(told) != private, "a scorer says why, unless that is somebody else's secret"


def test_evidence_is_silent_where_the_score_is_nothing(case):
    for reader in range(len(case.readers)):
        silent = np.flatnonzero(case.scores[reader] == 0)
        rows = silent[:: max(1, len(silent) // 4)]
        pieces = case.scorer.evidence(case.readers[reader : reader + 1], rows)
        assert all((piece.amounts <= 0).all() for piece in pieces)


def test_evidence_of_several_rows_is_that_of_each(case):
    for reader, rows, pieces in case.with_evidence()[::7]:
        for place, row in enumerate(rows):
            alone = case.scorer.evidence(case.readers[reader : reader + 1], np.array([row]))
            found = {(p.kind, int(t)): p.amounts[0, c] for p in alone for c, t in enumerate(p.rows)}
            for piece in pieces:
                for column, thing in enumerate(piece.rows):
                    amount = found.get((piece.kind, int(thing)), 0.0)
                    slack = 1e-4 * float(np.abs(case.scores[reader]).max())
                    assert piece.amounts[place, column] == pytest.approx(amount, abs=slack)


def test_evidence_amount_is_what_goes_away_with_the_thing(case):
    tried = 0
    for reader, rows, pieces in case.with_evidence():
        one, before = case.readers[reader : reader + 1], case.scores[reader, rows]
        for (_, thing), (kind, amounts) in heaviest(pieces).items():
            after = score_without(case.scorer, one, rows, kind, thing)
            loose = LOOSE.get((case.scorer.name, kind), EXACT)
            slack = loose * np.abs(before) + 1e-4 * float(np.abs(case.scores[reader]).max())
            slack += 1e-6 * float(np.abs(case.scores).max())  # a reader's own may all be 0
            told = amounts != 0 if kind in SAME_FOR_ALL else np.full(len(rows), True)
            assert (np.abs(before - after - amounts) <= slack)[told].all()
            tried += told.sum()
    assert tried or getattr(case.scorer, "private", False)


def heaviest(pieces: list[Evidence]) -> dict[tuple[str, int], tuple[str, np.ndarray]]:
    """A scorer's few heaviest signals, whatever they are called at each target."""
    found: dict[tuple[str, int], tuple[str, np.ndarray]] = {}
    for piece in pieces:
        for row, amounts in zip(piece.rows.tolist(), piece.amounts.T, strict=True):
            _, before = found.get((signal_of(piece.kind), row), ("", 0.0))
            found[signal_of(piece.kind), row] = (piece.kind, before + amounts)
    most = sorted(found, key=lambda signal: -np.abs(found[signal][1]).max())[:MOST_TRIED]
    return {signal: found[signal] for signal in most}
