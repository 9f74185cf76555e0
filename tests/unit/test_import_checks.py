"""Rows that keep the rules stay, rows that break one are set aside with the reason."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from recsys.data.checked import RawTable, check_tables
from recsys.data.schema import INTERACTIONS, TABLES
from recsys.data.tables import Tables, empty_frame
from recsys.errors import BadInput, TooManyRejects

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def raw(**columns: list) -> RawTable:
    frame = pd.DataFrame({name: pd.Series(v, dtype=object) for name, v in columns.items()})
    return RawTable(frame, np.arange(1, len(frame) + 1, dtype=np.int64))


def checked(now: datetime | None = NOW, **tables: RawTable) -> tuple[Tables, pd.DataFrame]:
    tables.setdefault("papers", raw(paper_id=["p1", "p2"], title=["One", "Two"]))
    return check_tables(tables, max_reject_share=1.0, now=now)


def reasons(rejected: pd.DataFrame, table: str) -> dict[int, str]:
    rows = rejected[rejected["table"] == table]
    return dict(zip(rows["row"], rows["reason"], strict=True))


def test_papers_bad_ids_are_set_aside_with_row_and_reason() -> None:
    ids = ["hep-th/9901001", "", None, "x" * 257, "é" * 128, " "]
    tables, rejected = checked(papers=raw(paper_id=ids, title=["t"] * 6))
    assert tables.papers["paper_id"].tolist() == ["hep-th/9901001", "é" * 128]
    assert reasons(rejected, "papers") == {
        2: "missing paper_id",
        3: "missing paper_id",
        4: "paper_id is longer than 256 bytes",
        6: "missing paper_id",
    }


def test_papers_without_text_are_ordinary() -> None:
    tables, rejected = checked(papers=raw(paper_id=["a", "b"], title=["", None]))
    assert tables.papers["title"].tolist() == ["", ""]
    assert tables.papers["abstract"].tolist() == ["", ""]
    assert tables.papers["categories"].tolist() == [[], []]
    assert rejected.empty


def test_papers_integer_ids_become_text_without_a_point() -> None:
    tables, _ = checked(papers=raw(paper_id=[7, 8.0], title=["t", "u"]))
    assert tables.papers["paper_id"].tolist() == ["7", "8"]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2024-05-06", "2024-05-06T00:00:00+00:00"),
        ("2024-05-06T07:08:09+02:00", "2024-05-06T05:08:09+00:00"),
        ("2024-05-06 07:08:09", "2024-05-06T07:08:09+00:00"),
        (1600, "1600-01-01T00:00:00+00:00"),
        ("1999", "1999-01-01T00:00:00+00:00"),
        ("20240506", "2024-05-06T00:00:00+00:00"),
        (20240506, "2024-05-06T00:00:00+00:00"),
        (1_700_000_000, "2023-11-14T22:13:20+00:00"),
        (1_700_000_000_000, "2023-11-14T22:13:20+00:00"),
        (datetime(2020, 1, 2, tzinfo=UTC), "2020-01-02T00:00:00+00:00"),
    ],
)
def test_time_in_a_known_form_is_read_as_utc(given: object, read: str) -> None:
    tables, rejected = checked(papers=raw(paper_id=["a"], title=[""], published_at=[given]))
    assert rejected.empty
    assert [time.isoformat() for time in tables.papers["published_at"]] == [read]


@pytest.mark.parametrize("given", ["", None, float("nan"), pd.NaT])
def test_time_not_given_is_unknown_and_no_reject(given: object) -> None:
    tables, rejected = checked(papers=raw(paper_id=["a"], title=[""], published_at=[given]))
    assert rejected.empty
    assert tables.papers["published_at"].isna().all()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("3000-01-01", "absurd time in published_at"),
        ("2027-06-02", "absurd time in published_at"),
        ("1499-12-31", "absurd time in published_at"),
        ("yesterday", "published_at is not a time"),
        ("2024-02-30", "published_at is not a time"),
        ([2024], "published_at is not a time"),
        (-5, "published_at is not a time"),
        (12345, "published_at is not a time"),
        (float("inf"), "published_at is not a time"),
        (True, "published_at is not a time"),
        (10**400, "published_at is not a time"),
    ],
)
def test_time_that_cannot_be_is_set_aside(given: object, reason: str) -> None:
    papers = raw(paper_id=["a", "b"], title=["", ""], published_at=["2027-05-31", given])
    tables, rejected = checked(papers=papers)
    assert tables.papers["paper_id"].tolist() == ["a"]
    assert reasons(rejected, "papers")[2].startswith(reason)


def test_time_without_a_now_refuses_absurd_years_only() -> None:
    papers = raw(
        paper_id=["a", "b"], title=["", ""], published_at=["2999-12-31", "3000-01-01T00:00:00Z"]
    )
    tables, rejected = checked(now=None, papers=papers)
    assert tables.papers["paper_id"].tolist() == ["a"]
    assert list(reasons(rejected, "papers")) == [2]


def test_references_to_nobody_are_set_aside() -> None:
    tables, rejected = checked(
        authors=raw(author_id=["ada"], name=["Ada Poe"]),
        authorships=raw(paper_id=["p1", "p9", "p1"], author_id=["ada", "ada", "bo"]),
        users=raw(user_id=["u1", "u2", "u3"], author_id=["ada", "bo", None]),
        follows=raw(user_id=["u1", "u1"], author_id=["ada", "bo"]),
        interactions=raw(user_id=["x", "x"], paper_id=["p2", "p9"], kind=["save", "save"]),
    )
    assert reasons(rejected, "authorships") == {
        2: "paper_id names no paper of this dataset",
        3: "author_id names no author of this dataset",
    }
    assert reasons(rejected, "users") == {2: "author_id names no author of this dataset"}
    assert reasons(rejected, "follows") == {2: "author_id names no author of this dataset"}
    assert reasons(rejected, "interactions") == {2: "paper_id names no paper of this dataset"}
    assert tables.users["user_id"].tolist() == ["u1", "u3"]


def test_references_to_a_missing_table_are_not_asked() -> None:
    tables, rejected = checked(authorships=raw(paper_id=["p1"], author_id=["ada"]))
    assert rejected.empty
    assert len(tables.authorships) == 1
    assert tables.present == {"papers", "authorships"}


def test_reference_to_a_rejected_row_is_set_aside_too() -> None:
    _, rejected = checked(
        papers=raw(paper_id=["p1", "p2"], title=["", ""], published_at=["3001-01-01", None]),
        interactions=raw(user_id=["u", "u"], paper_id=["p1", "p2"], kind=["open", "open"]),
    )
    assert reasons(rejected, "interactions") == {1: "paper_id names no paper of this dataset"}


def test_interactions_unknown_kind_is_set_aside_and_known_ones_are_named() -> None:
    kinds = ["open", "read", "save", "like", "dismiss", "hate", ""]
    table = raw(user_id=["u"] * 7, paper_id=["p1"] * 7, kind=kinds)
    tables, rejected = checked(interactions=table)
    assert tables.interactions["kind"].tolist() == kinds[:5]
    wanted = "unknown kind; known are open, read, save, like, dismiss"
    assert reasons(rejected, "interactions") == {6: wanted, 7: wanted}


def test_duplicates_keep_the_newest_by_time_and_are_no_rejects() -> None:
    table = raw(
        user_id=["u", "u", "u", "v"],
        paper_id=["p1", "p1", "p1", "p1"],
        kind=["save"] * 4,
        occurred_at=["2024-01-01", "2025-01-01", None, "2020-01-01"],
        note=["old", "new", "undated", "other"],
    )
    tables, rejected = checked(interactions=table)
    assert rejected.empty
    assert tables.interactions["note"].tolist() == ["new", "other"]


def test_duplicates_without_a_time_keep_the_last() -> None:
    tables, _ = checked(authors=raw(author_id=["a", "b", "a"], name=["Old", "Bo", "New"]))
    assert tables.authors["name"].tolist() == ["Bo", "New"]


def test_saves_in_two_reading_lists_are_two_rows() -> None:
    table = raw(user_id=["u", "u"], paper_id=["p1", "p1"], kind=["save"] * 2, list=["a", "b"])
    tables, _ = checked(interactions=table)
    assert len(tables.interactions) == 2


def test_positions_not_given_follow_the_rows_of_each_paper() -> None:
    tables, _ = checked(
        authorships=raw(paper_id=["p1", "p2", "p1"], author_id=["a", "a", "b"]),
    )
    assert tables.authorships["position"].tolist() == [0, 0, 1]
    assert tables.authorships["position"].dtype == np.int64


def test_position_below_zero_is_set_aside() -> None:
    _, rejected = checked(
        authorships=raw(paper_id=["p1", "p1"], author_id=["a", "b"], position=[0, -1]),
    )
    assert list(reasons(rejected, "authorships")) == [2]


def test_lists_in_any_form_are_lists_of_texts() -> None:
    forms = [["cs.CV", "cs.LG"], '["cs.CV", "cs.LG"]', "cs.CV; cs.LG", "", None, np.array(["x"])]
    papers = raw(paper_id=list("abcdef"), title=[""] * 6, categories=forms)
    tables, _ = checked(papers=papers)
    both = ["cs.CV", "cs.LG"]
    assert tables.papers["categories"].tolist() == [both, both, both, [], [], ["x"]]


def test_lone_surrogate_in_a_title_is_replaced_and_in_an_id_refused() -> None:
    tables, rejected = checked(papers=raw(paper_id=["a", "b\ud800"], title=["x\ud800", ""]))
    assert tables.papers["title"].tolist() == ["x?"]
    assert reasons(rejected, "papers") == {2: "paper_id is not an id"}


def test_extra_columns_are_kept_and_known_ones_typed() -> None:
    papers = raw(
        paper_id=["a"], title=[""], code=["true"], score=["81.5"], colour=[{"red": 1}], pages=[9]
    )
    tables, _ = checked(papers=papers)
    row = tables.papers.iloc[0]
    assert bool(row["code"]) is True
    assert row["score"] == 81.5
    assert row["colour"] == {"red": 1}
    assert row["pages"] == 9


def test_extra_column_with_another_meaning_is_passed_through() -> None:
    authors = raw(author_id=["a"], name=["Ada Poe"], papers=["see homepage"])
    tables, rejected = checked(authors=authors)
    assert rejected.empty
    assert tables.authors["papers"].tolist() == ["see homepage"]


def test_missing_required_column_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="'papers' lacks the column 'title'"):
        checked(papers=raw(paper_id=["a"]))


def test_missing_papers_table_is_refused() -> None:
    with pytest.raises(BadInput, match="papers"):
        check_tables({"users": raw(user_id=["u"])})


@pytest.mark.parametrize(("n_bad", "refused"), [(5, False), (6, True)])
def test_reject_share_over_the_limit_is_refused(n_bad: int, refused: bool) -> None:
    ids = ["" if row < n_bad else f"p{row}" for row in range(100)]
    tables = {"papers": raw(paper_id=ids, title=["t"] * 100)}
    if refused:
        with pytest.raises(TooManyRejects, match=r"6 of 100 rows.*missing paper_id \(6x\)"):
            check_tables(tables)
    else:
        assert len(check_tables(tables)[0].papers) == 95


def test_malformed_rows_count_among_the_rejects() -> None:
    papers = RawTable(raw(paper_id=["a"], title=["t"]).frame, np.array([2]), [(1, "not JSON")])
    with pytest.raises(TooManyRejects, match="1 of 2 rows"):
        check_tables({"papers": papers})


def test_missing_tables_are_empty_frames_with_the_declared_columns() -> None:
    tables, _ = checked()
    for name, schema in TABLES.items():
        if name != "papers":
            assert getattr(tables, name).columns.tolist() == schema.column_names
            assert getattr(tables, name).empty
    assert tables.follows["followed_at"].dtype == "datetime64[us, UTC]"
    assert empty_frame(INTERACTIONS)["occurred_at"].dtype == "datetime64[us, UTC]"


def test_unknown_table_in_memory_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such table: paper"):
        Tables.of({"paper": pd.DataFrame()})
