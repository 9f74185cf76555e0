"""FeedbackService: what is written counts in the next answer, is given back, and is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.data.events import EVENT_KINDS
from recsys.models.model import Model
from recsys.storage.state import State, beside, open_state
from serving.client import Listing, RecsysClient, RequestFailed
from serving.client_feedback import Counts
from serving.event_wire import event_message
from serving.rpc.feedback import MOST_EVENTS
from tests.events import did
from tests.served import served
from tests.worlds import tiny_model


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        yield opened


@pytest.fixture
def client(model: Model, state: State) -> Iterator[RecsysClient]:
    with served(model, state=state) as address, RecsysClient(address, deadline_s=20.0) as asking:
        yield asking


def ids(listing: Listing) -> list[str]:
    return [line.id for line in listing.results]


def refused(client: RecsysClient, *events: pb.Event) -> dict[str, str]:
    with pytest.raises(RequestFailed) as error:
        client.feedback.send(events)
    assert (error.value.code, error.value.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    return {wrong.field: wrong.description for wrong in error.value.violations}


def test_write_events_of_a_stranger_makes_the_next_list_personal(client: RecsysClient) -> None:
    before = client.recommend_papers("users/nobody-yet")
    assert {line.strategy for line in before.results} == {"popular"}
    events = [did("nobody-yet", "follow", "cleo")]
    events += [did("nobody-yet", "save", paper) for paper in ("g1", "g2")]
    assert client.feedback.write(events) == Counts(3, 0)
    after = client.recommend_papers("users/nobody-yet")
    # The same that `reader` gets, who read these and follows cleo.
    assert ids(after)[:2] == ["papers/g3", "papers/g4"]
    assert {line.strategy for line in after.results} == {"folded_in"}
    assert after.missing == ("own papers",)
    assert not after.degraded
    people = client.suggest_collaborators("users/nobody-yet")
    assert ids(people)[0] == "authors/cleo"


def test_unfollow_and_undo_make_a_stranger_again(client: RecsysClient) -> None:
    before = ids(client.recommend_papers("users/nobody-yet"))
    follow, save = did("nobody-yet", "follow", "cleo"), did("nobody-yet", "save", "g1")
    client.feedback.write([follow, save])
    assert ids(client.recommend_papers("users/nobody-yet")) != before
    unfollow = did("nobody-yet", "unfollow", "cleo", day=2)
    client.feedback.write([unfollow, did("nobody-yet", "undo", save.event_id)])
    assert ids(client.recommend_papers("users/nobody-yet")) == before


def test_dismissed_paper_is_gone_until_it_is_undone(client: RecsysClient) -> None:
    first = ids(client.recommend_papers("users/reader"))[0]
    dismiss = did("reader", "dismiss", first.removeprefix("papers/"))
    client.feedback.write([dismiss])
    assert first not in ids(client.recommend_papers("users/reader"))
    client.feedback.write([did("reader", "undo", dismiss.event_id)])
    assert first in ids(client.recommend_papers("users/reader"))


def test_blocked_author_and_what_they_wrote_is_out_until_unblocked(client: RecsysClient) -> None:
    papers, people = (
        ids(client.recommend_papers("users/reader")),
        ids(client.suggest_collaborators("users/reader")),
    )
    assert {"papers/g3", "papers/g4"} <= set(papers)
    assert "authors/cleo" in people
    client.feedback.write([did("reader", "block", "cleo")])
    assert not {"papers/g3", "papers/g4"} & set(ids(client.recommend_papers("users/reader")))
    assert "authors/cleo" not in ids(client.suggest_collaborators("users/reader"))
    client.feedback.write([did("reader", "unblock", "cleo", day=2)])
    assert ids(client.recommend_papers("users/reader")) == papers
    assert ids(client.suggest_collaborators("users/reader")) == people


def test_list_of_saved_papers_can_be_asked_for(client: RecsysClient) -> None:
    with pytest.raises(RequestFailed) as error:
        client.recommend_papers("users/nobody-yet", list_name="folds")
    assert error.value.reason == "LIST_NOT_FOUND"
    saves = [did("nobody-yet", "save", "p1", list_name="folds"), did("nobody-yet", "save", "g1")]
    client.feedback.write(saves)
    of_list = client.recommend_papers("users/nobody-yet", list_name="folds")
    assert set(ids(of_list)[:2]) == {"papers/p2", "papers/p3"}


def test_events_of_who_claimed_a_profile_count_for_the_profile(client: RecsysClient) -> None:
    first = ids(client.recommend_papers("authors/ada"))[0]
    client.feedback.write([did("u-ada", "dismiss", first.removeprefix("papers/"))])
    assert first not in ids(client.recommend_papers("authors/ada"))


def test_write_events_twice_counts_duplicates(client: RecsysClient) -> None:
    events = [did("ada", "save", "g1"), did("ada", "like", "g2")]
    assert client.feedback.write(events) == Counts(2, 0)
    assert client.feedback.write(events) == Counts(0, 2)


def test_write_events_says_all_that_is_wrong_with_each(client: RecsysClient) -> None:
    good = event_message(did("ada", "save", "g1"))
    bad = pb.Event(kind=99, subject="venues/x", attribution_token="x")  # noqa: S106
    follows_paper = event_message(did("ada", "save", "g1"))
    follows_paper.kind = pb.EVENT_KIND_FOLLOW
    told = refused(client, good, bad, follows_paper)
    assert set(told) == {
        "events[1].user",
        "events[1].subject",
        "events[1].event_time",
        "events[1].attribution_token",
        "events[2].subject",
    }
    assert list(client.feedback.export("ada")) == []


def test_write_events_refused_by_the_state_name_their_fields(client: RecsysClient) -> None:
    event = did("ada", "save", "g1")
    client.feedback.write([event])
    other = event_message(replace(event, paper_id="g2"))
    late = event_message(did("ada", "save", "g3"))
    late.event_time.FromDatetime(datetime(2200, 1, 1, tzinfo=UTC))
    undo = event_message(did("ben", "undo", event.event_id))
    told = refused(client, other, late, undo)
    assert set(told) == {"events[0].event_id", "events[1].event_time", "events[2].subject"}


def test_write_events_more_than_a_batch_are_refused(client: RecsysClient) -> None:
    events = [event_message(did("ada", "save", f"p{n}")) for n in range(MOST_EVENTS + 1)]
    assert "events" in refused(client, *events)
    assert client.feedback.send(events[1:]) == Counts(MOST_EVENTS, 0)


def test_write_events_that_came_of_an_answer_keep_its_line(client: RecsysClient) -> None:
    listing = client.recommend_papers("users/reader")
    second = listing.results[1].id.removeprefix("papers/")
    saved = [did("reader", "save", second)]
    client.feedback.write(saved, attribution_token=listing.attribution_tokens[0])
    (stored,) = client.feedback.export("reader")
    line = stored.attribution
    assert (line.method, line.position, line.model) == ("RecommendPapers", 2, "models/v1")
    message = event_message(did("ada", "save", second), listing.attribution_tokens[0])
    assert set(refused(client, message)) == {"events[0].attribution_token"}


def test_export_user_gives_all_back_in_pages(client: RecsysClient, state: State) -> None:
    events = [did("hep-th/1", kind, f"x/{kind}") for kind in EVENT_KINDS[:-1]]
    events.append(did("hep-th/1", "save", "p", list_name="to read"))
    client.feedback.write(events)
    client.feedback.write([did("ben", "save", "p")])
    found = list(client.feedback.export("hep-th/1"))
    assert [stored.event for stored in found] == [event_message(event) for event in events]
    kept = state.events.of_user("hep-th/1")
    assert [stored.received_time.ToDatetime(UTC) for stored in found] == [
        stored.received_time for stored in kept
    ]


def test_export_user_pages_join_and_belong_to_one_user(client: RecsysClient) -> None:
    client.feedback.write([did("ada", "save", f"p{n}") for n in range(5)])
    ask = client.feedback._stub.ExportUser
    first = ask(pb.ExportUserRequest(name="users/ada", page_size=3))
    client.feedback.write([did("ada", "save", "late")])
    rest = ask(pb.ExportUserRequest(name="users/ada", page_token=first.next_page_token))
    subjects = [stored.event.subject for stored in (*first.events, *rest.events)]
    assert subjects == [
        "papers/p0",
        "papers/p1",
        "papers/p2",
        "papers/p3",
        "papers/p4",
        "papers/late",
    ]
    assert rest.next_page_token == ""


@pytest.mark.parametrize(
    ("name", "token", "field"),
    [("users/", "", "name"), ("authors/a", "", "name"), ("users/a", "x", "page_token")],
)
def test_export_user_bad_request_names_the_field(
    client: RecsysClient, name: str, token: str, field: str
) -> None:
    request = pb.ExportUserRequest(name=name, page_token=token)
    with pytest.raises(RequestFailed) as error:
        client.feedback._ask(client.feedback._stub.ExportUser, request)
    assert [wrong.field for wrong in error.value.violations] == [field]


def test_purge_user_forgets_events_and_what_the_model_knows(client: RecsysClient) -> None:
    stranger = ids(client.recommend_papers("users/nobody-yet"))
    client.feedback.write([did("reader", "save", "p1")])
    assert ids(client.recommend_papers("users/reader")) != stranger
    purged = client.feedback.purge("reader")
    assert purged.n_events == 1
    assert purged.receipt_id
    assert "training" in purged.text
    assert list(client.feedback.export("reader")) == []
    answer = client.recommend_papers("users/reader")
    assert ids(answer) == stranger
    assert {line.strategy for line in answer.results} == {"popular"}


def test_purge_user_of_a_claimed_profile_leaves_what_is_published(client: RecsysClient) -> None:
    seen = "papers/p3"  # eva opened it
    assert seen not in ids(client.recommend_papers("authors/eva"))
    client.feedback.purge("u-eva")
    assert seen in ids(client.recommend_papers("authors/eva"))


def test_purge_user_with_a_nul_is_refused(client: RecsysClient) -> None:
    with pytest.raises(RequestFailed) as error:
        client.feedback.purge("a\0b")
    assert error.value.reason == "INVALID_REQUEST"


def test_reader_is_told_what_the_model_knows_and_what_they_did_since(client: RecsysClient) -> None:
    client.feedback.write(
        [
            did("reader", "save", "g4", list_name="Graphs"),
            did("reader", "follow", "ada"),
            did("reader", "unfollow", "cleo"),
            did("reader", "block", "dan"),
        ]
    )
    reader = client.feedback.reader("reader")
    deeds = {(deed.paper, pb.EventKind.Name(deed.kind), deed.list) for deed in reader.deeds}
    assert deeds == {
        ("papers/g1", "EVENT_KIND_LIKE", ""),
        ("papers/g2", "EVENT_KIND_SAVE", ""),
        ("papers/g4", "EVENT_KIND_SAVE", "Graphs"),
        ("papers/hep-th%2F9901001", "EVENT_KIND_DISMISS", ""),
    }
    times = [deed.deed_time.seconds for deed in reader.deeds]
    assert times == sorted(times, reverse=True)
    assert [*reader.followed_authors] == ["authors/ada"]
    assert [*reader.blocked_authors] == ["authors/dan"]
    assert not reader.degraded


def test_reader_is_told_of_no_deleted_paper_and_of_no_undone_deed(client: RecsysClient) -> None:
    saved = did("newcomer", "save", "g4")
    client.feedback.write([saved, did("newcomer", "like", "g3")])
    client.catalog.delete_paper("g3")
    assert [deed.paper for deed in client.feedback.reader("newcomer").deeds] == ["papers/g4"]
    client.feedback.write([did("newcomer", "undo", saved.event_id)])
    assert [*client.feedback.reader("newcomer").deeds] == []


def test_reader_has_the_profile_that_they_claimed_until_they_are_purged(
    client: RecsysClient,
) -> None:
    assert client.feedback.reader("u-ada").author == "authors/ada"
    client.feedback.purge("u-ada")
    forgotten = client.feedback.reader("u-ada")
    assert (forgotten.author, [*forgotten.deeds], [*forgotten.followed_authors]) == ("", [], [])
    assert client.feedback.reader("nobody-yet") == client.feedback.reader("u-ada")
