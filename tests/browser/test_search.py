"""The box in the head of every page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from recsys.models.model import Model


def find(page: Page, text: str) -> None:
    """Type words into the box and press Enter."""
    box = page.get_by_role("searchbox", name="Search papers, people and topics")
    box.fill(text)
    box.press("Enter")
    page.wait_for_url("**/search?q=*")


def test_search_finds_a_paper_by_its_title(page: Page, small_model: Model) -> None:
    title = small_model.dataset.papers.titles[11]
    page.goto("/")
    find(page, title)
    papers = page.get_by_role("region", name="Papers")
    expect(papers.get_by_role("heading", level=3).first).to_have_text(title)
    papers.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_search_finds_people_who_can_be_followed_there(
    page: Page, small_model: Model, reader: str
) -> None:
    name = small_model.dataset.authors.names[3]
    page.goto(f"/users/{reader}")
    find(page, name.upper())
    people = page.get_by_role("region", name="People")
    people.get_by_role("button", name=f"Follow {name}", exact=True).click()
    expect(people.get_by_role("button", name=f"Following {name}", exact=True)).to_be_focused()
    people.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#doings").get_by_role("button", name="Following")).to_be_visible()


def test_search_finds_topics_that_lead_to_the_graph_around_them(
    page: Page, small_model: Model
) -> None:
    topic = small_model.dataset.papers.category_names[0]
    page.goto("/")
    find(page, topic)
    topics = page.get_by_role("region", name="Topics")
    topics.get_by_role("link", name=topic, exact=True).click()
    expect(page.get_by_role("heading", name="Research graph")).to_be_visible()


def test_search_for_what_is_nowhere_says_so_and_escapes_it(page: Page) -> None:
    page.goto("/")
    find(page, "<b>zyzzyva</b>")
    expect(page.get_by_role("status").last).to_contain_text("Nothing holds “<b>zyzzyva</b>”")
    expect(page.get_by_role("searchbox")).to_have_value("<b>zyzzyva</b>")


def test_search_without_words_asks_for_some(page: Page) -> None:
    page.goto("/search")
    expect(page.get_by_role("main")).to_contain_text("Type words")
