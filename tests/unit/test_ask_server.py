"""Asking a server prints what asking the bundle that it serves prints, to the last letter."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import typer
from click.testing import Result
from structlog.testing import capture_logs
from typer.testing import CliRunner

from recsys.storage.state import open_state
from serving.cli import register
from serving.client import RequestFailed
from serving.config import ServeSettings
from serving.rpc.model_follower import ModelFollower
from serving.rpc.model_holder import ModelHolder, load_served
from serving.rpc.server import RpcServer
from serving.watch.calls import Watch
from tests.served import SIGNER
from tests.worlds import OLD_ARXIV_ID, publish_tiny


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with the tiny model."""
    folder = tmp_path_factory.mktemp("models")
    publish_tiny(folder)
    return folder


@pytest.fixture(scope="module")
def server(models: Path) -> Iterator[str]:
    """The address of a server of the tiny model, in this process."""
    follower = ModelFollower(models, ModelHolder(), partial(load_served, models))
    follower.start()
    settings = ServeSettings(models=models, grace_s=0.0)
    # The server's log would mix with what the command prints, being of the same process.
    with capture_logs(), open_state(settings.state_url) as state:
        rpc = RpcServer(settings, follower, SIGNER, Watch(), state)
        yield f"127.0.0.1:{rpc.listen('127.0.0.1:0')}"
        rpc.stop()


def ask(*words: object) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


@pytest.mark.parametrize("shape", [[], ["--json"]])
@pytest.mark.parametrize(
    "words",
    [
        ["recommend", "reader"],
        ["recommend", "authors/finn", "-k", "2"],
        ["recommend", "who?"],
        ["recommend", "reader", "-k", "0"],
        ["recommend", "reader", "--published-after", "2021-05-01", "--category", "q-bio"],
        ["recommend", "reader", "--not-category", "cs.LG", "--exclude", "p1"],
        ["recommend", "u-ada", "--published-before", "2022-06-01"],
        ["collaborators", "u-eva"],
        ["collaborators", "u-ada", "--exclude", "cleo"],
        ["collaborators", "u-ada", "--about", "protein", "--near", "p2", "--min-verification", "0"],
        ["collaborators", "u-ada", "--about", "xyzzy"],
        ["collaborators", "u-ada", "--years-apart", "1.5", "--exclude-own-affiliation"],
        ["similar-authors", "ada"],
        ["similar-authors", "authors/finn", "--exclude-coauthors", "--exclude-closed"],
        ["similar", "g1", "-k", "3"],
        ["similar", OLD_ARXIV_ID, "--category", "cs.LG"],
        ["list", "protein folding"],
        ["list", "xyzzy"],
        ["recommend", "newcomer", "--diversity", "0.7", "--explore", "0.5"],
        ["recommend", "u-eva", "--include-seen", "--include-own", "--freshness", "1"],
        ["similar", "g1", "--diversity", "1", "--half-life", "30", "--freshness", "0.3"],
        ["list", "folding", "--explore", "0.3"],
        ["collaborators", "u-ada", "--include-coauthors", "--include-closed"],
    ],
)
def test_ask_server_prints_what_the_bundle_prints(
    models: Path, server: str, words: list[str], shape: list[str]
) -> None:
    near = ask(*words, *shape, "--models", models)
    far = ask(*words, *shape, "--server", server)
    assert (near.exit_code, far.exit_code) == (0, 0), far.exception
    assert far.stdout == near.stdout
    assert far.stderr == near.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["recommend", "authors/nobody"],
        ["similar", "nothing"],
        ["similar-authors", "nobody"],
        ["collaborators", "u-ada", "--near", "nothing"],
        ["recommend", "reader", "--list", "Nowhere"],
    ],
)
def test_ask_server_refuses_what_the_bundle_refuses_in_the_same_words(
    models: Path, server: str, words: list[str]
) -> None:
    near = ask(*words, "--models", models)
    far = ask(*words, "--server", server)
    assert isinstance(far.exception, RequestFailed)
    assert str(far.exception) == str(near.exception)
    assert far.stdout == ""


def test_ask_server_that_is_not_there_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # taken, but nobody listens
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        far = ask("recommend", "reader", "--server", address)
    assert isinstance(far.exception, RequestFailed)
    assert f"no answer from {address}" in str(far.exception)
    assert far.stdout == ""
