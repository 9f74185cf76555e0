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
from recsys.models.circles import CirclePaperScorer, CircleScorer
from recsys.models.factors import FactorScorer, FeatureScorer
from recsys.models.model import Model
from recsys.models.neighbors import BridgeScorer, NeighborScorer
from recsys.models.priors import PriorScorer
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, Scorer
from recsys.models.text_profile import TextProfileScorer, TopicScorer, WordsScorer
from recsys.models.walks import SharedGroupScorer
from tests.contract.readers import everyone, knows_nothing, read_only, without
from tests.small import small_run

# Amounts are parts of the score; where parts can be negative, only the positive ones are told.
ADDS_UP = (
    *(NeighborScorer, BridgeScorer, FactorScorer, TopicScorer, TextProfileScorer, WordsScorer),
    *(CirclePaperScorer, CircleScorer, SharedGroupScorer, PriorScorer),
)
# A profile of fixed length, or a mean: what is left may weigh more once a part is gone.
RELATIVE = (FactorScorer, FeatureScorer, TextProfileScorer, TopicScorer)
HAS_NEGATIVE_PARTS = {"als", "als_coarse", "linear", "topics", "similar_work"}
MOST_EVIDENCE = 5


@dataclass(frozen=True)
class Case:
    """A scorer, the readers it is tried on, and what it scores for them."""

    scorer: Scorer
    model: Model
    readers: Readers
    rows: np.ndarray
    scores: np.ndarray

    def with_evidence(self) -> list[tuple[int, int, list[Evidence]]]:
        """(reader, row, evidence) of each reader's best and of two ordinary candidates."""
        found = []
        for reader in range(len(self.readers)):
            order = np.argsort(-self.scores[reader], kind="stable")
            for row in sorted({int(order[0]), int(order[1]), int(order[len(order) // 3])}):
                pieces = self.scorer.evidence(self.readers[reader : reader + 1], row)
                found.append((reader, row, pieces))
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
    for reader, row, pieces in case.with_evidence()[::17]:
        assert scorer.evidence(asking[reader : reader + 1], row) == pieces


def test_evidence_is_strongest_first_and_points_at_something(case):
    dataset = case.model.dataset
    sizes = {
        "paper": len(dataset.papers),
        "author": len(dataset.authors),
        "term": len(case.model.text.terms),
        "venue": len(dataset.papers.venues),
        "affiliation": len(dataset.authors.affiliation_names),
    }
    told = 0
    for _, _, pieces in case.with_evidence():
        amounts = [piece.amount for piece in pieces]
        assert amounts == sorted(amounts, reverse=True)
        assert all(amount > 0 and np.isfinite(amount) for amount in amounts)
        assert len({(p.kind, p.subject, p.row) for p in pieces}) == len(pieces) <= MOST_EVIDENCE
        for piece in pieces:
            assert (
                piece.row == -1 if piece.subject == "" else piece.row in range(sizes[piece.subject])
            )
        told += len(pieces)
    assert told, "this scorer never says why"


def test_evidence_is_silent_where_the_score_is_nothing(case):
    for reader in range(len(case.readers)):
        silent = np.flatnonzero(case.scores[reader] == 0)
        for row in silent[:: max(1, len(silent) // 4)]:
            assert case.scorer.evidence(case.readers[reader : reader + 1], int(row)) == []


def test_evidence_adds_up_to_the_score(case):
    if not isinstance(case.scorer, ADDS_UP):
        pytest.skip("explains a part of its score only")
    compared = 0
    for reader, row, pieces in case.with_evidence():
        one, score = case.readers[reader : reader + 1], float(case.scores[reader, row])
        if one.words.nnz and not isinstance(case.scorer, WordsScorer):
            continue  # what was typed is no evidence beside what was read
        said = sum(piece.amount for piece in pieces)
        slack = 1e-3 * abs(score) + 1e-4 * float(np.abs(case.scores[reader]).max())
        n_parts = one.interests().nnz + one.follows.nnz
        signed = case.scorer.name in HAS_NEGATIVE_PARTS and n_parts > 1
        assert signed or said <= max(score, 0.0) + slack
        if len(pieces) < MOST_EVIDENCE and score > 0:
            assert said >= score - slack
            compared += 1
    assert compared


def test_evidence_signal_taken_away_lowers_the_score(case):
    changes = []
    for reader, row, pieces in case.with_evidence():
        poorer = without(case.readers[reader : reader + 1], pieces[0]) if pieces else None
        if poorer is not None:
            after = case.scorer.score(poorer, np.array([row]))[0, 0]
            before = case.scores[reader, row]
            changes.append((after - before) / abs(before))
    if isinstance(case.scorer, PriorScorer):
        assert not changes, "what is the same for everyone is nobody's signal"
    elif isinstance(case.scorer, RELATIVE):
        assert np.mean(np.array(changes) < 0) > 0.75
    else:
        assert max(changes) < -1e-6
