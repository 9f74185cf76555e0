"""The demo as people run it: what it shows, what it leaves behind, how it ends."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from recsys.errors import BadInput
from recsys.storage.dataset_folder import read_tables
from recsys.storage.registry import versions
from tests.e2e.command_line import PLAIN, RECSYS, json_line, recsys_here
from tests.unit import pages as saved
from training.commands.demo import propose
from training.demo.cast import choose_cast
from training.demo.children import StepFailed, run, serving
from training.demo.folder import DemoFolder
from training.world.make import make_world

pytestmark = pytest.mark.timeout(180)


@dataclass(frozen=True)
class Tour:
    """A demo that keeps serving, and what it printed until then."""

    process: subprocess.Popen[str]
    folder: DemoFolder
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """The second demo in its folder: an earlier model, a log and somebody's notes lie there."""
    folder, log = DemoFolder(tmp_path_factory.mktemp("tour") / "demo"), tmp_path_factory.mktemp("e")
    folder.clear()
    folder.models.mkdir()
    (folder.models / "old").touch()
    (folder.path / "my notes.txt").write_text("keep me")
    words = ("demo", "--keep-serving", "--dir", str(folder.path), "--scale", "0.03")
    with (
        (log / "stderr").open("w") as errors,
        subprocess.Popen(
            [*RECSYS, *words],
            env={**os.environ, **PLAIN},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        lines = []
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            if line.startswith("README.md"):
                break
        try:
            yield Tour(process, folder, "".join(lines), (log / "stderr").read_text())
        finally:
            process.terminate()


def proposed(output: str) -> list[list[str]]:
    """The words behind `recsys` of each command under "Try next"."""
    _, _, after = output.partition("Try next:\n")
    commands = [line for line in after.splitlines() if line.startswith("  ")]
    return [shlex.split(re.split(r"recsys ", line)[1]) for line in commands]


def is_open(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_demo_shows_the_whole_way(tour: Tour) -> None:
    for command in (
        "world",
        "train",
        "serve",
        "recommend",
        "collaborators",
        "list",
        "events",
        "web",
    ):
        assert f"recsys {command} " in tour.stderr
    asked = re.findall(r"For (\S+)", tour.stdout)
    assert [name.partition("/")[0] for name in asked[:3]] == ["users", "users", "authors"]
    assert asked[0] == asked[1]
    assert asked[-1] == "users/newcomer"
    assert "3 written, 0 there before" in tour.stdout
    for shown in ("personalised", "folded_in", "papers/p0", "authors/a0", "close to", "about"):
        assert shown in tour.stdout
    assert re.search(r"wrote \d+ papers,\s+follows \d+ people", tour.stderr)


def test_demo_replaces_what_it_made_and_nothing_else(tour: Tour) -> None:
    assert len(versions(tour.folder.models)) == 1
    assert not (tour.folder.models / "old").exists()
    assert (tour.folder.path / "my notes.txt").read_text() == "keep me"


def test_demo_proposes_commands_that_work_on_its_models(
    tour: Tour, capsys: pytest.CaptureFixture[str]
) -> None:
    propose(tour.folder, choose_cast(read_tables(tour.folder.world)[0]), None)
    commands = proposed(capsys.readouterr().out)
    assert commands.pop() == ["demo", "--keep-serving"]
    for words in commands:
        assert answers(words)


def test_demo_keep_serving_answers_until_ctrl_c(tour: Tour) -> None:
    commands = proposed(tour.stdout)
    assert [words[0] for words in commands] == [
        *("recommend", "recommend", "collaborators", "similar", "list")
    ]
    for words in commands:
        assert answers(words)
    (address,) = {words[words.index("--server") + 1] for words in commands}
    assert f"listens on {address}" in tour.stderr
    (pages,) = re.findall(r"They are at (http://\S+)", tour.stderr)
    with urlopen(pages) as page:  # noqa: S310 - on the loopback
        assert b"Papers for you" in page.read()
    # A shell that runs the tests in the background has them ignore Ctrl-C.
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    tour.process.send_signal(signal.SIGINT if heard else signal.SIGTERM)
    assert tour.process.wait(60) == 0
    assert not is_open(address)
    assert not is_open(pages.removeprefix("http://").rstrip("/"))


def answers(words: list[str]) -> bool:
    done = recsys_here(*words)
    assert done.returncode == 0, done.stderr
    return len(done.stdout.splitlines()) > 5 or bool(json_line(done)["results"])


def test_demo_in_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine").write_text("precious")
    with pytest.raises(BadInput, match="was not made by a demo"):
        DemoFolder(tmp_path).clear()
    refused = recsys_here("demo", "--dir", tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "name another with --dir" in refused.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["models", "mine"]


@pytest.mark.parametrize("seed", range(3))
def test_cast_is_somebody_of_whom_everything_is_known(seed: int) -> None:
    tables = make_world(seed, scale=0.1)
    cast = choose_cast(tables)
    claimed = tables.users.set_index("user_id")["author_id"]
    assert claimed[cast.user_id] in set(tables.authorships["author_id"])
    assert cast.user_id in set(tables.follows["user_id"])
    assert cast.user_id in set(tables.interactions["user_id"])
    assert cast.unclaimed_id not in set(claimed)
    assert cast.unclaimed_id in set(tables.authorships["author_id"])
    assert cast.paper_id in set(tables.papers["paper_id"])
    assert choose_cast(make_world(seed, scale=0.1)) == cast


def test_step_that_fails_is_named_and_its_output_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StepFailed, match=r"step `recsys train` failed with exit code 1"):
        run("train", tmp_path / "nowhere", "--models", tmp_path / "models")
    assert "nowhere is not a folder" in capfd.readouterr().err


def test_server_that_does_not_come_up_is_told_with_its_log(tmp_path: Path) -> None:
    with (
        pytest.raises(StepFailed, match="holds no model; `recsys train") as failed,
        serving("serve", "--models", tmp_path, log=tmp_path / "log"),
    ):
        pytest.fail("it is not up")
    assert "step `recsys serve` failed" in str(failed.value)


def test_server_is_stopped_whatever_happens_to_the_tour(tmp_path: Path, tour: Tour) -> None:
    words = ("serve", "--models", tour.folder.models, "--listen", "127.0.0.1:0")
    with suppress(KeyboardInterrupt), serving(*words, log=tmp_path / "log") as server:
        assert is_open(server.address)
        raise KeyboardInterrupt
    assert not is_open(server.address)
    assert '"event": "stopping"' in (tmp_path / "log").read_text()
    with pytest.raises(StepFailed, match="ended unasked"):
        server.wait_for_end()


def test_demo_of_saved_pages_shows_their_profiles(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("PROFILE", "AUTHOR", "PAPER_LIST", "LISTING"):
        (pages / f"{name.lower()}.txt").write_text(getattr(saved, name), encoding="utf-8")
    (pages / "README.md").write_text("Not one of the pages.")
    shown = recsys_here("demo", "--pages", pages, "--dir", tmp_path / "demo")
    assert shown.returncode == 0, shown.stderr
    assert "recsys import pages " in shown.stderr
    assert "README.md --out" not in shown.stderr
    assert re.search(r"http://127.0.0.1:\d+/authors/dana-odegard\b", shown.stderr)
    assert "recsys recommend authors/dana-odegard " in shown.stderr
    assert "recsys recommend newcomer " in shown.stderr
    assert "recsys collaborators" not in shown.stderr  # nobody has an account


def test_demo_of_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    refused = recsys_here("demo", "--pages", tmp_path, "--dir", tmp_path / "demo")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "holds no saved pages" in refused.stderr
    assert not (tmp_path / "demo").exists()
