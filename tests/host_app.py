"""The host app as people run it: `recsys serve`, `recsys web` over it, and a browser.

In: a folder of models. Out: where both listen, for the length of a with block; chromium, where it
is installed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.server_process import server_process

NO_CHROMIUM = "no chromium is here to look at the pages (Debian: apt-get install chromium)"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1200, "height": 900}
_FREE_PORT = "127.0.0.1:0"
_RECSYS = (sys.executable, "-m", "recsys")


@dataclass(frozen=True)
class HostApp:
    """Where the pages are (a URL without a slash at its end), and the server that they ask."""

    url: str
    server: str


@contextmanager
def host_app(models: Path, *users: str, keys: Path | None = None) -> Iterator[HostApp]:
    """Serve the current model, and pages over it that offer these users.

    Parameters
    ----------
    keys : Path or None
        Where the server's API keys are, where it asks for them.
    """
    serve = ["serve", "--models", str(models), "--listen", _FREE_PORT, "--metrics", _FREE_PORT]
    asked = [] if keys is None else ["--api-key-file", str(keys)]
    with server_process([*_RECSYS, *serve, *asked]) as server:
        address = server.await_address()
        metrics = server.await_events("metrics")[0]["address"]
        web = ["web", "--server", address, "--listen", _FREE_PORT, "--metrics", metrics]
        offered = [f"--user={user}" for user in users]
        with server_process([*_RECSYS, *web, *offered]) as pages:
            yield HostApp(pages.await_address().rstrip("/"), address)


def has_chromium() -> bool:
    """Whether there is a browser to look at the pages with."""
    return shutil.which("chromium") is not None


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()
