"""The generated world: the same for a seed, clean, readable, and true to what was planted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.data.schema import INTERACTION_KINDS
from recsys.storage.dataset_folder import read_tables, write_tables
from training.world.draw import Grouped
from training.world.make import STAGES, make_world, plant_world
from training.world.plan import END, N_TOPICS, TOPICS, Sizes, World
from training.world.topic import Topic

SMALL = Sizes(papers=600, authors=300, users=200)


@pytest.fixture(scope="module")
def world() -> World:
    return plant_world(7, SMALL)


def rows(ids: pd.Series) -> np.ndarray:
    """Ids of the world carry their row: p000001 is row 0."""
    return ids.str[1:].astype(int).to_numpy() - 1


def dataset_bytes(folder: Path, seed: int) -> dict[str, bytes]:
    write_tables(folder, plant_world(seed, SMALL).tables)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_world_same_seed_writes_same_bytes(tmp_path: Path) -> None:
    first = dataset_bytes(tmp_path / "first", seed=3)
    assert len(first) == 6
    assert dataset_bytes(tmp_path / "second", seed=3) == first


def test_world_other_seed_differs_in_every_table(tmp_path: Path) -> None:
    first, second = dataset_bytes(tmp_path / "a", seed=3), dataset_bytes(tmp_path / "b", seed=4)
    assert [name for name in first if first[name] == second[name]] == []


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_world_read_back_has_no_rejects_and_keeps_every_row(tmp_path: Path, seed: int) -> None:
    tables = make_world(seed, papers=600, authors=300, users=200)
    write_tables(tmp_path / "world", tables)
    read, rejected = read_tables(tmp_path / "world", max_reject_share=0.0, now=END)
    assert len(rejected) == 0
    for name, frame in tables.frames().items():
        pd.testing.assert_frame_equal(read.frames()[name], frame)


@pytest.mark.parametrize(
    "sizes", [Sizes(1, 1, 1), Sizes(1, 40, 40), Sizes(40, 1, 40), Sizes(40, 40, 1)]
)
def test_world_tiny_sizes_are_ordinary(tmp_path: Path, sizes: Sizes) -> None:
    tables = plant_world(0, sizes).tables
    write_tables(tmp_path / "world", tables)
    _, rejected = read_tables(tmp_path / "world", max_reject_share=0.0)
    assert len(rejected) == 0
    assert (len(tables.papers), len(tables.authors), len(tables.users)) == (
        sizes.papers,
        sizes.authors,
        sizes.users,
    )


def test_sizes_without_papers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        Sizes(papers=0)


def test_make_world_scale_multiplies_sizes() -> None:
    tables = make_world(0, papers=100, authors=50, users=30, scale=2.5)
    assert [len(tables.papers), len(tables.authors), len(tables.users)] == [250, 125, 75]


def test_world_tells_its_stages_in_order() -> None:
    told: list[str] = []
    plant_world(0, Sizes(20, 20, 20), on_stage=told.append)
    assert tuple(told) == STAGES


def test_titles_of_a_large_world_are_distinct_and_readable() -> None:
    titles = make_world(0, papers=20_000, authors=2000, users=1).papers["title"]
    assert titles.is_unique
    unreadable = titles[~titles.str.fullmatch(r"[A-Z][\w ,:\-]{10,160}\??")]
    assert unreadable.tolist() == []
    numbered = titles.str.contains(", part ")
    assert numbered.mean() < 0.01


def test_abstracts_have_whole_sentences_and_some_are_missing(world: World) -> None:
    abstracts = world.tables.papers["abstract"]
    assert 0.05 < (abstracts == "").mean() < 0.25
    for abstract in abstracts[abstracts != ""]:
        sentences = re.split(r"(?<=\.) ", abstract)
        assert 2 <= len(sentences) <= 3
        assert all(s[0].isupper() and s.endswith(".") and "{" not in s for s in sentences)


def test_titles_speak_of_the_planted_topic(world: World) -> None:
    for title, topic, theme in zip(
        world.tables.papers["title"],
        world.truth.paper_topics,
        world.truth.paper_themes,
        strict=True,
    ):
        assert any(task in title.lower() for task in lower_tasks(TOPICS[topic], theme)), title


def lower_tasks(topic: Topic, theme: int) -> list[str]:
    return [task.lower() for task in topic.themes[theme].tasks]


def test_papers_carry_the_first_category_of_their_topic(world: World) -> None:
    first = [categories[0] for categories in world.tables.papers["categories"]]
    assert first == [TOPICS[topic].categories[0] for topic in world.truth.paper_topics]


def test_times_lie_within_the_eight_years_before_the_end() -> None:
    end = datetime(2020, 5, 17, tzinfo=UTC)
    tables = make_world(1, papers=600, authors=300, users=200, end=end)
    for times in (
        tables.papers["published_at"],
        tables.follows["followed_at"],
        tables.interactions["occurred_at"],
    ):
        assert times.between(pd.Timestamp("2012-05-16", tz="UTC"), pd.Timestamp(end)).all()


def test_nobody_reads_a_paper_before_it_appears(world: World) -> None:
    interactions, papers = world.tables.interactions, world.tables.papers
    published = papers["published_at"].iloc[rows(interactions["paper_id"])].reset_index(drop=True)
    assert (interactions["occurred_at"] >= published).all()


def test_authors_of_a_paper_are_distinct_and_stand_in_order(world: World) -> None:
    authorships = world.tables.authorships
    assert not authorships.duplicated(["paper_id", "author_id"]).any()
    for _, positions in authorships.groupby("paper_id")["position"]:
        assert positions.tolist() == list(range(len(positions)))
    assert set(authorships["paper_id"]) == set(world.tables.papers["paper_id"])


def test_numbers_of_papers_readers_and_authors_are_heavy_tailed() -> None:
    tables = make_world(5)
    for table, by in (("authorships", "author_id"), ("interactions", "paper_id")):
        counts = getattr(tables, table).groupby(by).size()
        assert counts.max() > 10 * counts.median()
    assert tables.authorships.groupby("paper_id").size().max() >= 15


def test_papers_stay_on_the_topic_of_their_first_author(world: World) -> None:
    first = world.tables.authorships.query("position == 0")
    authors = world.truth.author_topics[rows(first["author_id"])]
    papers = world.truth.paper_topics[rows(first["paper_id"])]
    assert (authors == papers).mean() > 0.85


def test_coauthors_mostly_share_a_lab_and_write_again(world: World) -> None:
    pairs = coauthor_pairs(world)
    labs = world.truth.author_labs
    same_lab = np.mean([labs[a] == labs[b] for a, b in pairs])
    assert same_lab > 0.4
    assert len(set(pairs)) < 0.8 * len(pairs)


def coauthor_pairs(world: World) -> list[tuple[int, int]]:
    """Pairs of authors, once for each paper they share; consortia are left out."""
    authors = pd.Series(rows(world.tables.authorships["author_id"]))
    teams = authors.groupby(world.tables.authorships["paper_id"]).apply(sorted)
    return [
        (a, b)
        for team in teams
        if len(team) < 15
        for place, a in enumerate(team)
        for b in team[place + 1 :]
    ]


def test_new_coauthorships_close_triangles(world: World) -> None:
    """A pair that writes together for the first time mostly has a common co-author already."""
    authors = pd.Series(rows(world.tables.authorships["author_id"]))
    known: dict[int, set[int]] = {}
    closed = opened = 0
    for team in authors.groupby(world.tables.authorships["paper_id"]).apply(list):
        for place, a in enumerate(team):
            for b in team[place + 1 :]:
                if b not in known.setdefault(a, set()) and known.get(b):
                    common = known[a] & known[b]
                    closed, opened = closed + bool(common), opened + (not common)
        for author in team:
            known.setdefault(author, set()).update(set(team) - {author})
    assert closed > opened


def test_saves_lie_in_the_planted_interests(world: World) -> None:
    interactions = world.tables.interactions
    shares = world.truth.user_interests[
        rows(interactions["user_id"]), world.truth.paper_topics[rows(interactions["paper_id"])]
    ]
    in_interest = pd.Series(shares > 0).groupby(interactions["kind"]).mean()
    assert in_interest["save"] > 0.85
    assert in_interest["dismiss"] < in_interest["save"] - 0.15


def test_follows_lie_in_the_planted_interests(world: World) -> None:
    follows = world.tables.follows
    shares = world.truth.user_interests[
        rows(follows["user_id"]), world.truth.author_topics[rows(follows["author_id"])]
    ]
    assert (shares > 0).mean() > 0.85


def test_claimed_profiles_like_their_own_topic_but_never_list_own_papers(world: World) -> None:
    claimed = world.tables.users.query("author_id != ''")
    assert claimed["author_id"].is_unique
    topics = world.truth.author_topics[rows(claimed["author_id"])]
    assert (world.truth.user_interests[rows(claimed["user_id"]), topics] > 0.3).all()
    own = claimed.merge(world.tables.authorships, on="author_id")
    assert len(own) > 0
    assert len(own.merge(world.tables.interactions, on=["user_id", "paper_id"])) == 0
    assert len(claimed.merge(world.tables.follows, on=["user_id", "author_id"])) == 0


def test_only_claimed_profiles_say_whether_they_collaborate(world: World) -> None:
    authors = world.tables.authors
    claimed = authors["author_id"].isin(world.tables.users["author_id"])
    assert (authors["open_to_collaborate"].notna() == claimed).all()
    assert ((authors["verification_level"] > 0) == claimed).all()


def test_users_come_in_every_planned_habit(world: World) -> None:
    users = world.tables.users["user_id"]
    n_follows = world.tables.follows.groupby("user_id").size().reindex(users, fill_value=0)
    n_read = world.tables.interactions.groupby("user_id").size().reindex(users, fill_value=0)
    assert ((n_follows == 0) & (n_read == 0)).sum() >= 2
    assert ((n_follows == 1) & (n_read == 0)).sum() >= 5
    assert ((n_follows > 1) & (n_read == 0)).sum() >= 2
    assert ((n_follows == 0) & (n_read > 0)).sum() >= 20


def test_every_kind_occurs_and_saves_alone_name_a_list(world: World) -> None:
    interactions = world.tables.interactions
    assert set(interactions["kind"]) == set(INTERACTION_KINDS)
    assert ((interactions["list"] != "") == (interactions["kind"] == "save")).all()
    assert set(interactions["list"]) <= {"", "To read", *(topic.name for topic in TOPICS)}


def test_interest_shares_sum_to_one_over_one_to_three_topics(world: World) -> None:
    interests = world.truth.user_interests
    assert interests.shape == (SMALL.users, N_TOPICS)
    np.testing.assert_allclose(interests.sum(axis=1), 1.0)
    assert set((interests > 0).sum(axis=1)) == {1, 2, 3}


def test_author_names_are_told_apart() -> None:
    names = make_world(0, papers=10, authors=30_000, users=1).authors["name"]
    assert names.is_unique


def test_grouped_pick_follows_weights_and_marks_empty_groups() -> None:
    grouped = Grouped.of(np.array([2, 0, 2, 2]), 4, np.array([1.0, 5.0, 0.0, 3.0]))
    picked = grouped.pick(np.random.default_rng(0), np.repeat([0, 1, 2, 3], 1000))
    assert set(picked[:1000]) == {1}
    assert set(picked[1000:2000]) == {-1}
    assert set(picked[2000:3000]) == {0, 3}
    assert np.mean(picked[2000:3000] == 3) == pytest.approx(0.75, abs=0.05)
    assert set(picked[3000:]) == {-1}
