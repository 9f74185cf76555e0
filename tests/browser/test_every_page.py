"""What holds of every page: it suits everybody, fits a phone, and is reached by keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from recsys.models.model import Model
from tests.host_app import PHONE

# Of each page one; {user}, {paper}, {author} are some of the world.
ADDRESSES = (
    *("/users/{user}", "/papers/{paper}", "/authors/{author}", "/search?q=graph"),
    *("/graph/authors/{author}", "/yours", "/operator", "/nowhere"),
    "/unsubscribe?token=x",
)


@pytest.fixture(params=ADDRESSES)
def address(request: pytest.FixtureRequest, small_model: Model) -> str:
    """The address of a page."""
    data = small_model.dataset
    return str(request.param).format(
        user=data.users.ids.ids[0], paper=data.papers.ids.ids[0], author=data.authors.ids.ids[0]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_suits_everybody_and_fits_a_phone(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size(PHONE)
    page.goto(address)
    for details in page.locator("main summary").all()[:3]:
        details.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_page_is_reached_by_keyboard_past_its_head(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
