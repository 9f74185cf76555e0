"""Two rounds of digests at once, in two processes: nobody gets two, nobody is left out."""

from __future__ import annotations

import signal
import sys
from asyncio import to_thread
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from recsys.storage.state import State
from tests.digest_round import USERS, subscribers
from tests.e2e.command_line import recsys_here
from tests.e2e.server_process import PATIENCE_S, server_process
from tests.mail_server import Inbox, mail_server
from tests.small import small_run
from tests.worlds import publish_tiny


class Slow(Inbox):
    """Keeps whoever sends waiting behind the first letter, until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.has_one, self.may_go_on = Event(), Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        self.has_one.set()
        await to_thread(self.may_go_on.wait, PATIENCE_S)
        return answer


@pytest.fixture
def inbox() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.may_go_on.set()


@pytest.fixture
def command(state: State, state_url: str, tmp_path: Path) -> list[str]:
    """A round, but for its way out."""
    publish_tiny(tmp_path / "models", small_run().model)
    state.subscribers.put(subscribers())
    words = ["digest", "--models", str(tmp_path / "models"), "--state", state_url]
    return [*words, "--period", "weekly", "--as-of", "2025-12-31", "--least-chance", "0"]


def recipients(inbox: Inbox) -> list[str]:
    return sorted(to for to, _ in inbox.letters)


EVERYBODY = sorted(one.address for one in subscribers())


def test_second_round_is_refused_while_the_first_one_sends(command, inbox, state: State) -> None:
    with mail_server(inbox) as url:
        whole = [*command, "--smtp", url]
        with server_process([sys.executable, "-m", "recsys", *whole]) as first:
            assert inbox.has_one.wait(PATIENCE_S)
            second = recsys_here(*whole)
            assert second.returncode == 1
            assert "weekly-digests" in second.stderr
            assert len(inbox.letters) == 1
            inbox.may_go_on.set()
            assert first.await_end() == 0
        assert recsys_here(*whole).returncode == 0  # the claim ended with the round
    assert recipients(inbox) == EVERYBODY
    assert all(one.sent_time for one in state.digests.of_period("weekly/2026-W01").values())


def test_round_that_was_killed_keeps_nobody_waiting(command, inbox) -> None:
    with mail_server(inbox) as url:
        whole = [*command, "--smtp", url]
        with server_process([sys.executable, "-m", "recsys", *whole]) as first:
            assert inbox.has_one.wait(PATIENCE_S)
            first.send(signal.SIGKILL)
            first.await_end()
        inbox.may_go_on.set()
        assert recsys_here(*whole).returncode == 0
    # The one that was on its way is sent again, under the same Message-ID.
    assert sorted({to for to, _ in inbox.letters}) == EVERYBODY
    assert len(inbox.letters) == len(USERS) + 1
    assert len({id_ for _, id_ in inbox.letters}) == len(USERS)
