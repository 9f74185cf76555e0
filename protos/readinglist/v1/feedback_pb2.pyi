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

class EventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_KIND_UNSPECIFIED: _ClassVar[EventKind]
    EVENT_KIND_OPEN: _ClassVar[EventKind]
    EVENT_KIND_READ: _ClassVar[EventKind]
    EVENT_KIND_SAVE: _ClassVar[EventKind]
    EVENT_KIND_LIKE: _ClassVar[EventKind]
    EVENT_KIND_DISMISS: _ClassVar[EventKind]
    EVENT_KIND_FOLLOW: _ClassVar[EventKind]
    EVENT_KIND_UNFOLLOW: _ClassVar[EventKind]
    EVENT_KIND_BLOCK: _ClassVar[EventKind]
    EVENT_KIND_UNBLOCK: _ClassVar[EventKind]
    EVENT_KIND_IMPRESSION: _ClassVar[EventKind]
    EVENT_KIND_UNDO: _ClassVar[EventKind]
EVENT_KIND_UNSPECIFIED: EventKind
EVENT_KIND_OPEN: EventKind
EVENT_KIND_READ: EventKind
EVENT_KIND_SAVE: EventKind
EVENT_KIND_LIKE: EventKind
EVENT_KIND_DISMISS: EventKind
EVENT_KIND_FOLLOW: EventKind
EVENT_KIND_UNFOLLOW: EventKind
EVENT_KIND_BLOCK: EventKind
EVENT_KIND_UNBLOCK: EventKind
EVENT_KIND_IMPRESSION: EventKind
EVENT_KIND_UNDO: EventKind

class WriteEventsRequest(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[Event]
    def __init__(self, events: _Optional[_Iterable[_Union[Event, _Mapping]]] = ...) -> None: ...

class WriteEventsResponse(_message.Message):
    __slots__ = ("written_count", "duplicate_count")
    WRITTEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    written_count: int
    duplicate_count: int
    def __init__(self, written_count: _Optional[int] = ..., duplicate_count: _Optional[int] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("event_id", "user", "kind", "subject", "event_time", "list", "attribution_token")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    user: str
    kind: EventKind
    subject: str
    event_time: _timestamp_pb2.Timestamp
    list: str
    attribution_token: str
    def __init__(self, event_id: _Optional[str] = ..., user: _Optional[str] = ..., kind: _Optional[_Union[EventKind, str]] = ..., subject: _Optional[str] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., list: _Optional[str] = ..., attribution_token: _Optional[str] = ...) -> None: ...

class GetReaderRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetReaderResponse(_message.Message):
    __slots__ = ("author", "followed_authors", "blocked_authors", "deeds", "degraded")
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    FOLLOWED_AUTHORS_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_AUTHORS_FIELD_NUMBER: _ClassVar[int]
    DEEDS_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    author: str
    followed_authors: _containers.RepeatedScalarFieldContainer[str]
    blocked_authors: _containers.RepeatedScalarFieldContainer[str]
    deeds: _containers.RepeatedCompositeFieldContainer[Deed]
    degraded: bool
    def __init__(self, author: _Optional[str] = ..., followed_authors: _Optional[_Iterable[str]] = ..., blocked_authors: _Optional[_Iterable[str]] = ..., deeds: _Optional[_Iterable[_Union[Deed, _Mapping]]] = ..., degraded: _Optional[bool] = ...) -> None: ...

class Deed(_message.Message):
    __slots__ = ("paper", "kind", "deed_time", "list")
    PAPER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DEED_TIME_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    paper: str
    kind: EventKind
    deed_time: _timestamp_pb2.Timestamp
    list: str
    def __init__(self, paper: _Optional[str] = ..., kind: _Optional[_Union[EventKind, str]] = ..., deed_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., list: _Optional[str] = ...) -> None: ...

class ExportUserRequest(_message.Message):
    __slots__ = ("name", "page_size", "page_token")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    page_size: int
    page_token: str
    def __init__(self, name: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ExportUserResponse(_message.Message):
    __slots__ = ("events", "next_page_token", "subscription", "digests")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DIGESTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[StoredEvent]
    next_page_token: str
    subscription: Subscription
    digests: _containers.RepeatedCompositeFieldContainer[SentDigest]
    def __init__(self, events: _Optional[_Iterable[_Union[StoredEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., subscription: _Optional[_Union[Subscription, _Mapping]] = ..., digests: _Optional[_Iterable[_Union[SentDigest, _Mapping]]] = ...) -> None: ...

class Subscription(_message.Message):
    __slots__ = ("address", "display_name", "locale", "period", "paper_limit", "unsubscribe_time", "refusal")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    PAPER_LIMIT_FIELD_NUMBER: _ClassVar[int]
    UNSUBSCRIBE_TIME_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    address: str
    display_name: str
    locale: str
    period: str
    paper_limit: int
    unsubscribe_time: _timestamp_pb2.Timestamp
    refusal: str
    def __init__(self, address: _Optional[str] = ..., display_name: _Optional[str] = ..., locale: _Optional[str] = ..., period: _Optional[str] = ..., paper_limit: _Optional[int] = ..., unsubscribe_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., refusal: _Optional[str] = ...) -> None: ...

class SentDigest(_message.Message):
    __slots__ = ("period", "names", "sent_time")
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    SENT_TIME_FIELD_NUMBER: _ClassVar[int]
    period: str
    names: _containers.RepeatedScalarFieldContainer[str]
    sent_time: _timestamp_pb2.Timestamp
    def __init__(self, period: _Optional[str] = ..., names: _Optional[_Iterable[str]] = ..., sent_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StoredEvent(_message.Message):
    __slots__ = ("event", "received_time", "attribution")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_FIELD_NUMBER: _ClassVar[int]
    event: Event
    received_time: _timestamp_pb2.Timestamp
    attribution: Attribution
    def __init__(self, event: _Optional[_Union[Event, _Mapping]] = ..., received_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attribution: _Optional[_Union[Attribution, _Mapping]] = ...) -> None: ...

class Attribution(_message.Message):
    __slots__ = ("answer_id", "method", "model", "arm", "strategy", "position")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ARM_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    method: str
    model: str
    arm: str
    strategy: str
    position: int
    def __init__(self, answer_id: _Optional[str] = ..., method: _Optional[str] = ..., model: _Optional[str] = ..., arm: _Optional[str] = ..., strategy: _Optional[str] = ..., position: _Optional[int] = ...) -> None: ...

class PurgeUserRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class PurgeUserResponse(_message.Message):
    __slots__ = ("receipt_id", "purge_time", "deleted_count", "text")
    RECEIPT_ID_FIELD_NUMBER: _ClassVar[int]
    PURGE_TIME_FIELD_NUMBER: _ClassVar[int]
    DELETED_COUNT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    receipt_id: str
    purge_time: _timestamp_pb2.Timestamp
    deleted_count: int
    text: str
    def __init__(self, receipt_id: _Optional[str] = ..., purge_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deleted_count: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class UnsubscribeRequest(_message.Message):
    __slots__ = ("word",)
    WORD_FIELD_NUMBER: _ClassVar[int]
    word: str
    def __init__(self, word: _Optional[str] = ...) -> None: ...

class UnsubscribeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResubscribeRequest(_message.Message):
    __slots__ = ("word",)
    WORD_FIELD_NUMBER: _ClassVar[int]
    word: str
    def __init__(self, word: _Optional[str] = ...) -> None: ...

class ResubscribeResponse(_message.Message):
    __slots__ = ("subscribed",)
    SUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    subscribed: bool
    def __init__(self, subscribed: _Optional[bool] = ...) -> None: ...
