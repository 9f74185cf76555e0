"""Who is drawn stays drawn, whoever else comes and goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recsys.data.dataset import Dataset
from recsys.data.strings import Vocabulary
from tests.worlds import tiny_model
from training.holdout import Holdout, hold_out_reading, hold_out_writing
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


def held(holdout: Holdout | None) -> set[tuple[int, int]]:
    """Who is asked for which paper."""
    assert holdout is not None
    asked, papers = holdout.relevant.tocoo().coords
    return set(zip(holdout.asker_rows[asked].tolist(), papers.tolist(), strict=True))


def test_reading_of_papers_without_dates_is_held_out_alike_with_a_user_less(small_world: Dataset):
    unknown = np.full(len(small_world.papers), np.datetime64("NaT", "s"))
    undated = replace(small_world, papers=replace(small_world.papers, published=unknown))
    one = undated.interactions.user_rows[0]
    others = undated.interactions[undated.interactions.user_rows != one]
    before = {pair for pair in held(hold_out_reading(undated, 7)) if pair[0] != one}
    after = held(hold_out_reading(replace(undated, interactions=others), 7))
    assert len(before ^ after) < 0.1 * len(before)


def test_writing_is_held_out_alike_with_a_paper_less(small_world: Dataset):
    written, asked = small_world.authorships, held(hold_out_writing(small_world, 3))
    gone = min(paper for _, paper in asked)
    less = replace(small_world, authorships=written[written.paper_rows != gone])
    assert len(asked ^ held(hold_out_writing(less, 3))) < 0.1 * len(asked)
