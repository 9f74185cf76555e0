"""Names that papers give to what they make ("BERT: ..."), and the later papers that use them.

In: the papers of a `Dataset`. Out: who names whom, as pairs of paper rows.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from recsys.data.dataset import Papers

_HEAD = re.compile(r"\W*([^\W\d_][\w+-]*)\s*(:|\s[-–—])\s")
_TOKEN = re.compile(r"[^\W\d_]\w*(?:[-+][\w+]+)*")
_BRACKETED = re.compile(r"\(([^\W\d_][\w+-]*?)s?\)")
_SHORTEST_NAME = 3
_SELDOM = 0.05  # of the later uses: so many earlier ones may be another thing of this name
_PLAIN_SHARE = 0.1  # used so often without a capital, it is a word and no name
_BRACKETED_SHARE = 0.15  # so often in brackets, it shortens something: "machine translation (MT)"


@dataclass(frozen=True)
class _Uses:
    """Where the words stand that some title begins with; keys are in lower case."""

    forms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    introduced: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    used: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    plain: Counter[str] = field(default_factory=Counter)
    bracketed: Counter[str] = field(default_factory=Counter)


def name_uses(papers: Papers) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of paper rows: one whose title introduces a name, and a later one that uses it.

    A name stands before a colon or a dash at the head of a title. It counts where it is no
    common word, no abbreviation, and was hardly used before.

    Returns
    -------
    named, naming : (n,) int64
        A paper that introduces two names may be named twice by the same paper.
    """
    uses = _find_uses(papers)
    when, proper = _when(papers), [name for name in sorted(uses.used) if _is_proper(uses, name)]
    pairs = [_later_uses(when, uses.introduced[name], uses.used[name]) for name in proper]
    named, naming = np.hstack([np.zeros((2, 0), dtype=np.int64), *pairs])
    return named, naming


def _find_uses(papers: Papers) -> _Uses:
    uses = _Uses()
    for row, title in enumerate(papers.titles):
        head = _HEAD.match(title)
        # "English - Malay translation" names nothing; "MultiWOZ - a dataset" does.
        if head and len(head[1]) >= _SHORTEST_NAME and (head[2] == ":" or _stands_out(head[1])):
            uses.introduced[head[1].lower()].append(row)
            uses.forms[head[1].lower()].add(head[1])
    others = set[str]()  # tokens that are no such word; nearly all are
    for row, text in enumerate(_texts(papers)):
        bracketed = {match.lower() for match in _BRACKETED.findall(text)}
        uses.bracketed.update(bracketed & uses.introduced.keys())
        for token in set(_TOKEN.findall(text)) - others:
            name = token.lower()
            if name not in uses.introduced:
                others.add(token)
            elif _stands_out(token) or (token != name and token in uses.forms[name]):
                uses.used[name].append(row)
            elif token == name:
                uses.plain[name] += 1
    return uses


def _texts(papers: Papers) -> Iterator[str]:
    for title, abstract in zip(papers.titles, papers.abstracts, strict=True):
        yield f"{title}\n{abstract}"


def _stands_out(token: str) -> bool:
    """Whether the spelling is one that common words do not have: BERT, GloVe, word2vec."""
    return any(letter.isupper() or letter.isdigit() for letter in token[1:])


def _is_proper(uses: _Uses, name: str) -> bool:
    n_uses = len(set(uses.used[name]))
    common = uses.plain[name] > _PLAIN_SHARE * n_uses
    if common and not any(map(_stands_out, uses.forms[name])):
        return False
    return uses.bracketed[name] <= max(1, _BRACKETED_SHARE * n_uses)


def _when(papers: Papers) -> np.ndarray:
    """(n_papers,) float64 seconds, infinite where unknown."""
    seconds = papers.published.astype("datetime64[s]").astype(np.float64)
    return np.where(np.isnat(papers.published), np.inf, seconds)


def _later_uses(when: np.ndarray, introduced: list[int], used: list[int]) -> np.ndarray:
    """(2, n) int64: the paper that introduced the name, and those that used it later."""
    first = min(introduced, key=lambda row: (when[row], row))
    since = when[first] if np.isfinite(when[first]) else -np.inf
    others = np.setdiff1d(np.array(used, dtype=np.int64), [first])
    later = others[when[others] > since]
    if np.sum(when[others] < since) > max(1, _SELDOM * len(later)):
        later = later[:0]
    return np.stack([np.full_like(later, first), later])
