"""Who might write with whom: the scorers over people.

In: a dataset with its signals and text topics. Out: author scorers. A signal that the dataset
lacks makes no scorer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset, incidence
from recsys.features.signals import Signals, SignalSettings, coauthor_weights, fade
from recsys.features.text import heaviest_terms, unit_rows
from recsys.models.circles import Circle, CircleScorer
from recsys.models.groups import SharedGroupScorer
from recsys.models.priors import A_YEAR, PriorScorer
from recsys.models.scorer import Scorer
from recsys.models.text_profile import TextProfileScorer, TopicScorer, unit_length
from recsys.models.walks import WalkScorer
from recsys.models.writers import TEAM, WritersScorer
from training.fit.circles import ones_like, unit_sums
from training.fit.follows import fit_follows
from training.fit.groups import weigh_rare
from training.fit.text import Texts

_LATELY_HALF_LIFE_DAYS = 365.0
_ACTIVE_HALF_LIFE_DAYS = 550.0
_PROFILE_HALF_LIFE_DAYS = 1095.0
_WORDS_OF_A_PERSON = 64


def fit_collaborators(
    dataset: Dataset,
    signals: Signals,
    texts: Texts,
    settings: SignalSettings,
    certainty: np.ndarray | float = 1.0,
) -> Iterator[Scorer]:
    """Author scorers, strongest signals first.

    Parameters
    ----------
    certainty : (n_authors,) float32 or 1
        1 for an id that is one person; where several share one, fewer ways lead to them and
        through them.
    """
    if signals.coauthors.nnz:
        lately = fade(dataset.ages_days(), _LATELY_HALF_LIFE_DAYS)
        recent = coauthor_weights(signals.authorship, lately, settings)
        for name, ties in (("walk", signals.coauthors), ("walk_lately", recent)):
            walked = walk_ties(ties, certainty)
            yield WalkScorer(name, walked, restart=0.3, steps=4, follow_weight=0.3)
        steps = adamic_adar_ties(signals.coauthors, certainty)
        yield CircleScorer("adamic_adar", Circle("shared_coauthor", "profile", steps))
    if signals.follows.nnz:
        yield from fit_follows(dataset, signals)
    if signals.liked.nnz and signals.authorship.nnz:
        writers = TEAM.of(signals.authorship.T.tocsr(), dataset.ages_days())
        yield WritersScorer("reads", writers)
    if signals.authorship.nnz:
        yield _similar_work(dataset, signals, texts.topics)
        yield _similar_words(dataset, signals, texts.profile)
        yield fit_activity(dataset, signals)
        venues = _venues(dataset, signals)
        if venues.nnz:
            yield SharedGroupScorer("venue", venues, "venue")
    if dataset.authors.affiliations.nnz:
        groups = rare_first(dataset.authors.affiliations)
        yield SharedGroupScorer("affiliation", groups, "affiliation")


def walk_ties(coauthors: sparse.csr_matrix, certainty: np.ndarray | float) -> sparse.csr_matrix:
    """Steps of a walk, which loses itself where an id stands for several people."""
    steps = unit_sums(coauthors.multiply(certainty).tocsr())
    return steps.multiply(np.reshape(certainty, (-1, 1))).tocsr().astype(np.float32)


def adamic_adar_ties(
    coauthors: sparse.csr_matrix, certainty: np.ndarray | float = 1.0
) -> tuple[sparse.csr_matrix, ...]:
    """Two steps whose product sums 1 / log(degree) over common neighbours, as they are certain.

    Adamic and Adar, "Friends and neighbors on the web" (2003).
    """
    degrees = np.diff(coauthors.indptr)
    # A neighbour of degree 1 is nobody's common neighbour, whatever its weight.
    weights = (certainty / np.log(np.maximum(degrees, 2))).astype(np.float32)
    together = ones_like(coauthors)
    return (together @ sparse.diags(weights)).tocsr(), together


def rare_first(groups: sparse.csr_matrix) -> sparse.csr_matrix:
    """Unit rows in which a group of few people weighs more than one of many."""
    return unit_rows(weigh_rare(groups))


def _similar_work(dataset: Dataset, signals: Signals, topics: TopicScorer) -> TopicScorer:
    recent = fade(dataset.ages_days(), _PROFILE_HALF_LIFE_DAYS)
    vectors = signals.authorship @ (recent[:, None] * topics.papers)
    people = unit_length(vectors.astype(np.float32))
    return replace(topics, name="similar_work", targets=people)


def _similar_words(
    dataset: Dataset, signals: Signals, profile: TextProfileScorer
) -> TextProfileScorer:
    """People by the words that tell most of their work: a long tail of words tells little more."""
    recent = fade(dataset.ages_days(), _PROFILE_HALF_LIFE_DAYS)
    written = signals.authorship @ sparse.diags(recent)
    telling = sparse.diags(profile.telling.astype(np.float32))
    words = heaviest_terms((written @ profile.papers @ telling).tocsr(), _WORDS_OF_A_PERSON)
    words.eliminate_zeros()
    return replace(profile, name="similar_words", targets=unit_rows(words))


def fit_activity(dataset: Dataset, signals: Signals) -> PriorScorer:
    """How much people wrote lately; told of those who published within a year."""
    ages = dataset.ages_days()
    recent = fade(ages, _ACTIVE_HALF_LIFE_DAYS)
    values = np.log1p(signals.authorship @ recent).astype(np.float32)
    lately = signals.authorship @ (ages <= A_YEAR).astype(np.float32)
    return PriorScorer("active", values, lately > 0, to_strangers=True)


def _venues(dataset: Dataset, signals: Signals) -> sparse.csr_matrix:
    papers = dataset.papers
    known = np.flatnonzero(papers.venue_rows >= 0)
    recent = fade(dataset.ages_days(), _PROFILE_HALF_LIFE_DAYS)
    shape = (len(papers), len(papers.venues))
    held_at = incidence(known, papers.venue_rows[known], recent[known], shape)
    return rare_first((signals.authorship @ held_at).tocsr())
