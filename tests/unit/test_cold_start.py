"""Who has told next to nothing, and what nobody has read yet: what a person would expect to see.

A generated world with three newcomers (one follow and nothing else; a claimed profile and nothing
else; nothing at all) and a paper of the last day, by two of its people, that nobody has read. What
speaks is taken away in each case, and the expectation fails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.data.build import build_dataset
from recsys.data.resource_names import resource_id, resource_name
from recsys.data.tables import Tables
from recsys.models.readers import Readers
from recsys.ranking.filters import PaperFilter
from recsys.recommender import Recommender
from tests.served import asking, served
from tests.small import train
from training.world.make import plant_world
from training.world.plan import END, Sizes

TODAY = "p-today"
NEWEST = pd.Timestamp(END) - pd.Timedelta(hours=1)
SIZES = Sizes(papers=1200, authors=500, users=400)


@dataclass(frozen=True)
class ColdWorld:
    """A trained world, its planted topics, and the people whom the tests are about.

    Attributes
    ----------
    paper_topics : dict of paper id to int
    followed : str
        Whom the user `one-follow` follows.
    team : tuple of str
        Who wrote today's paper; the second is claimed by the user `claimed`.
    """

    ask: Recommender
    paper_topics: dict[str, int]
    followed: str
    team: tuple[str, str]

    def list_of(self, reader: Readers, k: int = 10, keep: PaperFilter | None = None) -> list[str]:
        answer = self.ask.recommend_papers(reader, k=k, keep=keep or PaperFilter(), explain=False)
        return [resource_id(one.id, "papers") for one in answer.results]

    def place_of_today(self, reader: Readers) -> int:
        """From 1."""
        return self.list_of(reader, k=SIZES.papers + 1).index(TODAY) + 1

    def papers_of(self, author: str) -> set[str]:
        model = self.ask.model
        papers = model.signals.authorship[model.dataset.authors.ids.row(author)].indices
        return {model.dataset.papers.ids[paper] for paper in papers}

    def newest_of(self, author: str) -> str:
        papers = self.ask.model.dataset.papers
        return max(self.papers_of(author), key=lambda id_: papers.published[papers.ids.row(id_)])

    def share_of_topic(self, papers: list[str], topic: int) -> float:
        return float(np.mean([self.paper_topics[paper] == topic for paper in papers]))

    def ages(self, papers: list[str]) -> np.ndarray:
        """In days."""
        data = self.ask.model.dataset
        return data.ages_days()[data.papers.ids.rows(papers)]

    def n_readers(self) -> np.ndarray:
        model = self.ask.model
        return np.bincount(model.signals.liked.indices, minlength=len(model.dataset.papers))


@pytest.fixture(scope="module")
def world() -> ColdWorld:
    planted = plant_world(7, SIZES)
    frames = planted.tables.frames()
    written, claimed = frames["authorships"], set(frames["users"]["author_id"])
    n_papers = written.groupby("author_id").size().sort_values(ascending=False, kind="stable")
    first, second, followed, *_ = (author for author in n_papers.index if author not in claimed)
    model_of_today = written.loc[written["author_id"] == first, "paper_id"].iloc[0]
    papers = frames["papers"].set_index("paper_id", drop=False)
    today = papers.loc[[model_of_today]].assign(paper_id=TODAY, published_at=NEWEST)
    users = ["one-follow", "claimed", "nothing"]
    follow = {"user_id": ["one-follow"], "author_id": [followed], "followed_at": [NEWEST]}
    more = {
        "papers": today,
        "authorships": pd.DataFrame({"paper_id": TODAY, "author_id": [first, second]}),
        "users": pd.DataFrame({"user_id": users, "author_id": ["", second, ""]}),
        "follows": pd.DataFrame(follow),
    }
    grown = {
        name: pd.concat([frame, more[name]], ignore_index=True) if name in more else frame
        for name, frame in frames.items()
    }
    topics = dict(zip(frames["papers"]["paper_id"], planted.truth.paper_topics, strict=True))
    topics[TODAY] = topics[model_of_today]
    ask = Recommender(train(build_dataset(Tables.of(grown))).model)
    return ColdWorld(ask, topics, followed, (first, second))


def alone(reader: Readers, **kept: object) -> Readers:
    """The asker without follows, own papers and profile, but for what is kept."""
    nobody = np.full(1, -1, dtype=np.int32)
    nothing = sparse.csr_matrix(reader.written.shape, dtype=np.float32)
    follows = sparse.csr_matrix(reader.follows.shape, dtype=np.float32)
    return replace(reader, **{"author_rows": nobody, "written": nothing, "follows": follows} | kept)


def test_one_follow_and_nothing_else_brings_the_newest_of_the_followed(world):
    reader, theirs = world.ask.user("one-follow"), world.papers_of(world.followed)
    found = world.list_of(reader)
    assert set(found[:3]) <= theirs
    assert world.newest_of(world.followed) in found
    assert world.ages(found[:3]).max() < 365
    unfollowed = world.list_of(alone(reader))
    assert not set(unfollowed[:3]) <= theirs


def test_one_follow_without_an_account_brings_the_followed_over_grpc(world):
    request = pb.RankPapersRequest(followed_authors=[resource_name("authors", world.followed)])
    with served(world.ask.model) as address, asking(address) as stub:
        response = stub.RankPapers(request, timeout=30)
    names = [resource_id(one.name, "papers") for one in response.results]
    assert set(names[:3]) <= world.papers_of(world.followed)
    assert response.results[0].strategy == pb.STRATEGY_FOLDED_IN
    assert response.results[0].reasons[0].kind in ("followed_author", "new")


def test_claimed_profile_and_nothing_else_brings_the_field_and_the_coauthors(world):
    reader, topic = world.ask.user("claimed"), world.paper_topics[TODAY]
    own = [world.paper_topics[paper] for paper in world.papers_of(world.team[1])]
    topic = int(np.argmax(np.bincount(own)))
    found = world.list_of(reader)
    assert world.share_of_topic(found, topic) >= 0.7
    assert not world.papers_of(world.team[1]) & set(found)
    assert world.share_of_topic(world.list_of(alone(reader)), topic) <= 0.4


def test_three_liked_papers_without_an_account_bring_their_field(world):
    shares = []
    for topic in np.argsort(-np.bincount(list(world.paper_topics.values())))[:5]:
        liked = [paper for paper, of in world.paper_topics.items() if of == topic][:3]
        found = world.list_of(world.ask.stranger(liked=liked))
        assert not set(liked) & set(found)
        shares.append(world.share_of_topic(found, topic))
        without = world.share_of_topic(world.list_of(world.ask.stranger()), topic)
        assert shares[-1] >= without + 0.2
    assert np.mean(shares) >= 0.75


def test_unknown_user_gets_what_is_recent_and_read(world):
    papers, ages = world.ask.model.dataset.papers, world.ask.model.dataset.ages_days()
    rows = papers.ids.rows(world.list_of(world.ask.user("never heard of"), k=20))
    assert (ages[rows] < 365).all()
    assert np.median(world.n_readers()[rows]) > np.median(world.n_readers()[ages < 365])
    assert world.list_of(world.ask.user("nothing")) == world.list_of(world.ask.user("nobody"))


def test_unknown_user_within_a_category_gets_what_is_recent_there(world):
    papers, ages = world.ask.model.dataset.papers, world.ask.model.dataset.ages_days()
    for column, name in enumerate(papers.category_names):
        inside = np.flatnonzero(papers.categories[:, [column]].toarray().ravel())
        if len(inside) < 40:
            continue
        keep = PaperFilter(categories_in=frozenset({name}))
        rows = papers.ids.rows(world.list_of(world.ask.user("nobody"), keep=keep))
        assert np.isin(rows, inside).all()
        assert np.median(ages[rows]) < np.quantile(ages[inside], 0.25)


def test_paper_of_today_reaches_those_who_write_with_its_authors(world):
    """Profiles that nobody has claimed, known by their people and their own papers."""
    model = world.ask.model
    author, ids = model.dataset.authors.ids.row(world.team[0]), model.dataset.authors.ids
    near = [
        world.ask.author(ids[row])
        for row in model.signals.coauthors[author].indices
        if ids[row] != world.team[1] and not (model.dataset.users.author_rows == row).any()
    ]
    assert len(near) >= 4
    places = [world.place_of_today(reader) for reader in near]
    assert np.median(places) <= 10
    assert world.place_of_today(alone(near[0])) > 5 * np.median(places)


def test_paper_of_today_comes_to_those_who_follow_its_author(world):
    following = world.place_of_today(world.ask.stranger(followed=world.team[:1]))
    unknown = world.place_of_today(world.ask.stranger())
    assert following <= 25
    assert unknown > 2 * following


def test_paper_of_today_reaches_those_who_read_its_like_and_hardly_anybody_else(world):
    topic = world.paper_topics[TODAY]
    others = [of for of in set(world.paper_topics.values()) if of != topic]

    def place(of: int) -> int:
        liked = [paper for paper, own in world.paper_topics.items() if own == of and paper != TODAY]
        return world.place_of_today(world.ask.stranger(liked=liked[:5]))

    assert place(topic) <= 10
    assert np.median([place(of) for of in others]) > 5 * place(topic)
