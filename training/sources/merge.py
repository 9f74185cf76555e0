"""Pages -> one set of raw tables, in which each paper and each person stands once.

In: named pages. Out: papers, authors and authorships in the dataset layout, unchecked.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from recsys.data.checked import RawTable
from recsys.data.schema import MAX_ID_BYTES
from training.sources.names import name_key
from training.sources.page import FactValue, Page, PagePaper
from training.sources.same_paper import Entry, group_entries, title_key

_SLUG_CHARS = 60


@dataclass(frozen=True)
class NamedPage:
    """A page and the file it came from."""

    file: str
    page: Page


def merge_pages(pages: Sequence[NamedPage]) -> dict[str, RawTable]:
    """Merge pages into the tables of one dataset.

    The merged paper has the longest abstract, the most exact date, and the longest list of
    authors with everybody else whom another page names behind it; of other values the first
    page's counts. Entries that no parser could read are malformed rows of `papers`.
    """
    entries: list[Entry] = []
    owners: list[str] = []
    for number, named in enumerate(pages):
        owner = named.page.owner.name if named.page.owner else ""
        for paper in named.page.papers:
            entries.append((number, paper))
            owners.append(owner)
    papers: list[dict[str, Any]] = []
    authorships: list[dict[str, Any]] = []
    for places in group_entries(entries):
        group = [entries[place][1] for place in places]
        row = _merged_paper(group)
        papers.append(row)
        authorships += [
            {"paper_id": row["paper_id"], "author_id": author_id(name), "position": position}
            for position, name in enumerate(_merged_names(group, [owners[p] for p in places]))
        ]
    skipped = [
        (line, f"{named.file}: {reason}") for named in pages for line, reason in named.page.skipped
    ]
    tables = {"papers": papers, "authors": _merged_authors(pages), "authorships": authorships}
    return {
        name: _raw(rows, skipped if name == "papers" else [])
        for name, rows in tables.items()
        if rows or name == "papers"
    }


def _raw(rows: list[dict[str, Any]], malformed: list[tuple[int, str]]) -> RawTable:
    columns = dict.fromkeys(column for row in rows for column in row)
    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns}
    )
    return RawTable(frame, np.arange(1, len(rows) + 1, dtype=np.int64), malformed)


def author_id(name: str) -> str:
    """The id of a person: the key of the name with hyphens, the same for every spelling."""
    slug = name_key(name).replace(" ", "-")
    if len(slug.encode()) <= MAX_ID_BYTES:
        return slug
    return _digest(slug)


def paper_id(title: str, arxiv_id: str) -> str:
    """`arxiv:ID` where the id is known, else words of the title and a digest of all of it."""
    if arxiv_id:
        return f"arxiv:{arxiv_id}"
    slug = name_key(title.replace("-", " ")).replace(" ", "-")[:_SLUG_CHARS].strip("-")
    return f"{slug}-{_digest(title_key(title))}".strip("-")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value not in (None, "", ())), None)


def _merged_paper(group: list[PagePaper]) -> dict[str, Any]:
    arxiv_id = _first(paper.arxiv_id for paper in group) or ""
    # The layout demands a title; an arXiv listing has none, so its id stands in.
    title = _first(paper.title for paper in group) or f"arXiv:{arxiv_id}"
    published = _merged_date(group)
    field = _first(paper.field for paper in group)
    flags = [paper.code for paper in group if paper.code is not None]
    return {
        "paper_id": paper_id(title, arxiv_id),
        "title": title,
        "abstract": max((paper.abstract for paper in group), key=len),
        "published_at": published.isoformat() if published else None,
        "categories": [field] if field else [],
        "venue": _first(paper.venue for paper in group),
        "url": f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else None,
        "doi": _first(paper.doi for paper in group),
        "arxiv_id": arxiv_id,
        "field": field,
        "code": any(flags) if flags else None,
        "score": _first(paper.score for paper in group),
        "comments": _first(paper.comments for paper in group),
        "journal_ref": _first(paper.journal_ref for paper in group),
        "affiliations": list(dict.fromkeys(a for paper in group for a in paper.affiliations)),
    }


def _merged_date(group: list[PagePaper]) -> date | None:
    """The earliest full date, or the earliest year where no page has a full date."""
    dated = [paper for paper in group if paper.published is not None]
    exact = [paper.published for paper in dated if paper.exact_day]
    return min((day for day in exact or [p.published for p in dated] if day), default=None)


def _merged_names(group: list[PagePaper], owners: list[str]) -> list[str]:
    """The longest list of names, then whom other pages add: one name for each person."""
    longest = sorted(group, key=lambda paper: (-len(paper.authors), paper.truncated))
    people: dict[str, str] = {}
    for name in [*(name for paper in longest for name in paper.authors), *owners]:
        people.setdefault(name_key(name), name)
    return [name for key, name in people.items() if key]


def _merged_authors(pages: Sequence[NamedPage]) -> list[dict[str, Any]]:
    """Everybody in the order of first mention, under the commonest spelling of the name."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    facts: dict[str, dict[str, FactValue]] = defaultdict(dict)
    for named in pages:
        for name in named.page.names():
            if name_key(name):
                spellings[name_key(name)][name] += 1
        if named.page.owner and name_key(named.page.owner.name):
            known = facts[name_key(named.page.owner.name)]
            for fact, value in named.page.owner.facts.items():
                known.setdefault(fact, value)
    return [
        {"author_id": author_id(key), "name": counts.most_common(1)[0][0], **facts[key]}
        for key, counts in spellings.items()
    ]
