"""What to believe of each scorer before any holdout has spoken.

In: nothing. Out: weights by scorer name; a holdout moves them where it has enough to say.
"""

from __future__ import annotations

from recsys.models.blend import SEGMENTS, Segment

PAPERS = {
    "als": 1.0,
    "text": 0.7,
    "topics": 0.2,
    "encoder": 0.5,
    "als_coarse": 0.6,
    "knn": 0.5,
    "bridge": 0.5,
    "linear": 0.3,
    "coauthors": 1.0,
    "team": 0.7,
    "habit": 0.3,
    "from_team": 0.3,
    "two_steps": 0.3,
    "from_team_far": 0.3,
    "followed": 1.0,
    "followed_new": 1.0,
    "followed_circle": 0.3,
    "followed_reading": 0.3,
    "category": 0.2,
    "new": 0.1,
    "popular": 1.5,
    "lightfm": 0.2,
}
AUTHORS = {
    "walk": 0.5,
    "walk_lately": 0.7,
    "adamic_adar": 0.3,
    "similar_work": 0.5,
    "similar_words": 0.2,
    "followed": 1.0,
    "follows_back": 0.1,
    "followed_together": 0.1,
    "reads": 0.15,
    "active": 0.1,
    "venue": 0.1,
    "affiliation": 0.2,
}
# For those who have written nothing, of whom no holdout speaks: walks begin at whom they follow.
READING = AUTHORS | {"walk": 1.0, "walk_lately": 0.0}
# A topic in words: what the words say first, then what the field thinks of.
ASKED = {
    "words": 5.0,
    "nearby": 2.0,
    "experts": 1.5,
    "mentioned": 4.0,
    "authors_mentioned": 2.5,
    "venue_standing": 2.0,
    "popular": 0.5,
    "encoder": 1.0,
    # Silent for one who only types: who also reads or writes keeps something of it.
    "als": 1.0,
    "knn": 0.5,
    "bridge": 0.5,
    "coauthors": 0.5,
    "followed": 0.5,
}


def by_segment(prior: dict[str, float]) -> dict[Segment, dict[str, float]]:
    """The prior for each segment of readers."""
    special: dict[Segment, dict[str, float]] = {"asked": ASKED, "reading": READING}
    return {segment: special.get(segment, prior) for segment in SEGMENTS}
