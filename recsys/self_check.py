"""Does a model answer at all? Asked before it is served, and of nothing but the model itself.

In: a recommender. Out: nothing, or `BundleCorrupt` with the question that it could not answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from recsys.answer import Answer
from recsys.errors import BundleCorrupt
from recsys.recommender import Recommender

_LENGTH = 3


def self_check(recommender: Recommender) -> None:
    """Ask one question of each kind, and look at the answers.

    Those who ask are a stranger, the user with the most readings and the author with the most
    papers. Where there is something to list, the stranger must be given something: to anybody
    else everything there is may be known.

    Raises
    ------
    BundleCorrupt
        An answer fails, is empty where it must not be, or has a score that is no chance.
    """
    for question, ask, must_list in _questions(recommender):
        try:
            answer = ask()
        except Exception as error:
            raise BundleCorrupt(f"the model cannot say {question}: {error!r}") from error
        if must_list and not answer.results:
            raise BundleCorrupt(f"the model has nothing to say {question}")
        for line in answer.results:
            if not (math.isfinite(line.score) and 0.0 <= line.score <= 1.0):
                raise BundleCorrupt(f"the model gives a score of {line.score} to say {question}")


def _questions(asked: Recommender) -> Iterator[tuple[str, Callable[[], Answer], bool]]:
    dataset, signals = asked.model.dataset, asked.model.signals
    papers, authors = len(dataset.papers), len(dataset.authors)
    yield (
        "what to read, to a stranger",
        lambda: asked.recommend_papers(asked.stranger(), k=_LENGTH),
        bool(papers and asked.model.paper_scorers),
    )
    if papers:
        paper = dataset.papers.ids[0]
        yield "what is like a paper", lambda: asked.similar_papers(paper, k=_LENGTH), False
    if len(dataset.users):
        user = dataset.users.ids[int(np.argmax(np.diff(signals.seen.indptr)))]
        yield (
            "what to read, to a user",
            lambda: asked.recommend_papers(asked.user(user), k=_LENGTH),
            False,
        )
    if authors:
        author = dataset.authors.ids[int(np.argmax(np.diff(signals.authorship.indptr)))]
        yield (
            "whom to write with, to an author",
            lambda: asked.suggest_collaborators(asked.author(author), k=_LENGTH),
            False,
        )
