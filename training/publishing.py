"""A trained model -> a bundle in the models folder, with all there is to tell of its training.

In: a training run and what it learned from. Out: the version, current at once.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from recsys.storage.bundle import publish
from training.material import Material
from training.pipeline import Trained, Trainer, signal_counts


def publish_trained(
    models_dir: Path, trained: Trained, trainer: Trainer, material: Material, *, now: datetime
) -> str:
    """Publish a model and make it the current one; returns its version."""
    return publish(
        models_dir,
        trained.model,
        created_at=now,
        settings={
            **asdict(trainer.settings),
            "threads": trainer.threads,
            "encoder": trainer.encoder and trainer.encoder.name,
        },
        seed=trainer.seed,
        metrics=trained.metrics,
        signals=signal_counts(trained.model),
        left_out=trained.left_out,
        ambiguous=trained.ambiguous_ids(),
        state_seq=material.state_seq,
    )
