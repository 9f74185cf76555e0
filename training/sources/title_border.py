"""A title glued to its author line -> the two apart.

In: `Deep Nets for ConvNetsAda Poe, Bo Li, Cy Wu et al. · uni`. Out: title, names, affiliations.
The border is where a capital stands right behind the title, and what follows looks most like a
name; names that are known from elsewhere settle the doubtful cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from training.sources.names import LIKELY, name_key, name_score, split_names

_SEPARATOR = " · "
# Pages show three names before "et al.".
_SHOWN_NAMES = 3
_MOST_NAMES = 12
_LONGEST_NAME = 120
_KNOWN_BONUS = 6.0
_NOT_BEFORE_A_NAME = frozenset(" -\u2010\u2011'\u2019`(")


@dataclass(frozen=True)
class Heading:
    """The line above an abstract, taken apart; no authors where no border was found."""

    title: str
    authors: tuple[str, ...] = ()
    truncated: bool = False
    affiliations: tuple[str, ...] = ()


def split_affiliations(line: str) -> tuple[str, tuple[str, ...]]:
    """Cut `· cmu, pku` off the end of an author line; pages write affiliations in lower case."""
    head, separator, tail = line.rpartition(_SEPARATOR)
    if not separator or (tail != tail.lower() and not re.search(r" et al\.?$", head)):
        return line, ()
    return head.rstrip(), tuple(part.strip() for part in tail.split(",") if part.strip())


def split_heading(line: str, known_names: frozenset[str] = frozenset()) -> Heading:
    """Find where the title ends and the names begin.

    Parameters
    ----------
    line : str
        Title, names, perhaps `et al.`, perhaps affiliations.
    known_names : frozenset of str
        Keys (`name_key`) of names that stand elsewhere on their own.
    """
    glued, affiliations = split_affiliations(line)
    _, truncated = split_names(glued)
    shown = re.sub(r",?\s+et al\.?$", "", glued)
    best: tuple[float, str, tuple[str, ...]] | None = None
    for title, names in _readings(shown):
        score = _plausibility(names, known_names)
        if score is None:
            continue
        if truncated and len(names) == _SHOWN_NAMES:
            score += 3.0
        if best is None or score > best[0]:
            best = (score, title, names)
    if best is None or best[0] < LIKELY:
        return Heading(line)
    return Heading(best[1], best[2], truncated, affiliations)


def _readings(shown: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every way to read a line as a title and names, the longest first name first."""
    segments = shown.split(", ")
    for n_after in range(min(len(segments), _MOST_NAMES)):
        place = len(segments) - 1 - n_after
        later = tuple(segment.strip() for segment in segments[place + 1 :])
        if any(name_score(name) is None for name in later):
            return
        before = ", ".join(segments[:place])
        border = segments[place]
        for start in _glued_capitals(border):
            title = f"{before}, {border[:start]}" if before else border[:start]
            yield title.strip(), (border[start:].strip(), *later)


def _glued_capitals(text: str) -> Iterator[int]:
    """Places where a capital follows something that is no space: a name may start there."""
    for place in range(max(1, len(text) - _LONGEST_NAME), len(text)):
        char, left, right = text[place], text[place - 1], text[place + 1 : place + 2]
        if not char.isupper() or left in _NOT_BEFORE_A_NAME:
            continue
        # Inside a run of capitals only the last can start a name: LLM|Hao, but not L|LMHao.
        if left.islower() or not (right.isupper() or right.isspace() or right.isdigit()):
            yield place


def _plausibility(names: tuple[str, ...], known_names: frozenset[str]) -> float | None:
    first, *later = names
    score = name_score(first)
    if score is None:
        return None
    if name_key(first) in known_names:
        score += _KNOWN_BONUS
    later_scores = [value for value in map(name_score, later) if value is not None]
    return score + (sum(later_scores) / len(later_scores) if later_scores else 0.0)
