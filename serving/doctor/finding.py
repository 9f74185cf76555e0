"""What one check has found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """The outcome of a check.

    Attributes
    ----------
    check : str
        What was looked at, in a word or two.
    sound : bool
        Whether all is as it should be.
    told : str
        What was found, and where.
    advice : str
        What to do about it; "" where it is sound.
    """

    check: str
    sound: bool
    told: str
    advice: str = ""


def sound(check: str, told: str) -> Finding:
    """All is as it should be."""
    return Finding(check, True, told)


def wrong(check: str, told: str, advice: str) -> Finding:
    """Something is to be done."""
    return Finding(check, False, told, advice)
