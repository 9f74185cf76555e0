"""The catalogue's changes: papers and authors that came in, and papers that are gone.

In: checked entries. Out: `Catalogue`, which keeps what each of them was last changed to, and
tells what has changed since a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select

from recsys.data.entry import Entry
from recsys.storage.state.database import Database, take_seq
from recsys.storage.state.tables import CATALOGUE

_BLOCK = 1_000


@dataclass(frozen=True)
class Change:
    """What an entry was last changed to, and the number of that change."""

    seq: int
    entry: Entry


class Catalogue:
    """The catalogue's changes in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, entries: Sequence[Entry], change_time: datetime) -> int:
        """Take entries in, each id of a collection once; durable once this returns.

        Returns
        -------
        int
            How many of them changed anything: what is there already in the same words is not
            changed again.

        Raises
        ------
        StateUnavailable
            Nothing was taken in.
        """
        with self._database.writing() as connection:
            # From here on nobody else writes, so that what is looked up stays true.
            take_seq(connection, 0)
            changed = []
            for collection in sorted({entry.collection for entry in entries}):
                here = [entry for entry in entries if entry.collection == collection]
                same = and_(
                    CATALOGUE.c.collection == collection,
                    CATALOGUE.c.id.in_([entry.id for entry in here]),
                )
                wanted = select(CATALOGUE.c.id, CATALOGUE.c.content).where(same)
                before = {row.id: row.content for row in connection.execute(wanted)}
                new = [entry for entry in here if before.get(entry.id) != entry.content]
                outdated = [entry.id for entry in new if entry.id in before]
                connection.execute(delete(CATALOGUE).where(same, CATALOGUE.c.id.in_(outdated)))
                changed += new
            if changed:
                first = take_seq(connection, len(changed))
                rows = [
                    {
                        "seq": seq,
                        "collection": entry.collection,
                        "id": entry.id,
                        "content": entry.content,
                        "change_time": change_time,
                    }
                    for seq, entry in enumerate(changed, start=first)
                ]
                connection.execute(insert(CATALOGUE), rows)
        return len(changed)

    def delete_paper(self, paper_id: str, change_time: datetime) -> bool:
        """Have a paper gone, whether or not it was ever taken in; False if it was so before."""
        return self.put([Entry("papers", paper_id, "")], change_time) > 0

    def since(self, after: int) -> Iterator[Change]:
        """Entries whose last change is beyond a number, in the order of the changes."""
        while True:
            newer = select(CATALOGUE).where(CATALOGUE.c.seq > after)
            wanted = newer.order_by(CATALOGUE.c.seq).limit(_BLOCK)
            with self._database.reading() as connection:
                block = connection.execute(wanted).all()
            for row in block:
                yield Change(row.seq, Entry(row.collection, row.id, row.content))
            if len(block) < _BLOCK:
                return
            after = block[-1].seq

    def newest_seq(self) -> int:
        """The number of the catalogue's newest change, 0 before the first."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(CATALOGUE.c.seq))).scalar() or 0
