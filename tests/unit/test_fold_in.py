"""Folding in: a reader with their events is the one whom a training on them would find."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recsys.data.build import build_dataset
from recsys.data.events import Event, standing
from recsys.errors import UnknownList
from recsys.features.signals import SignalSettings, build_signals
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.fold_in import fold_in
from recsys.recommender import Recommender
from recsys.storage.state import beside, open_state
from tests.events import did
from tests.small import small_tables
from tests.worlds import tiny_model
from training.sources.stored import merge_state

MATRICES = ("liked", "disliked", "seen", "follows")


@pytest.fixture(scope="module")
def tiny() -> Recommender:
    return Recommender(tiny_model())


def papers_of(recommender: Recommender, matrix: sparse.csr_matrix) -> dict[str, float]:
    ids = recommender.model.dataset.papers.ids
    return {ids[row]: float(value) for row, value in zip(matrix.indices, matrix.data, strict=True)}


def random_events(model: Model, user: str, seed: int) -> list[Event]:
    """Deeds of every kind with papers and people that the user knows, or not; some undone."""
    rng, dataset = np.random.default_rng(seed), model.dataset
    known = model.readers().users(np.array([dataset.users.ids.row(user)]))
    papers = [*known.seen.indices[:6], *rng.integers(len(dataset.papers), size=6)]
    people = [*known.follows.indices[:3], *rng.integers(len(dataset.authors), size=3)]
    kinds = ("open", "read", "save", "like", "dismiss")
    events = [
        did(user, str(rng.choice(kinds)), dataset.papers.ids[int(row)], day=day)
        for day, row in enumerate(rng.choice(papers, size=12), start=2)
    ]
    for day, row in enumerate(rng.choice(people, size=6), start=2):
        kind = str(rng.choice(("follow", "unfollow", "block", "unblock")))
        events.append(did(user, kind, dataset.authors.ids[int(row)], day=day))
    events += [did(user, "undo", str(one.event_id)) for one in rng.choice(events, 4, replace=False)]
    events.append(did(user, "save", dataset.papers.ids[0], day=31, list_name="new"))
    return events


def test_folded_reader_is_the_one_that_training_finds(small_model: Model, tmp_path: Path) -> None:
    users = [small_model.dataset.users.ids[row] for row in (0, 1, 2)] + ["somebody-new"]
    now = datetime(2027, 1, 1, tzinfo=UTC)
    told = {user: random_events(small_model, user, seed) for seed, user in enumerate(users[:3])}
    told["somebody-new"] = [did("somebody-new", "save", small_model.dataset.papers.ids[5], day=31)]
    with open_state(beside(tmp_path)) as state:
        for events in told.values():
            state.events.write(events, now)
        later = build_dataset(merge_state(small_tables(), state).tables)
    signals = build_signals(later, small_model.signals.settings)
    for user, events in told.items():
        row = later.users.ids.row(user)
        folded = Recommender(small_model).user(user, standing=standing(events))
        for name in MATRICES:
            wanted = getattr(signals, name)[row].toarray()
            np.testing.assert_allclose(
                getattr(folded, name).toarray(), wanted, rtol=1e-5, err_msg=f"{user}: {name}"
            )


def test_fold_in_of_events_the_model_has_learned_of_changes_nothing(tiny: Recommender) -> None:
    known = tiny.user("reader")
    deeds = tiny.model.dataset.interactions
    events = [
        Event(
            f"e{place}",
            "reader",
            ("open", "read", "save", "like", "dismiss")[deeds.kinds[place]],
            deeds.times[place].item().replace(tzinfo=UTC),
            paper_id=tiny.model.dataset.papers.ids[int(deeds.paper_rows[place])],
        )
        for place in np.flatnonzero(deeds.user_rows == known.user_rows[0])
    ]
    assert len(events) == 3
    follow = did("reader", "follow", "cleo", day=-970)
    again = tiny.user("reader", standing=standing([*events, follow]))
    for name in MATRICES:
        assert (getattr(again, name) != getattr(known, name)).nnz == 0, name


def test_fold_in_weighs_kinds_and_ages_as_training_does(tiny: Recommender) -> None:
    settings = SignalSettings()
    events = [did("new", "open", "g1", day=31), did("new", "save", "p1", day=1)]
    liked = papers_of(tiny, tiny.user("new", standing=standing(events)).liked)
    half_lives = 30 / settings.interaction_half_life_days
    assert liked == pytest.approx({"g1": settings.open_weight, "p1": 0.5**half_lives}, rel=1e-5)


def test_fold_in_passes_over_what_the_model_does_not_hold(tiny: Recommender) -> None:
    events = [
        did("new", "save", "nowhere"),
        did("new", "follow", "nobody"),
        did("new", "like", "g1"),
    ]
    reader = tiny.user("new", standing=standing(events))
    assert set(papers_of(tiny, reader.seen)) == {"g1"}
    assert reader.follows.nnz == 0


def test_fold_in_a_deed_and_a_dismissal_leave_seen_and_disliked(tiny: Recommender) -> None:
    events = [did("new", "like", "g1", day=1), did("new", "dismiss", "g1", day=2)]
    reader = tiny.user("new", standing=standing(events))
    assert papers_of(tiny, reader.liked) == {}
    assert papers_of(tiny, reader.disliked) == papers_of(tiny, reader.seen) == {"g1": 1.0}


def test_fold_in_of_nothing_into_a_stranger_is_a_stranger(tiny: Recommender) -> None:
    stranger: Readers = tiny.model.readers().strangers()
    folded = fold_in(tiny.model, stranger, standing([]))
    assert folded.lists == {}
    assert all(getattr(folded.reader, name).nnz == 0 for name in MATRICES)


def test_user_of_a_list_gets_what_belongs_in_it(tiny: Recommender) -> None:
    saves = [did("new", "save", "p1", list_name="folds"), did("new", "save", "g1", list_name="x")]
    reader = tiny.user("new", "folds", standing(saves))
    assert set(papers_of(tiny, reader.liked)) == {"p1"}
    assert set(papers_of(tiny, reader.seen)) == {"p1", "g1"}
    with pytest.raises(UnknownList):
        tiny.user("new", "other", standing(saves))


def test_author_with_events_reads_what_the_owner_reads(tiny: Recommender) -> None:
    told = standing([did("u-eva", "save", "g1")])
    assert tiny.owner("eva") == "u-eva"
    assert tiny.owner("finn") == ""
    assert "g1" in papers_of(tiny, tiny.author("eva", told).liked)
