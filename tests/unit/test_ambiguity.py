"""Ids that stand for several people, in worlds where two authors are merged on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from recsys.data.build import build_dataset
from recsys.data.dataset import Dataset
from recsys.features.signals import SignalSettings, build_signals
from tests.small import quick_settings, small_world
from training.fit.ambiguity import Ambiguity, find_ambiguous
from training.fit.collaborators import walk_ties
from training.fit.text import fit_texts
from training.world.make import plant_world
from training.world.plan import Sizes

SETTINGS = SignalSettings()


@pytest.fixture(scope="module")
def merged() -> tuple[Dataset, int, Ambiguity]:
    """A world in which two busy authors of different topics have one id between them."""
    world = plant_world(11, Sizes(papers=1200, authors=300, users=10))
    dataset, topics = build_dataset(world.tables), world.truth.author_topics
    written = dataset.authorships
    busy = np.flatnonzero(np.bincount(written.author_rows, minlength=len(topics)) >= 25)
    first, other = busy[0], busy[topics[busy] != topics[busy[0]]][0]
    rows = np.where(written.author_rows == other, first, written.author_rows)
    dataset = replace(dataset, authorships=replace(written, author_rows=rows))
    first = int(first)
    return dataset, first, found_in(dataset)


def found_in(dataset: Dataset) -> Ambiguity:
    topics = fit_texts(dataset.papers, quick_settings().text, seed=1).topics.papers
    signals = build_signals(dataset, SETTINGS)
    return find_ambiguous(signals, topics, dataset.ages_days(), SETTINGS.largest_team, seed=1)


def test_ambiguous_two_merged_authors_are_the_strangest_of_all(merged):
    _, both, found = merged
    assert found.worst(1).tolist() == [both]
    told = found.told(merged[0].authors.ids)
    assert (told["ids"], next(iter(told["worst"]))) == (
        len(found.rows),
        merged[0].authors.ids[both],
    )
    assert found.persons[found.rows == both][0] == pytest.approx(2.0, abs=0.5)
    assert found.strangeness.min() >= found.threshold


def test_ambiguous_few_others_are_held_for_several(merged):
    _, _, found = merged
    assert found.looked_at > 50
    assert len(found.rows) <= 1 + found.looked_at // 30


def test_ambiguous_damping_counts_an_id_of_two_as_half(merged):
    _, both, found = merged
    damping = found.damping()
    assert damping.of(np.array([both]))[0] == pytest.approx(0.5, abs=0.1)
    assert (damping.of(np.arange(300)) < 1).sum() == len(found.rows)


def test_ambiguous_without_papers_enough_nobody_is_looked_at():
    found = found_in(small_world())
    assert found.looked_at < 30
    assert not len(found.rows)


def test_ambiguous_without_texts_nobody_is_told_apart(merged):
    dataset, _, _ = merged
    signals, nothing = build_signals(dataset, SETTINGS), np.zeros((len(dataset.papers), 1))
    found = find_ambiguous(signals, nothing, dataset.ages_days(), 60, seed=1)
    assert not len(found.rows)
    assert found.threshold == np.inf


def test_walk_over_an_id_of_several_loses_itself_there():
    ties = sparse.csr_matrix(np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]], dtype=np.float32))
    steps = walk_ties(ties, np.array([1.0, 0.5, 1.0], dtype=np.float32)).toarray()
    np.testing.assert_allclose(steps.sum(axis=1), [1.0, 0.5, 1.0])
    assert steps[0, 1] == pytest.approx(1 / 3)  # half as likely as the way to the third
    np.testing.assert_allclose(walk_ties(ties, 1.0).toarray(), ties.toarray() / 2)
