"""Files of saved pages -> pages, each helped by the names that the others give.

In: paths. Out: `NamedPage`s, and in words what is odd about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from recsys.errors import BadInput
from training.sources.detect import parse_page
from training.sources.merge import NamedPage
from training.sources.names import name_keys
from training.sources.page import Page


def read_pages(
    paths: Sequence[Path], *, as_of: date, on_page: Callable[[str], None] | None = None
) -> list[NamedPage]:
    """Read pages twice: the second time with the names that stand alone anywhere.

    Parameters
    ----------
    as_of : date
        When the pages were saved; a date without a year is of that year.
    on_page : callable or None
        Told the name of each file before it is read, for a progress bar.

    Raises
    ------
    BadInput
        When a file cannot be read or is a page of no known kind; the message names it.
    """
    texts: list[tuple[str, str]] = []
    first: list[Page] = []
    for path in paths:
        if on_page:
            on_page(path.name)
        texts.append((str(path), _text(path)))
        first.append(_parse(*texts[-1], as_of, frozenset()))
    known = name_keys(name for page in first for name in _clear_names(page))
    return [NamedPage(file, _parse(file, text, as_of, known)) for file, text in texts]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error


def _parse(file: str, text: str, as_of: date, known: frozenset[str]) -> Page:
    try:
        return parse_page(text, as_of=as_of, known_names=known)
    except BadInput as error:
        raise BadInput(f"{file}: {error}") from error


def _clear_names(page: Page) -> Iterator[str]:
    """Names behind a comma, and the owner's: no title was ever glued to these."""
    if page.owner:
        yield page.owner.name
    for paper in page.papers:
        yield from paper.authors[1:]


def page_notes(pages: Sequence[NamedPage], papers: pd.DataFrame) -> list[str]:
    """What a person should know about an import of pages, one sentence each.

    Parameters
    ----------
    papers : frame
        The merged papers.
    """
    notes = []
    for named in pages:
        stated, listed = named.page.stated_papers, len(named.page.papers)
        if stated is not None and stated != listed:
            notes.append(f"{named.file} states {stated} papers and lists {listed}.")
        nameless = sum(1 for paper in named.page.papers if paper.title and not paper.authors)
        if nameless and named.page.owner is None:
            notes.append(f"{named.file}: no author names found for {nameless} papers.")
    for arxiv_id, title in zip(papers["arxiv_id"], papers["title"], strict=True):
        if arxiv_id and title == f"arXiv:{arxiv_id}":
            notes.append(f"{title} has no title on any page; its id stands in for one.")
    return notes
