"""The text of a saved page -> its lines that say something, each with its number.

In: text as people save it. Out: `Line`s without blank ones; nobody counts blank lines, because
saving a page as text loses some of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\x00]")


@dataclass(frozen=True)
class Line:
    """One line: its number on the page, from 1, and its text without outer blanks."""

    number: int
    text: str


def page_lines(text: str) -> list[Line]:
    """The lines of a page that are not blank."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    stripped = (line.replace("\u00a0", " ").strip() for line in text.split("\n"))
    return [Line(number, line) for number, line in enumerate(stripped, start=1) if line]


def sections(
    lines: list[Line], is_start: Callable[[str], bool]
) -> list[tuple[Line, tuple[str, ...]]]:
    """Cut lines at those that start a section: the start, and the texts below it.

    What stands above the first start belongs to no section.
    """
    starts = [place for place, line in enumerate(lines) if is_start(line.text)]
    ends = [*starts[1:], len(lines)][: len(starts)]
    return [
        (lines[start], tuple(line.text for line in lines[start + 1 : end]))
        for start, end in zip(starts, ends, strict=True)
    ]
