"""The project's own commands as child processes: those that end, and servers that stay.

In: words of the command line. Out: their effects; their output goes where this process writes.
`StepFailed` names the step and says what came out of it.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select
from types import FrameType
from typing import Any

from recsys.errors import RecsysError

_START_S, _STOP_S = 60.0, 20.0
_READY = "listening on "
_LAST_LINES = 20


class StepFailed(RecsysError):
    """A command of the tour did not do what it should have done."""


def run(*words: object) -> None:
    """Run `recsys` with these words to its end, its output in plain sight.

    Raises
    ------
    StepFailed
        It ended with another exit code than 0.
    """
    done = subprocess.run(_command(words), env=_environment(), check=False)  # noqa: S603
    if done.returncode:
        raise StepFailed(
            f"the step `recsys {words[0]}` failed with exit code {done.returncode}, "
            f"as it says above; the whole command: {shown(*words)}"
        )


class Server:
    """A running `recsys serve` or `recsys web`.

    Attributes
    ----------
    address : str
        HOST:PORT, or the URL of pages; "" until it is ready.
    """

    def __init__(self, name: object, process: subprocess.Popen[str], log: Path) -> None:
        self._name, self._process, self._log = name, process, log
        self.address = ""

    def wait_until_ready(self) -> None:
        """Wait for the line that says where it listens; raises StepFailed where none comes."""
        out = self._process.stdout
        line = out.readline() if out and select([out], [], [], _START_S)[0] else ""
        if not line.startswith(_READY):
            self.stop()
            raise self._failed("did not come up")
        self.address = line.removeprefix(_READY).strip()

    def logged(self, event: str) -> dict[str, Any]:
        """What its log has told of an event; raises StepFailed where that is nothing."""
        for line in self._log.read_text(encoding="utf-8").splitlines():
            told = json.loads(line) if line.startswith("{") else {}
            if told.get("event") == event:
                return told
        raise self._failed(f"told nothing of {event}")

    def wait_for_end(self) -> None:
        """Wait for an end that nobody asked for, and raise StepFailed then."""
        self._process.wait()
        raise self._failed("ended unasked")

    def stop(self) -> None:
        """End it, and be sure of that."""
        self._process.terminate()
        try:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_S)
        finally:
            # Whatever comes in between, a second Ctrl-C too, it must not outlive the demo.
            self._process.kill()

    def _failed(self, how: str) -> StepFailed:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        last = "\n".join(lines[-_LAST_LINES:]) or "nothing"
        return StepFailed(
            f"the step `recsys {self._name}` failed: the server {how} "
            f"(exit code {self._process.returncode}); {self._log} says:\n{last}"
        )


@contextmanager
def serving(*words: object, log: Path) -> Iterator[Server]:
    """A server for the length of a with block, ready when it begins.

    Raises
    ------
    StepFailed
        It does not come up.
    """
    with (
        log.open("w", encoding="utf-8") as errors,
        # In a group of its own, a Ctrl-C reaches it by way of `stop` only.
        subprocess.Popen(  # noqa: S603
            _command(words),
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            process_group=0,
        ) as process,
    ):
        server = Server(words[0], process, log)
        try:
            server.wait_until_ready()
            yield server
        finally:
            server.stop()


@contextmanager
def stopped_like_by_ctrl_c() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end a with block as Ctrl-C does: by KeyboardInterrupt."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # nohup
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def shown(*words: object) -> str:
    """A command as somebody would type it here."""
    script, on_path = Path(sys.executable).with_name("recsys"), shutil.which("recsys")
    if on_path and Path(on_path).resolve() == script.resolve():
        start = "recsys"
    elif script.exists():
        here = script.is_relative_to(Path.cwd())
        start = str(script.relative_to(Path.cwd()) if here else script)
    else:
        start = f"{sys.executable} -m recsys"
    return f"{start} {shlex.join(map(str, words))}"


def _command(words: tuple[object, ...]) -> list[str]:
    # -P: a file of the folder in which somebody types must not pass for a module.
    return [sys.executable, "-P", "-m", "recsys", *map(str, words)]


def _environment() -> dict[str, str]:
    # More threads of linear algebra slow down small problems.
    return {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **os.environ}
