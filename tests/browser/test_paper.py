"""The page of a paper, and what follows from it."""

from __future__ import annotations

import re
from collections import defaultdict

from playwright.sync_api import Page, expect

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.models.model import Model
from serving.client import RecsysClient
from tests.host_app import HostApp


def test_paper_tells_what_it_is_about_and_what_is_like_it(page: Page, small_model: Model) -> None:
    papers = small_model.dataset.papers
    page.goto(f"/papers/{papers.ids.ids[7]}")
    expect(page.get_by_role("heading", level=1)).to_have_text(papers.titles[7])
    expect(page.get_by_role("main")).to_contain_text(papers.abstracts[7])
    similar = page.get_by_role("region", name="Similar papers").locator(".paper summary")
    assert 1 <= similar.count() <= 6
    for why in similar.all_inner_texts():
        assert re.search("close to|same|by |in |at ", why)
        assert "likely" not in why  # that is about readers


def stranger_with_most_to_read(app: HostApp, reader: str) -> tuple[str, str]:
    """Whoever wrote most of what a reader might read and is not followed: a paper, and the name."""
    with RecsysClient(app.server) as client:
        followed = set(client.feedback.reader(reader).followed_authors)
        names = [one.id for one in client.recommend_papers(f"users/{reader}", k=200).results]
        written = defaultdict(list)
        for paper in client.catalog.papers(names).values():
            for author in paper.authors:
                if author.name not in followed:
                    written[author.display_name].append(paper.name)
    name = max(written, key=lambda name: (len(written[name]), name))
    return written[name][-1], name


def test_follow_on_a_paper_changes_the_feed_at_once_and_is_taken_back(
    page: Page, app: HostApp, reader: str
) -> None:
    paper, name = stranger_with_most_to_read(app, reader)
    page.goto(f"/users/{reader}")
    why = page.locator(".reasons li").filter(has_text=f"by {name}, whom you follow")
    expect(why).to_have_count(0)
    page.goto(f"/{paper}")
    authors = page.get_by_role("region", name="Authors")
    authors.get_by_role("button", name=f"Follow {name}").click()
    following = authors.get_by_role("button", name=f"Following {name}")
    expect(following).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("You follow them now.")
    page.get_by_role("link", name="See your feed").click()
    expect(why).not_to_have_count(0)
    page.go_back()
    page.reload()
    following.click()
    expect(authors.get_by_role("button", name=f"Follow {name}")).to_be_focused()
    page.goto(f"/users/{reader}")
    expect(why).to_have_count(0)


def test_paper_opened_from_the_feed_is_told_with_the_answer_it_came_of(
    page: Page, app: HostApp, reader: str
) -> None:
    page.goto(f"/users/{reader}")
    title = page.locator(".paper h2 a").first
    name = page.locator(".paper").first.get_attribute("data-name")
    title.click()
    page.reload()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#doings").get_by_text("Saved")).to_be_visible()
    with RecsysClient(app.server) as client:
        stored = [one for one in client.feedback.export(reader) if one.event.subject == name]
    opened, saved = (
        [one for one in stored if one.event.kind == kind]
        for kind in (pb.EVENT_KIND_OPEN, pb.EVENT_KIND_SAVE)
    )
    assert len(opened) == len(saved) == 1
    assert opened[0].attribution.answer_id == saved[0].attribution.answer_id != ""


def test_library_lists_what_was_saved_and_lets_go_of_follows(page: Page, reader: str) -> None:
    page.goto(f"/users/{reader}")
    title = page.locator(".paper h2 a").first.inner_text()
    page.locator(".paper").first.get_by_role("button", name="Save").click()
    expect(page.locator(".paper").first.get_by_role("status")).to_contain_text("Saved.")
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("region", name="Saved").get_by_role("link", name=title)).to_be_visible()
    following = page.get_by_role("region", name="Following").get_by_role("button")
    n_followed = following.count()
    following.first.click()
    expect(page.get_by_role("status")).to_contain_text("You follow them no longer.")
    expect(following).to_have_count(n_followed - 1)
