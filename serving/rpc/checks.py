"""Field by field, what may stand in a request; everything wrong is told at once.

In: values of fields with their paths. Out: ids, texts and times the library takes, and one
`InvalidRequest` that names every violation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp

from recsys.data.resource_names import resource_id
from recsys.errors import BadInput
from serving.rpc.errors import InvalidRequest, Violation

LONGEST_NAME = 1_000
MOST_NAMES = 1_000
# 0001-01-01 and 9999-12-31, the range of google.protobuf.Timestamp.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
_MOST_NANOS = 999_999_999


class Checks:
    """Collects what is wrong with one request; a value found wrong comes back as a blank."""

    def __init__(self) -> None:
        self._found: list[Violation] = []

    def wrong(self, field: str, description: str) -> None:
        """Note a violation."""
        self._found.append(Violation(field, description))

    def refuse(self) -> None:
        """Raise InvalidRequest where anything was wrong."""
        if self._found:
            raise InvalidRequest(self._found)

    def name(self, field: str, value: str, collections: Sequence[str]) -> tuple[str, str]:
        """The collection and the id of a resource name."""
        if not value:
            self.wrong(field, f"is required: {_forms(collections)}")
        elif len(value) > LONGEST_NAME:
            self.wrong(field, f"has {len(value)} characters; at most {LONGEST_NAME} are taken")
        elif (collection := value.partition("/")[0]) not in collections:
            self.wrong(field, f"is not of the form {_forms(collections)}")
        else:
            try:
                return collection, resource_id(value, collection)
            except BadInput as error:
                self.wrong(field, str(error))
        return "", ""

    def ids(
        self, field: str, values: Sequence[str], collection: str, most: int = MOST_NAMES
    ) -> list[str]:
        """The ids of a list of resource names."""
        self.count(field, values, most)
        numbered = enumerate(values[:most])
        return [self.name(f"{field}[{n}]", value, (collection,))[1] for n, value in numbered]

    def words(
        self, field: str, values: Sequence[str], *, most: int, longest: int
    ) -> frozenset[str]:
        """A list of short texts, none of them empty."""
        self.count(field, values, most)
        for number, value in enumerate(values[:most]):
            if not value:
                self.wrong(f"{field}[{number}]", "is empty")
            self.length(f"{field}[{number}]", value, longest)
        return frozenset(values[:most])

    def count(self, field: str, values: Sequence[object], most: int) -> None:
        """A list of at most so many."""
        if len(values) > most:
            self.wrong(field, f"has {len(values)} entries; at most {most} are taken")

    def length(self, field: str, value: str, longest: int) -> None:
        """A text of at most so many characters."""
        if len(value) > longest:
            self.wrong(field, f"has {len(value)} characters; at most {longest} are taken")

    def page_size(self, value: int, usual: int, largest: int) -> int:
        """How many results to give; `usual` where the request does not say."""
        if value < 0:
            self.wrong("page_size", f"is {value}; it must not be negative")
        return min(value or usual, largest)

    def between(self, field: str, value: int, least: int, most: int) -> int:
        """A whole number within bounds, both inclusive."""
        if not least <= value <= most:
            self.wrong(field, f"is {value}; it must be from {least} to {most}")
        return value

    def real_between(self, field: str, value: float, least: float, most: float) -> float:
        """A number within bounds, both inclusive; the lower one where it is not."""
        if not least <= value <= most:  # NaN is not either
            self.wrong(field, f"is {value:g}; it must be from {least:g} to {most:g}")
            return least
        return value

    def second(self, field: str, value: Timestamp) -> np.datetime64 | None:
        """A time rounded up to whole seconds, which is how the data counts them."""
        in_range = _FIRST_SECOND <= value.seconds <= _LAST_SECOND
        if not (in_range and 0 <= value.nanos <= _MOST_NANOS):
            self.wrong(field, "is no time between the years 1 and 9999")
            return None
        return np.datetime64(value.seconds + (value.nanos > 0), "s")


def _forms(collections: Iterable[str]) -> str:
    return " or ".join(f"{collection}/{{id}}" for collection in collections)
