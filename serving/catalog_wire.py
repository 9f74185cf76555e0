"""A paper or an author as it goes over the wire, in either direction.

In: entries of the catalogue, or messages. Out: messages; and rows in the dataset's own columns,
which `recsys.data.catalogue` checks.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.protobuf.timestamp_pb2 import Timestamp

from protos.readinglist.v1 import catalog_pb2 as pb
from recsys.data.dataset import AUTHOR_FACTS
from recsys.data.entry import Entry
from recsys.data.resource_names import resource_name

if TYPE_CHECKING:
    from recsys.data.catalogue import Row

MOST_ENTRIES = 1_000
# What has the same name on the wire as in the dataset.
PAPER_TEXTS = ("title", "abstract", "venue", "url", "doi", "arxiv_id")


def entry_message(entry: Entry) -> pb.Paper | pb.Author:
    """A paper or an author that was not deleted."""
    row = json.loads(entry.content)
    return paper_message(row) if entry.collection == "papers" else author_message(row)


def paper_message(row: Row) -> pb.Paper:
    """A paper, from the columns of the table `papers` and its `authors`: pairs of id and name."""
    published_time = None
    if row["published_at"] is not None:
        published_time = Timestamp()
        published_time.FromDatetime(datetime.fromisoformat(row["published_at"]))
    return pb.Paper(
        name=resource_name("papers", row["paper_id"]),
        published_time=published_time,
        categories=row["categories"],
        authors=[
            pb.PaperAuthor(name=resource_name("authors", author_id), display_name=name)
            for author_id, name in row["authors"]
        ],
        code=row["code"],
        **{column: row[column] for column in PAPER_TEXTS},
    )


def author_message(row: Row) -> pb.Author:
    """An author, from the columns of the table `authors`."""
    trust = row["trust"]
    facts = {name: row[name] for name in AUTHOR_FACTS}
    return pb.Author(
        name=resource_name("authors", row["author_id"]),
        display_name=row["name"],
        affiliations=row["affiliations"],
        trust_label=row["trust_label"],
        **facts | {"trust": None if trust is None else int(trust)},
    )


def author_row(message: pb.Author, author_id: str) -> dict[str, Any]:
    """An author in the columns of the table `authors`."""
    told = {fact: getattr(message, fact) for fact in AUTHOR_FACTS if message.HasField(fact)}
    return {
        "author_id": author_id,
        "name": message.display_name,
        "affiliations": list(message.affiliations),
        "trust_label": message.trust_label,
        **told,
    }


def paper_row(
    message: pb.Paper, paper_id: str, author_ids: list[str], published_at: str | None
) -> dict[str, Any]:
    """A paper in the columns of the table `papers`, and its authors."""
    names = [author.display_name for author in message.authors]
    told = {"code": message.code} if message.HasField("code") else {}
    return {
        "paper_id": paper_id,
        "published_at": published_at,
        "categories": list(message.categories),
        "authors": [
            {"author_id": author_id, "name": name}
            for author_id, name in zip(author_ids, names, strict=True)
        ],
        **{column: getattr(message, column) for column in PAPER_TEXTS},
        **told,
    }
