"""The pictures of `python -m tests.screenshots` can be taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.host_app import HostApp
from tests.screenshots import SHOTS, Shot, take
from tests.small import small_tables
from training.demo.cast import Cast, choose_cast


@pytest.fixture(scope="module")
def cast() -> Cast:
    """Who is in the pictures."""
    return choose_cast(small_tables())


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_picture_of_every_page_is_taken(
    page: Page, app: HostApp, cast: Cast, shot: Shot, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.png"
    take(page, app.url, shot, cast, taken)
    assert taken.read_bytes().startswith(b"\x89PNG")
    failed = page.get_by_role("heading", name="Not here").count() > 0
    assert failed == (shot.name == "nowhere")
