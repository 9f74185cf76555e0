"""Each check of the doctor, with the thing that it checks broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from typer.testing import CliRunner

from protos.readinglist.v1 import model_pb2 as pb
from protos.readinglist.v1.model_pb2_grpc import (
    ModelServiceServicer,
    add_ModelServiceServicer_to_server,
)
from recsys.cli import build_app
from recsys.storage.manifest import Manifest
from recsys.storage.registry import CURRENT
from recsys.storage.state import State, beside, open_state
from serving.channel import OPEN, Access
from serving.doctor import files, models, server
from serving.doctor import state as of_state
from serving.doctor.finding import Finding
from tests.certificates import Authority
from tests.worlds import publish_tiny, tiny_model

MADE = datetime(2026, 3, 1, tzinfo=UTC)
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
WEEK = timedelta(days=7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one model, learned from change 0 of a state that stands beside it."""
    publish_tiny(tmp_path, tiny_model(), created_at=MADE)
    with open_state(beside(tmp_path)) as state:
        state.newest_seq()
    return tmp_path


@pytest.fixture
def manifest(folder: Path) -> Manifest:
    return Manifest.read(next(folder.glob("2*")))


@pytest.fixture
def state(folder: Path) -> Iterator[State]:
    with open_state(beside(folder)) as opened:
        yield opened


def ails(finding: Finding, *words: str) -> bool:
    """Whether a finding is wrong, says so in these words, and says what to do."""
    assert finding.advice
    assert [word for word in words if word not in finding.told] == []
    return not finding.sound


def test_pointer_to_nothing_is_found(folder: Path) -> None:
    assert models.pointer(folder).sound
    (folder / CURRENT).write_text("20250101T000000Z-00000000\n")
    assert ails(models.pointer(folder), "20250101T000000Z-00000000")
    (folder / CURRENT).unlink()
    assert ails(models.pointer(folder), "holds no model")


def test_changed_byte_of_a_bundle_is_found(folder: Path, manifest: Manifest) -> None:
    assert models.bundle(folder, manifest.version).sound
    path = folder / manifest.version / "arrays" / "text.idf.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert ails(models.bundle(folder, manifest.version), "text.idf.npy")


def test_old_model_is_found(manifest: Manifest) -> None:
    assert models.age(manifest, MADE + WEEK, WEEK).sound
    assert ails(models.age(manifest, MADE + 2 * WEEK, WEEK), "14 days")


def test_model_from_the_future_is_found(manifest: Manifest) -> None:
    assert models.age(manifest, MADE - timedelta(seconds=30), WEEK).sound
    assert ails(models.age(manifest, MADE - timedelta(hours=1), WEEK), "1:00:00")


def test_disk_too_full_for_the_next_model_is_found(folder: Path, manifest: Manifest) -> None:
    def with_free(n_bytes: int) -> Finding:
        return models.disk(folder, manifest, lambda _: SimpleNamespace(free=n_bytes))

    assert with_free(1 << 40).sound
    assert ails(with_free(100 << 20), "100 MiB")


def test_state_that_is_not_there_is_found_and_not_made(tmp_path: Path, state: State) -> None:
    assert of_state.reachable(state).sound
    with open_state(f"sqlite:///{tmp_path / 'other.db'}") as other:
        assert ails(of_state.reachable(other), "other.db")
    assert not (tmp_path / "other.db").exists()


