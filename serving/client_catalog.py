"""The client's side of CatalogService: papers and authors in, papers out, and all read.

In: entries of the library, or names. Out: how many changed anything, and messages of
`protos.readinglist.v1.catalog_pb2`; or `RequestFailed`.

    with RecsysClient("127.0.0.1:50051") as client:
        papers = [{"paper_id": "g9", "title": "Graph networks", "authors": ["ada"]}]
        client.catalog.upsert(checked_papers(papers, datetime.now(UTC)))
        client.catalog.delete_paper("g1")
        print([paper.title for paper in client.catalog.works("authors/ada").papers])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from protos.readinglist.v1 import catalog_pb2 as pb
from recsys.data.entry import Entry
from recsys.data.resource_names import resource_name
from serving.catalog_wire import entry_message
from serving.client_calls import Calls

_MOST_READ = 200


class CatalogMethods(Calls):
    """The methods of CatalogService; see `Calls`."""

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

    def papers(self, names: Iterable[str]) -> dict[str, pb.Paper]:
        """What is known of `papers/ID`s, by name; those that are not known are not in it."""
        found: dict[str, pb.Paper] = {}
        for some in _batches(names):
            answer = self._ask(self._stub.BatchGetPapers, pb.BatchGetPapersRequest(names=some))
            found |= {paper.name: paper for paper in answer.papers}
        return found

    def authors(self, names: Iterable[str]) -> dict[str, pb.Author]:
        """What is known of `authors/ID`s, by name; those who are not known are not in it."""
        found: dict[str, pb.Author] = {}
        for some in _batches(names):
            answer = self._ask(self._stub.BatchGetAuthors, pb.BatchGetAuthorsRequest(names=some))
            found |= {author.name: author for author in answer.authors}
        return found

    def works(
        self, author: str, *, k: int = 20, page_token: str = ""
    ) -> pb.ListAuthorPapersResponse:
        """A page of what `authors/ID` wrote, newest first: 200 papers at most."""
        request = pb.ListAuthorPapersRequest(parent=author, page_size=k, page_token=page_token)
        return self._ask(self._stub.ListAuthorPapers, request)


def _batches(names: Iterable[str]) -> list[list[str]]:
    distinct = [*dict.fromkeys(names)]
    starts = range(0, len(distinct), _MOST_READ)
    return [distinct[start : start + _MOST_READ] for start in starts]
