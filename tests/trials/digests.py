"""A round of digests that is killed again and again: does everybody get one, and nobody two?

In: how often, and a seed. Out: how many mails there are, and what must never be: somebody left
out, somebody with two, a mail that a later run changed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from recsys.storage.bundle import publish
from recsys.storage.state import open_state
from recsys.storage.state.subscribers import Subscriber
from tests.e2e.command_line import PLAIN, RECSYS
from tests.small import small_run

_PERIOD, _AS_OF = "weekly/2026-W01", "2025-12-31"
_PATIENCE_S = 120.0


@dataclass
class Fate:
    """What became of the mails.

    Attributes
    ----------
    subscribers, mails, kills : int
    left_out, twice : list of str
        Ids of users of whom the state does not say that they got theirs, and those with two mails.
    changed : list of str
        Files that a later run wrote anew, and otherwise than before.
    """

    subscribers: int = 0
    mails: int = 0
    kills: int = 0
    left_out: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def as_promised(self) -> bool:
        return not (self.left_out or self.twice or self.changed) and self.mails == self.subscribers


def killed_rounds(folder: Path, n_kills: int, seed: int) -> Fate:
    """Kill a round so many times, each after a few more mails, then let it end; judge the mails."""
    rng, url, out = Random(seed), f"sqlite:///{folder / 'state.db'}", folder / "out"  # noqa: S311
    ids = _prepare(folder, url)
    command = [*RECSYS, "digest", "--models", str(folder / "models"), "--state", url]
    command += ["--period", "weekly", "--as-of", _AS_OF, "--out", str(out), "--least-chance", "0"]
    fate, seen = Fate(subscribers=len(ids)), dict[str, bytes]()
    most = max(1, len(ids) // (n_kills + 1))  # mails in one life
    for _ in range(n_kills):
        _kill_after(command, out, rng.randint(1, most), rng.random() * 0.05)
        fate.kills += 1
        _compare(out, seen, fate)
    subprocess.run(command, env={**os.environ, **PLAIN}, check=True, capture_output=True)
    _compare(out, seen, fate)
    fate.mails = len(seen)
    with open_state(url) as state:
        stored = state.digests.of_period(_PERIOD)
    fate.left_out = [one for one in ids if one not in stored or not stored[one].sent_time]
    to = [_recipient(content) for content in seen.values()]
    fate.twice = sorted({one for one in to if to.count(one) > 1})
    return fate


def _prepare(folder: Path, url: str) -> list[str]:
    trained = small_run()
    created = datetime(2026, 1, 1, tzinfo=UTC)
    publish(
        folder / "models",
        trained.model,
        created_at=created,
        settings={},
        seed=1,
        metrics=trained.metrics,
        signals={},
    )
    ids = list(trained.model.dataset.users.ids)
    with open_state(url) as state:
        state.subscribers.put(Subscriber(id_, f"{id_}@example.org") for id_ in ids)
    return ids


def _kill_after(command: list[str], out: Path, n: int, pause_s: float) -> None:
    """Start a round, and kill it some time after n more mails are there."""
    wanted, until = _n_mails(out) + n, time.monotonic() + _PATIENCE_S
    with subprocess.Popen(
        command,
        env={**os.environ, **PLAIN},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None and _n_mails(out) < wanted and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(pause_s)
        process.send_signal(signal.SIGKILL)


def _n_mails(out: Path) -> int:
    return len([*out.glob("*.eml")])


def _compare(out: Path, seen: dict[str, bytes], fate: Fate) -> None:
    """Whole mails stay as they were first seen; what was half written has another name."""
    for path in out.glob("*.eml"):
        content = path.read_bytes()
        if seen.setdefault(path.name, content) != content:
            fate.changed.append(path.name)


def _recipient(content: bytes) -> str:
    (line,) = (x for x in content.decode("ascii").split("\r\n") if x.startswith("To: "))
    return line.removeprefix("To: ")


def digests(
    count: Annotated[int, typer.Option(min=1, help="How often the round is killed.")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed kills after the same mails.")] = 0,
) -> None:
    """Kill a round of digests, and count who got one."""
    with tempfile.TemporaryDirectory() as folder:
        fate = killed_rounds(Path(folder), count, seed)
    typer.echo(f"{fate.kills} kills, {fate.mails} mails for {fate.subscribers} subscribers")
    typer.echo(f"left out {fate.left_out}, twice {fate.twice}, changed {fate.changed}")
    raise typer.Exit(code=0 if fate.as_promised else 1)
