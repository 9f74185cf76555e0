"""Dates, chances and what is missing, in words for templates.

In: values of the service. Out: short English texts.
"""

from __future__ import annotations

from datetime import date, datetime


def day(moment: date | datetime) -> str:
    """`3 November 2026`."""
    return f"{moment.day} {moment:%B %Y}"


def share(fraction: float) -> str:
    """`31 %`, `under 1 %`; a chance or a part of the whole from 0 to 1."""
    return f"{fraction:.0%}".replace("%", " %") if fraction >= 0.01 else "under 1 %"
