"""What grows faster than a dataset has a limit: teams, readers of everything, closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from implicit.nearest_neighbours import CosineRecommender
from scipy import linalg, sparse

from recsys.features.signals import SignalSettings, build_signals
from tests.small import dataset_of, people
from training.fit.circles import joint_likelihood
from training.fit.linear import LinearSettings, fit_linear
from training.fit.neighbors import fit_neighbors
from training.holdout import hold_out_first_collaborations

N_PAPERS = 100_000


def test_closed_form_on_a_large_catalogue_is_never_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    inverted: list[int] = []

    def recorded(gram: np.ndarray, **_: object) -> np.ndarray:
        inverted.append(len(gram))
        return np.eye(len(gram))

    monkeypatch.setattr(linalg, "inv", recorded)
    read = np.arange(N_PAPERS)
    cells = (np.repeat([0, 1], N_PAPERS), np.tile(read, 2))
    liked = sparse.csr_matrix((np.ones(2 * N_PAPERS, dtype=np.float32), cells))
    scorer = fit_linear(liked, LinearSettings(most_papers=500, neighbors=10))
    assert scorer is not None
    assert scorer.likeness.by_read.shape == (N_PAPERS, N_PAPERS)
    assert inverted == [500]
    assert LinearSettings().most_papers <= 10_000


def test_item_knn_a_reader_of_everything_makes_no_square_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    longest: list[int] = []
    fit = CosineRecommender.fit

    def recorded(model: CosineRecommender, readings: sparse.csr_matrix, **options: bool) -> None:
        longest.append(int(np.diff(readings.indptr).max()))
        fit(model, readings[:, :100], **options)

    monkeypatch.setattr(CosineRecommender, "fit", recorded)
    liked = sparse.csr_matrix(np.ones((1, N_PAPERS), dtype=np.float32))
    fit_neighbors(liked, neighbors=5, threads=1)
    assert longest == [5000]


def test_team_of_thousands_is_never_multiplied_out() -> None:
    # 20,000 people are 400 million pairs: they would not fit, and the test would not end.
    crowd = [f"a{row}" for row in range(20_000)]
    dataset = dataset_of(
        papers=[
            {"paper_id": "huge", "title": "Everybody", "published_at": "2020-01-01"},
            {"paper_id": "old", "title": "Two", "published_at": "2020-01-01"},
            {"paper_id": "new", "title": "Two more", "published_at": "2022-01-01"},
        ],
        authors=people(*crowd),
        authorships={"huge": crowd, "old": crowd[:2], "new": crowd[1:3]},
    )
    settings = SignalSettings()
    signals = build_signals(dataset, settings)
    assert signals.coauthors.nnz == 4
    assert joint_likelihood(dataset, signals, settings).nnz == 4
    holdout = hold_out_first_collaborations(dataset)
    # Those two have both been on the paper of everybody, which is no first time.
    assert holdout is not None
    assert holdout.relevant.nnz == 0
