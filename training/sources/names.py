"""People's names: how much a text looks like one, which are the same, and lists of them.

In: text from a page. Out: scores, keys, and lists of names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# fmt: off
# Small words inside a name; a name may begin with one but never ends with one.
_PARTICLES = frozenset(
    (
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "te",
        "zu",
        "zur",
        "zum",
        "af",
        "av",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dal",
        "das",
        "do",
        "dos",
        "du",
        "la",
        "le",
        "y",
        "e",
        "i",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "abu",
        "st",
        "st.",
        "san",
        "mac",
    )
)
# fmt: on
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")
_PREFIXED = re.compile(r"(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Al|El|Fitz|O)[A-Z][^\W\d_]+")
_JOINTS = re.compile("[-\u2010\u2011'\u2019`]")
_ET_AL = re.compile(r",?\s+et al\.?$")
_MAX_TOKENS = 6
# By the number of words: one word alone is seldom a name, two or three mostly are.
_BY_LENGTH = {1: -3.0, 2: 3.0, 3: 3.0, 4: 2.0, 5: 1.0, 6: 0.0}
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th"}
)
LIKELY = 0.0


def name_score(text: str) -> float | None:
    """How much a text looks like a person's name, from about -20 to 3; None: it cannot be one."""
    tokens = text.split()
    if not 1 <= len(tokens) <= _MAX_TOKENS or text != text.strip():
        return None
    total = _BY_LENGTH[len(tokens)]
    for place, token in enumerate(tokens):
        if token in _PARTICLES and place < len(tokens) - 1:
            continue
        if token.lower() in _SUFFIXES and place > 0:
            continue
        score = _token_score(token)
        if score is None:
            return None
        total += score
    return total


def _token_score(token: str) -> float | None:
    if _INITIALS.fullmatch(token):
        return 0.0
    parts = [part for part in _JOINTS.split(token.rstrip(".")) if part]
    if not parts or not all(_is_letters(part) for part in parts):
        return None
    if token.endswith(".") and len(token) > 4:
        # "Xiangyu." ends a sentence; "Chr." shortens a name.
        return None
    if parts[0][0].islower():
        return None
    return sum(_part_score(part) for part in parts)


def _part_score(part: str) -> float:
    if len(part) == 1 or part[1:] == part[1:].lower():
        return 0.0
    if _PREFIXED.fullmatch(part) and part.count(part[0].upper()) <= 2:
        return -0.5
    if part.isupper():
        return -1.0
    return -6.0


def _is_letters(text: str) -> bool:
    return all(unicodedata.category(char)[0] in "LM" for char in text)


def split_names(text: str) -> tuple[list[str], bool]:
    """The names of an author line, and whether `et al.` says that more follow."""
    shown = _ET_AL.sub("", text)
    names = [name.strip() for name in re.split(r",\s*(?:and\s+)?|;\s*|\s+and\s+", shown)]
    return [name for name in names if name], shown != text


def is_author_line(text: str) -> bool:
    """Whether a whole line is a list of names and nothing else."""
    names, truncated = split_names(text)
    scores = [name_score(name) for name in names]
    if not names or len(text) > 2000 or any(score is None for score in scores):
        return False
    if truncated:
        return True
    return all(score is not None and score >= LIKELY for score in scores)


def name_key(name: str) -> str:
    """What two spellings of one person's name share: letters without accents, case or hyphens.

    "Chen-Lin Zhang" and "Chenlin Zhang" are one; "J. Wu" and "Jianxin Wu" are not, because
    an initial fits many people.
    """
    plain = fold(name).translate(_NO_DECOMPOSITION).replace(".", " ")
    kept = "".join(c for c in plain if unicodedata.category(c)[0] in "LN" or c.isspace())
    return " ".join(kept.split())


def fold(text: str) -> str:
    """A text without case, its letters and accents apart; folding twice changes nothing."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFKD", apart)


def name_keys(names: Iterable[str]) -> frozenset[str]:
    """The keys of many names."""
    return frozenset(key for key in map(name_key, names) if key)
