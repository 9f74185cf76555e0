import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UpsertPapersRequest(_message.Message):
    __slots__ = ("papers",)
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    papers: _containers.RepeatedCompositeFieldContainer[Paper]
    def __init__(self, papers: _Optional[_Iterable[_Union[Paper, _Mapping]]] = ...) -> None: ...

class UpsertPapersResponse(_message.Message):
    __slots__ = ("changed_count", "unchanged_count")
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    changed_count: int
    unchanged_count: int
    def __init__(self, changed_count: _Optional[int] = ..., unchanged_count: _Optional[int] = ...) -> None: ...

class UpsertAuthorsRequest(_message.Message):
    __slots__ = ("authors",)
    AUTHORS_FIELD_NUMBER: _ClassVar[int]
    authors: _containers.RepeatedCompositeFieldContainer[Author]
    def __init__(self, authors: _Optional[_Iterable[_Union[Author, _Mapping]]] = ...) -> None: ...

class UpsertAuthorsResponse(_message.Message):
    __slots__ = ("changed_count", "unchanged_count")
    CHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    changed_count: int
    unchanged_count: int
    def __init__(self, changed_count: _Optional[int] = ..., unchanged_count: _Optional[int] = ...) -> None: ...

class DeletePaperRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeletePaperResponse(_message.Message):
    __slots__ = ("changed",)
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    changed: bool
    def __init__(self, changed: _Optional[bool] = ...) -> None: ...

class BatchGetPapersRequest(_message.Message):
    __slots__ = ("names",)
    NAMES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, names: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetPapersResponse(_message.Message):
    __slots__ = ("papers", "degraded")
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    papers: _containers.RepeatedCompositeFieldContainer[Paper]
    degraded: bool
    def __init__(self, papers: _Optional[_Iterable[_Union[Paper, _Mapping]]] = ..., degraded: _Optional[bool] = ...) -> None: ...

class BatchGetAuthorsRequest(_message.Message):
    __slots__ = ("names",)
    NAMES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, names: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetAuthorsResponse(_message.Message):
    __slots__ = ("authors",)
    AUTHORS_FIELD_NUMBER: _ClassVar[int]
    authors: _containers.RepeatedCompositeFieldContainer[Author]
    def __init__(self, authors: _Optional[_Iterable[_Union[Author, _Mapping]]] = ...) -> None: ...

class ListAuthorPapersRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAuthorPapersResponse(_message.Message):
    __slots__ = ("papers", "next_page_token", "degraded")
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    papers: _containers.RepeatedCompositeFieldContainer[Paper]
    next_page_token: str
    degraded: bool
    def __init__(self, papers: _Optional[_Iterable[_Union[Paper, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., degraded: _Optional[bool] = ...) -> None: ...

class Paper(_message.Message):
    __slots__ = ("name", "title", "abstract", "published_time", "categories", "venue", "url", "doi", "arxiv_id", "authors", "code")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ABSTRACT_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_TIME_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    VENUE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    DOI_FIELD_NUMBER: _ClassVar[int]
    ARXIV_ID_FIELD_NUMBER: _ClassVar[int]
    AUTHORS_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    abstract: str
    published_time: _timestamp_pb2.Timestamp
    categories: _containers.RepeatedScalarFieldContainer[str]
    venue: str
    url: str
    doi: str
    arxiv_id: str
    authors: _containers.RepeatedCompositeFieldContainer[PaperAuthor]
    code: bool
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., abstract: _Optional[str] = ..., published_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., categories: _Optional[_Iterable[str]] = ..., venue: _Optional[str] = ..., url: _Optional[str] = ..., doi: _Optional[str] = ..., arxiv_id: _Optional[str] = ..., authors: _Optional[_Iterable[_Union[PaperAuthor, _Mapping]]] = ..., code: _Optional[bool] = ...) -> None: ...

class PaperAuthor(_message.Message):
    __slots__ = ("name", "display_name")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ...) -> None: ...

class Author(_message.Message):
    __slots__ = ("name", "display_name", "affiliations", "open_to_collaborate", "verification_level", "claimed", "trust", "trust_label", "h_index", "citations")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    AFFILIATIONS_FIELD_NUMBER: _ClassVar[int]
    OPEN_TO_COLLABORATE_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_LEVEL_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_FIELD_NUMBER: _ClassVar[int]
    TRUST_FIELD_NUMBER: _ClassVar[int]
    TRUST_LABEL_FIELD_NUMBER: _ClassVar[int]
    H_INDEX_FIELD_NUMBER: _ClassVar[int]
    CITATIONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    affiliations: _containers.RepeatedScalarFieldContainer[str]
    open_to_collaborate: bool
    verification_level: int
    claimed: bool
    trust: int
    trust_label: str
    h_index: int
    citations: int
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., affiliations: _Optional[_Iterable[str]] = ..., open_to_collaborate: _Optional[bool] = ..., verification_level: _Optional[int] = ..., claimed: _Optional[bool] = ..., trust: _Optional[int] = ..., trust_label: _Optional[str] = ..., h_index: _Optional[int] = ..., citations: _Optional[int] = ...) -> None: ...
