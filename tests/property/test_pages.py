"""Pages join, whatever happens between them: nothing comes twice, and nothing is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.data.catalogue import checked_papers
from recsys.data.resource_names import resource_id, resource_name
from recsys.models.model import Model
from recsys.recommender import Recommender
from recsys.storage.state import State, beside, open_state
from serving.live import Live
from serving.rpc.catalogue_follower import CatalogueFollower
from serving.rpc.model_holder import ModelHolder, ServedModel
from serving.rpc.reading import Reading
from serving.rpc.servicer import RecommendationServicer
from serving.rpc.tokens import tokens_of
from tests import served
from tests.events import NOW, did

USER = "somebody"


class _Call:
    """A caller who has all the time there is."""

    def time_remaining(self) -> None:
        return None


class Service:
    """A server without its wire, and what can happen to it."""

    def __init__(self, model: Model, state: State) -> None:
        self.model, self.state, self.holder = model, state, ModelHolder()
        self.catalogue = CatalogueFollower(state, self.holder)
        self.methods = RecommendationServicer(
            Reading(self.holder, Live(state), self.catalogue),
            0.0,
            tokens_of(served.settings(), served.SIGNER),
            lambda: NOW,
        )
        self.switch(upside_down=False)

    def page(self, request: Any) -> Any:
        name = type(request).__name__.removesuffix("Request")
        return getattr(self.methods, name)(request, _Call())

    def did(self, kind: str, subject: str) -> None:
        id_ = subject.partition("/")[2]
        self.state.events.write([did(USER, kind, id_)], NOW)

    def upsert(self, paper_id: str, title: str) -> None:
        row = {"paper_id": paper_id, "title": title, "published_at": "2026-01-30"}
        self.state.catalogue.put(checked_papers([row], NOW), NOW)
        self.catalogue.look()

    def delete(self, paper_id: str) -> None:
        self.state.catalogue.delete_paper(paper_id, NOW)

    def switch(self, *, upside_down: bool) -> None:
        """Go over to another model: one that prefers what the first one thinks little of."""
        model = self.model
        if upside_down:
            weights = model.paper_blend.weights[:, :, ::-1].copy()
            model = replace(model, paper_blend=replace(model.paper_blend, weights=weights))
        fresh = ServedModel("upside down" if upside_down else "v1", Recommender(model))
        self.holder.hold(self.catalogue.caught_up(fresh))

    def written_by(self, author_id: str) -> set[str]:
        data = self.model.dataset
        rows = self.model.signals.authorship[data.authors.ids.row(author_id)].indices
        return {resource_name("papers", data.papers.ids[row]) for row in rows}


@contextmanager
def serving(model: Model) -> Iterator[Service]:
    """A service of its own, with an empty state."""
    with TemporaryDirectory() as folder, open_state(beside(Path(folder))) as state:
        yield Service(model, state)


READING = ("save", "open", "like")
ANYTHING = (
    *READING,
    "dismiss",
    "follow",
    "unfollow",
    "block",
    "upsert",
    "change",
    "delete",
    "switch",
)
plans = st.lists(
    st.tuples(st.sampled_from(ANYTHING), st.integers(0, 10_000), st.integers(1, 60)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15)
@given(plan=plans, wanted=st.sampled_from([{}, {"exploration": 0.2}, {"diversity": 0.4}]))
def test_pages_hold_the_first_list_but_for_what_went(
    small_model: Model, plan: list[tuple[str, int, int]], wanted: dict[str, float]
) -> None:
    shown: list[str] = []
    gone: set[str] = set()
    steps = iter(plan)
    with serving(small_model) as service:
        request, first = begun(service, wanted)
        while request.page_token or not shown:
            action, number, request.page_size = next(steps, ("", 0, 200))
            page = service.page(request)
            ranks = [line.rank for line in page.results]
            assert ranks == [len(shown) + place for place in range(1, len(ranks) + 1)]
            assert not gone & {line.name for line in page.results}
            shown += [line.name for line in page.results]
            request.page_token = page.next_page_token
            gone |= happened(service, action, first[number % len(first)])
    assert len(set(shown)) == len(shown), "nothing comes twice"
    assert set(first) - set(shown) <= gone, "nothing is passed over"


@settings(max_examples=6)
@given(plan=st.lists(st.tuples(st.sampled_from(READING), st.integers(0, 9)), max_size=4))
def test_pages_go_on_with_the_first_list_whatever_is_done_with_its_first_page(
    small_model: Model, plan: list[tuple[str, int]]
) -> None:
    with serving(small_model) as service:
        request, first = begun(service, {})
        request.page_size = 10
        page = service.page(request)
        shown = [line.name for line in page.results]
        for kind, place in plan:
            service.did(kind, first[place])
        request.page_size = 200
        while page.next_page_token:
            request.page_token = page.next_page_token
            page = service.page(request)
            shown += [line.name for line in page.results]
    assert shown == first


def test_first_page_asked_again_knows_what_was_done_meanwhile(small_model: Model) -> None:
    with serving(small_model) as service:
        request, first = begun(service, {})
        service.did("save", first[0])
        assert first[0] not in {line.name for line in service.page(request).results}


def test_pages_leave_out_what_was_dismissed_meanwhile_also_of_what_was_seen(
    small_model: Model,
) -> None:
    with serving(small_model) as service:
        request, _ = begun(service, {})
        request.paper_filter.include_seen, request.page_size = True, 10
        page = service.page(request)
        request.page_token = page.next_page_token
        second = [line.name for line in service.page(request).results]
        service.did("open", second[0])
        service.did("dismiss", second[1])
        again = [line.name for line in service.page(request).results]
    assert second[0] in again
    assert second[1] not in again


def test_pages_of_people_leave_out_whom_the_reader_blocked_meanwhile(small_model: Model) -> None:
    with serving(small_model) as service:
        request = pb.SuggestCollaboratorsRequest(parent=f"users/{USER}", page_size=200)
        whole = [line.name for line in service.page(request).results]
        request.page_size = 5
        request.page_token = service.page(request).next_page_token
        service.did("block", whole[7])
        request.page_size = 200
        rest = [line.name for line in service.page(request).results]
    assert set(whole[5:]) - set(rest) == {whole[7]}
    assert not set(whole[:5]) & set(rest)


def test_pages_of_a_purged_user_repeat_nothing(small_model: Model) -> None:
    with serving(small_model) as service:
        request, _ = begun(service, {})
        request.page_size = 20
        first = service.page(request)
        service.state.purges.purge(USER, NOW, "receipt")
        request.page_token = first.next_page_token
        second = service.page(request)
    assert {line.strategy for line in second.results} == {pb.STRATEGY_POPULAR}
    assert not {line.name for line in first.results} & {line.name for line in second.results}


def begun(
    service: Service, wanted: dict[str, float]
) -> tuple[pb.RecommendPapersRequest, list[str]]:
    """What a user asks whom the model does not know, and the whole list as of now."""
    for row in (1, 5, 9):
        service.did("save", resource_name("papers", service.model.dataset.papers.ids[row]))
    request = pb.RecommendPapersRequest(
        parent=f"users/{USER}", arrangement=pb.Arrangement(**wanted), explain=False, page_size=200
    )
    page = service.page(request)
    whole = list(page.results)
    while page.next_page_token:
        request.page_token = page.next_page_token
        page = service.page(request)
        whole += page.results
    request.page_token = ""
    return request, [line.name for line in whole]


def happened(service: Service, action: str, paper: str) -> set[str]:
    """Do it; the papers that must not be returned any more."""
    data = service.model.dataset
    author_id = data.authors.ids[data.papers.ids.row(resource_id(paper, "papers")) % 50]
    if action in READING or action == "dismiss":
        service.did(action, paper)
        return {paper}
    if action in ("follow", "unfollow", "block"):
        service.did(action, resource_name("authors", author_id))
        return service.written_by(author_id) if action == "block" else set()
    if action == "switch":
        service.switch(upside_down=True)
    if action == "upsert":
        service.upsert("new", "Unheard of")
    if action == "change":
        service.upsert(resource_id(paper, "papers"), f"{paper} in other words")
    if action == "delete":
        service.delete(resource_id(paper, "papers"))
        return {paper}
    return set()
