"""What a report of an evaluation holds, as plain numbers and words.

In: nothing. Out: `Report` and its parts; the terminal, the JSON and the page show only these.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from recsys.evaluation.bootstrap import Estimate
from recsys.evaluation.reliability import Reliability
from recsys.storage.provenance import library_versions
from training.ablate import Ablated
from training.pipeline import Trainer

ANY_MODEL = "any of them"


@dataclass(frozen=True)
class Curve:
    """Recall at many lengths of list; `recall` by scorer, one estimate a length."""

    ks: tuple[int, ...]
    recall: dict[str, tuple[Estimate, ...]]


@dataclass(frozen=True)
class SplitPart:
    """One kind of target.

    Attributes
    ----------
    competing, wanted : int
        How many such targets there are, and how often one was to be found.
    found : dict of scorer to Estimate
        The share of what was to be found.
    shown : dict of scorer to float
        The share of all places in the lists; NaN where there are none.
    """

    label: str
    competing: int
    wanted: int
    found: dict[str, Estimate]
    shown: dict[str, float]


@dataclass(frozen=True)
class Split:
    """What was to be found, by one trait of it.

    Attributes
    ----------
    trait : str
        What tells the parts apart, in words: "age of the paper".
    k : int
        How much of each list was looked at.
    """

    trait: str
    k: int
    parts: tuple[SplitPart, ...]


@dataclass(frozen=True)
class Reach:
    """What all lists of one scorer show together; see `recsys.evaluation.exposure`.

    Attributes
    ----------
    most_shown : float
        Share of the lists in which the target stands that stands in most of them.
    novelty : float or None
        None where nobody knows any candidate, as are the shares.
    shares : tuple of float or None
        Of all places, by tenth of the candidates, the least popular first.
    """

    coverage: float
    gini: float
    most_shown: float
    novelty: float | None
    shares: tuple[float, ...] | None


@dataclass(frozen=True)
class Retrieval:
    """How much of what was to be found stands among the first k of each model's own list.

    Attributes
    ----------
    found : dict of model to (n_ks,) shares
        The last one, `ANY_MODEL`, is of what stands in the list of at least one of them: no blend
        of so many candidates each can find more.
    """

    ks: tuple[int, ...]
    found: dict[str, tuple[float, ...]]


@dataclass(frozen=True)
class Details:
    """What is behind the figures.

    Attributes
    ----------
    counts : dict of name to number of rows
        Of the dataset, and of the pairs that were to be found.
    candidates : int
        How many competed for each place.
    window : pair of datetime or None
        The earliest and the latest time in the data, UTC.
    left_out : tuple of str
        What the dataset lacks, in words.
    chief : str
        The metric that the figures show.
    compared : tuple of str
        The blend, the best single model and the baselines, best first: what figures compare.
    intervals : scorer -> metric -> Estimate
    segments : segment -> metric -> Estimate of the blend
    retrieval : Retrieval
        What each model finds by itself.
    reach : scorer -> Reach
    popularity : str
        What popularity is counted in: "readers".
    trust : Reliability or None
        How far chances can be trusted, on the test; None where no holdout taught them.
    holdout : dict of metric to value
        What training itself measured.
    stages : dict of stage to seconds
    """

    counts: dict[str, int]
    candidates: int
    window: tuple[datetime | None, datetime | None]
    left_out: tuple[str, ...]
    ks: tuple[int, ...]
    chief: str
    compared: tuple[str, ...]
    intervals: dict[str, dict[str, Estimate]]
    segments: dict[str, dict[str, Estimate]]
    curve: Curve
    splits: tuple[Split, ...]
    retrieval: Retrieval
    reach: dict[str, Reach]
    popularity: str
    trust: Reliability | None
    holdout: dict[str, float]
    stages: dict[str, float]


@dataclass(frozen=True)
class Report:
    """Figures of one evaluation.

    Attributes
    ----------
    users : int
        How many asked: users, authors or queries.
    results : scorer -> metric -> mean over all who asked
    segments : segment -> {"users": n, "results": as above}
    seconds : stage -> wall time
    ablation : tuple of Ablated
        Empty where it was not asked for.
    """

    dataset: str
    task: str
    users: int
    results: dict[str, dict[str, float]]
    segments: dict[str, dict[str, Any]]
    seconds: dict[str, float]
    ablation: tuple[Ablated, ...]
    details: Details

    def as_json(self) -> dict[str, Any]:
        """The shape that other programs read."""
        shown = asdict(self)
        del shown["details"]
        if not self.ablation:
            del shown["ablation"]
        return shown


@dataclass(frozen=True)
class Origin:
    """How a report was made: the command, when, with what."""

    command: str
    made_at: datetime
    seed: int
    threads: int
    settings: dict[str, Any]
    versions: dict[str, str]


def origin_of(trainer: Trainer, command: str, made_at: datetime) -> Origin:
    """How a report was made by this trainer."""
    settings = asdict(trainer.settings)
    return Origin(command, made_at, trainer.seed, trainer.threads, settings, library_versions())
