"""What a saved page holds, whatever its kind: papers, the person it is about, and what is odd.

In: nothing. Out: the plain values that every page parser returns and that merging reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

FactValue = str | int | float | bool | list[str]


@dataclass(frozen=True)
class PagePaper:
    """One paper as one page shows it; what the page does not show is empty or None.

    Attributes
    ----------
    line : int
        Where the entry starts on the page, from 1.
    authors : tuple of str
        Names in order. Pages show three at most: `truncated` says that more follow.
    published : date or None
        With `exact_day` False only the year was given, and this is its first day.
    code : bool or None
        Whether the page flags code; None where pages of this kind have no such flag.
    """

    line: int
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    truncated: bool = False
    published: date | None = None
    exact_day: bool = True
    field: str = ""
    code: bool | None = None
    score: float | None = None
    affiliations: tuple[str, ...] = ()
    venue: str = ""
    arxiv_id: str = ""
    doi: str = ""
    comments: str = ""
    journal_ref: str = ""


@dataclass(frozen=True)
class Person:
    """The person whose page it is: a name and columns of the authors table."""

    name: str
    facts: Mapping[str, FactValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One page, read.

    Attributes
    ----------
    owner : Person or None
        An author of every paper on the page; None where a page states nobody.
    stated_papers : int or None
        How many papers the page itself says it has.
    skipped : tuple of (line, reason)
        Entries that could not be read as papers.
    """

    kind: str
    papers: tuple[PagePaper, ...]
    owner: Person | None = None
    stated_papers: int | None = None
    skipped: tuple[tuple[int, str], ...] = ()

    def names(self) -> tuple[str, ...]:
        """Every name the page gives, the owner's first; a name may stand there twice."""
        own = (self.owner.name,) if self.owner else ()
        return own + tuple(name for paper in self.papers for name in paper.authors)
