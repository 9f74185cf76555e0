"""Papers and authors that come in one by one, while a model serves.

In: rows in the dataset's own columns, a paper's with its `authors`. Out: checked `Entry`s, which
keep the rules of the dataset's tables, and of several entries the `Tables` that they make.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from recsys.data.checked import RawTable, check_table
from recsys.data.columns import normalise
from recsys.data.entry import Entry
from recsys.data.schema import AUTHORS, AUTHORSHIPS, PAPERS, TableSchema
from recsys.data.tables import Tables
from recsys.errors import CatalogueRefused

LONGEST: dict[str, int] = {
    "title": 2_000,
    "abstract": 50_000,
    "name": 1_000,
    "url": 4_000,
    "trust_label": 100,
    **dict.fromkeys(("venue", "categories", "affiliations", "doi", "arxiv_id"), 1_000),
}
"""How many characters a value may have, or each of a list."""
MOST: dict[str, int] = {"categories": 100, "affiliations": 100, "authors": 10_000}
"""How many values a list may have."""

Row = Mapping[str, Any]
_SCHEMAS = {"papers": PAPERS, "authors": AUTHORS}


def checked_papers(rows: Sequence[Row], now: datetime) -> list[Entry]:
    """Papers as entries.

    Parameters
    ----------
    rows : sequence of mappings
        Columns of the table `papers`, and `authors`: a list of ids, or of mappings with
        `author_id` and `name`, in the order of the paper.
    now : datetime
        A paper that appears more than a year later is refused.

    Raises
    ------
    CatalogueRefused
        Says of each bad row what is wrong.
    """
    teams = [_team(row) for row in rows]
    bad = _too_large(rows) | {n: team for n, team in enumerate(teams) if isinstance(team, str)}
    _refuse(bad)
    written = [
        (str(row.get("paper_id")), *writer, place)
        for row, team in zip(rows, teams, strict=True)
        for place, writer in enumerate(team)
    ]
    of_row = np.repeat(np.arange(len(rows)), [len(team) for team in teams])
    columns = ("paper_id", "author_id", "name", "position")
    authorships = pd.DataFrame(written, columns=columns, dtype=object)
    checked, bad = _checked(rows, PAPERS, now)
    _, bad_writers = _good(RawTable(authorships, of_row), AUTHORSHIPS, now)
    _refuse(bad_writers | bad)
    return [
        _entry("papers", row, PAPERS, authors=[list(writer) for writer in team])
        for row, team in zip(checked, teams, strict=True)
    ]


def checked_authors(rows: Sequence[Row], now: datetime) -> list[Entry]:
    """Authors as entries; rows have columns of the table `authors`. Raises as `checked_papers`."""
    _refuse(_too_large(rows))
    checked, bad = _checked(rows, AUTHORS, now)
    _refuse(bad)
    return [_entry("authors", row, AUTHORS) for row in checked]


def tables_of(entries: Iterable[Entry], known_authors: Container[str]) -> Tables:
    """The tables that entries make; what was deleted is not in them.

    An author who is named with a paper and neither known nor an entry gets a row as well, with
    the id for a name where none was told.
    """
    rows: dict[str, list[dict[str, Any]]] = {"papers": [], "authors": []}
    for entry in entries:
        if not entry.deleted:
            rows[entry.collection].append(json.loads(entry.content))
    teams = [(row["paper_id"], row.pop("authors")) for row in rows["papers"]]
    told = {row["author_id"] for row in rows["authors"]}
    for _, team in teams:
        for author_id, name in team:
            if author_id not in told and author_id not in known_authors:
                rows["authors"].append({"author_id": author_id, "name": name or author_id})
                told.add(author_id)
    written = [
        {"paper_id": paper_id, "author_id": author_id, "position": place}
        for paper_id, team in teams
        for place, (author_id, _) in enumerate(team)
    ]
    frames = {
        schema.name: _frame(found, schema)
        for schema, found in ((PAPERS, rows["papers"]), (AUTHORS, rows["authors"]))
    }
    return Tables.of(frames | {"authorships": _frame(written, AUTHORSHIPS)})


def _frame(rows: Sequence[Row], schema: TableSchema) -> pd.DataFrame:
    frame, _ = normalise(pd.DataFrame(rows, columns=schema.column_names, dtype=object), schema)
    return frame


def _team(row: Row) -> list[tuple[str, str]] | str:
    """A paper's authors as ids and names, or what is wrong with them."""
    team = []
    given = row.get("authors") or []
    for author in given if isinstance(given, list) else [given]:
        told = author if isinstance(author, Mapping) else {"author_id": author, "name": ""}
        id_, name = told.get("author_id"), told.get("name") or ""
        if not isinstance(id_, str) or not isinstance(name, str):
            return "authors are ids, or objects with author_id and name"
        if len(name) > LONGEST["name"]:
            return f"the name of an author has more than {LONGEST['name']} characters"
        team.append((id_, name))
    if len({id_ for id_, _ in team}) < len(team):
        return "an author is named twice"
    return team


def _too_large(rows: Sequence[Row]) -> dict[int, str]:
    bad: dict[int, str] = {}
    for place, row in enumerate(rows):
        for column, value in row.items():
            values = value if isinstance(value, list) else [value]
            if len(values) > MOST.get(column, 1):
                bad[place] = f"{column} has more than {MOST.get(column, 1)} values"
            texts = [one for one in values if isinstance(one, str)]
            if any(len(text) > LONGEST.get(column, LONGEST["url"]) for text in texts):
                bad[place] = f"{column} is too long"
            if any(not _can_be_kept(text) for text in texts):
                bad[place] = f"{column} holds what is no text"
    return bad


def _can_be_kept(text: str) -> bool:
    """Neither half of a pair of surrogates, which is no letter, nor a zero, which ends a text."""
    return "\0" not in text and text == text.encode("utf-8", "replace").decode("utf-8")


def _checked(
    rows: Sequence[Row], schema: TableSchema, now: datetime
) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Rows by the rules of a table, in order, and what is wrong with which; each key once."""
    frame = pd.DataFrame(rows, columns=schema.column_names, dtype=object)
    key = schema.key[0]
    twice = frame[key].duplicated(keep="first")
    bad = {int(place): f"{key} stands twice in the batch" for place in np.flatnonzero(twice)}
    good, wrong = _good(RawTable(frame, np.arange(len(frame))), schema, now)
    records = [{str(name): row[name] for name in row} for row in good.to_dict("records")]
    return records, bad | wrong


def _good(raw: RawTable, schema: TableSchema, now: datetime) -> tuple[pd.DataFrame, dict[int, str]]:
    good, aside = check_table(raw, schema, known_ids={}, now=now)
    return good, dict(zip(aside["row"].tolist(), aside["reason"].tolist(), strict=True))


def _refuse(bad: Mapping[int, str]) -> None:
    if bad:
        raise CatalogueRefused(dict(sorted(bad.items())))


def _entry(
    collection: Literal["papers", "authors"], row: Row, schema: TableSchema, **more: Any
) -> Entry:
    content = {name: _plain(row[name]) for name in schema.column_names} | more
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return Entry(collection, row[schema.key[0]], text)


def _plain(value: Any) -> Any:
    """A checked value as JSON has it."""
    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value
