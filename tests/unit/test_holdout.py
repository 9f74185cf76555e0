"""What is set aside to learn the weights: nothing of it may be left in what the fits see."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from recsys.data.build import build_dataset
from recsys.data.dataset import Dataset, Interactions
from recsys.data.schema import INTERACTION_KINDS
from recsys.features.signals import SignalSettings, build_signals
from tests.small import dataset_of, people
from training.holdout import (
    Holdout,
    hold_out_first_collaborations,
    hold_out_reading,
    hold_out_writing,
)
from training.world.make import make_world

SEEDS = range(4)
DISMISS = INTERACTION_KINDS.index("dismiss")
YEAR = np.timedelta64(365, "D")


@pytest.fixture(scope="module", params=["with times", "without times"])
def world(request: pytest.FixtureRequest, small_world: Dataset) -> Dataset:
    if request.param == "with times":
        return small_world
    tables = make_world(3, papers=300, authors=120, users=80)
    tables.interactions["occurred_at"] = pd.NaT
    return build_dataset(tables)


def pairs(holdout: Holdout) -> set[tuple[int, int]]:
    asked, targets = holdout.relevant.tocoo().coords
    return set(zip(holdout.asker_rows[asked].tolist(), targets.tolist(), strict=True))


def readings(done: Interactions) -> set[tuple[int, int]]:
    """(user, paper) of everything that was done with papers that were not dismissed."""
    cells = list(zip(done.user_rows.tolist(), done.paper_rows.tolist(), strict=True))
    dismissed = {cell for cell, kind in zip(cells, done.kinds, strict=True) if kind == DISMISS}
    return set(cells) - dismissed


def teams(dataset: Dataset, papers: np.ndarray) -> dict[int, set[int]]:
    written = dataset.authorships
    found: dict[int, set[int]] = {}
    for paper, author in zip(written.paper_rows, written.author_rows, strict=True):
        if papers[paper]:
            found.setdefault(int(paper), set()).add(int(author))
    return found


def last_year(dataset: Dataset) -> np.ndarray:
    published = dataset.papers.published
    return published > published[~np.isnat(published)].max() - YEAR


@pytest.mark.parametrize("seed", SEEDS)
def test_reading_held_out_is_not_in_what_is_left(world, seed):
    holdout = hold_out_reading(world, seed)
    held = pairs(holdout)
    assert held
    left = holdout.dataset.interactions
    still_there = set(zip(left.user_rows.tolist(), left.paper_rows.tolist(), strict=True))
    assert not held & still_there


@pytest.mark.parametrize("seed", SEEDS)
def test_reading_held_out_and_left_are_together_all_there_was(world, seed):
    holdout = hold_out_reading(world, seed)
    assert pairs(holdout) | readings(holdout.dataset.interactions) == readings(world.interactions)


@pytest.mark.parametrize("seed", SEEDS)
def test_reading_nobody_is_left_without_any(world, seed):
    holdout = hold_out_reading(world, seed)
    before = {user for user, _ in readings(world.interactions)}
    assert {user for user, _ in readings(holdout.dataset.interactions)} == before


@pytest.mark.parametrize("seed", SEEDS)
def test_reading_every_question_can_be_answered(world, seed):
    """No reader may be asked for a paper that the ranking leaves out."""
    holdout = hold_out_reading(world, seed)
    task = holdout.paper_task(build_signals(holdout.dataset, SignalSettings()), n_terms=0)
    assert not task.relevant.multiply(task.out).nnz
    assert (task.n_relevant() > 0).all()
    assert np.array_equal(task.rows, np.arange(len(world.papers)))


@pytest.mark.parametrize("seed", SEEDS)
def test_reading_some_papers_are_new_to_everybody(world, seed):
    holdout = hold_out_reading(world, seed)
    read = np.unique([paper for _, paper in readings(world.interactions)])
    left = np.unique([paper for _, paper in readings(holdout.dataset.interactions)])
    unread = np.setdiff1d(read, left)
    asked = np.unique(holdout.relevant.indices)
    assert len(unread) >= 0.05 * len(read)
    assert set(unread.tolist()) <= set(asked.tolist())


def test_reading_share_that_is_held_out_is_a_part_and_not_the_most(world):
    holdout = hold_out_reading(world, seed=1)
    assert 0.1 < len(pairs(holdout)) / len(readings(world.interactions)) < 0.5


def test_reading_same_seed_is_the_same_holdout(world):
    first, second = hold_out_reading(world, 7), hold_out_reading(world, 7)
    assert pairs(first) == pairs(second)


def test_reading_of_the_newest_tenth_of_the_papers_is_held_out(world):
    holdout = hold_out_reading(world, 7)
    published = world.papers.published
    read = {paper for _, paper in readings(world.interactions)}
    newest = sorted(read, key=lambda paper: published[paper])[-len(read) // 10 :]
    held = {paper for _, paper in pairs(holdout)}
    assert len(held & set(newest)) > 0.9 * len(newest), "but for those who have nothing else"


def test_reading_of_papers_without_dates_is_held_out_by_chance(world):
    unknown = np.full(len(world.papers), np.datetime64("NaT", "s"))
    undated = replace(world, papers=replace(world.papers, published=unknown))
    assert pairs(hold_out_reading(undated, 7)) == pairs(hold_out_reading(undated, 7))
    assert pairs(hold_out_reading(undated, 7)) != pairs(hold_out_reading(undated, 8))


def test_reading_opened_early_and_saved_late_is_held_out_as_a_whole():
    papers = [{"paper_id": f"p{n}", "title": "t"} for n in range(12)]
    deeds = [("u", f"p{n}", "open", f"2023-01-{n + 1:02}") for n in range(12)]
    deeds += [("u", f"p{n}", "save", f"2023-06-{n + 1:02}") for n in range(3)]
    world = dataset_of(papers=papers, interactions=deeds)
    for seed in SEEDS:
        holdout = hold_out_reading(world, seed)
        if holdout is not None:
            assert not pairs(holdout) & readings(holdout.dataset.interactions)


def test_reading_liked_and_dismissed_is_never_asked_for():
    papers = [{"paper_id": f"p{n}", "title": "t"} for n in range(10)]
    deeds = [("u", f"p{n}", "save", f"2023-01-{n + 1:02}") for n in range(10)]
    deeds += [("u", f"p{n}", "dismiss", "2022-02-01") for n in (7, 9)]
    world = dataset_of(papers=papers, interactions=deeds)
    for seed in SEEDS:
        holdout = hold_out_reading(world, seed)
        assert pairs(holdout)
        assert not {7, 9} & set(holdout.relevant.indices.tolist())


def test_reading_only_a_dismissal_left_counts_as_none():
    papers = [{"paper_id": f"p{n}", "title": "t"} for n in range(10)]
    deeds = [("old", f"p{n}", "save", f"2022-01-{n + 1:02}") for n in range(9)]
    deeds += [("late", "p9", "save", "2023-01-01"), ("late", "p1", "dismiss", "2023-01-01")]
    world = dataset_of(papers=papers, interactions=deeds)
    holdout = hold_out_reading(world, 1)
    late = world.users.ids.row("late")
    assert late in {user for user, _ in readings(holdout.dataset.interactions)}


def test_reading_of_nobody_is_no_holdout():
    papers = [{"paper_id": "p", "title": "t"}]
    assert hold_out_reading(dataset_of(papers=papers), 1) is None
    only_dismissed = dataset_of(papers=papers, interactions=[("u", "p", "dismiss")])
    assert hold_out_reading(only_dismissed, 1) is None


def test_reading_of_one_paper_each_is_kept():
    papers = [{"paper_id": f"p{n}", "title": "t"} for n in range(20)]
    world = dataset_of(papers=papers, interactions=[(f"u{n}", f"p{n}", "save") for n in range(20)])
    assert hold_out_reading(world, 1) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_writing_exactly_one_author_is_taken_off_a_paper(small_world, seed):
    holdout = hold_out_writing(small_world, seed)
    everything = np.ones(len(small_world.papers), dtype=bool)
    before, after = teams(small_world, everything), teams(holdout.dataset, everything)
    taken = {
        (author, paper)
        for paper, team in before.items()
        for author in team - after.get(paper, set())
    }
    assert taken == pairs(holdout)
    touched = [paper for _, paper in taken]
    assert len(touched) == len(set(touched)) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_writing_only_papers_of_the_last_year_are_asked_for_and_compete(small_world, seed):
    holdout = hold_out_writing(small_world, seed)
    recent = np.flatnonzero(last_year(small_world))
    assert np.array_equal(holdout.rows, recent)
    assert set(holdout.relevant.indices.tolist()) <= set(recent.tolist())


def test_writing_askers_have_written_before(small_world):
    holdout = hold_out_writing(small_world, 1)
    earlier = teams(small_world, ~last_year(small_world))
    for asker in holdout.asker_rows:
        assert sum(1 for team in earlier.values() if asker in team) >= 3


def test_writing_every_question_can_be_answered_but_for_what_was_read(small_world):
    holdout = hold_out_writing(small_world, 1)
    task = holdout.paper_task(build_signals(holdout.dataset, SignalSettings()), n_terms=0)
    assert holdout.by_author
    lost = task.relevant.multiply(task.out)
    assert lost.nnz == lost.multiply(task.readers.seen).nnz, "only what they read themselves"
    assert (task.readers.author_rows == holdout.asker_rows).all()


def test_writing_where_enough_was_written_the_year_before_the_newest_is_asked_for():
    names = [f"a{n}" for n in range(600)]
    years = {"old": 2018, "older": 2017, "oldest": 2016, "before": 2020, "newest": 2021}
    teams_of_two = [(n, names[2 * n : 2 * n + 2]) for n in range(300)]
    world = dataset_of(
        papers=[
            {"paper_id": f"{when}{n}", "title": "t", "published_at": f"{year}-06-01"}
            for when, year in years.items()
            for n, _ in teams_of_two
        ],
        authors=people(*names),
        authorships={f"{when}{n}": team for when in years for n, team in teams_of_two},
    )
    holdout = hold_out_writing(world, 1)
    asked_for = {world.papers.ids[row] for row in holdout.relevant.indices}
    assert asked_for == {f"before{n}" for n, _ in teams_of_two}
    later = holdout.dataset.authorships.paper_rows
    assert not any(world.papers.ids[row].startswith("newest") for row in later)


def test_writing_without_dates_is_no_holdout():
    undated = dataset_of(
        papers=[{"paper_id": "p", "title": "t"}], authors=people("a"), authorships={"p": "a"}
    )
    assert hold_out_writing(undated, 1) is None


def test_first_collaborations_have_no_earlier_joint_paper(small_world):
    holdout = hold_out_first_collaborations(small_world)
    earlier = teams(small_world, ~last_year(small_world))
    together = {pair for team in earlier.values() for pair in combinations(sorted(team), 2)}
    assert len(pairs(holdout)) > 0
    for one, other in pairs(holdout):
        assert (min(one, other), max(one, other)) not in together
        assert one != other


def test_first_collaborations_are_all_those_between_known_authors(small_world):
    holdout = hold_out_first_collaborations(small_world)
    recent = last_year(small_world)
    earlier, later = teams(small_world, ~recent), teams(small_world, recent)
    known = set().union(*earlier.values())
    before = {pair for team in earlier.values() for pair in combinations(sorted(team), 2)}
    first = {pair for team in later.values() for pair in combinations(sorted(team & known), 2)}
    expected = first - before
    assert pairs(holdout) == expected | {(other, one) for one, other in expected}


def test_first_collaborations_nothing_of_the_last_year_is_left(small_world):
    holdout = hold_out_first_collaborations(small_world)
    assert not last_year(small_world)[holdout.dataset.authorships.paper_rows].any()
    assert len(holdout.dataset.authorships) > 0
    published = small_world.papers.published
    assert holdout.dataset.data_time == published[~np.isnat(published)].max() - YEAR


def test_first_collaborations_every_question_can_be_answered(small_world):
    holdout = hold_out_first_collaborations(small_world)
    task = holdout.author_task(build_signals(holdout.dataset, SignalSettings()), n_terms=0)
    assert not task.relevant.multiply(task.out).nnz
    assert set(task.relevant.indices.tolist()) <= set(task.rows.tolist())


def test_first_collaborations_without_dates_are_no_holdout():
    undated = dataset_of(
        papers=[{"paper_id": "p", "title": "t"}], authors=people("a", "b"), authorships={"p": "ab"}
    )
    assert hold_out_first_collaborations(undated) is None


def test_first_collaborations_in_one_huge_team_say_nothing():
    names = [f"a{n}" for n in range(50)]
    papers = [{"paper_id": f"p{n}", "title": "t", "published_at": "2020-01-01"} for n in range(50)]
    papers.append({"paper_id": "huge", "title": "t", "published_at": "2023-01-01"})
    world = dataset_of(
        papers=papers,
        authors=people(*names),
        authorships={f"p{n}": [names[n]] for n in range(50)} | {"huge": names},
    )
    holdout = hold_out_first_collaborations(world)
    assert holdout is None or not holdout.relevant.nnz
