"""A scored list of papers that belongs to nobody in particular.

In: the lines of the page. Out: a `Page` without an owner: one name may recur on it, but the
page does not say whose list it is, and names hidden behind `et al.` stay unknown.
"""

from __future__ import annotations

from datetime import date

from training.sources.lines import Line
from training.sources.page import Page
from training.sources.scored_entries import is_header, read_entries

KIND = "paper list"


def matches(lines: list[Line]) -> bool:
    """Whether the page begins with the header of a paper."""
    return bool(lines) and is_header(lines[0].text)


def parse(lines: list[Line], as_of: date, known_names: frozenset[str]) -> Page:
    """Read a scored paper list."""
    papers, skipped = read_entries(lines, as_of=as_of, known_names=known_names)
    return Page(KIND, papers, skipped=skipped)
