"""The client's side of CatalogService: papers and authors in, papers out.

In: entries of the library. Out: how many changed anything; or `RequestFailed`.

    with RecsysClient("127.0.0.1:50051") as client:
        papers = [{"paper_id": "g9", "title": "Graph networks", "authors": ["ada"]}]
        client.catalog.upsert(checked_papers(papers, datetime.now(UTC)))
        client.catalog.delete_paper("g1")
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc

from protos.readinglist.v1 import catalog_pb2 as pb
from protos.readinglist.v1.catalog_pb2_grpc import CatalogServiceStub
from recsys.data.entry import Entry
from recsys.data.resource_names import resource_name
from serving.catalog_wire import entry_message
from serving.client_messages import failure_of


class CatalogMethods:
    """The methods of CatalogService over one connection.

    Parameters
    ----------
    deadline_s : float
        How long one request may take, retries included.
    """

    def __init__(self, channel: grpc.Channel, address: str, deadline_s: float) -> None:
        self._stub, self._address = CatalogServiceStub(channel), address
        self._deadline_s = deadline_s

    def upsert(self, entries: Sequence[Entry]) -> int:
        """Take in up to 1,000 papers and as many authors, safe to do again; how many changed."""
        papers = [entry_message(entry) for entry in entries if entry.collection == "papers"]
        authors = [entry_message(entry) for entry in entries if entry.collection == "authors"]
        changed = 0
        # Authors first: a paper by somebody unknown would be by somebody without a name.
        if authors:
            request = pb.UpsertAuthorsRequest(authors=authors)
            changed += self._ask(self._stub.UpsertAuthors, request).changed_count
        if papers:
            request = pb.UpsertPapersRequest(papers=papers)
            changed += self._ask(self._stub.UpsertPapers, request).changed_count
        return changed

    def delete_paper(self, paper_id: str) -> bool:
        """Have a paper gone; whether it was not so before."""
        request = pb.DeletePaperRequest(name=resource_name("papers", paper_id))
        return self._ask(self._stub.DeletePaper, request).changed

    def _ask(self, method: Any, request: Any) -> Any:
        try:
            return method(request, timeout=self._deadline_s)
        except grpc.RpcError as error:
            raise failure_of(error, self._address) from error
