"""Which line of which answer an event is about.

In: what the token of an answer says of one of its lines. Out: `Attribution`, which is stored with
the event as it stands here, so that whoever evaluates needs neither token nor key.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attribution:
    """One line of one answer.

    Attributes
    ----------
    answer_id : str
        The same for all lines of one page, and for no other page.
    method : str
        What was asked: "RecommendPapers", "ListSimilarPapers", ...
    model : str
        Version of the model that answered.
    arm : str
        The experiment's name and the side of it, "spring/treatment"; "" outside of experiments.
    strategy : str
        How the line came about; see `recsys.answer.Recommendation.strategy`.
    position : int
        Its rank, from 1, counted over all pages.
    """

    answer_id: str
    method: str
    model: str
    arm: str
    strategy: str
    position: int
