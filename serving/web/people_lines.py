"""Lines of people for templates: what the catalogue says, and why they were suggested.

In: a listing of the service. Out: `PersonLine`s in its order.
"""

from __future__ import annotations

from dataclasses import dataclass

from protos.readinglist.v1.catalog_pb2 import Author
from recsys.answer import Recommendation
from serving.client import Listing, RecsysClient


@dataclass(frozen=True)
class PersonLine:
    """One person of a list.

    Attributes
    ----------
    author : Author
        As the catalogue has them.
    told : Recommendation
        What the service said of them.
    """

    author: Author
    told: Recommendation

    @property
    def label(self) -> str:
        return self.author.display_name or self.author.name


def people_of(client: RecsysClient, listing: Listing) -> list[PersonLine]:
    """The people of a listing."""
    authors = client.catalog.authors(told.id for told in listing.results)
    return [PersonLine(authors[told.id], told) for told in listing.results if told.id in authors]


def invitation(sender: Author, person: PersonLine) -> str:
    """A message of somebody's own to whom they might write with; it says what spoke for the two."""
    return (
        f"Dear {person.label},\n\n"
        "the reading list suggested that the two of us might write together."
        f"{_why(person, 'me')}\n\nWould you like to talk about it?\n\n{sender.display_name}"
    )


def introduction(author: Author, person: PersonLine) -> str:
    """A message of somebody else to the two; see `invitation`."""
    return (
        f"Dear {author.display_name}, dear {person.label},\n\n"
        "the reading list suggests that the two of you might write together."
        f"{_why(person, author.display_name)}\n\nWould you like to talk about it?\n"
    )


def _why(person: PersonLine, whom: str) -> str:
    reasons = "".join(f"\n- {reason.text}" for reason in person.told.reasons)
    return f" In its words to {whom}:\n{reasons}" if reasons else ""
