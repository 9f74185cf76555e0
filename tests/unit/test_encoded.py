"""Papers and words in the space of a sentence model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recsys.data.dataset import Dataset
from recsys.evaluation.task import unwatched
from tests.digests import digest
from tests.sentence_models import (
    AUTOMOBILES,
    CARS,
    PEPTIDES,
    PROTEINS,
    same_meanings,
    write_model,
)
from tests.small import dataset_of, quick_settings
from training.encoders.encoder import Encoder
from training.encoders.open import open_encoder
from training.fit.encoded import Encoded, fit_encoded
from training.fit.text import Texts, fit_texts
from training.pipeline import Trained, Trainer
from training.progress import Unwatched

VOCABULARIES = (CARS, AUTOMOBILES, PROTEINS, PEPTIDES)
PAPERS_EACH = 8


def papers() -> Dataset:
    """Titles of three words each; paper row % 4 says from which vocabulary. The last is empty."""
    rng = np.random.default_rng(2)
    titles = [
        " ".join(rng.choice(VOCABULARIES[row % 4].split(), 3, replace=False))
        for row in range(4 * PAPERS_EACH)
    ]
    rows = [{"paper_id": f"p{n}", "title": title} for n, title in enumerate([*titles, ""])]
    return dataset_of(papers=rows)


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    opened = open_encoder(write_model(tmp_path, same_meanings()), threads=1)
    assert opened is not None
    return opened


@pytest.fixture
def texts() -> Texts:
    return fit_texts(papers().papers, quick_settings().text, seed=1)


@pytest.fixture
def encoded(texts: Texts, encoder: Encoder) -> Encoded:
    return fit_encoded(papers().papers, texts.space, encoder, unwatched)


def test_encoded_papers_of_one_meaning_are_close_without_sharing_a_word(
    texts: Texts, encoded: Encoded
) -> None:
    vocabulary = np.arange(4 * PAPERS_EACH) % 4
    subject = vocabulary // 2
    synonyms = (subject[:, None] == subject) & (vocabulary[:, None] != vocabulary)
    strangers = subject[:, None] != subject
    by_meaning = (encoded.scorer.papers @ encoded.scorer.papers.T)[:-1, :-1]
    by_words = (texts.space.papers @ texts.space.papers.T).toarray()[:-1, :-1]
    assert not by_words[synonyms].any()
    assert by_meaning[synonyms].min() > 0.5
    assert by_meaning[strangers].max() < 0


def test_encoded_words_point_at_papers_that_say_it_in_other_words(
    texts: Texts, encoded: Encoded
) -> None:
    asked = texts.space.vectors(["automobile"]) @ encoded.scorer.terms
    likeness = (asked @ encoded.scorer.papers[:-1].T).ravel()
    on_cars = np.arange(4 * PAPERS_EACH) % 4 < 2
    assert likeness[on_cars].min() > likeness[~on_cars].max()


def test_encoded_map_of_words_is_measured_on_papers_it_has_not_seen(encoded: Encoded) -> None:
    assert encoded.cosine is not None
    assert 0.8 < encoded.cosine <= 1.0


def test_encoded_map_of_words_that_mean_nothing_is_found_out(texts: Texts) -> None:
    rng = np.random.default_rng(5)
    noise = Encoder("noise", lambda batch: rng.standard_normal((len(batch), 64)))
    found = fit_encoded(papers().papers, texts.space, noise, unwatched)
    assert found.cosine is not None
    assert abs(found.cosine) < 0.3


def test_encoded_paper_without_text_is_nowhere(encoded: Encoded) -> None:
    assert not encoded.scorer.papers[-1].any()
    np.testing.assert_allclose(np.linalg.norm(encoded.scorer.papers[:-1], axis=1), 1.0, atol=1e-5)


def test_encoded_too_few_papers_to_measure_have_no_figure(encoder: Encoder) -> None:
    few = dataset_of(papers=[{"paper_id": f"p{n}", "title": "car engine"} for n in range(3)])
    space = fit_texts(few.papers, quick_settings().text, seed=1).space
    found = fit_encoded(few.papers, space, encoder, unwatched)
    assert found.cosine is None
    assert np.isfinite(found.scorer.terms).all()


def train(encoder: Encoder | None, dataset: Dataset) -> Trained:
    trainer = Trainer(quick_settings(), 5, 1, Unwatched())
    return replace(trainer, encoder=encoder).train(dataset)


def test_training_encodes_once_and_blends_what_it_has(
    encoder: Encoder, small_world: Dataset
) -> None:
    read: list[str] = []

    def watched(batch: list[str]) -> np.ndarray:
        read.extend(batch)
        return np.array([[len(text), text.count("e"), text.count("a")] for text in batch], float)

    run = train(replace(encoder, run=watched), small_world)
    assert len(read) == len(small_world.papers)
    assert "encoder" in run.model.paper_blend.names
    assert "encoder.cosine" in run.metrics


def test_training_with_an_encoder_twice_is_the_same_to_the_bit(encoder: Encoder) -> None:
    first, again = (train(encoder, papers()) for _ in range(2))
    assert digest(first.model) == digest(again.model)


def test_training_without_texts_needs_no_encoder(encoder: Encoder) -> None:
    silent = dataset_of(papers=[{"paper_id": f"p{n}", "title": ""} for n in range(3)])
    assert "encoder" not in train(encoder, silent).model.paper_blend.names
