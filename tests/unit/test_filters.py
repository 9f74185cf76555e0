"""What may be returned: filters drop, and say nothing about order."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.features.signals import SignalSettings, build_signals
from recsys.models.model import Model
from recsys.models.readers import ReaderSource
from recsys.ranking.filters import AuthorFilter, PaperFilter, eligible_cells
from recsys.recommender import Recommender
from tests.small import dataset_of, people
from tests.worlds import OLD_ARXIV_ID, tiny_model

ALL = {"g1", "g2", "g3", "g4", "p1", "p2", "p3", OLD_ARXIV_ID}
GRAPHS, PROTEINS = {"g1", "g2", "g3", "g4"}, {"p1", "p2", "p3"}


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


def kept(model: Model, keep: PaperFilter) -> set[str]:
    return {model.dataset.papers.ids[row] for row in keep.rows(model.dataset)}


def out(model: Model, keep: PaperFilter, name: str) -> set[str]:
    cells = keep.out(Recommender(model).user(name))
    return {model.dataset.papers.ids[row] for row in cells.indices}


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        (PaperFilter(), ALL),
        (PaperFilter(categories_in=frozenset({"cs.LG"})), GRAPHS),
        (PaperFilter(categories_in=frozenset({"cs.LG", "q-bio"})), GRAPHS | PROTEINS),
        (PaperFilter(categories_in=frozenset({"no such"})), set()),
        (PaperFilter(categories_out=frozenset({"cs.LG"})), PROTEINS | {OLD_ARXIV_ID}),
        (PaperFilter(categories_out=frozenset({"no such"})), ALL),
        (
            PaperFilter(
                categories_in=frozenset({"cs.LG", "q-bio"}), categories_out=frozenset({"q-bio"})
            ),
            GRAPHS,
        ),
        (PaperFilter(excluded=frozenset({"g1", OLD_ARXIV_ID, "who?"})), ALL - {"g1", OLD_ARXIV_ID}),
        (PaperFilter(only=frozenset({"g1", "g3", "who?"})), {"g1", "g3"}),
        (PaperFilter(only=frozenset({"g1", "g3"}), excluded=frozenset({"g1"})), {"g3"}),
        (PaperFilter(published_after=np.datetime64("2023-03-01")), {"g3", "g4", "p3"}),
        (PaperFilter(published_before=np.datetime64("2022-01-10")), {"p1", OLD_ARXIV_ID}),
        (
            PaperFilter(
                published_after=np.datetime64("2022-01-10"),
                published_before=np.datetime64("2022-06-01"),
            ),
            {"g1"},
        ),
        (
            PaperFilter(
                published_after=np.datetime64("2024-01-01"),
                published_before=np.datetime64("2023-01-01"),
            ),
            set(),
        ),
    ],
)
def test_paper_filter_keeps_what_was_asked_for(model, keep, expected):
    assert kept(model, keep) == expected


def test_paper_filter_rows_are_ascending(model):
    rows = PaperFilter(categories_in=frozenset({"q-bio", "cs.LG"})).rows(model.dataset)
    assert (np.diff(rows) > 0).all()


def test_paper_filter_paper_without_a_date_passes_no_bound():
    dataset = dataset_of(papers=[{"paper_id": "p", "title": "p"}])
    for keep in (
        PaperFilter(published_after=np.datetime64("1500-01-01")),
        PaperFilter(published_before=np.datetime64("2900-01-01")),
    ):
        assert keep.rows(dataset).tolist() == []


def test_paper_filter_seen_and_own_are_out_unless_asked_for(model):
    assert out(model, PaperFilter(), "u-ada") == {"g1", "g2"}
    assert out(model, PaperFilter(seen=True), "u-ada") == {"g1"}
    assert out(model, PaperFilter(own=True), "u-ada") == {"g2"}
    assert out(model, PaperFilter(seen=True, own=True), "u-ada") == set()


def test_paper_filter_dismissed_is_out_whatever_is_asked_for(model):
    assert OLD_ARXIV_ID in out(model, PaperFilter(seen=True, own=True), "reader")


def names(model: Model, keep: AuthorFilter) -> set[str]:
    return {model.dataset.authors.ids[row] for row in keep.rows(model.dataset)}


def coauthors_out(model: Model, keep: AuthorFilter, author: str) -> set[str]:
    cells = keep.out(Recommender(model).author(author), model.signals)
    return {model.dataset.authors.ids[row] for row in cells.indices}


def test_author_filter_oneself_and_coauthors_are_out(model):
    assert coauthors_out(model, AuthorFilter(), "ben") == {"ada", "ben", "cleo"}
    assert coauthors_out(model, AuthorFilter(existing_coauthors=True), "ben") == {"ben"}


def test_author_filter_coauthor_of_a_crowd_is_a_coauthor_too():
    """A team too large to say who works with whom has written together all the same."""
    crowd = [f"a{number}" for number in range(80)]
    dataset = dataset_of(
        papers=[{"paper_id": "p", "title": "p"}], authors=people(*crowd), authorships={"p": crowd}
    )
    signals = build_signals(dataset, SignalSettings())
    reader = ReaderSource(dataset, signals, 0).authors(np.array([0]))
    assert AuthorFilter().out(reader, signals).nnz == 80


def test_author_filter_closed_is_out_unless_asked_for_and_unknown_is_open():
    authors = [
        {"author_id": "open", "name": "o", "open_to_collaborate": True},
        {"author_id": "closed", "name": "c", "open_to_collaborate": False},
        {"author_id": "unknown", "name": "u", "open_to_collaborate": None},
    ]
    dataset = dataset_of(papers=[{"paper_id": "p", "title": "p"}], authors=authors)
    assert AuthorFilter().rows(dataset).tolist() == [0, 2]
    assert AuthorFilter(closed=True).rows(dataset).tolist() == [0, 1, 2]


def test_author_filter_verification_unknown_level_does_not_pass():
    authors = [
        {"author_id": f"v{level}", "name": "n", "verification_level": level}
        for level in (0, 1, 2, None)
    ]
    dataset = dataset_of(papers=[{"paper_id": "p", "title": "p"}], authors=authors)
    assert AuthorFilter(least_verification=0).rows(dataset).tolist() == [0, 1, 2, 3]
    assert AuthorFilter(least_verification=1).rows(dataset).tolist() == [1, 2]
    assert AuthorFilter(least_verification=9).rows(dataset).tolist() == []


def test_author_filter_excluded_ids_are_out_and_unknown_ones_passed_over(model):
    assert names(model, AuthorFilter(excluded=frozenset({"ada", "who?"}))) == {
        *("ben", "cleo", "dan", "eva", "finn")
    }


def once_together() -> ReaderSource:
    """Ada has written with others: long ago, lately, both, without a date, with one and without."""
    dates = {"old": "2010-01-01", "new": "2020-01-01", "undated": None}
    joint = {"b": ["old"], "c": ["new"], "d": ["old", "new"], "e": ["undated"], "f": ["old"]}
    joint["f"] = ["old", "undated"]
    papers = [
        {"paper_id": f"{other}-{when}", "title": "t", "published_at": dates[when]}
        for other, times in joint.items()
        for when in times
    ]
    teams = {paper["paper_id"]: ["ada", paper["paper_id"][0]] for paper in papers}
    dataset = dataset_of(papers=papers, authors=people("ada", *joint, "z"), authorships=teams)
    return ReaderSource(dataset, build_signals(dataset, SignalSettings()), 0)


def passing(source: ReaderSource, keep: AuthorFilter, *authors: int) -> list[list[str]]:
    """The ids of those who compete and pass, for each of the authors."""
    readers = source.authors(np.array(authors))
    kept = keep.kept(readers, source.dataset, source.signals)
    kept &= eligible_cells(keep.out(readers, source.signals), np.arange(kept.shape[1]))
    ids = source.dataset.authors.ids
    return [[ids[int(row)] for row in np.flatnonzero(cells)] for cells in kept]


@pytest.mark.parametrize(
    ("years", "expected"),
    [(0.0, ["z"]), (5.0, ["b"]), (9.99, ["b"]), (10.01, []), (0.001, ["b"])],
)
def test_author_filter_years_apart_keeps_coauthors_of_old_whose_times_are_all_known(
    years: float, expected: list[str]
) -> None:
    """The last day in the data is the first of 2020, ten years after the old papers."""
    assert passing(once_together(), AuthorFilter(years_apart=years), 0) == [expected]


def test_author_filter_years_apart_is_of_each_reader_alone() -> None:
    keep = AuthorFilter(years_apart=5)
    assert passing(once_together(), keep, 1, 0, 6) == [["ada"], ["b"], []]


def test_author_filter_years_apart_gives_a_stranger_nobody() -> None:
    source, keep = once_together(), AuthorFilter(years_apart=5)
    assert not keep.kept(source.strangers(), source.dataset, source.signals).any()


def test_author_filter_own_affiliation_leaves_out_those_who_share_one_of_several() -> None:
    authors = [
        {"author_id": "ada", "name": "a", "affiliations": ["North", "South"]},
        {"author_id": "ben", "name": "b", "affiliations": ["South", "West"]},
        {"author_id": "cleo", "name": "c", "affiliations": ["West"]},
        {"author_id": "dan", "name": "d", "affiliations": []},
    ]
    dataset = dataset_of(papers=[{"paper_id": "p", "title": "p"}], authors=authors)
    source = ReaderSource(dataset, build_signals(dataset, SignalSettings()), 0)
    elsewhere = AuthorFilter(own_affiliation=False)
    expected = [["cleo", "dan"], ["ada", "dan"], ["ada", "ben", "cleo"]]
    assert passing(source, elsewhere, 0, 2, 3) == expected
    assert passing(source, AuthorFilter(), 0) == [["ben", "cleo", "dan"]]
    assert elsewhere.kept(source.strangers(), dataset, source.signals).all()


def test_eligible_cells_are_all_but_those_that_are_out(model):
    rows = np.array([0, 2, 5])
    cells = PaperFilter().out(Recommender(model).user("reader"))
    eligible = eligible_cells(cells, rows)
    assert eligible.shape == (1, 3)
    assert eligible[0].tolist() == [row not in cells.indices for row in rows]
