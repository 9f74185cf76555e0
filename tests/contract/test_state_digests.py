"""What every state promises of subscribers and digests, on each kind of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from recsys.errors import AtWork, StateUnavailable
from recsys.storage.state import State, open_state
from recsys.storage.state.digests import History, StoredDigest
from recsys.storage.state.subscribers import Subscriber
from tests.events import NOW
from tests.postgres import PostgresServer

ADA = Subscriber("ada", "ada@example.org", "Ada Ärden", "de", "daily", 3)
BEN = Subscriber("ben", "ben@example.org")
DIGEST = StoredDigest("ada", "daily/2026-01-31", "eml", NOW, ("papers/a%2Fb", "authors/c"), "{}")


def test_subscribers_come_back_as_they_were_told(state: State) -> None:
    assert state.subscribers.put([BEN, ADA]) == 2
    assert state.subscribers.all() == (ADA, BEN)
    assert state.subscribers.due("daily") == (ADA,)
    assert state.subscribers.due("weekly") == (BEN,)


def test_unsubscribe_holds_when_the_subscriber_is_told_again(state: State) -> None:
    state.subscribers.put([ADA])
    assert state.subscribers.unsubscribe("ada", NOW)
    assert not state.subscribers.unsubscribe("nobody", NOW)
    state.subscribers.put([replace(ADA, cap=7)])
    assert state.subscribers.all() == (replace(ADA, cap=7, unsubscribed_time=NOW),)
    assert state.subscribers.due("daily") == ()
    assert state.subscribers.subscribe_again("ada")
    assert [one.cap for one in state.subscribers.due("daily")] == [7]


def test_address_set_aside_stays_so_until_it_changes(state: State) -> None:
    state.subscribers.put([ADA])
    state.subscribers.put_aside("ada", "550 no such user")
    state.subscribers.put([ADA])
    assert [one.set_aside for one in state.subscribers.all()] == ["550 no such user"]
    moved = replace(ADA, address="ada@example.com")
    state.subscribers.put([moved])
    assert state.subscribers.due("daily") == (moved,)


def test_digest_counts_as_told_once_it_was_sent(state: State) -> None:
    assert state.digests.prepare(DIGEST)
    assert state.digests.histories(["ada"])["ada"] == History(frozenset(), None)
    assert state.digests.of_period(DIGEST.period) == {"ada": DIGEST}
    state.digests.mark_sent(DIGEST, "eml", NOW)
    assert state.digests.histories(["ada"])["ada"] == History(frozenset(DIGEST.names), NOW)
    sent = replace(DIGEST, sent_time=NOW)
    assert state.digests.of_period(DIGEST.period) == {"ada": sent}


def test_digest_of_a_period_is_prepared_once(state: State) -> None:
    assert state.digests.prepare(DIGEST)
    assert not state.digests.prepare(replace(DIGEST, content="other"))
    assert state.digests.prepare(replace(DIGEST, period="daily/2026-02-01"))
    assert state.digests.of_period(DIGEST.period)["ada"].content == "{}"


def test_digest_is_taken_up_again_by_one_run_alone(state: State) -> None:
    state.digests.prepare(DIGEST)
    assert state.digests.try_again(DIGEST)
    assert not state.digests.try_again(DIGEST)
    assert state.digests.of_period(DIGEST.period)["ada"].tries == 2


def test_purge_forgets_the_subscriber_and_what_was_sent(state: State) -> None:
    state.subscribers.put([ADA, BEN])
    state.digests.prepare(DIGEST)
    state.purges.purge("ada", NOW + timedelta(days=1), "r1")
    assert state.subscribers.all() == (BEN,)
    assert state.digests.of_period(DIGEST.period) == {}


def test_alone_is_one_at_a_time_for_each_kind(state: State, state_url: str) -> None:
    with open_state(state_url) as other:
        with state.digests.alone("weekly") as still_alone:
            still_alone()
            with pytest.raises(AtWork, match="weekly-digests"), other.digests.alone("weekly"):
                pass
            with other.digests.alone("daily"):
                still_alone()
        with other.digests.alone("weekly"), pytest.raises(AtWork), state.digests.alone("weekly"):
            pass


def test_alone_ends_where_the_work_fails(state: State) -> None:
    with pytest.raises(OSError, match="on the way"), state.digests.alone("weekly"):
        raise OSError("on the way")
    with state.digests.alone("weekly"):
        pass


def test_alone_without_its_connection_is_not_alone(postgres: PostgresServer) -> None:
    with (
        open_state(postgres.new_database()) as state,
        state.digests.alone("weekly") as still_alone,
    ):
        postgres.stop()
        try:
            with pytest.raises(StateUnavailable):
                still_alone()
        finally:
            postgres.start()
