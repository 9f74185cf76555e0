"""Who may call what, over what, and how often."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
import structlog
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from grpc_status import rpc_status
from structlog.testing import capture_logs

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.errors import BadInput
from serving.channel import Access
from serving.client import RecsysClient, RequestFailed
from serving.guard.key_file import add_key, revoke_key
from serving.guard.keys import new_key
from serving.guard.scopes import NEEDED, Scope
from serving.logs import log_to_stderr
from tests.e2e.command_line import json_line, recsys_here
from tests.served import asking, channel_to, served
from tests.worlds import tiny_model

NOW = datetime.now(UTC)
METHOD = "/readinglist.v1.RecommendationService/RecommendPapers"
REQUEST = pb.RecommendPapersRequest(parent="users/reader")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A file with one key that is nobody's."""
    path = tmp_path / "keys.jsonl"
    add_key(path, new_key([Scope.READ], now=NOW)[1])
    return path


@pytest.fixture
def address(keys: Path) -> Iterator[str]:
    """A server that asks for the keys in that file."""
    with served(tiny_model(), api_key_file=keys) as address:
        yield address


def key_in(keys: Path, *scopes: Scope, days: int = 1) -> str:
    text, kept = new_key(scopes, now=NOW, expires=NOW + timedelta(days=days))
    add_key(keys, kept)
    return text


def refusal(address: str, metadata: list[tuple[str, str]], raw: bytes | None = None) -> str:
    """The code and the reason with which a call is refused; "" where it is not."""
    request = REQUEST.SerializeToString() if raw is None else raw
    with channel_to(address) as channel:
        try:
            channel.unary_unary(METHOD)(request, timeout=60, metadata=metadata)
        except grpc.RpcError as error:
            info = ErrorInfo()
            rpc_status.from_call(error).details[0].Unpack(info)
            return f"{error.code().name} {info.reason}"
    return ""


def bearer(key: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {key}")]


def test_key_with_the_scope_goes_through(address: str, keys: Path) -> None:
    assert refusal(address, bearer(key_in(keys, Scope.READ))) == ""


def test_key_that_is_missing_wrong_or_over_is_not_taken(address: str, keys: Path) -> None:
    good, over = key_in(keys, Scope.READ), key_in(keys, Scope.READ, days=-1)
    twice = bearer(good) * 2
    basic = [("authorization", f"Basic {good}")]
    for metadata in ([], bearer(""), bearer("x"), bearer(good[:-1]), bearer(over), basic, twice):
        assert refusal(address, metadata) == "UNAUTHENTICATED INVALID_KEY"


def test_key_without_the_scope_is_told_so(address: str, keys: Path) -> None:
    key = key_in(keys, Scope.WRITE, Scope.OPERATOR)
    assert refusal(address, bearer(key)) == "PERMISSION_DENIED SCOPE_MISSING"


def test_key_refused_before_the_request_is_read(address: str) -> None:
    assert refusal(address, [], raw=b"\xff\xff") == "UNAUTHENTICATED INVALID_KEY"


def test_keys_change_without_a_restart(address: str, keys: Path) -> None:
    key = key_in(keys, Scope.READ)
    assert refusal(address, bearer(key)) == ""
    revoke_key(keys, key.split("_")[1])
    assert refusal(address, bearer(key)) == "UNAUTHENTICATED INVALID_KEY"


def test_keys_broken_file_keeps_those_before_and_is_told(keys: Path) -> None:
    key = key_in(keys, Scope.READ)
    with capture_logs() as logs, served(tiny_model(), api_key_file=keys) as address:
        keys.write_text("{")
        assert refusal(address, bearer(key)) == ""
        assert refusal(address, bearer("x")) == "UNAUTHENTICATED INVALID_KEY"
    (told,) = (line for line in logs if line["event"] == "files_broken")
    assert (told["log_level"], told["what"]) == ("error", "API keys")
    assert "line 1: the line: Invalid JSON" in told["error"]


def test_keys_file_broken_at_the_start_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("{")
    with pytest.raises(BadInput, match="line 1"), served(None, api_key_file=tmp_path / "keys"):
        pass


def test_health_needs_no_key_but_a_stream_of_it_does(address: str, keys: Path) -> None:
    request = health_pb2.HealthCheckRequest()
    with channel_to(address) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        assert health.Check(request, timeout=60).status == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.RpcError) as caught:
            next(health.Watch(request, timeout=60))
        assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED
        metadata = bearer(key_in(keys, Scope.READ))
        watched = health.Watch(request, timeout=60, metadata=metadata)
        assert next(watched).status == health_pb2.HealthCheckResponse.SERVING
        watched.cancel()


