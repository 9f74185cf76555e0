"""What a worker tells of itself between calls: its models, and how far it has seen the state."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from recsys.errors import StateUnavailable
from recsys.storage.registry import point_to
from serving.rpc.model_follower import ModelFollower
from serving.rpc.model_holder import ModelHolder, load_served
from serving.watch.metrics import Metrics
from serving.watch.vitals import Vitals
from tests.unit.test_watch_calls import samples
from tests.worlds import publish_tiny, tiny_model


class Patient:
    """A worker over a folder of two models, the older one current, and a state of 7 changes."""

    def __init__(self, folder: Path) -> None:
        made = (datetime(year, 1, 1, tzinfo=UTC) for year in (2024, 2025))
        model = tiny_model()
        self.folder = folder
        self.older, self.newer = (publish_tiny(folder, model, created_at=one) for one in made)
        point_to(folder, self.older)
        self.holder, self.metrics, self.seq = ModelHolder(), Metrics(), 7
        self.follower = ModelFollower(folder, self.holder, partial(load_served, folder))
        self.follower.start()
        self.vitals = Vitals(
            self.metrics, self.follower, SimpleNamespace(newest_seq=self.newest_seq)
        )

    def newest_seq(self) -> int:
        if self.seq < 0:
            raise StateUnavailable("away")
        return self.seq

    def told(self, name: str) -> dict[tuple[str, ...], float]:
        self.vitals.look()
        return samples(SimpleNamespace(metrics=self.metrics), f"recsys_{name}")


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Patient]:
    return Patient(tmp_path)


def test_vitals_tell_which_model_answers_and_how_old_it_is(patient: Patient) -> None:
    assert patient.told("model_workers") == {(patient.older,): 1}
    made = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    assert patient.told("model_created_timestamp_seconds") == {(): made}
    written = patient.holder.current().bundle.manifest.data_time
    assert patient.told("model_data_timestamp_seconds") == {(): written.timestamp()}


def test_vitals_tell_of_a_switch_once(patient: Patient) -> None:
    assert patient.told("model_reloads_total") == {}
    point_to(patient.folder, patient.newer)
    patient.follower.look()
    for _ in range(2):
        assert patient.told("model_reloads_total") == {("switched",): 1}
    assert patient.told("model_workers") == {(patient.older,): 0, (patient.newer,): 1}


def test_vitals_tell_of_a_refused_model_once(patient: Patient) -> None:
    path = patient.folder / patient.newer / "arrays" / "text.idf.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    point_to(patient.folder, patient.newer)
    patient.follower.look()
    for _ in range(2):
        assert patient.told("model_reloads_total") == {("refused",): 1}
    assert patient.told("model_refused") == {(): 1}
    assert patient.told("model_workers") == {(patient.older,): 1}


def test_vitals_tell_how_far_the_models_have_seen_the_state(patient: Patient) -> None:
    served = patient.holder.current()
    patient.holder.exchange(served, replace(served, grown_seq=5))
    assert patient.told("state_newest_seq") == {(): 7}
    assert patient.told("state_seen_seq") == {(): 5}
    assert patient.told("state_up") == {(): 1}


def test_vitals_tell_of_a_state_that_is_away_and_keep_what_was_known(patient: Patient) -> None:
    assert patient.told("state_up") == {(): 1}
    patient.seq = -1
    assert patient.told("state_up") == {(): 0}
    assert patient.told("state_newest_seq") == {(): 7}


def test_vitals_look_at_least_once_before_the_end(patient: Patient) -> None:
    stopped = threading.Event()
    stopped.set()
    patient.vitals.follow(stopped)
    assert samples(SimpleNamespace(metrics=patient.metrics), "recsys_state_up") == {(): 1}