def test_state_that_is_no_database_is_found(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database at all" * 100)
    with open_state(f"sqlite:///{tmp_path / 'broken.db'}") as broken:
        assert ails(of_state.reachable(broken), "broken.db", "does not answer")


def test_state_on_a_server_that_is_away_is_found() -> None:
    pytest.importorskip("psycopg")
    with open_state("postgresql://me:secret@127.0.0.1:1/none") as away:
        finding = of_state.reachable(away)
    assert ails(finding, "127.0.0.1", "refused")
    assert "secret" not in finding.told


def test_state_older_than_the_model_is_found(state: State, manifest: Manifest) -> None:
    assert of_state.in_step(state, manifest).sound
    assert ails(of_state.in_step(state, replace(manifest, state_seq=9)), "change 9", "ends at 0")


def test_clocks_apart_are_found(state: State) -> None:
    now = state.clock()
    assert of_state.clock(state, now).sound
    assert ails(of_state.clock(state, now + timedelta(minutes=5)), "300 s")


def test_key_file_open_to_others_is_found(tmp_path: Path) -> None:
    key = tmp_path / "signing.key"
    assert ails(files.private(key), "signing.key")
    key.touch(0o600)
    assert files.private(key).sound
    key.chmod(0o640)
    assert ails(files.private(key), "mode 640")


class OneModel(ModelServiceServicer):
    """Tells of every model that it is in one state."""

    def __init__(self, state: pb.ModelState, refusal: str = "") -> None:
        self._state, self._refusal = state, refusal

    def GetModel(self, request: pb.GetModelRequest, _context: object) -> pb.GetModelResponse:  # noqa: N802
        model = pb.Model(name=request.name, state=self._state, refusal=self._refusal)
        return pb.GetModelResponse(model=model)


@contextmanager
def standing(
    status: health_pb2.HealthCheckResponse.ServingStatus = SERVING,
    model: ModelServiceServicer | None = None,
    credentials: grpc.ServerCredentials | None = None,
) -> Iterator[str]:
    """A server that says of itself what the test wants; its address."""
    stand_in, healthy = grpc.server(ThreadPoolExecutor(2)), health.HealthServicer()
    healthy.set("", status)
    health_pb2_grpc.add_HealthServicer_to_server(healthy, stand_in)
    add_ModelServiceServicer_to_server(model or OneModel(pb.MODEL_STATE_SERVING), stand_in)
    if credentials is None:
        port = stand_in.add_insecure_port("127.0.0.1:0")
    else:
        port = stand_in.add_secure_port("127.0.0.1:0", credentials)
    stand_in.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        stand_in.stop(None).wait()


def test_server_that_is_away_or_does_not_serve_is_found() -> None:
    with standing() as address:
        assert server.health(address, OPEN).sound
    assert ails(server.health(address, OPEN), address)
    with standing(NOT_SERVING) as address:
        assert ails(server.health(address, OPEN), "does not serve")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (OneModel(pb.MODEL_STATE_AVAILABLE), "another model than v7"),
        (OneModel(pb.MODEL_STATE_REFUSED, "a byte is wrong"), "a byte is wrong"),
        (ModelServiceServicer(), "does not tell of models/v7"),
    ],
)
def test_server_on_another_model_is_found(told: ModelServiceServicer, words: str) -> None:
    with standing() as address:
        assert server.model(address, OPEN, "v7").sound
    with standing(model=told) as address:
        assert ails(server.model(address, OPEN, "v7"), words)


def test_certificate_that_ends_soon_or_is_a_strangers_is_found(tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "stranger")
    pair, now = authority.pair(), datetime.now(UTC)
    chain = (pair.key.read_bytes(), pair.cert.read_bytes())
    with standing(credentials=grpc.ssl_server_credentials([chain])) as address:
        found = server.certificate(address, Access(tls_ca=authority.pem), now)
        assert found.sound, found
        late = datetime(2999, 12, 25, tzinfo=UTC)
        assert ails(server.certificate(address, Access(tls_ca=authority.pem), late), "ends on")
        assert ails(server.certificate(address, Access(tls_ca=stranger.pem), now), "unable to get")


def test_metrics_that_nobody_shows_are_found() -> None:
    with standing() as address:
        pass
    assert ails(server.metrics(address), "/metrics")


def run(*arguments: str) -> tuple[int, dict[str, Finding]]:
    """The exit code of `recsys doctor`, and its findings by check."""
    result = CliRunner().invoke(build_app(), ["doctor", "--json", *arguments])
    found = (Finding(**json.loads(line)) for line in result.stdout.splitlines())
    return result.exit_code, {finding.check: finding for finding in found}


def test_doctor_of_a_sound_installation_ends_with_zero(folder: Path) -> None:
    (folder / "signing.key").touch(0o600)
    years = "--max-model-age-days=99999"
    with standing() as address:
        code, found = run("--models", str(folder), "--server", address, years)
    assert [finding for finding in found.values() if not finding.sound] == []
    assert code == 0
    assert {"pointer", "bundle", "disk", "state", "clock", "server", "model served"} <= set(found)


def test_doctor_goes_on_behind_what_is_wrong_and_ends_with_one(tmp_path: Path) -> None:
    with standing(NOT_SERVING) as address:
        code, found = run("--models", str(tmp_path), "--server", address)
    assert code == 1
    assert {name for name, finding in found.items() if not finding.sound} == {
        *("pointer", "state", "key file", "server")
    }
    assert "model served" not in found


def test_doctor_of_a_model_without_a_readable_manifest_says_so(folder: Path) -> None:
    (folder / "signing.key").touch(0o600)
    next(folder.glob("2*/manifest.json")).write_text("{}")
    with standing() as address:
        code, found = run("--models", str(folder), "--server", address)
    assert code == 1
    assert ails(found["bundle"], "manifest.json")
    assert [name for name, finding in found.items() if not finding.sound] == ["bundle"]


def test_doctor_settings_that_do_not_fit_are_found(tmp_path: Path) -> None:
    config = tmp_path / "serve.toml"
    config.write_text(f'models = "{tmp_path}"\nwrokers = 3\n')
    code, found = run("--config", str(config))
    assert code == 1
    assert ails(found["settings"], "unknown key 'wrokers'")
