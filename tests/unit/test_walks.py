"""Walks over co-authorship, against walks done by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys.features.signals import SignalSettings, build_signals
from recsys.models.groups import SharedGroupScorer
from recsys.models.readers import Readers, ReaderSource
from recsys.models.walks import WalkScorer
from tests.small import dataset_of, people
from training.fit.circles import unit_sums
from training.fit.collaborators import adamic_adar_ties, fit_collaborators, rare_first
from training.fit.text import TextSettings, fit_texts

# a - b - c, and b - d; e writes with nobody.
DATASET = dataset_of(
    papers=[{"paper_id": paper, "title": paper} for paper in ("ab", "bc", "bd", "e")],
    authors=people(*"abcde"),
    authorships={"ab": "ab", "bc": "bc", "bd": "bd", "e": "e"},
    users={"fan": ""},
    follows=[("fan", "c")],
)
SIGNALS = build_signals(DATASET, SignalSettings())
WALK = WalkScorer("walk", unit_sums(SIGNALS.coauthors), restart=0.5, steps=2, follow_weight=0.25)
A, B, C, D, E = range(5)


def reader(user: str = "", author: int = -1) -> Readers:
    source = ReaderSource(DATASET, SIGNALS, 0)
    if user:
        return source.users(np.array([DATASET.users.ids.row(user)]))
    return source.authors(np.array([author]))


def test_walk_visits_are_those_of_a_walk_by_hand():
    scores = WALK.score(reader(author=A), np.arange(5))[0]
    # half stops at each step: a -> b with 1/2, then b -> a, c, d with 1/3 of 1/4 each
    np.testing.assert_allclose(scores, [1 / 12, 1 / 2, 1 / 12, 1 / 12, 0.0], rtol=1e-6)


def test_walk_lately_prefers_the_colleague_of_a_recent_coauthor():
    """a has written one paper with b and one with c: what is newer counts more in both walks."""
    years = {"ab": 2010, "bd": 2010, "ac": 2020, "ce": 2020}
    dataset = dataset_of(
        papers=[
            {"paper_id": paper, "title": paper, "published_at": f"{year}-01-01"}
            for paper, year in years.items()
        ],
        authors=people(*"abcde"),
        authorships={paper: paper for paper in years},
    )
    settings = SignalSettings()
    signals = build_signals(dataset, settings)
    texts = fit_texts(dataset.papers, TextSettings(), seed=1)
    walks = {s.name: s for s in fit_collaborators(dataset, signals, texts, settings)}
    asking = ReaderSource(dataset, signals, 0).authors(np.array([A]))
    odds = {}
    for name in ("walk", "walk_lately"):
        old, new = walks[name].score(asking, np.array([D, E]))[0]
        odds[name] = new / old
    assert odds["walk_lately"] > 10 * odds["walk"] > 10


def test_unit_sums_of_ties_that_have_faded_away_stay_finite():
    faded = sparse.csr_matrix(np.array([[0.0, 1e-40], [2.0, 2.0]], dtype=np.float32))
    np.testing.assert_allclose(unit_sums(faded).toarray(), [[0.0, 0.0], [0.5, 0.5]])


def test_walk_from_a_followed_person_starts_lighter():
    scores = WALK.score(reader(user="fan"), np.arange(5))[0]
    np.testing.assert_allclose(scores, 0.25 * np.array([1 / 12, 1 / 2, 1 / 12, 1 / 12, 0.0]))


def test_walk_from_someone_without_ties_goes_nowhere():
    assert not WALK.score(reader(author=E), np.arange(5)).any()


def test_walk_evidence_of_a_shared_coauthor_is_the_way_over_them():
    (piece,) = WALK.evidence(reader(author=A), np.array([D]))
    assert (piece.kind, piece.rows.tolist()) == ("shared_coauthor", [B])
    assert piece.amounts == pytest.approx(WALK.score(reader(author=A), np.array([D])))


def test_walk_evidence_of_a_follow_does_not_claim_joint_papers():
    """Whoever follows c has not written with b, even if c has."""
    for person, kind in ((D, "followed_circle"), (B, "followed_coauthor"), (C, "followed")):
        (piece,) = WALK.evidence(reader(user="fan"), np.array([person]))
        assert (piece.kind, piece.rows.tolist()) == (kind, [C])


def test_adamic_adar_counts_shared_coauthors_with_few_others_more():
    first, second = adamic_adar_ties(SIGNALS.coauthors)
    scores = (first @ second).toarray()
    assert scores[A, C] == pytest.approx(1 / np.log(3))  # b writes with three
    assert scores[A, E] == 0.0


def test_shared_groups_rare_one_weighs_more_than_a_large_one():
    dataset = dataset_of(
        papers=[{"paper_id": "p", "title": "p"}],
        authors=[
            {"author_id": "a", "name": "a", "affiliations": ["Big", "Rare"]},
            {"author_id": "b", "name": "b", "affiliations": ["Rare"]},
            {"author_id": "c", "name": "c", "affiliations": ["Big"]},
            {"author_id": "d", "name": "d", "affiliations": ["Big"]},
            {"author_id": "e", "name": "e", "affiliations": []},
        ],
    )
    signals = build_signals(dataset, SignalSettings())
    scorer = SharedGroupScorer(
        "affiliation", rare_first(dataset.authors.affiliations), "affiliation"
    )
    asker = ReaderSource(dataset, signals, 0).authors(np.array([A]))
    scores = scorer.score(asker, np.arange(5))[0]
    assert scores[B] > scores[C] == scores[D] > scores[E] == 0.0
    (piece,) = scorer.evidence(asker, np.array([B]))
    assert [dataset.authors.affiliation_names[row] for row in piece.rows] == ["Rare"]
