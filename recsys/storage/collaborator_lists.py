"""Everybody's possible collaborators -> one Parquet file, for a host's own mails and pages.

In: a recommender, whose lists are wanted, a filter. Out: rows of asker, rank, collaborator and
score.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.data.strings import Vocabulary
from recsys.models.readers import Readers, ReaderSource
from recsys.ranking.filters import AuthorFilter
from recsys.recommender import Recommender

_CELLS_PER_BLOCK = 1_000_000  # of a matrix of scores
_ROWS_PER_GROUP = 20_000  # of the file


@dataclass(frozen=True)
class CollaboratorLists:
    """The first k people for every author profile, or for every user.

    Whoever is not known at all has no list: it would be the same for all of them.
    """

    recommender: Recommender
    askers: Literal["authors", "users"]
    keep: AuthorFilter
    k: int

    def write(self, path: Path, *, threads: int, on_block: Callable[[int, int], None]) -> None:
        """Write all lists into a Parquet file.

        The same model and filter give the same file, whatever the number of threads, and it stands
        there whole or not at all. Of the askers, a few for each thread are in memory at a time.

        Parameters
        ----------
        path : Path
            Its columns: `author_id` or `user_id`, `rank` from 1, `collaborator_id`, `score`.
        on_block : callable
            Hears how many askers of how many are done.
        """
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with pq.ParquetWriter(part, self._schema()) as out:
                waiting = [self._schema().empty_table()]
                for lists, done in self.blocks(threads):
                    waiting.append(lists)
                    if sum(map(len, waiting)) >= _ROWS_PER_GROUP:
                        out.write_table(pa.concat_tables(waiting))
                        waiting = [self._schema().empty_table()]
                    on_block(done, len(self._ids()))
                out.write_table(pa.concat_tables(waiting))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def blocks(self, threads: int) -> Iterator[tuple[pa.Table, int]]:
        """The lists of a few askers after the other, and how many askers are done."""
        n_askers, n_authors = len(self._ids()), len(self.recommender.model.dataset.authors)
        size = max(1, _CELLS_PER_BLOCK // max(n_authors, 1))
        blocks = [np.arange(n, min(n + size, n_askers)) for n in range(0, n_askers, size)]
        with ThreadPoolExecutor(threads) as pool:
            for rows, lists in zip(blocks, pool.map(self._lists, blocks), strict=True):
                yield lists, int(rows[-1]) + 1

    def _lists(self, rows: np.ndarray) -> pa.Table:
        readers = self._readers(rows)
        found = self.recommender.rank_authors(readers, keep=self.keep, k=self.k)
        chances = self.recommender.chances_of_authors(readers, found.scores)
        listed = (found.rows >= 0) & _known(readers)[:, None]
        asker, place = np.nonzero(listed)
        people = self.recommender.model.dataset.authors.ids
        columns = [
            pa.array([self._ids()[int(row)] for row in rows[asker]], pa.string()),
            pa.array(place + 1, pa.int32()),
            pa.array([people[int(row)] for row in found.rows[listed]], pa.string()),
            pa.array(chances[listed], pa.float32()),
        ]
        return pa.Table.from_arrays(columns, schema=self._schema())

    def _readers(self, rows: np.ndarray) -> Readers:
        source = self._source
        return source.users(rows) if self.askers == "users" else source.authors(rows)

    @cached_property
    def _source(self) -> ReaderSource:
        return self.recommender.model.readers()

    def _ids(self) -> Vocabulary:
        dataset = self.recommender.model.dataset
        return dataset.users.ids if self.askers == "users" else dataset.authors.ids

    def _schema(self) -> pa.Schema:
        return pa.schema(
            {
                "user_id" if self.askers == "users" else "author_id": pa.string(),
                "rank": pa.int32(),
                "collaborator_id": pa.string(),
                "score": pa.float32(),
            }
        )


def _known(readers: Readers) -> np.ndarray:
    """(n,) bool: who reads, writes or follows."""
    signals = (readers.liked, readers.written, readers.follows)
    return np.sum([np.diff(matrix.indptr) for matrix in signals], axis=0) > 0
