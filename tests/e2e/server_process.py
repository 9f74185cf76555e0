"""A server in a process of its own, watched through what it prints.

In: a command. Out: `ServerProcess`, whose waits end when the line they wait for is printed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180.0  # far beyond what a loaded machine takes

Event = dict[str, Any]


class ServerProcess:
    """Collects the lines of both streams as they come."""

    def __init__(self, command: list[str]) -> None:
        # The tests run with one thread of linear algebra; the server has to see to that itself.
        environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._printed, self._logged, self._changed = list[str](), list[str](), threading.Condition()
        streams = ((self._process.stdout, self._printed), (self._process.stderr, self._logged))
        self._readers = [
            threading.Thread(target=self._collect, args=pair, daemon=True) for pair in streams
        ]
        for reader in self._readers:
            reader.start()

    @property
    def logged(self) -> str:
        """All of stderr so far."""
        with self._changed:
            return "".join(self._logged)

    @property
    def printed(self) -> str:
        """All of stdout so far."""
        with self._changed:
            return "".join(self._printed)

    def events(self, name: str) -> list[Event]:
        """The log lines of one event, in order."""
        parsed = (json.loads(line) for line in self.logged.splitlines() if line.startswith("{"))
        return [event for event in parsed if event["event"] == name]

    def await_events(self, name: str, count: int = 1) -> list[Event]:
        """Wait until an event was logged so often."""
        self._await(lambda: len(self.events(name)) >= count, f"{count} x {name!r}")
        return self.events(name)

    def await_address(self) -> str:
        """Wait for the line that says where it listens, when it is ready."""
        self._await(lambda: "\n" in self.printed, "the line on stdout")
        return self.printed.splitlines()[0].removeprefix("listening on ")

    def send(self, number: signal.Signals) -> None:
        """Send the parent process a signal."""
        self._process.send_signal(number)

    def await_end(self) -> int:
        """Wait until it has ended; its exit code."""
        code = self._process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        return code

    def is_over(self) -> bool:
        """Whether it has ended, and its workers too: nobody holds its streams any more."""
        return not any(reader.is_alive() for reader in self._readers)

    def kill(self) -> None:
        """End it, whatever it does; its workers end when it is gone."""
        self._process.kill()
        self.await_end()

    def _collect(self, stream: IO[str], lines: list[str]) -> None:
        for line in stream:
            with self._changed:
                lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def _await(self, happened: Callable[[], bool], what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: happened() or self.is_over(), PATIENCE_S):
                raise TimeoutError(f"waited in vain for {what}:\n{''.join(self._logged)}")
            if not happened():
                raise AssertionError(f"ended before {what}:\n{''.join(self._logged)}")


@contextmanager
def server_process(command: list[str]) -> Iterator[ServerProcess]:
    """Run a server for as long as the test runs."""
    server = ServerProcess(command)
    try:
        yield server
    finally:
        server.kill()


def is_alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
