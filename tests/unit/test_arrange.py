"""Arranged lists: nothing twice, nobody floods them, wishes are met, and pages join."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from recsys.answer import Answer, Recommendation
from recsys.data.resource_names import resource_id
from recsys.errors import BadInput
from recsys.ranking.arrange import AS_RANKED, Arrangement, Arranger, seed_of
from recsys.ranking.filters import PaperFilter
from recsys.recommender import Recommender
from tests.small import dataset_of, people, train

FIELDS = ("graph walks on networks", "protein folding chains", "speech of many voices")
DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def ask() -> Recommender:
    """Three fields of twelve papers, old and new; one preprint with its article; a busy author.

    fan follows nobody and reads graphs; friend follows the busy author; lone has one paper.
    """
    papers = [
        {
            "paper_id": f"{field[0]}{n}",
            "title": f"{field} {word}",
            "published_at": f"{2012 + n}-01-01",
        }
        for field in FIELDS
        for n, word in enumerate("one two three four five six seven eight nine ten".split())
    ]
    papers += [
        {"paper_id": "pre", "title": "A Unified View of Graph Walks", "published_at": "2020-01-01"},
        {
            "paper_id": "art",
            "title": "A unified view of graph walks.",
            "published_at": "2021-06-01",
        },
        {
            "paper_id": "other",
            "title": "A unified view of graph walks",
            "published_at": "2021-01-01",
        },
    ]
    teams = {f"g{n}": ["busy"] for n in range(10)} | {f"p{n}": [f"a{n}"] for n in range(10)}
    teams |= {"pre": ["ann", "bob"], "art": ["bob"], "other": ["cy"]}
    readings = [(f"u{u}", f"{'gps'[u % 3]}{n}", "save") for u in range(9) for n in range(u, 10)]
    mixed = [("fan", paper, "save") for paper in ("g0", "p0", "s0")]
    return Recommender(
        train(
            dataset_of(
                papers=papers,
                authors=people("busy", "ann", "bob", "cy", *(f"a{n}" for n in range(10))),
                authorships=teams,
                users=dict.fromkeys(("fan", "friend", *(f"u{n}" for n in range(9))), ""),
                follows=[("friend", "busy")],
                interactions=[*readings, *mixed],
            )
        ).model
    )


def ids(answer: Answer) -> list[str]:
    return [resource_id(one.id, "papers") for one in answer.results]


def listed(
    ask: Recommender, wanted: Arrangement, k: int = 60, shown: frozenset[str] = frozenset()
) -> Answer:
    return ask.recommend_papers(ask.user("fan"), wanted=wanted, k=k, shown=shown, explain=False)


WISHES = [
    AS_RANKED,
    Arrangement(diversity=0.5),
    Arrangement(freshness=1.0, half_life_days=700.0),
    Arrangement(exploration=0.3, seed=4),
    Arrangement(diversity=1.0, freshness=0.5, exploration=1.0, seed=9),
]


@pytest.mark.parametrize("wanted", WISHES)
def test_arrange_any_wish_returns_the_same_papers_once(ask: Recommender, wanted: Arrangement):
    everything = ids(listed(ask, AS_RANKED))
    assert len(everything) == len(set(everything)) == 33 - 3 - 1
    # Which one of a repeated work stands may change with the order; how many works there are not.
    assert len(set(ids(listed(ask, wanted))) ^ set(everything)) in {0, 2}


@pytest.mark.parametrize("wanted", WISHES)
def test_arrange_pages_join_without_gaps_and_repeats(ask: Recommender, wanted: Arrangement):
    joined: tuple[Recommendation, ...] = ()
    while (page := listed(ask, wanted, k=7, shown=frozenset(one.id for one in joined))).more:
        joined += page.results
    assert joined + page.results == listed(ask, wanted).results


def test_arrange_preprint_and_article_never_stand_together(ask: Recommender):
    for answer in (
        listed(ask, AS_RANKED),
        ask.recommend_papers(ask.stranger(text="unified view graph walks"), k=60),
        ask.similar_papers("g3", k=60),
    ):
        found = ids(answer)
        assert len({"pre", "art"} & set(found)) == 1
        assert "other" in found  # the same title by other people is another work


def test_arrange_the_better_one_of_two_stands(ask: Recommender):
    reader = ask.stranger(text="unified view graph walks")
    without = ids(ask.recommend_papers(reader, keep=PaperFilter(excluded=frozenset({"art"})), k=3))
    both = ids(ask.recommend_papers(reader, k=3))
    one = next(paper for paper in both if paper in {"pre", "art"})
    scores = {
        id_: ask.recommend_papers(
            reader, keep=PaperFilter(excluded=frozenset({"pre", "art"} - {id_})), k=30
        )
        for id_ in ("pre", "art")
    }
    best = max(
        scores,
        key=lambda id_: next(
            line.score for line in scores[id_].results if line.id == f"papers/{id_}"
        ),
    )
    assert one == best
    assert "pre" in without


def test_arrange_diversity_makes_the_first_papers_less_alike(ask: Recommender):
    topics = next(s for s in ask.model.paper_scorers if s.name == "topics").papers

    def likeness(wanted: Arrangement) -> float:
        rows = ask.model.dataset.papers.ids.rows(ids(listed(ask, wanted, k=6)))
        return float(np.mean(topics[rows] @ topics[rows].T))

    assert likeness(Arrangement(diversity=0.9)) < likeness(AS_RANKED)


def test_arrange_freshness_lifts_new_papers(ask: Recommender):
    ages = ask.model.dataset.ages_days()

    def age(wanted: Arrangement) -> float:
        return float(ages[ask.model.dataset.papers.ids.rows(ids(listed(ask, wanted, k=8)))].mean())

    plain = age(AS_RANKED)
    assert age(Arrangement(freshness=0.5)) <= plain
    assert age(Arrangement(freshness=1.0)) < plain


def test_arrange_explored_places_are_marked_and_stay_for_a_day(ask: Recommender):
    today = Arrangement(exploration=0.25, seed=seed_of("users/fan", DAY))
    tomorrow = Arrangement(exploration=0.25, seed=seed_of("users/fan", date(2026, 11, 22)))
    first = listed(ask, today, k=20)
    assert [line.rank for line in first.results if line.strategy == "explored"] == [
        4,
        8,
        12,
        16,
        20,
    ]
    assert first == listed(ask, today, k=20)
    assert ids(first) != ids(listed(ask, tomorrow, k=20))
    assert {line.strategy for line in listed(ask, AS_RANKED).results} == {"personalised"}


def test_arrange_explored_papers_keep_their_reasons(ask: Recommender):
    wanted = Arrangement(exploration=0.5, seed=3)
    answer = ask.recommend_papers(ask.user("fan"), wanted=wanted, k=20)
    told = [line.reasons for line in answer.results if line.strategy == "explored"]
    assert len(told) == 10
    assert any(told)


def test_arrange_many_readers_get_what_each_gets_alone(ask: Recommender):
    users = ask.model.dataset.users.ids.rows(["fan", "friend", "u1"])
    readers = ask.model.readers().users(users)
    together = ask.rank_papers(readers, rows=np.arange(len(ask.model.dataset.papers)), k=15)
    for place, name in enumerate(["fan", "friend", "u1"]):
        alone = ids(ask.recommend_papers(ask.user(name), k=15))
        rows = together.rows[place]
        assert [ask.model.dataset.papers.ids[row] for row in rows if row >= 0] == alone


def test_arrange_many_readers_explore_what_each_explores_alone(ask: Recommender):
    users = ask.model.dataset.users.ids.rows(["fan", "friend", "u1"])
    readers, rows = ask.model.readers().users(users), np.arange(len(ask.model.dataset.papers))
    scores = np.tile(np.linspace(2, 1, len(rows), dtype=np.float32), (3, 1))
    arranger, wanted = Arranger(ask.model), Arrangement(exploration=0.5, seed=3)
    together = arranger.arrange(readers, scores, rows, 20, wanted)
    for place in range(3):
        one = slice(place, place + 1)
        alone = arranger.arrange(readers[one], scores[one], rows, 20, wanted)
        assert together.rows[place].tolist() == alone.rows[0].tolist()
        assert together.explored[place].any()
    assert together.rows[0].tolist() != together.rows[1].tolist()


@pytest.mark.parametrize(
    "wrong",
    [
        {"diversity": -0.1},
        {"freshness": 1.1},
        {"exploration": float("nan")},
        {"half_life_days": 0.0},
        {"half_life_days": float("inf")},
    ],
)
def test_arrangement_out_of_bounds_is_refused(wrong: dict[str, float]):
    with pytest.raises(BadInput, match=next(iter(wrong))):
        Arrangement(**wrong)


def test_arrange_no_candidates_is_an_empty_list(ask: Recommender):
    none = ask.recommend_papers(
        ask.user("fan"), keep=PaperFilter(categories_in=frozenset({"nowhere"}))
    )
    assert (none.results, none.more) == ((), False)


def test_seed_of_differs_by_reader_and_day():
    seeds = {seed_of(name, day) for name in ("users/a", "users/b") for day in (DAY, date(1, 1, 1))}
    assert len(seeds) == 4
    assert seed_of("users/a", DAY) == seed_of("users/a", DAY)


def test_arranger_of_a_model_without_text_arranges():
    papers = [{"paper_id": f"p{n}", "title": ""} for n in range(8)]
    saves = [("u", f"p{n}", "save") for n in range(3)] + [("v", f"p{n}", "save") for n in range(8)]
    model = train(dataset_of(papers=papers, interactions=saves)).model
    readers = model.readers().users(np.array([0]))
    scores = np.arange(8, dtype=np.float32)[None]
    found = Arranger(model).arrange(
        readers, scores, np.arange(8), 8, Arrangement(diversity=0.4, exploration=0.0)
    )
    assert found.rows[0].tolist() == [7, 6, 5, 4, 3, 2, 1, 0]


def test_arrange_interests_serve_a_small_one_beside_a_large_one(ask):
    reader = ask.stranger(liked=["g0", "g1", "g2", "g3", "p0"])
    shares = [
        [paper[0] for paper in ids(ask.recommend_papers(reader, wanted=wanted, k=3))].count("p")
        for wanted in (AS_RANKED, Arrangement(interests=1.0))
    ]
    assert shares == [0, 1]
