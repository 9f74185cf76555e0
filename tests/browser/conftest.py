"""A browser, the pages, and a service behind them, each a process of its own.

In: the small world. Out: `page`, a tab of a browser of its own; `reader`, a user of the world that
no other test has touched. A tab that asked anybody but the pages, or whose console says that
something is wrong, fails its test.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from recsys.models.model import Model
from tests.e2e.server_process import server_process
from tests.worlds import publish_tiny

COMMAND = (sys.executable, "-m", "recsys")
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1200, "height": 900}


@dataclass(frozen=True)
class Pages:
    """Where the pages are, and the server that they ask."""

    url: str
    server: str


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium is here to look at the pages (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program)
        yield started
        started.close()


@pytest.fixture(scope="package")
def pages(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """A server of the small world, and the pages over it."""
    models = tmp_path_factory.mktemp("models")
    publish_tiny(models, small_model)
    serve = [*COMMAND, "serve", "--models", str(models), "--listen", "127.0.0.1:0"]
    with server_process(serve) as server:
        address = server.await_address()
        web = [*COMMAND, "web", "--server", address, "--listen", "127.0.0.1:0"]
        with server_process([*web, "--user", "first", "--user", "second"]) as site:
            yield Pages(site.await_address().rstrip("/"), address)


@pytest.fixture(scope="package")
def readers(small_model: Model) -> Iterator[str]:
    """Users of the world of whom most is known, each once."""
    ids = small_model.dataset.users.ids.ids
    n_deeds = np.diff(small_model.signals.seen.indptr)
    return (ids[int(row)] for row in np.argsort(-n_deeds, kind="stable"))


@pytest.fixture
def reader(readers: Iterator[str]) -> str:
    """A user whom no other test asks about."""
    return next(readers)


@pytest.fixture
def page(browser: Browser, pages: Pages) -> Iterator[Page]:
    """A tab of its own, as wide as a desktop, in the light."""
    with browser.new_context(
        base_url=pages.url, viewport=DESKTOP, color_scheme="light", reduced_motion="reduce"
    ) as context:
        tab = context.new_page()
        said, asked = list[str](), set[str]()
        tab.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: asked.add(request.url.partition("?")[0]))
        yield tab
        assert [line for line in said if not line.startswith(("log", "info"))] == []
        assert [url for url in asked if not url.startswith(pages.url)] == []
