"""Whose eyes the pages are seen through."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def test_switch_to_an_offered_user_shows_their_feed_and_stays(page: Page, reader: str) -> None:
    page.goto(f"/users/{reader}")
    page.get_by_text("Reading as").click()
    page.get_by_role("link", name="second").click()
    expect(page).to_have_url(re.compile(r"/users/second$"))
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("main")).to_contain_text("when it ranks for second")


def test_switch_to_a_typed_user_shows_the_feed_of_somebody_new(page: Page, reader: str) -> None:
    page.goto(f"/users/{reader}")
    page.get_by_text("Reading as").click()
    page.get_by_label("User id").fill("no/body & friends")
    page.get_by_role("button", name="Switch").click()
    expect(page.get_by_role("main")).to_contain_text("Nothing is known of no/body & friends yet")
    page.locator(".paper").first.get_by_role("button", name="Save").click()
    expect(page.locator(".paper").first.get_by_role("status")).to_contain_text("Saved.")
    page.reload()
    expect(page.locator(".eyes summary")).to_contain_text("no/body & friends")
    expect(page.get_by_role("main")).not_to_contain_text("Nothing is known of")


def test_home_is_the_feed_of_whoever_read_last(page: Page, reader: str) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/users/first$"))
    page.goto(f"/users/{reader}")
    page.get_by_role("link", name="Reading list", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/users/{reader}$"))
