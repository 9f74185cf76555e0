"""The research graph: what is near a paper, a person, a topic or an institution.

In: what to draw it around, in the address. Out: a page with the graph as a picture and as a list,
and the same as JSON, from which `graph.js` draws the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from google.protobuf.json_format import MessageToDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from protos.readinglist.v1 import explore_pb2 as pb
from recsys.data.resource_names import resource_name
from serving.client import RequestFailed
from serving.web.site import Site

# Collection -> what one of it is called, and all of it.
_CALLED = {
    "papers": ("Paper", "Papers"),
    "authors": ("Person", "People"),
    "topics": ("Topic", "Topics"),
    "affiliations": ("Institution", "Institutions"),
}
# What joins something with the middle, in a word beside it, where that is no matter of course.
_RELATIONS: dict[tuple[pb.EdgeKind | None, str], str] = {
    (pb.EDGE_KIND_WROTE, "authors"): "author",
    (pb.EDGE_KIND_WORKS_AT, "authors"): "works there",
    (pb.EDGE_KIND_WORKS_AT, "affiliations"): "works there",
    (pb.EDGE_KIND_SIMILAR, "papers"): "similar",
    (pb.EDGE_KIND_SIMILAR, "authors"): "similar",
}
_HAVE_PAGES = ("papers", "authors")


@dataclass(frozen=True)
class Line:
    """Something in a graph.

    Attributes
    ----------
    relation : str
        How the middle is joined with it, in a word or two; "" where that is a matter of course.
    """

    name: str
    label: str
    relation: str = ""

    @property
    def collection(self) -> str:
        """Of which kind it is: "papers", "authors", ..."""
        return self.name.partition("/")[0]

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        return _CALLED[self.collection][0]

    @property
    def has_page(self) -> bool:
        """Whether it has a page of its own, beside the graph around it."""
        return self.collection in _HAVE_PAGES

    @property
    def page(self) -> str:
        """The address of its page, or of the graph where it has none."""
        return f"/{self.name}" if self.has_page else self.graph

    @property
    def graph(self) -> str:
        """The address of the graph around it."""
        return f"/graph/{self.name}"


@dataclass(frozen=True)
class Group:
    """What a graph has of one kind, the nearest first."""

    collection: str
    heading: str
    lines: list[Line]


@dataclass(frozen=True)
class Panel:
    """A graph as templates show it."""

    middle: Line
    groups: list[Group]


def panel(site: Site, name: str) -> Panel | None:
    """The graph around something, for a page about it; None where no model holds it so far."""
    try:
        return panel_of(site.client.explore.neighborhood(name))
    except RequestFailed as failure:
        if failure.code == "NOT_FOUND":
            return None
        raise


def panel_of(graph: pb.GetNeighborhoodResponse) -> Panel:
    """A graph as templates show it."""
    middle, *around = graph.nodes
    joined = {end: edge.kind for edge in graph.edges for end in _other_end(edge, middle.name)}
    lines = [_line(node, joined.get(node.name)) for node in around]
    groups = [
        Group(collection, heading, [line for line in lines if line.collection == collection])
        for collection, (_, heading) in _CALLED.items()
    ]
    return Panel(_line(middle), groups)


def graph(site: Site, request: Request) -> Response:
    """A page of its own for the graph."""
    found = site.client.explore.neighborhood(_asked(request))
    return site.show(request, "graph.html", panel=panel_of(found))


def neighborhood(site: Site, request: Request) -> Response:
    """The graph as JSON, as protobuf writes a GetNeighborhoodResponse."""
    return JSONResponse(MessageToDict(site.client.explore.neighborhood(_asked(request))))


def _asked(request: Request) -> str:
    collection, id_ = (request.path_params[part] for part in ("collection", "id_"))
    if collection not in _CALLED:
        raise HTTPException(404, f"there are no graphs around {collection}")
    return resource_name(collection, id_)


def _line(node: pb.Node, joined: pb.EdgeKind | None = None) -> Line:
    line = Line(node.name, node.display_name or node.name)
    return replace(line, relation=_RELATIONS.get((joined, line.collection), ""))


def _other_end(edge: pb.Edge, name: str) -> list[str]:
    """Where an edge of the named node leads, or nowhere where it is not one of it."""
    ends = [edge.source, edge.target]
    return [end for end in ends if end != name] if name in ends else []
