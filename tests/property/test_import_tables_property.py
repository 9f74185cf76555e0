"""Checking agrees with a slow reading of the rules, whatever the rows are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.data.checked import RawTable, check_tables
from recsys.data.columns import normalise
from recsys.data.schema import INTERACTIONS, TABLES

IDS = st.sampled_from(["p1", "p2", "p3", "", "x" * 257])
TIMES = st.sampled_from(["2020-01-01", "2021-01-01", "", "3000-01-01", "soon"])
KINDS = st.sampled_from(["open", "save", "hate", ""])
ROWS = st.lists(st.tuples(st.sampled_from(["u", "v", ""]), IDS, KINDS, TIMES), max_size=30)
ANYTHING = (
    st.none()
    | st.text(max_size=8)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.lists(st.text(max_size=3), max_size=2)
    | st.dictionaries(st.text(max_size=2), st.integers(), max_size=1)
    | st.binary(max_size=4)
    | st.datetimes()
)


def raw(rows: list[tuple], columns: list[str]) -> RawTable:
    data = {c: pd.Series([r[n] for r in rows], dtype=object) for n, c in enumerate(columns)}
    return RawTable(pd.DataFrame(data), np.arange(1, len(rows) + 1))


def is_good(row: tuple[str, str, str, str]) -> bool:
    user, paper, kind, time = row
    known = paper in ("p1", "p2")
    return (
        bool(user)
        and known
        and kind in ("open", "save")
        and time in ("2020-01-01", "2021-01-01", "")
    )


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_interactions_agree_with_the_rules_row_by_row(rows: list[tuple]) -> None:
    papers = raw([("p1", ""), ("p2", "")], ["paper_id", "title"])
    table = raw(rows, ["user_id", "paper_id", "kind", "occurred_at"])
    tables, rejected = check_tables({"papers": papers, "interactions": table}, max_reject_share=1)
    assert rejected["row"].tolist() == [n for n, row in enumerate(rows, 1) if not is_good(row)]
    newest: dict[tuple, str] = {}
    for user, paper, kind, time in filter(is_good, rows):
        key = (user, paper, kind)
        newest[key] = max(newest.get(key, ""), time)
    kept = tables.interactions
    found = {
        (row.user_id, row.paper_id, row.kind): ""
        if pd.isna(row.occurred_at)
        else str(row.occurred_at)[:10]
        for row in kept.itertuples()
    }
    assert found == newest
    assert len(kept) == len(newest)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(TABLES)), st.lists(ANYTHING, min_size=1, max_size=4))
def test_normalise_any_value_gives_the_declared_types(name: str, values: list) -> None:
    schema = TABLES[name]
    columns = {c: pd.Series(values, dtype=object) for c in schema.typed}
    frame, problems = normalise(pd.DataFrame(columns), schema)
    assert len(frame) == len(values)
    assert all(mask.shape == (len(values),) for mask, _ in problems)
    for column in schema.columns:
        read = frame[column.name]
        if column.type in ("id", "text", "choice"):
            assert all(isinstance(value, str) for value in read)
        elif column.type == "texts":
            assert all(isinstance(v, list) and all(isinstance(t, str) for t in v) for v in read)


def test_keys_name_declared_columns() -> None:
    for schema in TABLES.values():
        assert set(schema.key) <= set(schema.column_names)
    assert INTERACTIONS.newest_by == "occurred_at"
