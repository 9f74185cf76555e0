import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos.readinglist.v1 import catalog_pb2 as _catalog_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NodeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NODE_KIND_UNSPECIFIED: _ClassVar[NodeKind]
    NODE_KIND_PAPER: _ClassVar[NodeKind]
    NODE_KIND_AUTHOR: _ClassVar[NodeKind]
    NODE_KIND_TOPIC: _ClassVar[NodeKind]
    NODE_KIND_AFFILIATION: _ClassVar[NodeKind]

class EdgeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EDGE_KIND_UNSPECIFIED: _ClassVar[EdgeKind]
    EDGE_KIND_WROTE: _ClassVar[EdgeKind]
    EDGE_KIND_WROTE_WITH: _ClassVar[EdgeKind]
    EDGE_KIND_ABOUT: _ClassVar[EdgeKind]
    EDGE_KIND_WORKS_AT: _ClassVar[EdgeKind]
    EDGE_KIND_SIMILAR: _ClassVar[EdgeKind]
NODE_KIND_UNSPECIFIED: NodeKind
NODE_KIND_PAPER: NodeKind
NODE_KIND_AUTHOR: NodeKind
NODE_KIND_TOPIC: NodeKind
NODE_KIND_AFFILIATION: NodeKind
EDGE_KIND_UNSPECIFIED: EdgeKind
EDGE_KIND_WROTE: EdgeKind
EDGE_KIND_WROTE_WITH: EdgeKind
EDGE_KIND_ABOUT: EdgeKind
EDGE_KIND_WORKS_AT: EdgeKind
EDGE_KIND_SIMILAR: EdgeKind

class GetProfileRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetProfileResponse(_message.Message):
    __slots__ = ("author", "work_count", "follower_count", "topic_count", "close_collaborator_count", "topics", "collaborators", "degraded")
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    WORK_COUNT_FIELD_NUMBER: _ClassVar[int]
    FOLLOWER_COUNT_FIELD_NUMBER: _ClassVar[int]
    TOPIC_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLOSE_COLLABORATOR_COUNT_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    COLLABORATORS_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    author: _catalog_pb2.Author
    work_count: int
    follower_count: int
    topic_count: int
    close_collaborator_count: int
    topics: _containers.RepeatedCompositeFieldContainer[Topic]
    collaborators: _containers.RepeatedCompositeFieldContainer[Collaborator]
    degraded: bool
    def __init__(self, author: _Optional[_Union[_catalog_pb2.Author, _Mapping]] = ..., work_count: _Optional[int] = ..., follower_count: _Optional[int] = ..., topic_count: _Optional[int] = ..., close_collaborator_count: _Optional[int] = ..., topics: _Optional[_Iterable[_Union[Topic, _Mapping]]] = ..., collaborators: _Optional[_Iterable[_Union[Collaborator, _Mapping]]] = ..., degraded: _Optional[bool] = ...) -> None: ...

class Topic(_message.Message):
    __slots__ = ("name", "display_name", "paper_count")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    PAPER_COUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    paper_count: int
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., paper_count: _Optional[int] = ...) -> None: ...

class Collaborator(_message.Message):
    __slots__ = ("author", "joint_paper_count", "last_joint_time")
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    JOINT_PAPER_COUNT_FIELD_NUMBER: _ClassVar[int]
    LAST_JOINT_TIME_FIELD_NUMBER: _ClassVar[int]
    author: _catalog_pb2.Author
    joint_paper_count: int
    last_joint_time: _timestamp_pb2.Timestamp
    def __init__(self, author: _Optional[_Union[_catalog_pb2.Author, _Mapping]] = ..., joint_paper_count: _Optional[int] = ..., last_joint_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SearchRequest(_message.Message):
    __slots__ = ("text", "page_size")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    text: str
    page_size: int
    def __init__(self, text: _Optional[str] = ..., page_size: _Optional[int] = ...) -> None: ...

class SearchResponse(_message.Message):
    __slots__ = ("papers", "authors", "topics", "degraded")
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    AUTHORS_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    papers: _containers.RepeatedCompositeFieldContainer[_catalog_pb2.Paper]
    authors: _containers.RepeatedCompositeFieldContainer[FoundAuthor]
    topics: _containers.RepeatedCompositeFieldContainer[Topic]
    degraded: bool
    def __init__(self, papers: _Optional[_Iterable[_Union[_catalog_pb2.Paper, _Mapping]]] = ..., authors: _Optional[_Iterable[_Union[FoundAuthor, _Mapping]]] = ..., topics: _Optional[_Iterable[_Union[Topic, _Mapping]]] = ..., degraded: _Optional[bool] = ...) -> None: ...

class FoundAuthor(_message.Message):
    __slots__ = ("author", "work_count")
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    WORK_COUNT_FIELD_NUMBER: _ClassVar[int]
    author: _catalog_pb2.Author
    work_count: int
    def __init__(self, author: _Optional[_Union[_catalog_pb2.Author, _Mapping]] = ..., work_count: _Optional[int] = ...) -> None: ...

class GetNeighborhoodRequest(_message.Message):
    __slots__ = ("name", "page_size")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    name: str
    page_size: int
    def __init__(self, name: _Optional[str] = ..., page_size: _Optional[int] = ...) -> None: ...

class GetNeighborhoodResponse(_message.Message):
    __slots__ = ("nodes", "edges", "degraded")
    NODES_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[Node]
    edges: _containers.RepeatedCompositeFieldContainer[Edge]
    degraded: bool
    def __init__(self, nodes: _Optional[_Iterable[_Union[Node, _Mapping]]] = ..., edges: _Optional[_Iterable[_Union[Edge, _Mapping]]] = ..., degraded: _Optional[bool] = ...) -> None: ...

class Node(_message.Message):
    __slots__ = ("kind", "name", "display_name", "weight")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    kind: NodeKind
    name: str
    display_name: str
    weight: float
    def __init__(self, kind: _Optional[_Union[NodeKind, str]] = ..., name: _Optional[str] = ..., display_name: _Optional[str] = ..., weight: _Optional[float] = ...) -> None: ...

class Edge(_message.Message):
    __slots__ = ("kind", "source", "target", "weight")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    kind: EdgeKind
    source: str
    target: str
    weight: float
    def __init__(self, kind: _Optional[_Union[EdgeKind, str]] = ..., source: _Optional[str] = ..., target: _Optional[str] = ..., weight: _Optional[float] = ...) -> None: ...
