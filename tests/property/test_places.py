"""Places of a list: whatever the candidates, each stands once and longer lists begin alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recsys.ranking.interests import Interests
from recsys.ranking.places import Candidates, fill_places

share = st.floats(0, 1)
NO_INTERESTS = Interests(np.zeros((0, 3), dtype=np.float32), np.zeros(0))


@st.composite
def candidates(draw: st.DrawFn) -> Candidates:
    """Up to 30 candidates, some of which crowd one another and some of which may be explored."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(0, 30))
    vectors = rng.normal(size=(n, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    crowds = rng.random((n, n)) < draw(share)
    return Candidates(
        worth=np.sort(rng.random(n))[::-1],
        likeness=vectors @ vectors.T,
        crowds=crowds | crowds.T,
        chance=np.where(rng.random(n) < 0.5, rng.random(n), -np.inf),
        interests=Interests(np.eye(3, dtype=np.float32)[:2], np.array([0.7, 0.3])),
        interest=rng.integers(-1, 2, size=n),
    )


@given(found=candidates(), diversity=share, interests=share, exploration=share)
def test_places_hold_every_candidate_once(found, diversity, interests, exploration):
    wishes = {"diversity": diversity, "interests": interests, "exploration": exploration}
    order, explored = fill_places(found, len(found), **wishes)
    assert sorted(order) == list(range(len(found)))
    assert np.isfinite(found.chance[order[explored]]).all()


@given(found=candidates(), diversity=share, exploration=share, n=st.integers(0, 40))
def test_places_of_a_longer_list_begin_with_the_shorter_one(found, diversity, exploration, n):
    wishes = {"diversity": diversity, "exploration": exploration}
    order, explored = fill_places(found, n, **wishes)
    longer, marked = fill_places(found, n + 7, **wishes)
    assert order.tolist() == longer[:n].tolist()
    assert explored.tolist() == marked[:n].tolist()


@given(found=candidates())
def test_places_without_wishes_and_crowds_are_the_ranking(found):
    alone = replace(found, crowds=np.zeros_like(found.crowds))
    order, explored = fill_places(alone, len(alone))
    assert order.tolist() == list(range(len(alone)))
    assert not explored.any()


@given(found=candidates(), diversity=share)
def test_places_are_those_of_the_definition(found, diversity):
    """Carbonell and Goldstein's rule, word by word."""
    alone = replace(found, crowds=np.zeros_like(found.crowds))
    chosen: list[int] = []
    while len(chosen) < len(alone):
        left = [one for one in range(len(alone)) if one not in chosen]
        chosen.append(
            max(
                left,
                key=lambda one: (
                    (1 - diversity) * alone.worth[one]
                    - diversity * max([0.0, *(alone.likeness[one, other] for other in chosen)]),
                    -one,
                ),
            )
        )
    order, _ = fill_places(alone, len(alone), diversity=diversity)
    assert order.tolist() == chosen


def test_places_fourth_of_a_crowd_waits_for_what_is_half_as_good():
    crowd = np.zeros((6, 6), dtype=bool)
    crowd[:5, :5] = True
    found = Candidates(
        worth=np.array([1.0, 0.9, 0.9, 0.8, 0.7, 0.6]),
        likeness=np.eye(6),
        crowds=crowd,
        chance=np.full(6, -np.inf),
        interests=NO_INTERESTS,
        interest=np.full(6, -1),
    )
    assert fill_places(found, 6)[0].tolist() == [0, 1, 2, 5, 3, 4]
    worse = replace(found, worth=np.array([1.0, 0.9, 0.9, 0.8, 0.7, 0.1]))
    assert fill_places(worse, 6)[0].tolist() == [0, 1, 2, 3, 4, 5]
