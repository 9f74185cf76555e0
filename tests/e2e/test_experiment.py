"""Two models side by side in two workers: each user stays on one side, and both are compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from recsys.data.events import Event
from recsys.data.resource_names import resource_id
from recsys.storage.registry import versions
from serving.client import RecsysClient
from serving.config import Experiment
from serving.rpc.split import arm_of
from tests.e2e.command_line import RECSYS, json_line, recsys, recsys_here
from tests.e2e.server_process import ServerProcess, server_process
from tests.events import NOW
from tests.worlds import CREATED, publish_tiny

USERS = [f"user-{number}" for number in range(12)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions, of which the newer one is current, and settings with an experiment."""
    folder = tmp_path_factory.mktemp("experiment")
    other = publish_tiny(folder / "models")
    publish_tiny(folder / "models", created_at=CREATED + timedelta(days=1))
    write_settings(folder, other)
    return folder


def write_settings(folder: Path, version: str) -> None:
    lines = ["[experiment]", 'name = "spring"', f'model = "{version}"', "share = 0.5"]
    (folder / "serve.toml").write_text("\n".join(lines))


def words_of(folder: Path) -> list[str]:
    where = ["--models", str(folder / "models"), "--config", str(folder / "serve.toml")]
    return ["serve", *where, "--listen", "127.0.0.1:0", "--workers", "2"]


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[ServerProcess]:
    with server_process([*RECSYS, *words_of(folder)]) as server:
        server.await_address()
        yield server


def test_experiment_keeps_users_on_their_side_and_the_evaluation_compares_both(
    server: ServerProcess, folder: Path
) -> None:
    spring = Experiment(name="spring", model="any", share=0.5)
    sides = {user: f"spring/{arm_of(spring, user)}" for user in USERS}
    answered: dict[str, set[str]] = {"spring/control": set(), "spring/treatment": set()}
    for user in USERS:
        for _ in range(3):  # each connection may get to the other worker
            with RecsysClient(server.await_address(), deadline_s=60) as client:
                listing = client.recommend_papers(f"users/{user}", k=2)
                rest = client.recommend_papers(
                    f"users/{user}", k=2, page_token=listing.next_page_token
                )
                answered[sides[user]] |= {listing.model, rest.model}
                client.feedback.shown(user, listing, NOW)
        name = listing.results[0].id
        if sides[user] == "spring/treatment":
            paper_id = resource_id(name, "papers")
            click = Event(f"click of {user}", user, "open", NOW, paper_id=paper_id)
            with RecsysClient(server.await_address(), deadline_s=60) as client:
                client.feedback.write([click], listing.token_of(name))
    older, newer = versions(folder / "models")
    assert answered == {"spring/control": {newer}, "spring/treatment": {older}}
    logged = [call for call in server.events("call") if call["method"].endswith("/RecommendPapers")]
    assert {(call["arm"], call["model"]) for call in logged} == {
        ("spring/control", f"models/{newer}"),
        ("spring/treatment", f"models/{older}"),
    }
    state = f"sqlite:///{folder / 'models' / 'state.db'}"
    told = json_line(recsys_here("evaluate", "online", "--state", state, "--json", "-"))
    found = {one["value"]: one for one in told["rates"] if one["by"] == "arm"}
    n_treated = sum(side == "spring/treatment" for side in sides.values())
    assert 0 < n_treated < len(USERS)
    assert found["spring/treatment"]["shown"] == 6 * n_treated
    assert found["spring/treatment"]["click_rate"]["value"] == pytest.approx(1 / 6)
    assert found["spring/control"]["shown"] == 6 * (len(USERS) - n_treated)
    assert found["spring/control"]["click_rate"]["value"] == 0.0


def test_experiment_with_a_version_that_is_not_there_is_refused_at_the_start(
    folder: Path, tmp_path: Path
) -> None:
    write_settings(tmp_path, "20200101T000000Z-00000000")
    (tmp_path / "models").symlink_to(folder / "models")
    done = recsys(*words_of(tmp_path))
    assert done.returncode == 1
    assert "there is no model '20200101T000000Z-00000000'" in done.stderr.splitlines()[-1]
    assert done.stdout == ""
