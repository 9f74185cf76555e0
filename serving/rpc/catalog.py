"""The methods of CatalogService: papers and authors come in, papers go, and all are read.

In: request messages. Out: response messages, or a domain error for the interceptors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import grpc

from protos.readinglist.v1 import catalog_pb2 as pb
from protos.readinglist.v1.catalog_pb2_grpc import CatalogServiceServicer
from recsys.data.catalogue import MOST, Row, checked_authors, checked_papers
from recsys.data.entry import Entry
from recsys.errors import CatalogueRefused
from recsys.storage.state import State
from serving.catalog_wire import (
    MOST_ENTRIES,
    author_message,
    author_row,
    paper_message,
    paper_row,
)
from serving.rpc.checks import Checks
from serving.rpc.convert import DEFAULT_PAGE_SIZE
from serving.rpc.reading import Reading
from serving.rpc.signing import Signer
from serving.rpc.works_token import WorksTokens
from serving.watch.call import stage

MOST_READ = 200
SERVICE = pb.DESCRIPTOR.services_by_name["CatalogService"].full_name


class CatalogServicer(CatalogServiceServicer):
    """Writes to the state, and reads from the model of the moment.

    Parameters
    ----------
    now : callable
        Tells the time in UTC.
    """

    def __init__(
        self, state: State, reading: Reading, signer: Signer, now: Callable[[], datetime]
    ) -> None:
        self._state, self._reading, self._now = state, reading, now
        self._works = WorksTokens(signer)

    def UpsertPapers(  # noqa: N802
        self, request: pb.UpsertPapersRequest, _context: grpc.ServicerContext
    ) -> pb.UpsertPapersResponse:
        checks = Checks()
        checks.count("papers", request.papers, MOST_ENTRIES)
        given = request.papers[:MOST_ENTRIES]
        rows = [_paper(paper, f"papers[{n}]", checks) for n, paper in enumerate(given)]
        changed = self._put("papers", rows, checked_papers, checks)
        return pb.UpsertPapersResponse(changed_count=changed, unchanged_count=len(rows) - changed)

    def UpsertAuthors(  # noqa: N802
        self, request: pb.UpsertAuthorsRequest, _context: grpc.ServicerContext
    ) -> pb.UpsertAuthorsResponse:
        checks = Checks()
        checks.count("authors", request.authors, MOST_ENTRIES)
        rows = []
        for n, author in enumerate(request.authors[:MOST_ENTRIES]):
            _, author_id = checks.name(f"authors[{n}].name", author.name, ("authors",))
            rows.append(author_row(author, author_id))
        changed = self._put("authors", rows, checked_authors, checks)
        return pb.UpsertAuthorsResponse(changed_count=changed, unchanged_count=len(rows) - changed)

    def DeletePaper(  # noqa: N802
        self, request: pb.DeletePaperRequest, _context: grpc.ServicerContext
    ) -> pb.DeletePaperResponse:
        checks = Checks()
        _, paper_id = checks.name("name", request.name, ("papers",))
        if "\0" in paper_id:
            checks.wrong("name", "holds a NUL character, which is no part of an id")
        checks.refuse()
        with stage("state"):
            gone = self._state.catalogue.delete_paper(paper_id, self._now())
        return pb.DeletePaperResponse(changed=gone)

    def BatchGetPapers(  # noqa: N802
        self, request: pb.BatchGetPapersRequest, _context: grpc.ServicerContext
    ) -> pb.BatchGetPapersResponse:
        checks = Checks()
        ids = checks.ids("names", request.names, "papers", MOST_READ)
        checks.refuse()
        served, seen = self._reading.current()
        papers = map(paper_message, served.explorer.records.papers(ids))
        return pb.BatchGetPapersResponse(papers=papers, degraded=seen.degraded)

    def BatchGetAuthors(  # noqa: N802
        self, request: pb.BatchGetAuthorsRequest, _context: grpc.ServicerContext
    ) -> pb.BatchGetAuthorsResponse:
        checks = Checks()
        ids = checks.ids("names", request.names, "authors", MOST_READ)
        checks.refuse()
        served, _ = self._reading.current()
        authors = map(author_message, served.explorer.records.authors(ids))
        return pb.BatchGetAuthorsResponse(authors=authors)

    def ListAuthorPapers(  # noqa: N802
        self, request: pb.ListAuthorPapersRequest, _context: grpc.ServicerContext
    ) -> pb.ListAuthorPapersResponse:
        checks = Checks()
        _, author_id = checks.name("parent", request.parent, ("authors",))
        size = checks.page_size(request.page_size, DEFAULT_PAGE_SIZE, MOST_READ)
        after = self._works.read(request.page_token, author_id, checks)
        checks.refuse()
        served, seen = self._reading.current()
        records = served.explorer.records
        rows, token = records.newest_works(author_id, after, size + 1), ""
        if len(rows) > size:
            token = self._works.write(author_id, records.place(rows[size - 1]))
        return pb.ListAuthorPapersResponse(
            papers=[paper_message(records.paper(row)) for row in rows[:size]],
            next_page_token=token,
            degraded=seen.degraded,
        )

    def _put(
        self,
        field: str,
        rows: Sequence[Row],
        checked: Callable[[Sequence[Row], datetime], list[Entry]],
        checks: Checks,
    ) -> int:
        """How many of the rows changed anything."""
        checks.refuse()
        now = self._now()
        try:
            entries = checked(rows, now)
        except CatalogueRefused as error:
            for place, reason in error.bad.items():
                checks.wrong(f"{field}[{place}]", reason)
            checks.refuse()
            raise
        with stage("state"):
            return self._state.catalogue.put(entries, now)


def _paper(message: pb.Paper, field: str, checks: Checks) -> dict[str, Any]:
    _, paper_id = checks.name(f"{field}.name", message.name, ("papers",))
    checks.count(f"{field}.authors", message.authors, MOST["authors"])
    author_ids = [
        checks.name(f"{field}.authors[{n}].name", author.name, ("authors",))[1]
        for n, author in enumerate(message.authors)
    ]
    published = None
    if message.HasField("published_time"):
        published = checks.second(f"{field}.published_time", message.published_time)
    return paper_row(message, paper_id, author_ids, None if published is None else f"{published}Z")