def test_reflection_needs_a_key(address: str) -> None:
    with channel_to(address) as channel, pytest.raises(grpc.RpcError) as caught:
        ProtoReflectionDescriptorDatabase(channel).get_services()
    assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_reflection_can_be_switched_off() -> None:
    with (
        served(tiny_model(), reflection=False) as address,
        channel_to(address) as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        ProtoReflectionDescriptorDatabase(channel).get_services()
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_method_unknown_is_unimplemented_with_and_without_a_key(address: str) -> None:
    with channel_to(address) as channel, pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary("/readinglist.v1.RecommendationService/Nothing")(b"", timeout=60)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_scopes_table_has_every_method_of_every_service_and_no_other() -> None:
    with served(tiny_model()) as address, channel_to(address) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        found = {
            f"/{service}/{method.name}"
            for service in database.get_services()
            for file in [database.FindFileContainingSymbol(service)]
            for described in file.service
            if f"{file.package}.{described.name}" == service
            for method in described.method
        }
    assert len(found) >= 8
    assert set(NEEDED) == found


def test_rate_beyond_the_limit_is_told_when_to_come_back(keys: Path) -> None:
    spent, fresh = key_in(keys, Scope.READ), key_in(keys, Scope.READ)
    with served(tiny_model(), api_key_file=keys, rate_per_s=0.001, rate_burst=2) as address:
        assert [refusal(address, bearer(spent)) for _ in range(3)] == [
            "",
            "",
            "RESOURCE_EXHAUSTED RATE_LIMITED",
        ]
        assert refusal(address, bearer(fresh)) == ""
        with asking(address) as ask, pytest.raises(grpc.RpcError) as caught:
            ask.RecommendPapers(REQUEST, timeout=60, metadata=bearer(spent))
    info = RetryInfo()
    rpc_status.from_call(caught.value).details[1].Unpack(info)
    assert 0 < info.retry_delay.seconds <= 1000


def test_client_comes_back_when_told(keys: Path) -> None:
    access = Access(api_key=key_in(keys, Scope.READ))
    with (
        served(tiny_model(), api_key_file=keys, rate_per_s=20, rate_burst=1) as address,
        RecsysClient(address, access=access, deadline_s=60) as client,
    ):
        for _ in range(4):
            assert client.recommend_papers("users/reader", k=1).results


def test_client_does_not_come_back_where_its_deadline_is_sooner(keys: Path) -> None:
    access = Access(api_key=key_in(keys, Scope.READ))
    with (
        served(tiny_model(), api_key_file=keys, rate_per_s=0.001, rate_burst=1) as address,
        RecsysClient(address, access=access, deadline_s=60) as client,
    ):
        client.recommend_papers("users/reader", k=1)
        with pytest.raises(RequestFailed, match="too many calls with this API key") as caught:
            client.recommend_papers("users/reader", k=1)
    assert (caught.value.code, caught.value.reason) == ("RESOURCE_EXHAUSTED", "RATE_LIMITED")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What this process writes to stderr, its log as a server writes it."""
    before, stream = structlog.get_config(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    log_to_stderr()
    yield stream
    structlog.configure(**before)


def test_log_never_has_the_key(keys: Path, logged: io.StringIO) -> None:
    good, unscoped, wrong = key_in(keys, Scope.READ), key_in(keys, Scope.WRITE), "rl_0_secret"
    with served(tiny_model(), api_key_file=keys) as address:
        for key in (good, unscoped, wrong):
            refusal(address, bearer(key))
    log = logged.getvalue()
    lines = [json.loads(line) for line in log.splitlines() if '"call"' in line]
    assert [line.get("key") for line in lines] == [good.split("_")[1], unscoped.split("_")[1], None]
    assert [line["code"] for line in lines] == ["OK", "PERMISSION_DENIED", "UNAUTHENTICATED"]
    for key in (good, unscoped, wrong):
        assert key.split("_", 2)[2] not in log


def test_keys_commands_make_list_and_revoke(tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    made = recsys_here("keys", "add", file, "--scope", "read", "--note", "the website")
    key = made.stdout.strip()
    with capture_logs(), served(tiny_model(), api_key_file=file) as address:
        assert refusal(address, bearer(key)) == ""
        listed = json_line(recsys_here("keys", "list", file, "--json"))
        assert (listed["scopes"], listed["note"]) == (["read"], "the website")
        assert "the website" in recsys_here("keys", "list", file).stdout
        assert key not in file.read_text()
        assert recsys_here("keys", "revoke", file, listed["id"]).returncode == 0
        assert refusal(address, bearer(key)) == "UNAUTHENTICATED INVALID_KEY"
    again = recsys_here("keys", "revoke", file, listed["id"])
    assert (again.returncode, again.stdout) == (1, "")
    assert "holds no key" in again.stderr


def test_keys_command_note_that_is_too_long_is_refused(tmp_path: Path) -> None:
    done = recsys_here("keys", "add", tmp_path / "k", "--scope", "read", "--note", "n" * 201)
    assert (done.returncode, done.stdout) == (1, "")
    assert "200 characters at most" in done.stderr


def test_ask_command_sends_the_key(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The server's log would mix with what the command prints, being of the same process.
    with capture_logs(), served(tiny_model(), api_key_file=keys) as address:
        asked = ("recommend", "reader", "--server", address, "--json")
        refused = recsys_here(*asked)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "send an API key" in refused.stderr
        monkeypatch.setenv("RECSYS_API_KEY", key_in(keys, Scope.READ))
        assert json_line(recsys_here(*asked))["results"]
