"""What a digest tells, before it is put into words for one reader.

In: chosen papers and people. Out: `Digest`, and the same as JSON and back.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True)
class Item:
    """One paper or person.

    Attributes
    ----------
    name : str
        Resource name, `papers/...` or `authors/...`.
    byline : str
        A paper's authors; "" for people.
    day : str
        When a paper was published, `2026-11-21`; "" where unknown and for people.
    chance : float
        From 0 to 1 that it is relevant to the reader.
    reasons : tuple of str
        In words, heaviest first.
    """

    name: str
    title: str
    byline: str
    day: str
    chance: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Digest:
    """Papers and people for one user, best first, with the tokens that tie events to them."""

    papers: tuple[Item, ...]
    people: tuple[Item, ...]
    papers_token: str
    people_token: str

    @property
    def names(self) -> tuple[str, ...]:
        """The resource names of all there is in it."""
        return tuple(item.name for item in (*self.papers, *self.people))

    def as_json(self) -> str:
        """All of it; `from_json` is the way back."""
        return _ADAPTER.dump_json(self).decode("utf-8")

    @classmethod
    def from_json(cls, text: str) -> Digest:
        """A digest as `as_json` wrote it."""
        return _ADAPTER.validate_json(text)


_ADAPTER = TypeAdapter(Digest)
