"""The kind of a saved page, told from what stands in it, never from its name.

In: the text of a page. Out: a `Page`, read by the parser of its kind.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recsys.errors import BadInput
from training.sources import arxiv_listing, author_page, paper_list, profile_page
from training.sources.lines import Line, page_lines
from training.sources.page import Page

Matcher = Callable[[list[Line]], bool]
Parser = Callable[[list[Line], date, frozenset[str]], Page]
# The first that matches reads the page: an author page holds a paper list, so it comes before.
PARSERS: tuple[tuple[str, Matcher, Parser], ...] = (
    (profile_page.KIND, profile_page.matches, profile_page.parse),
    (author_page.KIND, author_page.matches, author_page.parse),
    (paper_list.KIND, paper_list.matches, paper_list.parse),
    (arxiv_listing.KIND, arxiv_listing.matches, arxiv_listing.parse),
)


def parse_page(text: str, *, as_of: date, known_names: frozenset[str] = frozenset()) -> Page:
    """Read a page of any known kind.

    Parameters
    ----------
    as_of : date
        When the page was saved; a date without a year is of that year.
    known_names : frozenset of str
        Keys of names that other pages give, see `training.sources.title_border`.

    Raises
    ------
    BadInput
        When the page is of no known kind.
    """
    lines = page_lines(text)
    for _, matches, parse in PARSERS:
        if matches(lines):
            return parse(lines, as_of, known_names)
    kinds = ", ".join(kind for kind, _, _ in PARSERS)
    raise BadInput(f"the page is of no known kind (known are: {kinds})")
