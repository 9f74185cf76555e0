"""Scores that are the same for everyone: what is new, and what is read.

In: ages and reader counts. Out: `PriorScorer`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from scipy import sparse

from recsys.data.append import appended
from recsys.features.signals import fade
from recsys.models.added import Added
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, speaking

A_YEAR = 365.0  # in days; what is younger may be called new


@dataclass(frozen=True)
class Basis:
    """What a paper's value comes from, so that one which training did not see has one too.

    Attributes
    ----------
    kind : str
        "age": 1 for today's, half for one of a year. "best author": log(1 + worth) of the best
        of its authors. "venue": the worth of the venue. "history": what readers, later papers
        or a person's own works say, which is nothing of a new one.
    worth : (n,) float32
        Of each author; or of each venue and, behind them, of a paper without a known one.
    least_told : float
        From this value on it is one to speak of.
    """

    kind: Literal["age", "best author", "venue", "history"] = "history"
    worth: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    least_told: float = np.inf

    def values(
        self, ages_days: np.ndarray, writers: sparse.csr_matrix, venue_rows: np.ndarray
    ) -> np.ndarray:
        """(n_papers,) float32 of papers by age, authors (n_papers, n_authors) and venue."""
        if self.kind == "age":
            return np.where(np.isnan(ages_days), 0.0, fade(ages_days, A_YEAR)).astype(np.float32)
        if self.kind == "best author":
            best = writers.multiply(self.worth).max(axis=1).toarray().ravel()
            return np.log1p(best).astype(np.float32)
        if self.kind == "venue":
            last = len(self.worth) - 1
            known = (venue_rows >= 0) & (venue_rows < last)
            return self.worth[np.where(known, venue_rows, last)]
        return np.zeros(len(ages_days), dtype=np.float32)


@dataclass(frozen=True)
class PriorScorer:
    """One value a candidate, whoever asks.

    Attributes
    ----------
    values : (n_candidates,) float32
        Not negative.
    told : (n_candidates,) bool
        Where the value is one to speak of: a paper is not called new for being a little less old.
    basis : Basis
        What the value of a new paper comes from.
    to_strangers : bool
        Whether only those hear it of whom nothing is known.
    """

    name: str
    values: np.ndarray
    told: np.ndarray
    basis: Basis = field(default_factory=Basis)
    to_strangers: bool = False

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return (self._heard(readers) * self.values[rows]).astype(np.float32)

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        amounts = np.where(self.told[rows], self.score(reader, rows)[0], 0.0)
        return speaking(self.name, "", np.array([-1]), amounts[:, None])

    def _heard(self, readers: Readers) -> np.ndarray:
        """(n, 1) bool: who hears it."""
        return (readers.n_signals() == 0)[:, None] | (not self.to_strangers)

    def grown(self, added: Added) -> PriorScorer:
        """New papers by their age, authors and venue; of new people nothing is known."""
        if added.targets == "authors":
            told = added.people(self.told)
            return replace(self, values=added.people(self.values), told=told)
        basis = self.basis
        if basis.kind == "best author":
            basis = replace(basis, worth=added.people(basis.worth))
        fresh = basis.values(added.ages_days, added.writers, added.venue_rows)
        if basis.kind != "history":
            values, told = appended(self.values, fresh), fresh >= basis.least_told
            return replace(self, values=values, told=appended(self.told, told), basis=basis)
        told = added.placed(self.told, np.zeros(len(fresh), dtype=bool))
        return replace(self, values=added.placed(self.values, fresh), told=told)
