"""The operator's page: from one model to another and back, and who may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from recsys.storage.registry import current
from serving.client import RecsysClient
from serving.guard.key_file import add_key
from serving.guard.keys import new_key
from serving.guard.scopes import Scope
from tests.host_app import PHONE, HostApp, host_app
from tests.worlds import publish_tiny, tiny_model

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models; the newer one is current."""
    folder, model = tmp_path_factory.mktemp("two"), tiny_model()
    for year in (2021, 2022):
        publish_tiny(folder, model, created_at=datetime(year, 1, 1, tzinfo=UTC))
    return folder


@pytest.fixture(scope="module")
def app(models: Path) -> Iterator[HostApp]:
    """A server of them that asks nobody for a key, and its pages."""
    with host_app(models, "reader") as running:
        yield running


def served(app: HostApp) -> str:
    """The model that answers."""
    with RecsysClient(app.server) as client:
        return client.recommend_papers("users/reader", k=1).model


def test_operator_rolls_back_and_forth(page: Page, app: HostApp, models: Path) -> None:
    newer = served(app)
    page.goto("/users/reader")
    page.get_by_role("link", name="For operators").click()
    back = page.get_by_role("link", name="Go back to")
    older = back.inner_text().removeprefix("Go back to ")
    assert older < newer
    back.click()
    expect(
        page.get_by_role("heading", name=f"Serve this model instead of {newer}?")
    ).to_be_visible()
    assert served(app) == newer
    page.get_by_role("button", name="Serve this model").click()
    expect(page.get_by_role("status")).to_have_text(
        f"{older} is served now; before, it was {newer}."
    )
    assert served(app) == older == current(models)
    page.get_by_role("link", name=f"Go back to {newer}").press("Enter")
    page.get_by_role("button", name="Serve this model").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"{newer} is served now")
    assert served(app) == newer


def test_operator_sees_live_figures_of_the_last_moments(page: Page, app: HostApp) -> None:
    page.goto("/operator")
    for _ in range(4):
        served(app)
    page.reload()
    live = page.get_by_role("region", name="Methods").get_by_role("row", name="RecommendPapers")
    expect(live.get_by_role("cell").first).to_have_text(re.compile(r"^([4-9]|\d\d+)$"))
    expect(page.get_by_text(re.compile(r"In the last \d+ seconds"))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_operator_page_suits_everybody_and_fits_a_phone(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size(PHONE)
    page.goto("/operator")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="Go back to").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_operator_needs_a_key_where_the_server_asks_for_one(
    browser: Browser, models: Path, tmp_path: Path
) -> None:
    keys, texts = tmp_path / "keys.jsonl", dict[Scope, str]()
    for scope in (Scope.READ, Scope.OPERATOR):
        texts[scope], kept = new_key([scope], now=NOW)
        add_key(keys, kept)
    with host_app(models, keys=keys) as app:
        for password, status, told in (
            ("nobody's", 401, "is no API key of the service"),
            (texts[Scope.READ], 401, "it needs the scope"),
            (texts[Scope.OPERATOR], 200, "Go back to"),
        ):
            signed = {"username": "operator", "password": password}
            with browser.new_context(base_url=app.url, http_credentials=signed) as context:
                page = context.new_page()
                answer = page.goto("/operator")
                assert answer is not None
                assert answer.status == status
                expect(page.locator("main")).to_contain_text(told)
