"""The client's side of ExploreService: profiles of authors, and a search box.

In: names and words. Out: messages of `protos.readinglist.v1.explore_pb2`; or `RequestFailed`.

    with RecsysClient("127.0.0.1:50051") as client:
        for topic in client.explore.profile("authors/ada").topics:
            print(topic.display_name, topic.paper_count)
"""

from __future__ import annotations

from protos.readinglist.v1 import explore_pb2 as pb
from serving.client_calls import Calls


class ExploreMethods(Calls):
    """The methods of ExploreService; see `Calls`."""

    def profile(self, author: str) -> pb.GetProfileResponse:
        """What a profile page shows of `authors/ID`, beside the works."""
        return self._ask(self._stub.GetProfile, pb.GetProfileRequest(name=author))

    def search(self, text: str, *, k: int = 10) -> pb.SearchResponse:
        """Papers, people and topics that hold the words, k of each at most."""
        return self._ask(self._stub.Search, pb.SearchRequest(text=text, page_size=k))

    def neighborhood(self, name: str, *, size: int = 0) -> pb.GetNeighborhoodResponse:
        """The research graph around `papers/ID`, `authors/ID`, `topics/ID` or `affiliations/ID`.

        Parameters
        ----------
        size : int
            How many nodes at most; 0 for as many as the server thinks fit.
        """
        request = pb.GetNeighborhoodRequest(name=name, page_size=size)
        return self._ask(self._stub.GetNeighborhood, request)
