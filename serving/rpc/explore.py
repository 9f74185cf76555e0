"""The methods of ExploreService: what stands around something, or some words.

In: request messages. Out: response messages, or a domain error for the interceptors.
"""

from __future__ import annotations

from typing import cast

import grpc

from protos.readinglist.v1 import explore_pb2 as pb
from protos.readinglist.v1.explore_pb2_grpc import ExploreServiceServicer
from recsys.data.resource_names import resource_name
from recsys.explore.graph import COLLECTIONS, Collection, Edge, Node
from recsys.explore.neighborhood import LARGEST_SIZE, USUAL_SIZE
from recsys.explore.profile import Collaborator, Topic
from recsys.explore.records import Records
from serving.catalog_wire import author_message, paper_message
from serving.rpc.checks import Checks
from serving.rpc.convert import timestamp
from serving.rpc.reading import Reading

SERVICE = pb.DESCRIPTOR.services_by_name["ExploreService"].full_name
LONGEST_TEXT = 1_000
USUAL_FOUND, MOST_FOUND = 10, 50
_NODE_KINDS: dict[Collection, pb.NodeKind] = {
    "papers": pb.NODE_KIND_PAPER,
    "authors": pb.NODE_KIND_AUTHOR,
    "topics": pb.NODE_KIND_TOPIC,
    "affiliations": pb.NODE_KIND_AFFILIATION,
}


class ExploreServicer(ExploreServiceServicer):
    """Looks things up in the model of the moment."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def GetProfile(  # noqa: N802
        self, request: pb.GetProfileRequest, _context: grpc.ServicerContext
    ) -> pb.GetProfileResponse:
        checks = Checks()
        _, author_id = checks.name("name", request.name, ("authors",))
        checks.refuse()
        served, seen = self._reading.current()
        profile, records = served.explorer.profile(author_id), served.explorer.records
        return pb.GetProfileResponse(
            author=author_message(records.author(profile.author_row)),
            work_count=profile.n_works,
            follower_count=profile.n_followers,
            topic_count=profile.n_categories,
            close_collaborator_count=profile.n_close,
            topics=map(_topic, profile.topics),
            collaborators=[_collaborator(one, records) for one in profile.collaborators],
            degraded=seen.degraded,
        )

    def Search(  # noqa: N802
        self, request: pb.SearchRequest, _context: grpc.ServicerContext
    ) -> pb.SearchResponse:
        checks = Checks()
        if not request.text.strip():
            checks.wrong("text", "is required")
        checks.length("text", request.text, LONGEST_TEXT)
        size = checks.page_size(request.page_size, USUAL_FOUND, MOST_FOUND)
        checks.refuse()
        served, seen = self._reading.current()
        found, records = served.explorer.search(request.text, size), served.explorer.records
        return pb.SearchResponse(
            papers=[paper_message(records.paper(row)) for row in found.papers],
            authors=[_found(row, records) for row in found.authors],
            topics=map(_topic, found.topics),
            degraded=seen.degraded,
        )

    def GetNeighborhood(  # noqa: N802
        self, request: pb.GetNeighborhoodRequest, _context: grpc.ServicerContext
    ) -> pb.GetNeighborhoodResponse:
        checks = Checks()
        collection, id_ = checks.name("name", request.name, COLLECTIONS)
        size = checks.page_size(request.page_size, USUAL_SIZE, LARGEST_SIZE)
        checks.refuse()
        served, seen = self._reading.current()
        graph = served.explorer.neighborhood(cast(Collection, collection), id_, size)
        return pb.GetNeighborhoodResponse(
            nodes=map(_node, graph.nodes), edges=map(_edge, graph.edges), degraded=seen.degraded
        )


def _node(node: Node) -> pb.Node:
    return pb.Node(
        kind=_NODE_KINDS[node.collection],
        name=node.name,
        display_name=node.label,
        weight=node.weight,
    )


def _edge(edge: Edge) -> pb.Edge:
    return pb.Edge(
        kind=pb.EdgeKind.Value(f"EDGE_KIND_{edge.kind.upper()}"),
        source=edge.source,
        target=edge.target,
        weight=edge.weight,
    )


def _topic(topic: Topic) -> pb.Topic:
    return pb.Topic(
        name=resource_name("topics", topic.id), display_name=topic.id, paper_count=topic.n_papers
    )


def _collaborator(one: Collaborator, records: Records) -> pb.Collaborator:
    return pb.Collaborator(
        author=author_message(records.author(one.author_row)),
        joint_paper_count=one.n_papers,
        last_joint_time=timestamp(one.last),
    )


def _found(row: int, records: Records) -> pb.FoundAuthor:
    author = author_message(records.author(row))
    return pb.FoundAuthor(author=author, work_count=int(records.n_works[row]))
