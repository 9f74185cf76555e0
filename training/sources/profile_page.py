"""A researcher's profile: who it is, how far she is trusted, and her published works.

In: the lines of the page. Out: a `Page` whose owner has the counts, trust, verification and
claim of the authors table. Works have a year, a title and an abstract, and no other authors.
"""

from __future__ import annotations

import re
from datetime import date

from training.sources.lines import Line, sections
from training.sources.page import FactValue, Page, PagePaper, Person

KIND = "researcher profile"
_TITLE = "Researcher profile"
_WORKS = "Published work"
_NO_AFFILIATION = "Affiliation not imported"
_ROLE = re.compile(
    r"Researcher(?P<affiliation>.*?)(?P<open>Open to collaborate|Not open to collaborate)?"
)
_TRUST = re.compile(
    r"Trust\s*(?P<trust>\d{1,9}(?:\.\d{1,6})?)(?:\s*-\s*(?P<label>.*?))?"
    r"(?:Verification L(?P<level>\d{1,9}))?(?P<claim>Unclaimed author|Claimed author)?",
    re.ASCII,
)
_COUNT = re.compile(
    r"(?P<count>\d[\d,]{0,14})\s*(?P<what>works?|followers?|topics?|close collaborators?)", re.ASCII
)
_COUNT_FACTS = {
    "work": "works",
    "follower": "followers",
    "topic": "topics",
    "close collaborator": "close_collaborators",
}
_FOLLOW_BUTTON = re.compile(r"Follow researcher\s*(?P<count>\d[\d,]{0,14})", re.ASCII)
_STATED = re.compile(r"(?P<count>\d[\d,]{0,14})\s*published item\(?s?\)?", re.ASCII)
_WORK = re.compile(
    r"(?P<type>[a-z][a-z /-]{2,30}?)(?P<year>1[5-9]\d\d|20\d\d)(?P<venue>\S.{0,79})?", re.ASCII
)


def matches(lines: list[Line]) -> bool:
    """Whether the page says at its top that it is a profile."""
    return len(lines) > 1 and lines[0].text == _TITLE


def parse(lines: list[Line], _as_of: date, _known_names: frozenset[str]) -> Page:
    """Read a researcher profile; its works have full years, and no names."""
    texts = [line.text for line in lines]
    border = texts.index(_WORKS) if _WORKS in texts else len(lines)
    head, body = lines[1:border], lines[border + 1 :]
    if not head:
        return Page(KIND, (), skipped=((1, "a profile without a name"),))
    facts = _facts([line.text for line in head[1:]])
    stated = facts.get("works")
    for line in body[:1]:
        if match := _STATED.fullmatch(line.text):
            stated = _count(match)
    papers, skipped = _works(body)
    stated_papers = stated if isinstance(stated, int) else None
    return Page(KIND, papers, Person(head[0].text, facts), stated_papers, skipped)


def _facts(texts: list[str]) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {}
    for text in texts:
        if match := _COUNT.fullmatch(text):
            facts[_COUNT_FACTS[match["what"].removesuffix("s")]] = _count(match)
        elif match := _FOLLOW_BUTTON.fullmatch(text):
            # The button's count stands in where the list of counts has no followers.
            facts.setdefault("followers", _count(match))
        elif match := _TRUST.fullmatch(text):
            facts |= _trust(match)
        elif (match := _ROLE.fullmatch(text)) and "open_to_collaborate" not in facts:
            facts |= _role(match)
    return facts


def _count(match: re.Match[str]) -> int:
    return int(match["count"].replace(",", ""))


def _trust(match: re.Match[str]) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {"trust": float(match["trust"])}
    if match["label"]:
        facts["trust_label"] = match["label"].strip()
    if match["level"]:
        facts["verification_level"] = int(match["level"])
    if match["claim"]:
        facts["claimed"] = match["claim"] == "Claimed author"
    return facts


def _role(match: re.Match[str]) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {}
    if match["open"]:
        facts["open_to_collaborate"] = match["open"] == "Open to collaborate"
    affiliation = match["affiliation"].strip()
    if affiliation and affiliation != _NO_AFFILIATION:
        facts["affiliations"] = [affiliation]
    return facts


def _works(body: list[Line]) -> tuple[tuple[PagePaper, ...], tuple[tuple[int, str], ...]]:
    papers: list[PagePaper] = []
    skipped: list[tuple[int, str]] = []
    for start, texts in sections(body, lambda text: _WORK.fullmatch(text) is not None):
        match = _WORK.fullmatch(start.text)
        if match is None or not texts:
            skipped.append((start.number, "a work with no title below it"))
            continue
        papers.append(
            PagePaper(
                line=start.number,
                title=texts[0],
                abstract="\n".join(texts[1:]),
                published=date(int(match["year"]), 1, 1),
                exact_day=False,
                venue=match["venue"] or "",
            )
        )
    return tuple(papers), tuple(skipped)
