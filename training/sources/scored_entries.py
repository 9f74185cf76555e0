"""Papers below header lines such as `96.6LGJun 2` or `CVFeb 14, 2024Code`.

In: the lines of a page. Out: its papers. A header glues score, field, date and the Code flag
together; below it stand title and names, on one line or on two, and the abstract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from training.sources.lines import Line, sections
from training.sources.names import is_author_line, split_names
from training.sources.page import PagePaper
from training.sources.title_border import Heading, split_affiliations, split_heading

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEADER = re.compile(
    r"(?P<score>\d{1,3}(?:\.\d+)?)?\s*"
    r"(?P<field>[A-Z]+(?:-[A-Z]+)*)\s*"
    rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?\s+(?P<day>\d{{1,2}})"
    r"(?:,\s*(?P<year>\d{4}))?\s*"
    r"(?P<code>Code)?",
    re.ASCII,
)


@dataclass(frozen=True)
class _Header:
    line: int
    field: str
    published: date | None
    code: bool
    score: float | None


def is_header(text: str) -> bool:
    """Whether a line is the header of a paper."""
    return _HEADER.fullmatch(text) is not None


def read_entries(
    lines: list[Line], *, as_of: date, known_names: frozenset[str]
) -> tuple[tuple[PagePaper, ...], tuple[tuple[int, str], ...]]:
    """Read the papers of a page.

    Parameters
    ----------
    as_of : date
        When the page was saved: a date without a year is of its year.
    known_names : frozenset of str
        Keys of names that stand alone elsewhere; they help to part names from titles.

    Returns
    -------
    papers : tuple of PagePaper
    skipped : tuple of (line, reason)
        Headers with nothing below them.
    """
    papers: list[PagePaper] = []
    skipped: list[tuple[int, str]] = []
    for start, body in sections(lines, is_header):
        if body:
            papers.append(_read_paper(_read_header(start, as_of), body, known_names))
        else:
            skipped.append((start.number, "a header with no title below it"))
    return tuple(papers), tuple(skipped)


def _read_header(line: Line, as_of: date) -> _Header:
    match = _HEADER.fullmatch(line.text)
    if match is None:
        raise ValueError(f"line {line.number} is no header")
    year = int(match["year"] or as_of.year)
    month = _MONTHS.index(match["month"]) + 1
    try:
        published = date(year, month, int(match["day"]))
    except ValueError:
        # February 30: the page is wrong about the day; the paper stays, without a date.
        published = None
    score = float(match["score"]) if match["score"] else None
    return _Header(line.number, match["field"], published, match["code"] is not None, score)


def _read_paper(header: _Header, body: tuple[str, ...], known_names: frozenset[str]) -> PagePaper:
    if len(body) > 1 and is_author_line(split_affiliations(body[1])[0]):
        authors, affiliations = split_affiliations(body[1])
        names, truncated = split_names(authors)
        heading = Heading(body[0], tuple(names), truncated, affiliations)
        abstract = body[2:]
    else:
        heading = split_heading(body[0], known_names)
        abstract = body[1:]
    return PagePaper(
        line=header.line,
        title=heading.title,
        abstract="\n".join(abstract),
        authors=heading.authors,
        truncated=heading.truncated,
        published=header.published,
        field=header.field,
        code=header.code,
        score=header.score,
        affiliations=heading.affiliations,
    )
