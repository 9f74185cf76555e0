"""The link of a digest: looked at, it changes nothing; its button, or a mail program, does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from recsys.models.model import Model
from recsys.storage.state import State, beside, open_state
from recsys.storage.state.subscribers import Subscriber
from serving.config import read_settings
from serving.rpc.leaving import word_for
from serving.rpc.signing import open_signer
from tests.host_app import HostApp, host_app
from tests.worlds import publish_tiny

ADA = Subscriber("ada", "ada@example.org")


@dataclass(frozen=True)
class Mailed:
    """The pages, the state behind them, and the link of a mail to Ada."""

    pages: HostApp
    state: State
    link: str

    @property
    def is_due(self) -> bool:
        return ADA in self.state.subscribers.due("weekly")


@pytest.fixture(scope="module")
def mailed(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailed]:
    models = tmp_path_factory.mktemp("models")
    publish_tiny(models, small_model)
    with host_app(models) as pages, open_state(beside(models)) as state:
        state.subscribers.put([ADA])
        word = word_for(open_signer(read_settings(models=models)), ADA.user_id)
        yield Mailed(pages, state, f"{pages.url}/unsubscribe?token={word}")


@pytest.fixture(scope="module")
def app(mailed: Mailed) -> HostApp:
    return mailed.pages


def test_unsubscribe_asks_first_then_leaves_and_comes_back(page: Page, mailed: Mailed) -> None:
    page.goto(mailed.link)
    expect(page.get_by_role("heading", name="No more digests?")).to_be_visible()
    assert mailed.is_due
    page.get_by_role("button", name="Send me no more").click()
    expect(page.get_by_role("heading", name="You get no more digests")).to_be_visible()
    assert not mailed.is_due
    page.get_by_role("button", name="Send them again").click()
    expect(page.get_by_role("heading", name="You get digests again")).to_be_visible()
    assert mailed.is_due


def test_unsubscribe_takes_the_one_click_of_a_mail_program(page: Page, mailed: Mailed) -> None:
    answer = page.request.post(mailed.link, form={"List-Unsubscribe": "One-Click"}, max_redirects=0)
    assert answer.status == 200
    assert not mailed.is_due
    mailed.state.subscribers.subscribe_again(ADA.user_id)


def test_unsubscribe_by_a_link_that_was_cut_off_says_so(page: Page, mailed: Mailed) -> None:
    page.goto(mailed.link[:-3])
    page.get_by_role("button", name="Send me no more").click()
    expect(page.get_by_text("This link is not whole")).to_be_visible()
    assert mailed.is_due
