"""Which entries of several pages are one paper: by arXiv id, by title, by abstract.

In: entries with the page they stand on. Out: groups of entries. The order of the pages does not
change the groups.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from training.sources.names import fold
from training.sources.page import PagePaper

Entry = tuple[int, PagePaper]

_LATEX_COMMAND = re.compile(r"\\[a-zA-Z]+")
_SHINGLE_WORDS = 3
_MIN_SHINGLES = 20
# Two versions of one abstract measured .79 to 1.0; a conference paper and its journal version,
# which are two papers, .29.
SAME_ABSTRACT = 0.6
# A run of three words in more abstracts than this says nothing about which paper it is.
_COMMON_SHINGLE = 50


def title_key(title: str) -> str:
    """What two spellings of a title share: its letters and digits, without case or LaTeX."""
    plain = fold(_LATEX_COMMAND.sub("", title))
    # A title of signs alone is its own key.
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LN") or title


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """The runs of three words of a text, without case or punctuation."""
    words = re.findall(r"\w+", text.casefold())
    runs = range(len(words) - _SHINGLE_WORDS + 1)
    return frozenset(tuple(words[start : start + _SHINGLE_WORDS]) for start in runs)


def group_entries(entries: Sequence[Entry]) -> list[list[int]]:
    """Group the places of entries that are one paper.

    Equal arXiv ids and equal titles are one paper; so are similar abstracts, the most similar
    first, but never of two entries that one page lists under different titles, and nothing
    unites two different arXiv ids.

    Returns
    -------
    groups : list of lists of int
        Places in `entries`, each once; groups and their members in the order of `entries`.
    """
    groups = _Groups(entries)
    for key_of in (lambda paper: paper.arxiv_id, lambda paper: title_key(paper.title)):
        first: dict[str, int] = {}
        for place, (_, paper) in enumerate(entries):
            key = key_of(paper)
            if key:
                groups.unite(first.setdefault(key, place), place)
    for _, left, right in sorted(_similar(entries), key=lambda found: (-found[0], found[1:])):
        groups.unite(left, right, keep_page_entries_apart=True)
    return groups.members()


class _Groups:
    """Disjoint groups of places that refuse to unite what is known to differ."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._of = list(range(len(entries)))
        self._members = {place: [place] for place in range(len(entries))}
        self._ids = [{paper.arxiv_id} - {""} for _, paper in entries]
        # What a page itself tells apart: its titles, or its lines where it has no titles.
        self._marks = [{(page, title_key(p.title) or str(p.line))} for page, p in entries]

    def unite(self, left: int, right: int, *, keep_page_entries_apart: bool = False) -> None:
        left, right = sorted((self._of[left], self._of[right]))
        if left == right or len(self._ids[left] | self._ids[right]) > 1:
            return
        marks = self._marks[left] | self._marks[right]
        if keep_page_entries_apart and len({page for page, _ in marks}) < len(marks):
            return
        for place in self._members[right]:
            self._of[place] = left
        self._members[left] = sorted(self._members[left] + self._members.pop(right))
        self._ids[left] |= self._ids[right]
        self._marks[left] = marks

    def members(self) -> list[list[int]]:
        return [self._members[place] for place in sorted(self._members)]


def _similar(entries: Sequence[Entry]) -> Iterator[tuple[float, int, int]]:
    """Pairs on different pages whose abstracts are alike, with their Jaccard similarity."""
    runs = [shingles(paper.abstract) for _, paper in entries]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for right, (page, _) in enumerate(entries):
        if len(runs[right]) < _MIN_SHINGLES:
            continue
        shared = Counter(left for run in runs[right] for left in holders[run])
        for left, n_shared in shared.items():
            similarity = n_shared / (len(runs[left]) + len(runs[right]) - n_shared)
            if similarity >= SAME_ABSTRACT and entries[left][0] != page:
                yield similarity, left, right
        for run in runs[right]:
            if len(holders[run]) < _COMMON_SHINGLE:
                holders[run].append(right)
