"""A paper or an author as it goes over the wire, in either direction.

In: entries of the catalogue, or messages. Out: messages; and rows in the dataset's own columns,
which `recsys.data.catalogue` checks.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from protos.readinglist.v1 import catalog_pb2 as pb
from recsys.data.entry import Entry
from recsys.data.resource_names import resource_name

MOST_ENTRIES = 1_000
# What has the same name on the wire as in the dataset.
PAPER_TEXTS = ("title", "abstract", "venue", "url", "doi", "arxiv_id")
AUTHOR_FLAGS = ("open_to_collaborate", "verification_level")


def paper_message(entry: Entry) -> pb.Paper:
    """A paper that was not deleted."""
    row = json.loads(entry.content)
    published_time = None
    if row["published_at"] is not None:
        published_time = Timestamp()
        published_time.FromDatetime(datetime.fromisoformat(row["published_at"]))
    return pb.Paper(
        name=resource_name("papers", entry.id),
        published_time=published_time,
        categories=row["categories"],
        authors=[
            pb.PaperAuthor(name=resource_name("authors", author_id), display_name=name)
            for author_id, name in row["authors"]
        ],
        **{column: row[column] for column in PAPER_TEXTS},
    )


def author_message(entry: Entry) -> pb.Author:
    """An author."""
    row = json.loads(entry.content)
    return pb.Author(
        name=resource_name("authors", entry.id),
        display_name=row["name"],
        affiliations=row["affiliations"],
        **{column: row[column] for column in AUTHOR_FLAGS},
    )


def author_row(message: pb.Author, author_id: str) -> dict[str, Any]:
    """An author in the columns of the table `authors`."""
    told = {flag: getattr(message, flag) for flag in AUTHOR_FLAGS if message.HasField(flag)}
    affiliations = list(message.affiliations)
    return {
        "author_id": author_id,
        "name": message.display_name,
        "affiliations": affiliations,
        **told,
    }


def paper_row(
    message: pb.Paper, paper_id: str, author_ids: list[str], published_at: str | None
) -> dict[str, Any]:
    """A paper in the columns of the table `papers`, and its authors."""
    names = [author.display_name for author in message.authors]
    return {
        "paper_id": paper_id,
        "published_at": published_at,
        "categories": list(message.categories),
        "authors": [
            {"author_id": author_id, "name": name}
            for author_id, name in zip(author_ids, names, strict=True)
        ],
        **{column: getattr(message, column) for column in PAPER_TEXTS},
    }
