"""Who is drawn stays drawn, whoever else comes and goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recsys.data.strings import Vocabulary
from tests.worlds import tiny_model
from training.lots import ReaderLots, cast_lots, lowest

IDS = [f"u{n}" for n in range(1000)]


def drawn(ids: list[str], most: int, seed: int = 1) -> set[str]:
    return {ids[place] for place in lowest(cast_lots(Vocabulary.of(ids), seed), most)}


def test_drawn_with_one_more_are_the_same_but_for_that_one():
    before, after = drawn(IDS, 100), drawn(["new", *IDS[::-1]], 100)
    assert len(before) == len(after) == 100
    assert len(before - after) <= 1
    assert after - before <= {"new"}


def test_drawn_without_half_of_all_are_those_of_the_other_half_first():
    left = IDS[::2]
    assert drawn(IDS, 100) & {*left} <= drawn(left, 100)


def test_drawn_with_another_seed_are_others():
    assert 100 < len(drawn(IDS, 400, seed=1) & drawn(IDS, 400, seed=2)) < 220  # 160 by chance


def test_drawn_pairs_are_spread_over_people_and_papers():
    users, papers = (cast_lots(Vocabulary.of(IDS[:100]), seed) for seed in (1, 2))
    kept = lowest((users[:, None] ^ papers).ravel(), 5000)
    for of_one in (kept // 100, kept % 100):
        assert 20 < np.bincount(of_one).min() <= np.bincount(of_one).max() < 80


def test_reader_lots_draw_users_profiles_and_strangers_once_each():
    model = tiny_model()
    source, lots = model.readers(), ReaderLots.of(model.dataset, 3)
    users = source.users(np.arange(len(model.dataset.users)))
    assert lots.draw(users, len(users)).tolist() == [*range(len(users))]
    own = lots.draw(users, 1)[0]
    assert lots.users[own] == lots.users.min()
    backwards = users[np.arange(len(users))[::-1]]
    assert backwards.user_rows[lots.draw(backwards, 1)[0]] == own
    nobody = np.full(len(users), -1, dtype=np.int32)
    unclaimed = replace(users, user_rows=nobody, author_rows=np.arange(len(users), dtype=np.int32))
    assert lots.draw(unclaimed, 1)[0] == lots.authors[: len(users)].argmin()
    assert lots.draw(source.strangers(5), 2).tolist() == [0, 1]
