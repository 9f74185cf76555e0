"""Unsubscribing by the word of a mail, coming back, and what an export tells of digests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.storage.state import State, beside, open_state
from recsys.storage.state.digests import StoredDigest
from recsys.storage.state.subscribers import Subscriber
from serving.client import RecsysClient, RequestFailed
from serving.rpc.leaving import word_for
from serving.rpc.signing import Signer
from tests.events import NOW
from tests.served import SIGNER, served
from tests.worlds import tiny_model

ADA = Subscriber("ada", "ada@example.org", "Ada", "de", "daily", 3)
WORD = word_for(SIGNER, "ada")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        opened.subscribers.put([ADA])
        yield opened


@pytest.fixture
def client(state: State) -> Iterator[RecsysClient]:
    with served(tiny_model(), state=state) as address, RecsysClient(address) as asking:
        yield asking


def test_unsubscribe_twice_is_once_and_resubscribe_takes_it_back(client, state) -> None:
    client.feedback.unsubscribe(WORD)
    since = state.subscribers.find("ada").unsubscribed_time
    assert since is not None
    client.feedback.unsubscribe(WORD)
    assert state.subscribers.find("ada").unsubscribed_time == since
    assert state.subscribers.due("daily") == ()
    assert client.feedback.resubscribe(WORD)
    assert client.feedback.resubscribe(WORD)
    assert state.subscribers.due("daily") == (ADA,)


def test_unsubscribe_whoever_is_no_subscriber_is_no_error_and_gets_none_again(client) -> None:
    word = word_for(SIGNER, "never told of")
    client.feedback.unsubscribe(word)
    assert not client.feedback.resubscribe(word)


@pytest.mark.parametrize(
    "word",
    [
        "",
        WORD[:-1] + ("A" if WORD[-1] != "A" else "B"),
        SIGNER.sign("export", b"ada"),
        word_for(Signer(lambda: (b"another key" * 4,)), "ada"),
        "x" * 1_001,
    ],
)
def test_unsubscribe_by_a_word_that_was_not_given_is_refused(client, state, word: str) -> None:
    for ask in (client.feedback.unsubscribe, client.feedback.resubscribe):
        with pytest.raises(RequestFailed) as refused:
            ask(word)
        assert refused.value.code == "INVALID_ARGUMENT"
        assert {one.field for one in refused.value.violations} == {"word"}
    assert state.subscribers.due("daily") == (ADA,)


def test_export_tells_of_the_subscription_and_of_digests_on_its_first_page(client, state) -> None:
    sent = StoredDigest("ada", "daily/2026-01-31", "eml", NOW, ("papers/a%2Fb", "authors/c"), "{}")
    state.digests.prepare(sent)
    state.digests.prepare(StoredDigest("ada", "daily/2026-02-01", "eml", NOW, ("papers/d",), "{}"))
    state.digests.mark_sent(sent, "eml", NOW)
    state.subscribers.unsubscribe("ada", NOW)
    told = client.feedback._stub.ExportUser(pb.ExportUserRequest(name="users/ada"))
    assert told.subscription.address == ADA.address
    assert (told.subscription.period, told.subscription.paper_limit) == ("daily", 3)
    assert told.subscription.unsubscribe_time.ToMicroseconds() == round(NOW.timestamp() * 1e6)
    (only,) = told.digests
    assert (only.period, [*only.names]) == (sent.period, [*sent.names])
    nobody = client.feedback._stub.ExportUser(pb.ExportUserRequest(name="users/ben"))
    assert not nobody.HasField("subscription")
    assert not nobody.digests
