"""A paper or an author that came in by itself, while a model serves.

In: what `recsys.data.catalogue` checked. Out: `Entry`, for which nobody needs tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Entry:
    """A paper or an author as the catalogue has it.

    Attributes
    ----------
    content : str
        The dataset's columns as JSON, always in the same letters; of a paper also its authors as
        pairs of id and name, the latter "" where it was not told. "" where it was deleted.
    """

    collection: Literal["papers", "authors"]
    id: str
    content: str

    @property
    def deleted(self) -> bool:
        """Whether it is gone."""
        return not self.content
