"""A browser, the pages, and a service behind them, each a process of its own.

In: the small world. Out: `page`, a tab of a browser; `reader`, a user of the world whom no other
test asks about. A tab that asked anybody but the pages, or whose console says that something is
wrong, fails its test.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Response, expect

from recsys.models.model import Model
from tests.host_app import DESKTOP, NO_CHROMIUM, HostApp, chromium, has_chromium, host_app
from tests.worlds import publish_tiny

_PATIENCE_MS = 120_000  # far beyond what a loaded machine takes
expect.set_options(timeout=_PATIENCE_MS)


# By package: an event loop runs as long as the browser does, which other tests could not bear.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    if not has_chromium():
        pytest.skip(NO_CHROMIUM)
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def app(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostApp]:
    """A server of the small world, and the pages over it."""
    models = tmp_path_factory.mktemp("models")
    publish_tiny(models, small_model)
    with host_app(models, "first", "second") as running:
        yield running


@pytest.fixture(scope="package")
def readers(small_model: Model) -> Iterator[str]:
    """Users of the world, each once, those of whom most is known first."""
    ids = small_model.dataset.users.ids.ids
    n_deeds = np.diff(small_model.signals.seen.indptr)
    return (ids[int(row)] for row in np.argsort(-n_deeds, kind="stable"))


@pytest.fixture
def reader(readers: Iterator[str]) -> str:
    """A user whom no other test asks about."""
    return next(readers)


@pytest.fixture
def page(browser: Browser, app: HostApp) -> Iterator[Page]:
    """A tab of its own, as wide as a desktop, in the light."""
    said, asked, missing = list[str](), set[str](), list[str]()

    def look(response: Response) -> None:
        asked.add(response.url.partition("?")[0])
        # A page may be a refusal that the test asks for; what a page is made of is there.
        if response.status >= 400 and response.request.resource_type not in ("document", "fetch"):
            missing.append(response.url)

    with browser.new_context(
        base_url=app.url, viewport=DESKTOP, color_scheme="light", reduced_motion="reduce"
    ) as context:
        context.set_default_timeout(_PATIENCE_MS)
        tab = context.new_page()
        tab.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
        tab.on("pageerror", lambda error: said.append(f"error: {error}"))
        tab.on("requestfailed", lambda request: asked.add(request.url))
        tab.on("response", look)
        yield tab
    wrong = [line for line in said if line.startswith(("error", "warning"))]
    assert [line for line in wrong if "Failed to load resource" not in line] == []
    assert missing == []
    assert [url for url in asked if not url.startswith(f"{app.url}/")] == []
