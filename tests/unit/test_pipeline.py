"""A whole training run: the same twice, on whatever tables there are, and not by chance."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recsys.data.build import build_dataset
from recsys.data.dataset import Dataset
from recsys.data.tables import Tables
from recsys.models.model import Model
from recsys.recommender import Recommender
from tests.digests import arrays_in, digest, trained_digest
from tests.small import dataset_of, quick_settings, train
from training.dataset_signals import left_out
from training.pipeline import Trained, Trainer
from training.progress import Unwatched
from training.world.make import make_world, plant_world
from training.world.plan import Sizes

ROOT = Path(__file__).parents[2]
TABLES = ("papers", "authors", "authorships", "users", "follows", "interactions")
PEOPLE_SCORERS = {"coauthors", "team", "two_steps"}
FOLLOW_SCORERS = {"followed", "followed_circle", "followed_reading"}
READING_SCORERS = {"knn", "bridge", "linear", "popular"}


def world_of(*tables: str) -> Dataset:
    """A generated world of which only some tables were delivered."""
    whole = make_world(3, papers=150, authors=80, users=60)
    return build_dataset(Tables.of({name: getattr(whole, name) for name in tables}))


def names(model: Model) -> set[str]:
    return {scorer.name for scorer in model.paper_scorers}


def answers(model: Model, reader) -> list[str]:
    return [one.id for one in Recommender(model).recommend_papers(reader, k=10).results]


def test_training_same_seed_twice_is_the_same_to_the_bit(small_world, trained):
    again = train(small_world)
    for (path, one), (_, other) in zip(
        arrays_in(trained.model), arrays_in(again.model), strict=True
    ):
        np.testing.assert_array_equal(one, other, err_msg=path)
    assert digest(again.model) == digest(trained.model)
    assert again.metrics == trained.metrics


def test_training_another_seed_is_another_model(small_world, trained):
    other = train(small_world, seed=6)
    assert digest(other.model.paper_scorers) != digest(trained.model.paper_scorers)


def test_training_number_of_threads_does_not_change_the_model(small_world, trained):
    assert digest(train(small_world, threads=2).model) == digest(trained.model)


def test_training_does_not_change_the_dataset(small_world):
    before = digest(small_world)
    train(small_world)
    assert digest(small_world) == before


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
        {"TZ": "America/Anchorage", "PYTHONHASHSEED": "31337"},
    ],
    ids=["east", "west"],
)
def test_training_does_not_depend_on_time_zone_or_hash_seed(surroundings):
    done = subprocess.run(
        [sys.executable, "-m", "tests.digests", "11"],
        cwd=ROOT,
        env=os.environ | surroundings,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == trained_digest(11)


def test_training_global_randomness_is_neither_used_nor_touched(small_world, trained):
    np.random.seed(123)  # noqa: NPY002 - the point of this test
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    again = train(small_world)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    assert digest(again.model) == digest(trained.model)


def test_training_world_with_everything_leaves_nothing_out(trained):
    assert trained.left_out == ()
    assert names(trained.model) >= PEOPLE_SCORERS | FOLLOW_SCORERS | READING_SCORERS


def test_training_blends_name_their_scorers_and_weigh_nothing_below_zero(trained):
    model = trained.model
    for blend, scorers, n_targets in (
        (model.paper_blend, model.paper_scorers, len(model.dataset.papers)),
        (model.author_blend, model.author_scorers, len(model.dataset.authors)),
    ):
        assert blend.names == tuple(scorer.name for scorer in scorers)
        assert len(set(blend.names)) == len(blend.names)
        assert len(blend.kinds) == n_targets
        assert (blend.weights >= 0).all()
        assert np.isfinite(blend.weights).all()
        assert (blend.scales > 0).all()


def test_training_tells_how_good_the_blend_was_on_the_holdout(trained):
    named = ("recall@20", "ndcg@20", "calibration_error", "pooled_auc", "pooled_precision")
    more = ("pooled_auc_before", "pooled_precision_before", "worth_telling", "ndcg@20_margin")
    parts = ("papers", "topics", "collaborators")
    assert set(trained.metrics) == {f"{part}.{name}" for part in parts for name in named + more}
    assert all(0 <= value <= 1 for value in trained.metrics.values())


def test_training_on_papers_alone_ranks_by_words_and_date():
    run = train(world_of("papers"))
    assert names(run.model).isdisjoint(PEOPLE_SCORERS | FOLLOW_SCORERS | READING_SCORERS)
    assert {"text", "words", "topics", "new"} <= names(run.model)
    assert run.model.author_scorers == ()
    lacking = "; ".join(run.left_out)
    for word in ("reading", "follows", "authorship", "claimed profiles", "affiliations"):
        assert word in lacking
    assert "text" not in lacking
    ask = Recommender(run.model)
    some = run.model.dataset.papers
    title = some.titles[7]
    assert len(answers(run.model, ask.stranger(text=title))) == 10
    assert len(answers(run.model, ask.stranger(liked=[some.ids[7]]))) == 10
    assert len(answers(run.model, ask.user("anybody"))) == 10
    assert ask.suggest_collaborators(ask.user("anybody")).results == ()


def test_training_on_papers_and_interactions_needs_no_people():
    run = train(world_of("papers", "interactions"))
    assert names(run.model) >= READING_SCORERS
    assert names(run.model).isdisjoint(PEOPLE_SCORERS | FOLLOW_SCORERS)
    lacking = "; ".join(run.left_out)
    assert "authorship" in lacking
    assert "reading" not in lacking
    users = run.model.dataset.users.ids
    assert len(answers(run.model, Recommender(run.model).user(users[0]))) == 10


def test_training_on_papers_and_authorships_needs_no_users():
    run = train(world_of("papers", "authors", "authorships"))
    assert names(run.model) >= PEOPLE_SCORERS
    assert names(run.model).isdisjoint(FOLLOW_SCORERS | READING_SCORERS)
    assert "reading" in "; ".join(run.left_out)
    ask, authors = Recommender(run.model), run.model.dataset.authors.ids
    assert len(answers(run.model, ask.author(authors[0]))) == 10
    assert ask.suggest_collaborators(ask.author(authors[0]), k=5).results


def test_training_on_follows_without_authorship_still_knows_whom_one_follows():
    run = train(world_of("papers", "authors", "users", "follows"))
    assert "authorship and co-authorship" in run.left_out
    ask, data = Recommender(run.model), run.model.dataset
    fan = data.users.ids[int(data.follows.user_rows[0])]
    assert len(answers(run.model, ask.user(fan))) == 10


@pytest.mark.parametrize("missing", TABLES[1:])
def test_training_without_one_of_the_tables_says_so_and_answers(missing):
    others = {"authors": {"authorships", "follows", "users"}}.get(missing, set())
    run = train(world_of(*(name for name in TABLES if name != missing and name not in others)))
    words = {
        "authors": "authorship",
        "authorships": "authorship",
        "users": "claimed",
        "follows": "follows",
        "interactions": "reading",
    }
    assert words[missing] in "; ".join(run.left_out)
    assert len(answers(run.model, Recommender(run.model).user("anybody"))) == 10


def test_training_on_papers_without_words_dates_or_readers_is_a_list_all_the_same():
    nothing = [{"paper_id": f"p{n}", "title": ""} for n in range(5)]
    run = train(dataset_of(papers=nothing))
    assert "text (no titles or abstracts)" in run.left_out
    assert "recency (no dates)" in run.left_out
    assert len(answers(run.model, Recommender(run.model).user("anybody"))) == 5


def test_training_announces_its_stages_by_name(small_world):
    seen: list[str] = []

    class Watching(Unwatched):
        def stage(self, name: str):
            seen.append(name)
            return super().stage(name)

    Trainer(quick_settings(), 5, 1, Watching()).train(small_world)
    told = "; ".join(seen)
    for word in ("text", "ALS", "item-kNN", "LightFM", "blend for papers", "blend for coll"):
        assert word in told


def test_left_out_names_what_a_changed_dataset_lacks(small_world):
    papers = replace(
        small_world.papers, published=np.full(len(small_world.papers), "NaT", "datetime64[s]")
    )
    assert left_out(replace(small_world, papers=papers)) == ("recency (no dates)",)


def test_training_finds_the_topics_that_were_planted():
    """Of what users get, most is about what they were made to be interested in."""
    world = plant_world(4, Sizes(papers=400, authors=150, users=100))
    run: Trained = train(build_dataset(world.tables))
    ask, ids = Recommender(run.model), run.model.dataset.papers.ids
    right, chance = [], []
    for row in range(100):
        reader = ask.user(run.model.dataset.users.ids[row])
        if reader.liked.nnz < 5:
            continue
        likes = world.truth.user_interests[row] > 0
        found = ask.rank_papers(reader, rows=np.arange(len(ids)), k=10).rows[0]
        right.append(likes[world.truth.paper_topics[found]].mean())
        chance.append(likes[world.truth.paper_topics].mean())
    assert len(right) > 20
    assert np.mean(right) > 3 * np.mean(chance)
