"""A PostgreSQL server of the tests' own, from Debian's package or whatever has `initdb`.

In: nothing. Out: `PostgresServer` on a socket in a folder of its own, which can be taken away and
brought back; `SOUGHT` says what was looked for where there is none.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

SOUGHT = "needs PostgreSQL's initdb, on PATH or in /usr/lib/postgresql"


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, None where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    found = Path(on_path).resolve() if on_path else debian[-1] if debian else None
    return None if found is None else found.parent


class PostgresServer:
    """A server that can be started and stopped; nobody else can reach it."""

    def __init__(self, bin_dir: Path, folder: Path) -> None:
        self._bin, self._folder, self._user = bin_dir, folder, _unprivileged()
        if self._user is not None:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run("initdb", "-D", folder / "data", "-A", "trust", "-U", "tests", "--no-sync")

    def start(self) -> None:
        """Start it and wait until it answers."""
        # The machine is not switched off while the tests run: nothing needs to reach the disk.
        options = f"-c listen_addresses='' -c fsync=off -k {self._folder}"
        log = self._folder / "log"
        self._run("pg_ctl", "-D", self._folder / "data", "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """End it at once, as a crash would, and wait until it is gone."""
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "-w", "stop")

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"d{uuid4().hex}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._address(name)

    def _address(self, database: str) -> str:
        return f"postgresql://tests@/{database}?host={self._folder}"

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._bin / program), *map(str, arguments)]
        # The server would hold pipes open for as long as it runs.
        quiet = subprocess.DEVNULL
        subprocess.run(command, cwd="/", user=self._user, stdout=quiet, stderr=quiet, check=True)


@contextmanager
def postgres_server(bin_dir: Path) -> Iterator[PostgresServer]:
    """A running server for the length of a with block."""
    # A socket's path must be short, and its folder open to the user that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        server = PostgresServer(bin_dir, folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _unprivileged() -> str | None:
    """Who to run it as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
