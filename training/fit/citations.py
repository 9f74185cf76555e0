"""Works that abstracts refer to by author and year: "Papineni et al. (2002)".

In: a `Dataset` and the texts of its papers. Out: who refers to whom, as pairs of paper rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset

_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_YEAR = r"((?:19|20)\d\d)"
_ANY_YEAR = re.compile(_YEAR)
_TOGETHER = re.compile(
    rf"({_NAME})(?:( et al\.?)| (?:and|&) ({_NAME})),?(?:['’]s)? ?[(\[]?{_YEAR}(?!\d)"
)
_ALONE = re.compile(rf"({_NAME}) [(\[]{_YEAR}(?!\d)|[(\[]({_NAME}),? {_YEAR}(?!\d)")
_LEAST_LIKENESS = 0.03  # a work that shares no words with who refers to it is another one
_CLEARLY = 0.7  # of the best likeness: a second work so near leaves open which is meant


@dataclass(frozen=True)
class _Reference:
    """One mention: family names in lower case, `team` where "et al." stands."""

    first: str
    second: str
    team: bool
    year: int


@dataclass(frozen=True)
class _Index:
    """Papers by the family name of their first author, and the family names of all authors."""

    by_first: dict[str, list[int]]
    teams: dict[int, dict[int, str]]
    years: np.ndarray

    def meant(self, reference: _Reference, citing: int) -> list[int]:
        """Papers that a reference can mean: right people, the same year or one beside it."""
        found = [
            row
            for row in self.by_first.get(reference.first, [])
            if row != citing
            and abs(self.years[row] - reference.year) <= 1
            and self.years[row] <= self.years[citing]
            and self._fits(self.teams[row], reference)
        ]
        exact = [row for row in found if self.years[row] == reference.year]
        return exact or found

    def _fits(self, team: dict[int, str], reference: _Reference) -> bool:
        if reference.second:
            return reference.second in team.values()
        return (len(team) > 1) == reference.team


def references(dataset: Dataset, texts: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of paper rows: one that is referred to, and one whose abstract does so.

    Of several works that fit, the one whose text is closest is meant; where two are about as
    close, none is taken.

    Parameters
    ----------
    texts : (n_papers, n_terms) CSR float32
        Unit rows.

    Returns
    -------
    cited, citing : (n,) int64
    """
    index, pairs = _index(dataset), set()
    for citing, abstract in enumerate(dataset.papers.abstracts):
        for reference in _found(abstract):
            cited = _closest(index.meant(reference, citing), citing, texts)
            if cited >= 0:
                pairs.add((cited, citing))
    found = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _index(dataset: Dataset) -> _Index:
    published, written = dataset.papers.published, dataset.authorships
    years = published.astype("datetime64[Y]").astype(np.int64) + 1970
    written = written[~np.isnat(published[written.paper_rows])]
    family = [_family(name) for name in dataset.authors.names]
    by_first: dict[str, list[int]] = defaultdict(list)
    teams: dict[int, dict[int, str]] = defaultdict(dict)
    columns = (written.paper_rows.tolist(), written.author_rows.tolist())
    for paper, author, position in zip(*columns, written.positions.tolist(), strict=True):
        teams[paper][position] = family[author]
        if position == 0:
            by_first[family[author]].append(paper)
    return _Index(by_first, teams, years)


def _family(name: str) -> str:
    """The family name without accents: "Arden, Ada" and "Ada Arden" are both "arden"."""
    before, comma, _ = name.partition(",")
    return _plain(before if comma else (name.split() or [""])[-1])


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).lower().strip()


def _found(abstract: str) -> Iterator[_Reference]:
    if not _ANY_YEAR.search(abstract):  # spares the slow search in nearly all of them
        return
    for first, team, second, year in _TOGETHER.findall(abstract):
        yield _Reference(_plain(first), _plain(second), bool(team), int(year))
    for before, year, inside, its_year in _ALONE.findall(abstract):
        yield _Reference(_plain(before or inside), "", False, int(year or its_year))


def _closest(candidates: list[int], citing: int, texts: sparse.csr_matrix) -> int:
    if not candidates:
        return -1
    likeness = (texts[candidates] @ texts[citing].T).toarray().ravel()
    order = np.argsort(-likeness, kind="stable")
    best = likeness[order[0]]
    clear = len(order) == 1 or likeness[order[1]] < _CLEARLY * best
    return candidates[order[0]] if clear and best >= _LEAST_LIKENESS else -1
