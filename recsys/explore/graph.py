"""The research graph around one thing: plain objects.

In: what was found near. Out: `Graph`, nodes and edges in resource names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Collection = Literal["papers", "authors", "topics", "affiliations"]
EdgeKind = Literal["wrote", "wrote_with", "about", "works_at", "similar"]
COLLECTIONS: tuple[Collection, ...] = ("papers", "authors", "topics", "affiliations")


@dataclass(frozen=True)
class Node:
    """Something in the graph.

    Attributes
    ----------
    collection : str
        Of which kind it is.
    name : str
        Resource name, `papers/...` and so on.
    label : str
        A title, a name, or the words of a topic.
    weight : float
        How near it is to the middle, above 0 to 1, which the middle itself has.
    """

    collection: Collection
    name: str
    label: str
    weight: float


@dataclass(frozen=True)
class Edge:
    """A relation of two nodes, by their resource names.

    Attributes
    ----------
    kind : str
        "wrote": a person, or somebody of an institution, a paper. "wrote_with": two people, or
        somebody of an institution with a person. "about": a paper, person or institution, a
        topic. "works_at": a person, an institution. "similar": in what the two are about.
    weight : float
        Beside the strongest of its kind in this graph, above 0 to 1.
    """

    source: str
    target: str
    kind: EdgeKind
    weight: float


@dataclass(frozen=True)
class Graph:
    """Nodes, the middle first, then by collection and nearness; and what holds among them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
