"""The operator's pages without a browser: who is let in, what is told, what changes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from recsys.storage.registry import current
from recsys.storage.state import beside, open_state
from serving.guard.key_file import add_key
from serving.guard.keys import new_key
from serving.guard.scopes import Scope
from serving.rpc.model_follower import ModelFollower
from serving.rpc.model_holder import ModelHolder, load_served
from serving.rpc.server import RpcServer
from serving.watch.calls import Watch
from serving.web.meter import Meter
from tests.browsing import Browsing, browsing
from tests.served import SIGNER, settings
from tests.worlds import publish_tiny, tiny_model

NOW = datetime.now(UTC)


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, ...]:
    """Two models in tmp_path, oldest first; the newer one is current."""
    model = tiny_model()
    years = (2021, 2022)
    made = (datetime(year, 1, 1, tzinfo=UTC) for year in years)
    return tuple(publish_tiny(tmp_path, model, created_at=moment) for moment in made)


@contextmanager
def pages(
    models: Path, keys: Path | None = None, meter: Meter | None = None, *, alone: bool = True
) -> Iterator[Browsing]:
    """The pages over a server of these models."""
    follower = ModelFollower(models, ModelHolder(), partial(load_served, models))
    follower.start()
    asked = {} if keys is None else {"api_key_file": keys}
    with open_state(beside(models)) as state:
        server = RpcServer(settings(**asked), follower, SIGNER, Watch(), state)
        address = f"127.0.0.1:{server.listen('127.0.0.1:0')}"
        with browsing(address, meter=meter, alone=alone) as (site, _):
            yield site
        server.stop()


@pytest.fixture
def key(tmp_path: Path) -> Callable[[Scope], str]:
    """Makes keys of the server: scope -> the word to send as HTTP Basic."""

    def make(scope: Scope) -> str:
        text, kept = new_key([scope], now=NOW)
        add_key(tmp_path / "keys.jsonl", kept)
        return basic(text)

    return make


def basic(password: str) -> str:
    return "Basic " + b64encode(f"operator:{password}".encode()).decode()


def test_operator_page_lists_models_with_quality_and_the_way_back(
    tmp_path: Path, versions: tuple[str, ...]
):
    with pages(tmp_path) as site:
        told = site.get("/operator")
    assert told.status == 200
    assert told.headers["cache-control"] == "no-store"
    assert "papers.recall@20" in told.text
    assert "0.500" in told.text
    assert f"Go back to {versions[0]}" in told.text
    assert "Nobody said where the server shows its metrics" in told.text


def test_operator_page_says_where_metrics_cannot_be_read(tmp_path: Path, versions: tuple[str, ...]):
    assert versions
    with pages(tmp_path, meter=Meter("127.0.0.1:1")) as site:
        assert "The metrics at 127.0.0.1:1 cannot be read" in site.get("/operator").text


def test_operator_rolls_back_after_a_page_that_asks(tmp_path: Path, versions: tuple[str, ...]):
    with pages(tmp_path) as site:
        address = f"/operator/models/{versions[0]}"
        question = site.get(address)
        assert f"instead of {versions[1]}?" in question.text
        assert current(tmp_path) == versions[1]
        done = site.post(address, {})
        assert done.status == 303
        assert current(tmp_path) == versions[0]
        shown = site.get(done.headers["location"]).text
        assert f"{versions[0]} is served now; before, it was {versions[1]}." in shown
        assert f"Go back to {versions[1]}" in shown
        assert "is served now" not in site.get(f"/operator?served={versions[1]}").text


def test_operator_is_told_why_a_model_is_refused(tmp_path: Path, versions: tuple[str, ...]):
    array = tmp_path / versions[0] / "arrays/text.idf.npy"
    array.write_bytes(array.read_bytes()[:-1] + b"!")
    with pages(tmp_path) as site:
        refused = site.post(f"/operator/models/{versions[0]}", {})
    assert refused.status == 409
    assert "It was refused, and nothing has changed" in refused.text
    assert current(tmp_path) == versions[1]


def test_operator_asks_for_a_model_that_is_not_there(tmp_path: Path, versions: tuple[str, ...]):
    assert versions
    with pages(tmp_path) as site:
        for answer in (
            site.get("/operator/models/20200101T000000Z-00000000"),
            site.post("/operator/models/20200101T000000Z-00000000", {}),
        ):
            assert answer.status == 404


def test_operator_of_a_server_with_keys_is_asked_for_one(
    tmp_path: Path, versions: tuple[str, ...], key: Callable[[Scope], str]
):
    good = key(Scope.OPERATOR)
    with pages(tmp_path, tmp_path / "keys.jsonl") as site:
        asked = site.get("/operator")
        assert asked.status == 401
        assert asked.headers["www-authenticate"].startswith("Basic ")
        assert "an API key with the scope" in asked.text
        assert versions[0] not in asked.text
        assert site.get("/operator", Authorization=good).status == 200
        done = site.post(f"/operator/models/{versions[0]}", {}, Authorization=good)
        assert done.status == 303
    assert current(tmp_path) == versions[0]


def test_operator_with_a_wrong_key_is_refused_and_told_why(
    tmp_path: Path, versions: tuple[str, ...], key: Callable[[Scope], str]
):
    reader = key(Scope.READ)
    cases = {
        basic("nobody's"): "is no API key of the service",
        basic("späti"): "Sign in",
        reader: "it needs the scope",
        "Basic !": "Sign in",
        "Bearer x": "Sign in",
    }
    with pages(tmp_path, tmp_path / "keys.jsonl") as site:
        for word, advice in cases.items():
            for answer in (
                site.get("/operator", Authorization=word),
                site.post(f"/operator/models/{versions[0]}", {}, Authorization=word),
            ):
                assert answer.status == 401
                assert advice in answer.text
    assert current(tmp_path) == versions[1]


def test_operator_form_of_another_site_changes_nothing(tmp_path: Path, versions: tuple[str, ...]):
    with pages(tmp_path) as site:
        sent = site.post(f"/operator/models/{versions[0]}", {}, Origin="http://elsewhere.example")
    assert sent.status == 403
    assert current(tmp_path) == versions[1]


def test_operator_page_that_others_reach_is_closed_without_keys(
    tmp_path: Path, versions: tuple[str, ...], key: Callable[[Scope], str]
):
    good = key(Scope.OPERATOR)
    with pages(tmp_path, alone=False) as site:
        closed = site.get("/operator", Authorization=good)
        assert closed.status == 403
        assert "asks nobody for a key" in closed.text
        assert site.post(f"/operator/models/{versions[0]}", {}).status == 403
    assert current(tmp_path) == versions[1]
    with pages(tmp_path, tmp_path / "keys.jsonl", alone=False) as site:
        assert site.get("/operator", Authorization=good).status == 200
