"""Settings of the server, and the port it holds."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pydantic import ValidationError

from recsys.errors import BadInput
from serving.config import read_settings
from serving.rpc.ports import reserved


def file_of(folder: Path, text: str) -> Path:
    path = folder / "serve.toml"
    path.write_text(text)
    return path


def test_settings_flags_come_before_environment_before_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = file_of(tmp_path, 'models = "file"\nworkers = 2\nthreads = 3\ngrace_s = 1.5')
    monkeypatch.setenv("RECSYS_WORKERS", "4")
    monkeypatch.setenv("RECSYS_THREADS", "5")
    settings = read_settings(config, threads=6, workers=None)
    assert (settings.threads, settings.workers, settings.grace_s) == (6, 4, 1.5)
    assert settings.models == Path("file")
    assert settings.listen == "127.0.0.1:50051"


def test_settings_unknown_key_names_the_known_ones(tmp_path: Path) -> None:
    config = file_of(tmp_path, "wrokers = 2")
    with pytest.raises(BadInput, match=r"unknown key 'wrokers'; the known ones are models, state"):
        read_settings(config, models=tmp_path)


def test_settings_variables_of_a_cluster_are_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECSYS_PORT", "tcp://10.0.0.1:50051")
    assert read_settings(models=Path("m")).port == 50051


@pytest.mark.parametrize(
    "flags",
    [
        {},
        {"models": "m", "workers": 0},
        {"models": "m", "threads": "many"},
        {"models": "m", "grace_s": float("inf")},
        {"models": "m", "listen": "50051"},
        {"models": "m", "listen": ":50051"},
        {"models": "m", "listen": "127.0.0.1:70000"},
        {"models": "m", "listen": "::1:50051"},
        {"models": "m", "metrics": "nowhere"},
        {"models": "m", "metrics": "127.0.0.1:70000"},
        {"models": "m", "traces": "127.0.0.1:4318"},
    ],
)
def test_settings_that_do_not_fit_are_refused(flags: dict[str, object]) -> None:
    wrong = list(flags)[-1] if flags else "models"
    with pytest.raises(BadInput, match=f"setting '{wrong}'"):
        read_settings(**flags)


@pytest.mark.parametrize("text", ["workers =", "\udcff"])
def test_settings_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "serve.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadInput, match=r"cannot read the settings in .*serve\.toml"):
        read_settings(path)


def test_settings_cannot_be_changed() -> None:
    settings = read_settings(models=Path("m"))
    with pytest.raises(ValidationError):
        settings.workers = 3


def test_settings_ipv6_host_loses_its_brackets() -> None:
    settings = read_settings(models=Path("m"), listen="[::1]:7")
    assert (settings.host, settings.port) == ("::1", 7)


def test_settings_metrics_with_a_port_alone_are_on_the_loopback() -> None:
    assert read_settings(models=Path("m")).metrics is None
    assert read_settings(models=Path("m"), metrics="9464").metrics == "127.0.0.1:9464"
    assert read_settings(models=Path("m"), metrics="[::]:9464").metrics == "[::]:9464"


def test_reserved_port_zero_gives_a_real_one_that_others_may_share() -> None:
    with reserved("127.0.0.1", 0) as address:
        port = int(address.removeprefix("127.0.0.1:"))
        assert port > 0
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            other.bind(("127.0.0.1", port))


def test_reserved_port_of_another_server_is_refused() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refusal = f"cannot listen on 127.0.0.1 port {port}: .*in use"
        with pytest.raises(BadInput, match=refusal), reserved("127.0.0.1", port):
            pass


def test_reserved_host_that_is_nowhere_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot listen on"), reserved("256.0.0.1", 0):
        pass
