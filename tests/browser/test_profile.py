"""The page of a researcher, as visitors and its owner see it."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from recsys.explore.records import Records
from recsys.models.model import Model
from serving.client import RecsysClient
from tests.host_app import HostApp


@pytest.fixture(scope="module")
def records(small_model: Model) -> Records:
    """What the profiles are to show."""
    return Records(small_model)


def busiest(records: Records, *, claimed: bool) -> str:
    """The author with most works, whose profile a user has claimed or not."""
    owners = records.dataset.users.author_rows
    is_claimed = np.isin(np.arange(len(records.n_works)), owners)
    row = int(np.argmax(np.where(is_claimed == claimed, records.n_works, -1)))
    return records.dataset.authors.ids[row]


def owner_of(records: Records, author: str) -> str:
    """The user who has claimed a profile."""
    users, row = records.dataset.users, records.author_row(author)
    return users.ids[int(np.flatnonzero(users.author_rows == row)[0])]


def works_on(page: Page) -> list[str]:
    """The works that stand on the page, by resource name."""
    lines = page.locator(".papers > .paper")
    return lines.evaluate_all("lines => lines.map(line => line.dataset.name)")


def test_profile_shows_counts_trust_topics_people_and_graph(page: Page, records: Records) -> None:
    author = busiest(records, claimed=False)
    told = records.author(records.author_row(author))
    page.goto(f"/authors/{author}")
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_have_text(told["name"])
    expect(main).to_contain_text("Unclaimed")
    expect(main).to_contain_text(f"Trust {told['trust']:.0f} · {told['trust_label']}")
    expect(main).to_contain_text(f"Verification L{told['verification_level']}")
    count = page.locator(".counts > div").first
    expect(count).to_contain_text("works")
    expect(count).to_contain_text(str(records.n_works[records.author_row(author)]))
    for section in ("Works on", "Has written with", "Research graph", "Similar researchers"):
        assert page.get_by_role("region", name=section).get_by_role("link").count() > 1


def test_profile_goes_on_to_the_oldest_work_in_place(page: Page, records: Records) -> None:
    author = busiest(records, claimed=True)
    n_works = int(records.n_works[records.author_row(author)])
    assert n_works > 20, "the world has nobody with two pages of works"
    page.goto(f"/authors/{author}")
    page.get_by_role("link", name="More", exact=True).scroll_into_view_if_needed()
    expect(page.locator(".papers > .paper")).to_have_count(n_works)
    wanted = [
        f"papers/{records.dataset.papers.ids[row]}"
        for row in records.newest_works(author, None, n_works)
    ]
    assert works_on(page) == wanted


def test_follow_on_a_profile_counts_at_once_and_is_taken_back(
    page: Page, app: HostApp, reader: str, records: Records
) -> None:
    author = busiest(records, claimed=False)
    page.goto(f"/users/{reader}")
    page.goto(f"/authors/{author}")
    doings = page.locator("#doings")
    doings.get_by_role("button", name="Follow").click()
    expect(doings.get_by_role("button", name="Following")).to_be_focused()
    with RecsysClient(app.server) as client:
        assert f"authors/{author}" in client.feedback.reader(reader).followed_authors
        doings.get_by_role("button", name="Following").click()
        expect(page.get_by_role("status")).to_contain_text("You follow them no longer.")
        assert f"authors/{author}" not in client.feedback.reader(reader).followed_authors


def test_block_on_a_profile_keeps_them_out_of_the_feed_until_it_is_taken_back(
    page: Page, app: HostApp, reader: str, records: Records
) -> None:
    author = busiest(records, claimed=False)
    papers = records.dataset.papers.ids
    theirs = {f"papers/{papers[row]}" for row in records.newest_works(author, None, len(papers))}
    page.goto(f"/users/{reader}")
    page.goto(f"/authors/{author}")
    doings = page.locator("#doings")
    doings.get_by_role("button", name="Block").click()
    expect(doings.get_by_role("button", name="Unblock")).to_be_focused()
    with RecsysClient(app.server) as client:
        shown = client.recommend_papers(f"users/{reader}", k=len(papers)).results
        assert theirs.isdisjoint(one.id for one in shown)
        doings.get_by_role("button", name="Unblock").click()
        expect(doings.get_by_role("button", name="Follow")).to_be_focused()
        shown = client.recommend_papers(f"users/{reader}", k=len(papers)).results
        assert not theirs.isdisjoint(one.id for one in shown)


def test_own_profile_has_invitations_that_can_be_copied(page: Page, records: Records) -> None:
    author = busiest(records, claimed=True)
    page.goto(f"/users/{owner_of(records, author)}")
    page.goto(f"/authors/{author}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    suggested = page.get_by_role("region", name="You might write with")
    person = suggested.get_by_role("listitem").filter(has=page.locator("details")).first
    name, reason = person.get_by_role("link").first.inner_text(), person.locator(".because li")
    person.get_by_text("Invite").click()
    person.get_by_role("button", name="Copy the message").click()
    expect(person.get_by_role("status")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == person.get_by_role("textbox").input_value()
    assert f"Dear {name}," in copied
    assert reason.first.inner_text()[1:] in copied  # all but its capital


def test_profile_that_nobody_has_claimed_has_introductions(page: Page, records: Records) -> None:
    author = busiest(records, claimed=False)
    page.goto(f"/authors/{author}")
    suggested = page.get_by_role("region", name="Might write with")
    person = suggested.get_by_role("listitem").filter(has=page.locator("details")).first
    name = person.get_by_role("link").first.inner_text()
    person.get_by_text("Introduce them").click()
    message = person.get_by_role("textbox")
    whom = records.author(records.author_row(author))["name"]
    assert message.input_value().startswith(f"Dear {whom}, dear {name},")
    message.fill("In my own words")
    expect(message).to_have_value("In my own words")


def test_profile_that_somebody_else_has_claimed_keeps_their_suggestions_to_them(
    page: Page, records: Records
) -> None:
    page.goto("/users/somebody-else")
    page.goto(f"/authors/{busiest(records, claimed=True)}")
    expect(page.get_by_role("region", name="Similar researchers")).to_be_visible()
    assert page.get_by_role("region", name="ou might write with").count() == 0
    assert page.get_by_role("region", name="Might write with").count() == 0


def test_profile_of_nobody_known_says_so(page: Page, app: HostApp) -> None:
    answer = page.request.get(f"{app.url}/authors/nobody%2Fat%20all")
    assert answer.status == 404
    assert "Not here" in answer.text()
