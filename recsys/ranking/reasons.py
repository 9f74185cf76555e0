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
_MOST_NAMES, _MOST_WORDS = 2, 4
_SPEAKS_UP = 0.4  # of the strongest name's share, for a second name to be told
_SENTENCES = {
    "followed_author": "by {0}, whom you follow",
    "followed_work": "close to the work of {0}, whom you follow",
    "followed_reading": "read by {0}, whom you follow",
    "followed_circle": "by {0}, near the people you follow",
    "coauthor": "by {0}, with whom you have written",
    "coauthor_work": "close to the work of {0}, with whom you have written",
    "coauthor_of_coauthor": "by {0}, known to your co-authors",
    "liked": "close to {0} in your reading",
    "written": "close to {0} of your own",
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
    "what is similar": {"liked": "close to {0}"},
    "whom to meet": {
        "liked": "works on what {0} in your reading is about",
        "written": "works on what {0} of your own is about",
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
    """The top reasons, one of each kind; what speaks in the same way speaks together."""
    sentences = _SENTENCES | _IN_OTHER_WORDS[question]
    by_kind: dict[str, list[tuple[Evidence, float]]] = {}
    for piece, share in _joined(pieces):
        by_kind.setdefault(piece.kind, []).append((piece, share))
    found = [_reason(model, group, sentences[kind]) for kind, group in by_kind.items()]
    ordered = sorted(found, key=lambda reason: (-reason.share, reason.kind, reason.subject))
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


def _reason(model: Model, group: list[tuple[Evidence, float]], sentence: str) -> Reason:
    share = sum(share for _, share in group)
    named = sorted((pair for pair in group if pair[0].subject), key=lambda pair: -pair[1])
    kind = group[0][0].kind
    if not named:
        return Reason(kind, "", sentence, share)
    first = named[0][0]
    subjects = [_subject(model, piece) for piece, _ in named]
    id_, labels = subjects[0][0], [label for _, label in subjects]
    if first.subject == "term":
        id_, *_ = words = _words(labels)
        label = ", ".join(words)
    elif first.subject == "paper":
        label = f"“{labels[0]}”" + (" and others" if len(group) > 1 else "")
    else:
        speaking = [pair for pair in named if pair[1] >= _SPEAKS_UP * named[0][1]]
        label = " and ".join(labels[: len(speaking)][:_MOST_NAMES])
    name = resource_name(_COLLECTIONS[first.subject], id_)
    return Reason(kind, name, sentence.format(label), share)


def _words(labels: list[str]) -> list[str]:
    # "neural network" says "neural" and "network" already
    words = labels[:_MOST_WORDS]
    told = [word for word in words if not any(word != other and word in other for other in words)]
    return told[:3]


def _subject(model: Model, piece: Evidence) -> tuple[str, str]:
    papers, authors = model.dataset.papers, model.dataset.authors
    if piece.subject == "paper":
        return papers.ids[piece.row], papers.titles[piece.row] or papers.ids[piece.row]
    if piece.subject == "author":
        return authors.ids[piece.row], authors.names[piece.row]
    if piece.subject == "venue":
        return papers.venues[piece.row], papers.venues[piece.row]
    if piece.subject == "term":
        return model.text.terms[piece.row], model.text.terms[piece.row]
    if piece.subject == "affiliation":
        return authors.affiliation_names[piece.row], authors.affiliation_names[piece.row]
    return "", ""
