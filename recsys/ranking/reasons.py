"""Evidence -> reasons that a person understands.

In: evidence rows with shares. Out: `Reason` with a kind, a resource name, words and a share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from recsys.data.resource_names import resource_name
from recsys.models.model import Model
from recsys.models.scorer import Evidence

Question = Literal["what to read", "what is similar", "whom to meet"]
_COLLECTIONS = {
    "paper": "papers",
    "author": "authors",
    "term": "topics",
    "venue": "venues",
    "affiliation": "affiliations",
}
_LEAST_SHARE = 0.03
_SENTENCES = {
    "followed_author": "by {0}, whom you follow",
    "followed_work": "close to the work of {0}, whom you follow",
    "followed_reading": "read by {0}, whom you follow",
    "followed_circle": "by {0}, who works with people you follow",
    "coauthor": "by {0}, with whom you have written",
    "coauthor_work": "close to the work of {0}, with whom you have written",
    "coauthor_of_coauthor": "by {0}, who writes with your co-authors",
    "liked": "close to “{0}”, which is in your reading",
    "written": "close to your paper “{0}”",
    "topic": "about {0}",
    "new": "new",
    "popular": "read by many",
    "standing": "by well-known authors",
    "shared_coauthor": "you both write with {0}",
    "followed": "you follow {0}",
    "followed_coauthor": "writes with {0}, whom you follow",
    "affiliation": "also at {0}",
    "venue": "you both publish at {0}",
    "similar_work": "works on what you work on",
    "active": "published recently",
}
# The same evidence in other words, where the question was another one.
_IN_OTHER_WORDS: dict[Question, dict[str, str]] = {
    "what to read": {},
    "what is similar": {"liked": "close to “{0}”"},
    "whom to meet": {
        "liked": "works on the subject of “{0}”, which is in your reading",
        "written": "works on the subject of your paper “{0}”",
        "topic": "works on {0}",
    },
}
# Closeness to somebody's work needs no word of its own where the paper is theirs.
_THEIR_OWN = {"followed_work": "followed_author", "coauthor_work": "coauthor"}


@dataclass(frozen=True)
class Reason:
    """Why something was recommended.

    Attributes
    ----------
    kind : str
        One of the keys of the sentences above.
    subject : str
        Resource name of whom or what it is about; "" where it is about nothing in particular.
    text : str
        The reason in words.
    share : float
        The part of the score that goes away with this signal, from 0 to 1.
    """

    kind: str
    subject: str
    text: str
    share: float


def reasons_of(
    model: Model,
    pieces: list[tuple[Evidence, float]],
    question: Question = "what to read",
    most: int = 3,
) -> tuple[Reason, ...]:
    """The top reasons, words of a topic joined into one."""
    pieces = _joined(pieces)
    sentences = _SENTENCES | _IN_OTHER_WORDS[question]
    topics = [(piece, share) for piece, share in pieces if piece.kind == "topic"]
    others = [
        _reason(model, piece, share, sentences[piece.kind])
        for piece, share in pieces
        if piece.kind != "topic"
    ]
    if topics:
        others.append(_topic_reason(model, topics, sentences["topic"]))
    ordered = sorted(others, key=lambda reason: (-reason.share, reason.kind, reason.subject))
    told = [reason for reason in ordered if reason.share >= _LEAST_SHARE]
    return tuple(told[:most])


def _joined(pieces: list[tuple[Evidence, float]]) -> list[tuple[Evidence, float]]:
    """Closeness to a person's work added to the reason that the paper is by this person."""
    wrote = {(piece.kind, piece.row) for piece, _ in pieces}
    told: dict[tuple[str, str, int], tuple[Evidence, float]] = {}
    for piece, share in pieces:
        theirs = _THEIR_OWN.get(piece.kind, "")
        kind = theirs if (theirs, piece.row) in wrote else piece.kind
        key = (kind, piece.subject, piece.row)
        told[key] = (replace(piece, kind=kind), share + told.get(key, (piece, 0.0))[1])
    return list(told.values())


def _reason(model: Model, piece: Evidence, share: float, sentence: str) -> Reason:
    id_, label = _subject(model, piece)
    name = resource_name(_COLLECTIONS[piece.subject], id_) if piece.subject else ""
    return Reason(piece.kind, name, sentence.format(label), share)


def _topic_reason(model: Model, topics: list[tuple[Evidence, float]], sentence: str) -> Reason:
    words = [model.text.terms[piece.row] for piece, _ in topics[:4]]
    # "neural network" says "neural" and "network" already
    told = [word for word in words if not any(word != other and word in other for other in words)]
    share = sum(share for _, share in topics)
    text = sentence.format(", ".join(told[:3]))
    return Reason("topic", resource_name("topics", told[0]), text, share)


def _subject(model: Model, piece: Evidence) -> tuple[str, str]:
    papers, authors = model.dataset.papers, model.dataset.authors
    if piece.subject == "paper":
        return papers.ids[piece.row], papers.titles[piece.row] or papers.ids[piece.row]
    if piece.subject == "author":
        return authors.ids[piece.row], authors.names[piece.row]
    if piece.subject == "venue":
        return papers.venues[piece.row], papers.venues[piece.row]
    if piece.subject == "affiliation":
        return authors.affiliation_names[piece.row], authors.affiliation_names[piece.row]
    return "", ""
