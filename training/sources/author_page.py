"""A scored author page: a name, labels glued to figures, then the person's papers.

In: the lines of the page. Out: a `Page` whose owner has the figures of the authors table.
"""

from __future__ import annotations

import re
from datetime import date

from training.sources.lines import Line
from training.sources.page import FactValue, Page, Person
from training.sources.scored_entries import is_header, read_entries

KIND = "author page"
_NUMBER = r"(?P<value>\d[\d,]{0,14}(?:\.\d{1,6})?)"
# A lower-case "papers" counts beside h-index and citations; "54 Papers" heads the list.
_FIGURES: dict[str, re.Pattern[str]] = {
    "h_index": re.compile(rf"h-index\s*:?\s*{_NUMBER}", re.ASCII),
    "papers": re.compile(rf"{_NUMBER}\s*papers?", re.ASCII),
    "citations": re.compile(rf"{_NUMBER}\s*citations?", re.ASCII),
    "novelty": re.compile(rf"Novelty\s*:?\s*{_NUMBER}\s*%?", re.ASCII),
    "ai_score": re.compile(rf"AI Score\s*:?\s*{_NUMBER}", re.ASCII),
}
_LIST_HEAD = re.compile(rf"{_NUMBER}\s*Papers?", re.ASCII)
_FIELD = re.compile(r"[A-Z]+(?:-[A-Z]+)*", re.ASCII)


def matches(lines: list[Line]) -> bool:
    """Whether an h-index or the head of a list stands above the first paper."""
    head = _above_papers(lines)
    telling = (_FIGURES["h_index"], _LIST_HEAD)
    return any(p.fullmatch(line.text) for line in head[1:] for p in telling)


def _above_papers(lines: list[Line]) -> list[Line]:
    for place, line in enumerate(lines):
        if is_header(line.text):
            return lines[:place]
    return lines


def parse(lines: list[Line], as_of: date, known_names: frozenset[str]) -> Page:
    """Read a scored author page."""
    head = _above_papers(lines)
    name = head[0].text
    facts: dict[str, FactValue] = {}
    stated: int | None = None
    for line in head[1:]:
        if match := _LIST_HEAD.fullmatch(line.text):
            stated = int(_number(match["value"]))
        elif _FIELD.fullmatch(line.text):
            facts.setdefault("field", line.text)
        for fact, pattern in _FIGURES.items():
            if match := pattern.fullmatch(line.text):
                facts[fact] = _number(match["value"])
    if stated is None and "papers" in facts:
        stated = int(_number(str(facts["papers"])))
    papers, skipped = read_entries(lines[len(head) :], as_of=as_of, known_names=known_names)
    return Page(KIND, papers, Person(name, facts), stated, skipped)


def _number(text: str) -> int | float:
    number = float(text.replace(",", ""))
    return int(number) if number.is_integer() else number
