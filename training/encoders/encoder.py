"""What turns texts into vectors.

In: texts. Out: one unit row for each, of like direction where texts are of like meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from recsys.errors import BadInput
from recsys.evaluation.task import Step
from recsys.models.text_profile import unit_length

_BATCH = 32


@dataclass(frozen=True)
class Encoder:
    """A sentence model that is ready to read.

    Attributes
    ----------
    name : str
        Folder and digest of the weights: what a bundle's manifest says of the encoder.
    run : callable
        A batch of texts -> (n_texts, n_dimensions) vectors.
    """

    name: str
    run: Callable[[list[str]], np.ndarray]

    def encode(self, texts: Sequence[str], on_block: Step) -> np.ndarray:
        """(n_texts, n_dimensions) float32 unit rows of one text or more.

        Raises
        ------
        BadInput
            The model cannot be run, or gives something other than numbers.
        """
        # Texts of like length stand together, so that little is padded.
        order = np.argsort([len(text) for text in texts], kind="stable")
        blocks = []
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            blocks.append(self.run([texts[row] for row in rows]))
            on_block(start + len(rows), len(order))
        vectors = np.concatenate(blocks)[np.argsort(order)].astype(np.float32)
        if not np.isfinite(vectors).all():
            raise BadInput(f"{self.name} gives vectors that are no numbers; the model is damaged")
        return unit_length(vectors)
