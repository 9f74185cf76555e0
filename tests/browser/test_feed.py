"""The personal feed, as somebody uses it."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import Browser, Page, expect

from recsys.ranking.filters import ANY_PAPER, PaperFilter
from serving.client import RecsysClient
from tests.host_app import HostApp


def names(page: Page) -> list[str]:
    """The papers that stand on the page, by resource name."""
    lines = page.locator(".papers > .paper")
    return lines.evaluate_all("lines => lines.map(line => line.dataset.name)")


def feed_of(app: HostApp, reader: str, k: int = 20, keep: PaperFilter = ANY_PAPER) -> list[str]:
    """What the service itself ranks now."""
    with RecsysClient(app.server) as client:
        listing = client.recommend_papers(f"users/{reader}", k=k, keep=keep)
    return [one.id for one in listing.results]


def test_feed_is_what_the_service_ranks(page: Page, app: HostApp, reader: str) -> None:
    page.goto(f"/users/{reader}")
    assert names(page)[:20] == feed_of(app, reader)


def test_save_and_dismiss_change_the_feed_below_at_once(
    page: Page, app: HostApp, reader: str
) -> None:
    page.goto(f"/users/{reader}")
    first, second = (page.locator(".paper").nth(place) for place in (0, 1))
    saved, place = names(page)[0], first.locator("h2").bounding_box()
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("status")).to_contain_text("Saved.")
    assert first.locator("h2").bounding_box() == place
    ranked = feed_of(app, reader)
    assert saved not in ranked
    assert names(page)[:20] == [saved, *ranked[:19]]
    second.get_by_role("button", name="Dismiss").click()
    expect(second.get_by_role("status")).to_contain_text("Dismissed")
    assert ranked[0] not in feed_of(app, reader)
    assert names(page)[:20] == [saved, ranked[0], *feed_of(app, reader)[:18]]


def test_dismiss_is_taken_back_by_undo_where_it_was_done(
    page: Page, app: HostApp, reader: str
) -> None:
    page.goto(f"/users/{reader}")
    before, third = names(page)[:20], page.locator(".paper").nth(2)
    place = third.evaluate("line => line.offsetTop")
    for _ in range(2):
        third.get_by_role("button", name="Dismiss").click()
        undo = third.get_by_role("button", name="Undo")
        expect(undo).to_be_focused()
        assert before[2] not in feed_of(app, reader)
        undo.press("Enter")
        expect(third.get_by_role("status")).to_have_text("Taken back.")
        expect(third.get_by_role("button", name="Save")).to_be_focused()
        assert names(page)[:20] == before
        assert third.evaluate("line => line.offsetTop") == place


def test_feed_goes_on_to_its_end_without_repeats(page: Page, app: HostApp, reader: str) -> None:
    page.goto(f"/users/{reader}")
    more = page.locator(".more")
    while more.count():
        n_before = len(names(page))
        page.keyboard.press("End")
        page.wait_for_function(
            "n => document.querySelectorAll('.paper').length > n"
            " || !document.querySelector('.more')",
            arg=n_before,
        )
    shown = names(page)
    assert len(shown) > 200
    assert len(set(shown)) == len(shown)
    assert shown == feed_of(app, reader, k=1_000)


def test_feed_without_scripts_goes_on_and_takes_forms(
    browser: Browser, app: HostApp, reader: str
) -> None:
    with browser.new_context(base_url=app.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"/users/{reader}")
        first = names(page)
        page.get_by_role("link", name="More", exact=True).click()
        assert len(names(page)) == 20
        assert not set(first) & set(names(page))
        page.goto(f"/users/{reader}")
        page.get_by_role("button", name="Dismiss").first.click()
        expect(page.get_by_role("status")).to_contain_text("Dismissed")
        assert names(page) == feed_of(app, reader)
        assert first[0] not in names(page)
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status")).to_have_text("Taken back.")
        assert names(page) == first


def test_why_this_tells_every_reason_with_its_share(page: Page, app: HostApp, reader: str) -> None:
    with RecsysClient(app.server) as client:
        told = client.recommend_papers(f"users/{reader}", k=1).results[0]
    page.goto(f"/users/{reader}")
    line = page.locator(".paper").first
    line.get_by_text("Why this?").click()
    for reason, shown in zip(told.reasons, line.locator(".reasons li").all(), strict=True):
        expect(shown).to_contain_text(re.compile(re.escape(reason.text), re.IGNORECASE))
        expect(shown).to_contain_text(f"{reason.share:.0%}".replace("%", " %"))


def test_filters_keep_what_was_asked_for(page: Page, app: HostApp, reader: str) -> None:
    page.goto(f"/users/{reader}")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Field").fill("cs.IR")
    page.get_by_label("From").fill("2024-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"category=cs\.IR&after=2024-01-01"))
    keep = PaperFilter(
        categories_in=frozenset({"cs.IR"}), published_after=np.datetime64("2024-01-01", "s")
    )
    assert names(page) == feed_of(app, reader, keep=keep)
    page.get_by_role("link", name="All papers").click()
    assert names(page)[:20] == feed_of(app, reader)


def test_feed_by_keyboard_alone(page: Page, app: HostApp, reader: str) -> None:
    page.goto(f"/users/{reader}")
    dismissed = names(page)[0]
    button = page.locator(".paper").first.get_by_role("button", name="Dismiss")
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".paper").first.get_by_role("status")).to_contain_text("Dismissed")
    assert dismissed not in feed_of(app, reader)
    page.keyboard.press("Enter")
    expect(page.locator(".paper").first.get_by_role("status")).to_have_text("Taken back.")
    assert dismissed in names(page)
