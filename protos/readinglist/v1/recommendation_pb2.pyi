import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Strategy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STRATEGY_UNSPECIFIED: _ClassVar[Strategy]
    STRATEGY_PERSONALISED: _ClassVar[Strategy]
    STRATEGY_FOLDED_IN: _ClassVar[Strategy]
    STRATEGY_TEXT: _ClassVar[Strategy]
    STRATEGY_POPULAR: _ClassVar[Strategy]
    STRATEGY_EXPLORED: _ClassVar[Strategy]
STRATEGY_UNSPECIFIED: Strategy
STRATEGY_PERSONALISED: Strategy
STRATEGY_FOLDED_IN: Strategy
STRATEGY_TEXT: Strategy
STRATEGY_POPULAR: Strategy
STRATEGY_EXPLORED: Strategy

class RecommendPapersRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "paper_filter", "explain", "arrangement", "list")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAPER_FILTER_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    ARRANGEMENT_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    paper_filter: PaperFilter
    explain: bool
    arrangement: Arrangement
    list: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., paper_filter: _Optional[_Union[PaperFilter, _Mapping]] = ..., explain: _Optional[bool] = ..., arrangement: _Optional[_Union[Arrangement, _Mapping]] = ..., list: _Optional[str] = ...) -> None: ...

class RecommendPapersResponse(_message.Message):
    __slots__ = ("results", "next_page_token", "model", "data_time", "missing", "degraded", "calibrated", "attribution_token")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DATA_TIME_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    CALIBRATED_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[Recommendation]
    next_page_token: str
    model: str
    data_time: _timestamp_pb2.Timestamp
    missing: _containers.RepeatedScalarFieldContainer[str]
    degraded: bool
    calibrated: bool
    attribution_token: str
    def __init__(self, results: _Optional[_Iterable[_Union[Recommendation, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., model: _Optional[str] = ..., data_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., missing: _Optional[_Iterable[str]] = ..., degraded: _Optional[bool] = ..., calibrated: _Optional[bool] = ..., attribution_token: _Optional[str] = ...) -> None: ...

class RankPapersRequest(_message.Message):
    __slots__ = ("liked_papers", "disliked_papers", "followed_authors", "text", "page_size", "page_token", "paper_filter", "explain", "arrangement")
    LIKED_PAPERS_FIELD_NUMBER: _ClassVar[int]
    DISLIKED_PAPERS_FIELD_NUMBER: _ClassVar[int]
    FOLLOWED_AUTHORS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAPER_FILTER_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    ARRANGEMENT_FIELD_NUMBER: _ClassVar[int]
    liked_papers: _containers.RepeatedScalarFieldContainer[str]
    disliked_papers: _containers.RepeatedScalarFieldContainer[str]
    followed_authors: _containers.RepeatedScalarFieldContainer[str]
    text: str
    page_size: int
    page_token: str
    paper_filter: PaperFilter
    explain: bool
    arrangement: Arrangement
    def __init__(self, liked_papers: _Optional[_Iterable[str]] = ..., disliked_papers: _Optional[_Iterable[str]] = ..., followed_authors: _Optional[_Iterable[str]] = ..., text: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., paper_filter: _Optional[_Union[PaperFilter, _Mapping]] = ..., explain: _Optional[bool] = ..., arrangement: _Optional[_Union[Arrangement, _Mapping]] = ...) -> None: ...

class RankPapersResponse(_message.Message):
    __slots__ = ("results", "next_page_token", "model", "data_time", "missing", "degraded", "calibrated", "attribution_token")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DATA_TIME_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    CALIBRATED_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[Recommendation]
    next_page_token: str
    model: str
    data_time: _timestamp_pb2.Timestamp
    missing: _containers.RepeatedScalarFieldContainer[str]
    degraded: bool
    calibrated: bool
    attribution_token: str
    def __init__(self, results: _Optional[_Iterable[_Union[Recommendation, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., model: _Optional[str] = ..., data_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., missing: _Optional[_Iterable[str]] = ..., degraded: _Optional[bool] = ..., calibrated: _Optional[bool] = ..., attribution_token: _Optional[str] = ...) -> None: ...

class SuggestCollaboratorsRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "author_filter", "explain", "text", "near_papers")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FILTER_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    NEAR_PAPERS_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    author_filter: AuthorFilter
    explain: bool
    text: str
    near_papers: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., author_filter: _Optional[_Union[AuthorFilter, _Mapping]] = ..., explain: _Optional[bool] = ..., text: _Optional[str] = ..., near_papers: _Optional[_Iterable[str]] = ...) -> None: ...

class SuggestCollaboratorsResponse(_message.Message):
    __slots__ = ("results", "next_page_token", "model", "data_time", "missing", "degraded", "calibrated", "attribution_token")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DATA_TIME_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    CALIBRATED_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[Recommendation]
    next_page_token: str
    model: str
    data_time: _timestamp_pb2.Timestamp
    missing: _containers.RepeatedScalarFieldContainer[str]
    degraded: bool
    calibrated: bool
    attribution_token: str
    def __init__(self, results: _Optional[_Iterable[_Union[Recommendation, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., model: _Optional[str] = ..., data_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., missing: _Optional[_Iterable[str]] = ..., degraded: _Optional[bool] = ..., calibrated: _Optional[bool] = ..., attribution_token: _Optional[str] = ...) -> None: ...

class ListSimilarPapersRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "paper_filter", "explain", "arrangement")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAPER_FILTER_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    ARRANGEMENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    paper_filter: PaperFilter
    explain: bool
    arrangement: Arrangement
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., paper_filter: _Optional[_Union[PaperFilter, _Mapping]] = ..., explain: _Optional[bool] = ..., arrangement: _Optional[_Union[Arrangement, _Mapping]] = ...) -> None: ...

class ListSimilarPapersResponse(_message.Message):
    __slots__ = ("results", "next_page_token", "model", "data_time", "missing", "degraded", "calibrated", "attribution_token")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DATA_TIME_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    CALIBRATED_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[Recommendation]
    next_page_token: str
    model: str
    data_time: _timestamp_pb2.Timestamp
    missing: _containers.RepeatedScalarFieldContainer[str]
    degraded: bool
    calibrated: bool
    attribution_token: str
    def __init__(self, results: _Optional[_Iterable[_Union[Recommendation, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., model: _Optional[str] = ..., data_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., missing: _Optional[_Iterable[str]] = ..., degraded: _Optional[bool] = ..., calibrated: _Optional[bool] = ..., attribution_token: _Optional[str] = ...) -> None: ...

class ListSimilarAuthorsRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "author_filter", "explain")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FILTER_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    author_filter: AuthorFilter
    explain: bool
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., author_filter: _Optional[_Union[AuthorFilter, _Mapping]] = ..., explain: _Optional[bool] = ...) -> None: ...

class ListSimilarAuthorsResponse(_message.Message):
    __slots__ = ("results", "next_page_token", "model", "data_time", "missing", "degraded", "calibrated", "attribution_token")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DATA_TIME_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    CALIBRATED_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[Recommendation]
    next_page_token: str
    model: str
    data_time: _timestamp_pb2.Timestamp
    missing: _containers.RepeatedScalarFieldContainer[str]
    degraded: bool
    calibrated: bool
    attribution_token: str
    def __init__(self, results: _Optional[_Iterable[_Union[Recommendation, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., model: _Optional[str] = ..., data_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., missing: _Optional[_Iterable[str]] = ..., degraded: _Optional[bool] = ..., calibrated: _Optional[bool] = ..., attribution_token: _Optional[str] = ...) -> None: ...

class PaperFilter(_message.Message):
    __slots__ = ("published_after_time", "published_before_time", "categories_in", "categories_out", "excluded_papers", "include_seen", "include_own")
    PUBLISHED_AFTER_TIME_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_IN_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_OUT_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_PAPERS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_SEEN_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_OWN_FIELD_NUMBER: _ClassVar[int]
    published_after_time: _timestamp_pb2.Timestamp
    published_before_time: _timestamp_pb2.Timestamp
    categories_in: _containers.RepeatedScalarFieldContainer[str]
    categories_out: _containers.RepeatedScalarFieldContainer[str]
    excluded_papers: _containers.RepeatedScalarFieldContainer[str]
    include_seen: bool
    include_own: bool
    def __init__(self, published_after_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., published_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., categories_in: _Optional[_Iterable[str]] = ..., categories_out: _Optional[_Iterable[str]] = ..., excluded_papers: _Optional[_Iterable[str]] = ..., include_seen: _Optional[bool] = ..., include_own: _Optional[bool] = ...) -> None: ...

class Arrangement(_message.Message):
    __slots__ = ("diversity", "freshness", "freshness_half_life_days", "exploration", "interests")
    DIVERSITY_FIELD_NUMBER: _ClassVar[int]
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    FRESHNESS_HALF_LIFE_DAYS_FIELD_NUMBER: _ClassVar[int]
    EXPLORATION_FIELD_NUMBER: _ClassVar[int]
    INTERESTS_FIELD_NUMBER: _ClassVar[int]
    diversity: float
    freshness: float
    freshness_half_life_days: float
    exploration: float
    interests: float
    def __init__(self, diversity: _Optional[float] = ..., freshness: _Optional[float] = ..., freshness_half_life_days: _Optional[float] = ..., exploration: _Optional[float] = ..., interests: _Optional[float] = ...) -> None: ...

class AuthorFilter(_message.Message):
    __slots__ = ("include_coauthors", "include_closed", "min_verification_level", "excluded_authors", "exclude_own_affiliation", "min_years_apart")
    INCLUDE_COAUTHORS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CLOSED_FIELD_NUMBER: _ClassVar[int]
    MIN_VERIFICATION_LEVEL_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_AUTHORS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDE_OWN_AFFILIATION_FIELD_NUMBER: _ClassVar[int]
    MIN_YEARS_APART_FIELD_NUMBER: _ClassVar[int]
    include_coauthors: bool
    include_closed: bool
    min_verification_level: int
    excluded_authors: _containers.RepeatedScalarFieldContainer[str]
    exclude_own_affiliation: bool
    min_years_apart: float
    def __init__(self, include_coauthors: _Optional[bool] = ..., include_closed: _Optional[bool] = ..., min_verification_level: _Optional[int] = ..., excluded_authors: _Optional[_Iterable[str]] = ..., exclude_own_affiliation: _Optional[bool] = ..., min_years_apart: _Optional[float] = ...) -> None: ...

class Recommendation(_message.Message):
    __slots__ = ("name", "title", "score", "rank", "strategy", "reasons")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    score: float
    rank: int
    strategy: Strategy
    reasons: _containers.RepeatedCompositeFieldContainer[Reason]
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., score: _Optional[float] = ..., rank: _Optional[int] = ..., strategy: _Optional[_Union[Strategy, str]] = ..., reasons: _Optional[_Iterable[_Union[Reason, _Mapping]]] = ...) -> None: ...

class Reason(_message.Message):
    __slots__ = ("kind", "subject", "text", "share")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    subject: str
    text: str
    share: float
    def __init__(self, kind: _Optional[str] = ..., subject: _Optional[str] = ..., text: _Optional[str] = ..., share: _Optional[float] = ...) -> None: ...
