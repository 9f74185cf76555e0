"""The research graph, as somebody looks around in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from protos.readinglist.v1 import explore_pb2 as pb
from recsys.models.model import Model
from serving.client import RecsysClient
from tests.host_app import PHONE, HostApp

PICTURE = "document.querySelector('.graph-box')._cyreg.cy"


@pytest.fixture
def author(small_model: Model) -> str:
    """Who wrote most in the world, by resource name."""
    row = int(small_model.signals.authorship.sum(axis=1).argmax())
    return f"authors/{small_model.dataset.authors.ids[row]}"


def told(app: HostApp, name: str) -> list[pb.Node]:
    """What the service itself says is near."""
    with RecsysClient(app.server) as client:
        return [*client.explore.neighborhood(name).nodes]


def show(page: Page, name: str) -> None:
    page.goto(f"/graph/{name}")
    await_picture(page, name)


def await_picture(page: Page, name: str) -> None:
    expect(page.locator(".graph")).to_have_attribute("data-drawn", name)


def drawn(page: Page) -> list[str]:
    """What is in the picture, the middle first."""
    return page.evaluate(f"{PICTURE}.nodes(':visible').map(node => node.id())")


def listed(page: Page) -> list[str]:
    lines = page.locator(".graph-list li:visible")
    return lines.evaluate_all("lines => lines.map(line => line.dataset.name)")


def places(page: Page) -> list[dict[str, Any]]:
    return page.evaluate(f"{PICTURE}.nodes().map(node => node.position())")


def click(page: Page, name: str) -> None:
    """Click on something in the picture."""
    at = page.evaluate(f"name => {PICTURE}.getElementById(name).renderedPosition()", name)
    box = page.locator(".graph-box").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])


def test_graph_has_what_the_service_tells_as_picture_and_as_list(
    page: Page, app: HostApp, author: str
) -> None:
    show(page, author)
    names = [node.name for node in told(app, author)]
    assert len(names) > 20
    assert drawn(page) == names
    assert listed(page) == names[1:]


def test_graph_click_puts_something_else_into_the_middle(
    page: Page, app: HostApp, author: str
) -> None:
    show(page, author)
    person = next(node for node in told(app, author)[1:] if node.kind == pb.NODE_KIND_AUTHOR)
    click(page, person.name)
    await_picture(page, person.name)
    expect(page).to_have_url(re.compile(re.escape(f"/graph/{person.name}")))
    expect(page.locator(".graph-middle")).to_have_text(person.display_name)
    expect(page.get_by_text("is in the middle now")).to_be_visible()
    assert drawn(page) == [node.name for node in told(app, person.name)]
    assert listed(page) == drawn(page)[1:]
    page.go_back()
    await_picture(page, author)
    assert listed(page) == [node.name for node in told(app, author)[1:]]


def test_graph_is_looked_around_in_by_keyboard_alone(page: Page, app: HostApp, author: str) -> None:
    show(page, author)
    nearest = told(app, author)[1]
    picture = page.get_by_role("application", name="Research graph")
    for _ in range(40):
        page.keyboard.press("Tab")
        if picture.evaluate("box => box === document.activeElement"):
            break
    expect(picture).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".graph-said")).to_contain_text(nearest.display_name)
    assert page.evaluate(f"{PICTURE}.nodes('.picked').map(node => node.id())") == [nearest.name]
    page.keyboard.press("Enter")
    await_picture(page, nearest.name)
    expect(picture).to_be_focused()


def test_graph_list_leads_to_the_middle_and_tells_where_one_is(
    page: Page, app: HostApp, author: str
) -> None:
    show(page, author)
    topic = next(node for node in told(app, author) if node.kind == pb.NODE_KIND_TOPIC)
    page.get_by_role("link", name=f"Graph around {topic.display_name}", exact=True).press("Enter")
    await_picture(page, topic.name)
    expect(page.locator("#graph-title")).to_be_focused()


def test_graph_line_under_the_pointer_shows_what_it_is_joined_with(
    page: Page, app: HostApp, author: str
) -> None:
    show(page, author)
    name = told(app, author)[1].name
    page.locator(f'.graph-list li[data-name="{name}"]').hover()
    near = page.evaluate(f"{PICTURE}.nodes('.near').map(node => node.id())")
    assert {author, name} <= set(near)
    assert len(near) < len(drawn(page))
    page.get_by_role("heading", level=1).hover()
    assert page.evaluate(f"{PICTURE}.nodes('.far').length") == 0


def test_graph_kind_that_is_switched_off_is_in_neither(page: Page, author: str) -> None:
    show(page, author)
    page.get_by_label("Papers", exact=True).uncheck()
    for names in (drawn(page)[1:], listed(page)):
        assert names
        assert not [name for name in names if name.startswith("papers/")]
    page.get_by_label("Papers", exact=True).check()
    assert [name for name in drawn(page) if name.startswith("papers/")]


def test_graph_of_one_thing_is_always_the_same_picture(page: Page, author: str) -> None:
    show(page, author)
    first = places(page)
    show(page, author)
    assert places(page) == first


def test_graph_zooms_and_shows_all_again(page: Page, author: str) -> None:
    show(page, author)
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate(f"{PICTURE}.zoom()") > 1.2
    page.get_by_role("button", name="Show all").click()
    assert page.evaluate(f"{PICTURE}.zoom()") == 1


def test_graph_box_does_not_move_what_is_around_it(page: Page, author: str) -> None:
    page.goto(f"/graph/{author}")
    before = page.locator(".graph-kinds").bounding_box()
    await_picture(page, author)
    assert page.locator(".graph-kinds").bounding_box() == before


def test_graph_on_a_phone_stays_within_its_width(page: Page, author: str) -> None:
    page.set_viewport_size(PHONE)
    show(page, author)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert all(0 < at["x"] < PHONE["width"] for at in places(page))


def test_graph_in_the_dark_has_other_colours(page: Page, author: str) -> None:
    show(page, author)
    colour = f"{PICTURE}.nodes()[1].style('background-color')"
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => {colour} !== light", arg=light)


def test_graph_on_a_profile_changes_its_middle_and_the_page_stays(
    page: Page, app: HostApp, author: str
) -> None:
    page.goto(f"/{author}")
    page.locator(".graph-box").scroll_into_view_if_needed()
    await_picture(page, author)
    paper = next(node for node in told(app, author) if node.kind == pb.NODE_KIND_PAPER)
    click(page, paper.name)
    await_picture(page, paper.name)
    expect(page).to_have_url(re.compile(re.escape(author)))
    page.get_by_text("The same as a list").click()
    assert listed(page) == [node.name for node in told(app, paper.name)[1:]]
    page.get_by_role("link", name="Open full explorer").click()
    expect(page).to_have_url(re.compile(re.escape(f"/graph/{paper.name}")))


def test_graph_without_scripts_is_a_list(browser: Browser, app: HostApp, author: str) -> None:
    with browser.new_context(base_url=app.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"/graph/{author}")
        assert listed(page) == [node.name for node in told(app, author)[1:]]
        expect(page.locator(".graph-picture")).to_be_hidden()
        line = page.locator(".graph-list li").first
        around = line.get_by_role("link", name="Graph around")
        there = line.get_attribute("data-name")
        around.click()
        expect(page).to_have_url(re.compile(re.escape(f"/graph/{there}")))


def test_graph_of_what_is_not_there_says_so(page: Page) -> None:
    for address in ("/graph/papers/nowhere", "/graph/nothing/at-all"):
        told_by = page.goto(address)
        assert told_by is not None
        assert told_by.status == 404
        expect(page.get_by_role("heading", name="Not here")).to_be_visible()
