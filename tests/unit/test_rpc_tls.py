"""TLS: what the server shows, whom it believes, and certificates that change meanwhile."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from recsys.errors import BadInput
from serving.channel import OPEN, Access
from serving.client import RecsysClient, RequestFailed
from tests.certificates import Authority, Pair
from tests.e2e.command_line import json_line, recsys_here
from tests.served import served, settings
from tests.worlds import publish_tiny, tiny_model


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture
def theirs(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "theirs")


def answers(address: str, access: Access) -> bool:
    """Whether a new connection is answered."""
    with RecsysClient(address, access=access, deadline_s=60, attempts=1) as client:
        try:
            return bool(client.recommend_papers("users/reader", k=1).results)
        except RequestFailed as error:
            if error.code != "UNAVAILABLE":
                raise
            return False


def shown(pair: Pair) -> dict[str, Path]:
    return {"tls_cert": pair.cert, "tls_key": pair.key}


def test_tls_answers_who_believes_its_authority_and_nobody_in_the_clear(
    ours: Authority, theirs: Authority
) -> None:
    with served(tiny_model(), **shown(ours.pair())) as address:
        assert answers(address, Access(tls_ca=ours.pem))
        assert not answers(address, Access(tls_ca=theirs.pem))
        assert not answers(address, Access(tls=True))
        assert not answers(address, OPEN)


def test_mutual_tls_answers_only_those_with_a_certificate(
    ours: Authority, theirs: Authority
) -> None:
    mine, strange = theirs.pair("client.example"), ours.pair("client.example")
    with served(tiny_model(), tls_client_ca=theirs.pem, **shown(ours.pair())) as address:
        assert answers(address, Access(tls_ca=ours.pem, tls_cert=mine.cert, tls_key=mine.key))
        assert not answers(address, Access(tls_ca=ours.pem))
        assert not answers(
            address, Access(tls_ca=ours.pem, tls_cert=strange.cert, tls_key=strange.key)
        )


def test_certificate_changes_without_a_restart(ours: Authority, theirs: Authority) -> None:
    used, other = ours.pair(), theirs.pair()
    with served(tiny_model(), **shown(used)) as address:
        assert answers(address, Access(tls_ca=ours.pem))
        shutil.copy(other.key, used.key)
        shutil.copy(other.cert, used.cert)
        assert answers(address, Access(tls_ca=theirs.pem))
        assert not answers(address, Access(tls_ca=ours.pem))


def test_certificate_without_its_key_is_told_and_the_one_before_stays(
    ours: Authority, theirs: Authority
) -> None:
    used, other = ours.pair(), theirs.pair()
    with capture_logs() as logs, served(tiny_model(), **shown(used)) as address:
        shutil.copy(other.cert, used.cert)
        assert answers(address, Access(tls_ca=ours.pem))
        shutil.copy(other.key, used.key)
        assert answers(address, Access(tls_ca=theirs.pem))
    told = [line for line in logs if line["event"].startswith("files_")]
    assert [(line["event"], line["what"]) for line in told] == [
        ("files_broken", "certificates"),
        ("files_reread", "certificates"),
    ]
    assert "key values mismatch" in told[0]["error"]


def test_certificate_that_is_none_is_refused_at_the_start(ours: Authority) -> None:
    pair = ours.pair()
    for broken in ({"tls_cert": pair.key}, {"tls_key": ours.pem}, {"tls_key": Path("none")}):
        refused = pytest.raises(BadInput, match="cannot use the certificates in")
        with refused, served(None, **{**shown(pair), **broken}):
            pass


def test_ask_command_speaks_tls(ours: Authority) -> None:
    pair = ours.pair()
    # The server's log would mix with what the command prints, being of the same process.
    with (
        capture_logs(),
        served(tiny_model(), tls_client_ca=ours.pem, **shown(pair)) as address,
    ):
        asked = ("recommend", "reader", "--server", address, "--json", "--tls-ca", ours.pem)
        mine = ("--tls-cert", pair.cert, "--tls-key", pair.key)
        assert json_line(recsys_here(*asked, *mine))["results"]


@pytest.mark.parametrize("access", [Access(tls_cert=Path("c")), Access(tls_key=Path("k"))])
def test_access_half_a_certificate_is_refused(access: Access) -> None:
    with pytest.raises(BadInput, match="needs its key"):
        access.credentials()


def test_access_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read the certificate"):
        Access(tls_ca=tmp_path / "none").credentials()


TLS = {"tls_cert": "c", "tls_key": "k"}
EVERYWHERE = {"listen": "0.0.0.0:50051"}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"listen": "localhost:1"},
        {"listen": "[::1]:1"},
        {"listen": "127.8.8.8:1"},
        TLS,
        {**EVERYWHERE, **TLS, "api_key_file": "f"},
        {**EVERYWHERE, **TLS, "tls_client_ca": "ca"},
        {**EVERYWHERE, "allow_plaintext": True, "api_key_file": "f"},
    ],
)
def test_settings_that_are_guarded_are_taken(given: dict[str, object]) -> None:
    assert settings(**given).listen


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (EVERYWHERE, "others could read along: give tls_cert and tls_key"),
        ({"listen": "recsys.example.org:1"}, "others could read along"),
        ({"listen": "[::]:1", "api_key_file": "f"}, "others could read along"),
        ({**EVERYWHERE, **TLS}, "anybody could ask: give api_key_file"),
        ({**EVERYWHERE, "allow_plaintext": True}, "anybody could ask: give api_key_file"),
        ({"tls_cert": "c"}, "tls_cert and tls_key go together"),
        ({"tls_client_ca": "ca"}, "tls_client_ca needs tls_cert and tls_key"),
    ],
)
def test_settings_that_are_exposed_say_what_is_missing(given: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        settings(**given)


def test_serve_files_that_cannot_be_used_are_refused_in_one_line(
    ours: Authority, tmp_path: Path
) -> None:
    publish_tiny(tmp_path)
    here = ("serve", "--models", tmp_path, "--listen", "127.0.0.1:0")
    for files in (
        ("--api-key-file", tmp_path / "none"),
        ("--tls-cert", ours.pem, "--tls-key", ours.pem),
    ):
        done = recsys_here(*here, *files)
        assert (done.returncode, done.stdout) == (1, "")
        assert re.match(r"recsys: cannot (read the API keys|use the certificates) in", done.stderr)
