"""What people do between two training runs, one event a deed, and what of it stands.

In: ids, kinds and times as a client tells them. Out: a checked `Event`; and `standing`, which
says what is left of a user's events once some are undone or taken back by later ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from recsys.data.attribution import Attribution
from recsys.data.schema import EARLIEST_YEAR, INTERACTION_KINDS, LATEST_YEAR, MAX_ID_BYTES
from recsys.errors import BadEvent

LONGEST_LIST_NAME = 1_000
IMPRESSION, UNDO = "impression", "undo"

# Which of an event's fields say what it is about; just one of them is given.
SUBJECTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(INTERACTION_KINDS, ("paper_id",)),
    **dict.fromkeys(("follow", "unfollow", "block", "unblock"), ("author_id",)),
    IMPRESSION: ("paper_id", "author_id"),
    UNDO: ("undone_id",),
}
EVENT_KINDS = tuple(SUBJECTS)
_SUBJECT_FIELDS = ("paper_id", "author_id", "undone_id")
_WELCOME = ("save", "like")  # these take an earlier dismissal back


@dataclass(frozen=True)
class Event:
    """One thing a user did, checked.

    Attributes
    ----------
    event_id : str
        The client's own id; the same id is the same event, however often it is sent.
    kind : str
        One of `EVENT_KINDS`.
    event_time : datetime
        When it was done, as the client says, in UTC to the microsecond.
    paper_id, author_id, undone_id : str
        What it is about, the last being the id of an event; "" for those that `SUBJECTS` does
        not name for the kind.
    list_name : str
        The reading list that a paper was saved to; "" for none.
    attribution : Attribution or None
        The line of an answer that this came of.

    Raises
    ------
    BadEvent
        Names every field that is wrong.
    """

    event_id: str
    user_id: str
    kind: str
    event_time: datetime
    paper_id: str = ""
    author_id: str = ""
    undone_id: str = ""
    list_name: str = ""
    attribution: Attribution | None = None

    def __post_init__(self) -> None:
        flaws = dict(_flaws(self))
        if flaws:
            raise BadEvent(flaws)
        object.__setattr__(self, "event_time", self.event_time.astimezone(UTC))


@dataclass(frozen=True)
class Standing:
    """What stands of one user's events.

    Attributes
    ----------
    deeds : tuple of Event
        What was done with papers, by time; the newest for each paper, kind and list.
    void : frozenset of (paper id, kind, list name)
        What was done and does not stand any more, here or in the data of a model.
    follows : mapping of author id to datetime
        Who is followed, and since when.
    unfollowed, blocked : frozenset of author ids
    purged : bool
        Whether what a model learned of the user before is to be forgotten.
    """

    deeds: tuple[Event, ...] = ()
    void: frozenset[tuple[str, str, str]] = frozenset()
    follows: Mapping[str, datetime] = field(default_factory=dict)
    unfollowed: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()
    purged: bool = False


NOTHING_STANDS = Standing()


def standing(events: Iterable[Event]) -> Standing:
    """What stands of one user's events, given in the order in which they were stored.

    An undone event never was. Of follow and unfollow, and of block and unblock, the later one
    holds; a save or a like takes back the dismissals of the paper before it. Later means by
    `event_time`, and of equal times the one that was stored later. Nobody follows whom they block.
    """
    told = sorted(events, key=lambda event: event.event_time)  # stable
    undone = {event.undone_id for event in told if event.kind == UNDO}
    left = [event for event in told if event.event_id not in undone]
    welcome = _last_word(left, *_WELCOME, "dismiss")
    taken_back = {
        (paper, "dismiss", "") for paper, event in welcome.items() if event.kind in _WELCOME
    }
    deeds = {_cell(event): event for event in left if event.kind in INTERACTION_KINDS}
    kept = {cell: event for cell, event in deeds.items() if cell not in taken_back}
    done = {_cell(event) for event in told if event.kind in INTERACTION_KINDS}
    blocks, follows = _last_word(left, "block", "unblock"), _last_word(left, "follow", "unfollow")
    blocked = {author for author, event in blocks.items() if event.kind == "block"}
    followed = {
        author: event.event_time
        for author, event in follows.items()
        if event.kind == "follow" and author not in blocked
    }
    once = {event.author_id for event in told if event.kind == "follow"}
    return Standing(
        deeds=tuple(kept.values()),
        void=frozenset((done | taken_back) - set(kept)),
        follows=followed,
        unfollowed=frozenset((once | blocked | set(follows)) - set(followed)),
        blocked=frozenset(blocked),
    )


def _cell(event: Event) -> tuple[str, str, str]:
    return event.paper_id, event.kind, event.list_name


def _last_word(events: list[Event], *kinds: str) -> dict[str, Event]:
    """The last event of these kinds for each paper or author."""
    return {event.paper_id or event.author_id: event for event in events if event.kind in kinds}


def _flaws(event: Event) -> Iterator[tuple[str, str]]:
    for name in ("event_id", "user_id", *SUBJECTS.get(event.kind, ())):
        if getattr(event, name):
            yield from _too_long(event, name, MAX_ID_BYTES)
    for name in ("event_id", "user_id"):
        if not getattr(event, name):
            yield name, "is required"
    yield from _too_long(event, "list_name", LONGEST_LIST_NAME)
    if event.list_name and event.kind != "save":
        yield "list_name", f"goes with a save, not with {event.kind!r}"
    yield from _time_flaws(event)
    yield from _subject_flaws(event)


def _subject_flaws(event: Event) -> Iterator[tuple[str, str]]:
    if event.kind not in SUBJECTS:
        yield "kind", f"is {event.kind!r}; it must be one of {', '.join(EVENT_KINDS)}"
        return
    allowed = SUBJECTS[event.kind]
    given = [name for name in _SUBJECT_FIELDS if getattr(event, name)]
    for name in given:
        if name not in allowed:
            yield name, f"does not go with the kind {event.kind!r}"
    if len([name for name in given if name in allowed]) != 1:
        wanted = " or ".join(allowed)
        yield allowed[0], f"{wanted} is required for the kind {event.kind!r}, and one alone"


def _time_flaws(event: Event) -> Iterator[tuple[str, str]]:
    if event.event_time.tzinfo is None:
        yield "event_time", "has no time zone"
    elif not EARLIEST_YEAR <= event.event_time.year <= LATEST_YEAR:
        yield "event_time", f"is not between the years {EARLIEST_YEAR} and {LATEST_YEAR}"


def _too_long(event: Event, name: str, most_bytes: int) -> Iterator[tuple[str, str]]:
    try:
        encoded = getattr(event, name).encode("utf-8")
    except UnicodeEncodeError:
        yield name, "is no text that UTF-8 can write"
        return
    if len(encoded) > most_bytes:
        yield name, f"has {len(encoded)} bytes; at most {most_bytes} are taken"
    elif b"\0" in encoded:
        yield name, "holds a NUL character"
