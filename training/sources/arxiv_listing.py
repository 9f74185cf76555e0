"""An arXiv author listing: abstract, perhaps a comment, then `arXiv:ID` and the day.

In: the lines of the page. Out: a `Page` of papers that have neither titles nor authors; merging
finds both on other pages, by the abstract.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from training.sources.lines import Line
from training.sources.page import Page, PagePaper

KIND = "arXiv listing"
_ID = re.compile(
    r"arXiv:\s*(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\s+-\s+(?P<rest>.+))?",
    re.ASCII,
)
_CREATED = re.compile(r"Created:\s*(?P<day>\d{4}-\d{2}-\d{2})", re.ASCII)
_UPDATED = re.compile(r"Updated:\s*\d{4}-\d{2}-\d{2}", re.ASCII)
_DOI = re.compile(r"doi:\s*(?P<doi>10\.\S+)", re.ASCII | re.IGNORECASE)
# A paragraph longer than any comment is a part of the abstract.
_LONGEST_COMMENT = 500


def matches(lines: list[Line]) -> bool:
    """Whether an id line is followed by its day somewhere on the page."""
    return any(
        _ID.fullmatch(above.text) and _CREATED.fullmatch(below.text)
        for above, below in pairwise(lines)
    )


def parse(lines: list[Line], _as_of: date, _known_names: frozenset[str]) -> Page:
    """Read an arXiv listing; its days are complete, and it has no names."""
    papers: list[PagePaper] = []
    skipped: list[tuple[int, str]] = []
    above: list[Line] = []
    for line in lines:
        if match := _ID.fullmatch(line.text):
            if above:
                papers.append(_paper(above, match))
            else:
                skipped.append((line.number, f"{line.text!r} has no abstract above it"))
            above = []
        elif match := _CREATED.fullmatch(line.text):
            if papers and not above:
                papers[-1] = _dated(papers[-1], match["day"])
        elif not _UPDATED.fullmatch(line.text):
            above.append(line)
    skipped += [(line.number, "text with no arXiv id below it") for line in above[:1]]
    return Page(KIND, tuple(papers), skipped=tuple(skipped))


def _paper(above: list[Line], match: re.Match[str]) -> PagePaper:
    texts = [line.text for line in above]
    has_comment = len(texts) > 1 and len(texts[-1]) <= _LONGEST_COMMENT
    abstract, comment = (texts[:-1], texts[-1]) if has_comment else (texts, "")
    doi, journal_ref = _references(match["rest"] or "")
    return PagePaper(
        line=above[0].number,
        abstract="\n".join(abstract),
        arxiv_id=match["id"],
        doi=doi,
        comments=comment,
        journal_ref=journal_ref,
    )


def _references(rest: str) -> tuple[str, str]:
    """The DOI and the journal reference behind an id; either may be missing."""
    match = _DOI.search(rest)
    if match is None:
        return "", rest.strip()
    return match["doi"], rest[: match.start()].rstrip(" -")


def _dated(paper: PagePaper, day: str) -> PagePaper:
    try:
        return replace(paper, published=date.fromisoformat(day))
    except ValueError:
        return paper
