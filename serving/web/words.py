"""Dates, chances and ways of the service, in words for templates.

In: values of the service. Out: short English texts.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

_STRATEGIES = {
    "personalised": "From what you read, write and follow.",
    "folded_in": "From what you did lately, or from your profile.",
    "text": "From its words alone.",
    "popular": "Nothing is known of you yet: it is new, or read by many.",
    "explored": "A try: little is known of this paper yet.",
}


def day(moment: date | datetime) -> str:
    """`3 November 2026`."""
    return f"{moment.day} {moment:%B} {moment.year}"


def published(moment: date) -> str:
    """The same; `2026` alone for a first of January, which is how sources tell a mere year."""
    return str(moment.year) if (moment.month, moment.day) == (1, 1) else day(moment)


def share(fraction: float) -> str:
    """`31 %`, `under 1 %`; a chance or a part of the whole from 0 to 1."""
    return (
        f"{fraction:.0%}".replace("%", "\N{NO-BREAK SPACE}%") if fraction >= 0.01 else "under 1 %"
    )


def age(passed: timedelta) -> str:
    """`3 days`, `5 hours`, `12 minutes`: in whole ones of the largest that there is one of."""
    units = (("day", 86_400), ("hour", 3_600), ("minute", 60))
    seconds = max(int(passed.total_seconds()), 0)
    name, length = next((unit for unit in units if seconds >= unit[1]), units[-1])
    count = seconds // length
    return f"{count} {name}{'' if count == 1 else 's'}"


def sentence(text: str) -> str:
    """The same with a capital."""
    return text[:1].upper() + text[1:]


def strategy(name: str) -> str:
    """How a line came about; "" for a way that these pages do not know yet."""
    return _STRATEGIES.get(name, "")
