"""The words of a report: what was asked, of whom, and what the numbers are called.

In: nothing. Out: `TASKS` by task, and names by the keys of a `Report`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TaskWords:
    """How one task is told.

    Attributes
    ----------
    askers, targets, target : str
        Who asks, and what is ranked, in the plural; one of what is ranked.
    protocol : str
        What was asked and how it was judged.
    recall : str
        What recall@k divides.
    """

    askers: str
    targets: str
    target: str
    protocol: str
    recall: str


_UNSEEN = (
    "The model was trained without the test, and whatever chooses a parameter looked at a part "
    "of the training data only."
)
TASKS = {
    "papers": TaskWords(
        "users",
        "papers",
        "paper",
        "Each user with a paper in the test ranks all papers that compete, without those that "
        "they had dealt with in training and those they wrote. " + _UNSEEN,
        "the share of a user's test papers that stand among the first k",
    ),
    "collaborators": TaskWords(
        "authors",
        "people",
        "person",
        "Each author of a test pair, on either side of it, ranks all other authors but those "
        "they have written with. " + _UNSEEN,
        "how many of an author's later co-authors stand among the first k, of as many as could",
    ),
    "queries": TaskWords(
        "topics",
        "papers",
        "paper",
        "Each topic, typed in a few words, ranks all papers published before its date, as for "
        "somebody without an account. " + _UNSEEN,
        "the share of a topic's test papers that stand among the first k",
    ),
}
COUNTS = {
    "users": "users",
    "papers": "papers",
    "authors": "authors",
    "interactions": "things done with papers",
    "follows": "follows",
    "authorships": "authorships",
    "pairs": "pairs to be found in the test",
}
SEGMENTS = {
    "cold": "nothing is known of them",
    "warm": "fewer than ten signals",
    "hot": "ten signals or more",
    "asked": "they typed words",
    "reading": "they read and follow, and have written nothing",
}
