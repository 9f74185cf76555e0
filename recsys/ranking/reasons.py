"""What speaks for a recommendation -> reasons that a person understands.

In: things with shares. Out: `Reason` with a kind, a resource name, words and a share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from recsys.data.resource_names import resource_name
from recsys.data.strings import Vocabulary
from recsys.models.model import Model
from recsys.models.scorer import SubjectKind
from recsys.ranking.shares import Speaking

Question = Literal["what to read", "what is similar", "whom to meet", "whose work is similar"]
_COLLECTIONS = {
    "paper": "papers",
    "author": "authors",
    "term": "topics",
    "venue": "venues",
    "category": "categories",
    "affiliation": "affiliations",
}
_LEAST_SHARE, _DIGITS = 0.03, 3  # the last bits depend on the page
_MOST_OF_A_KIND = 2
_SENTENCES = {
    "followed_author": "by {0}, whom you follow",
    "followed_work": "close to the work of {0}, whom you follow",
    "followed_reading": "read by {0}, whom you follow",
    "followed_circle": "by people near {0}, whom you follow",
    "coauthor": "by {0}, with whom you have written",
    "coauthor_work": "close to the work of {0}, with whom you have written",
    "coauthor_of_coauthor": "by people known to {0}, with whom you have written",
    "liked": "close to {0} in your reading",
    "written": "close to {0} of your own",
    "topic": "about {0}",
    "near_topic": "like papers about {0}",
    "new": "new",
    "popular": "read by many",
    "expert": "by {0}, who writes much on this",
    "mentioned": "mentioned by many later papers",
    "authors_mentioned": "by authors of much mentioned work",
    "venue_standing": "at a venue of well-known authors",
    "shared_coauthor": "you both write with {0}",
    "followed": "you follow {0}",
    "followed_coauthor": "writes with {0}, whom you follow",
    "affiliation": "also at {0}",
    "venue": "you both publish at {0}",
    "category": "in {0}, like others that you read or wrote",
    "wrote": "wrote {0} in your reading",
    "similar_work": "works on what you work on",
    "near_paper": "works on what {0} is about",
    "near_words": "works on {0}",
    "new_topic": "you are both new to {0}",
    "new_venue": "you are both new at {0}",
    "active": "published recently",
}
# The same evidence in other words, where the question was another one.
_IN_OTHER_WORDS: dict[Question, dict[str, str]] = {
    "what to read": {},
    "what is similar": {
        "liked": "close to {0}",
        "category": "also in {0}",
    },
    "whom to meet": {
        "liked": "works on what {0} in your reading is about",
        "written": "works on what {0} of your own is about",
        "topic": "you share an interest in {0}",
        "coauthor": "you have written with {0}",
        "coauthor_of_coauthor": "near {0}, with whom you have written",
        "followed_circle": "near {0}, whom you follow",
    },
    "whose work is similar": {
        "written": "works on what {0} is about",
        "topic": "also works on {0}",
    },
}
# What one and the same signal can mean, the plainest first: it is told once, as that.
_ONE_SIGNAL: tuple[tuple[str, ...], ...] = (
    (
        *("followed_author", "followed", "followed_reading"),
        *("followed_coauthor", "followed_work", "followed_circle"),
    ),
    ("coauthor", "shared_coauthor", "coauthor_work", "coauthor_of_coauthor"),
    ("new_topic", "topic", "near_topic"),
    ("wrote", "liked"),
)
_MEANINGS = {kind: kinds for kinds in _ONE_SIGNAL for kind in kinds}


@dataclass(frozen=True)
class Reason:
    """Why something was recommended.

    Attributes
    ----------
    kind : str
        One of the keys of the sentences above.
    subject : str
        Resource name of whom or what it is about; "" where it is about nothing in particular.
        The words of a topic stand in one name, with commas between them.
    text : str
        The reason in words.
    share : float
        The part of the blended score that goes away with this signal alone, from 0 to 1; with
        all words together, where words are told.
    """

    kind: str
    subject: str
    text: str
    share: float


def reasons_of(
    model: Model,
    speaking: Iterable[Speaking],
    question: Question = "what to read",
    most: int = 3,
) -> tuple[Reason, ...]:
    """The top reasons, heaviest first, at most two of a kind; their shares add up to at most 1."""
    sentences = _SENTENCES | _IN_OTHER_WORDS[question]
    things = _signals(_as_of_now(model.dataset.papers.ids, speaking))
    words = [one for one in things if one.subject == "term"]
    found = [
        _reason(model, one, sentences[one.kind])
        for one in things
        if one.subject != "term" and _rounded(one.share) >= _LEAST_SHARE
    ]
    for kind in sorted({one.kind for one in words}):
        found += [_topic(model, [one for one in words if one.kind == kind], sentences[kind])]
    told: list[Reason] = []
    for reason in sorted(found, key=lambda reason: (-reason.share, reason.kind, reason.subject)):
        if len(told) == most:
            break
        alike = sum(other.kind == reason.kind for other in told)
        room = 1.0 - sum(other.share for other in told)
        if _LEAST_SHARE <= reason.share <= room + 1e-6 and alike < _MOST_OF_A_KIND:
            told.append(reason)
    return tuple(told)


def _as_of_now(papers: Vocabulary, speaking: Iterable[Speaking]) -> Iterator[Speaking]:
    """Without papers that are gone, and a changed one as it is now."""
    for thing in speaking:
        if thing.subject != "paper" or papers.listed[thing.row]:
            yield thing
        elif (row := papers.row(papers[thing.row])) >= 0:
            yield thing._replace(row=row)


def _signals(speaking: Iterable[Speaking]) -> list[Speaking]:
    """Each signal once, heaviest first, with all that goes away with it."""
    found: dict[tuple[tuple[str, ...], SubjectKind, int], list[Speaking]] = {}
    for thing in speaking:
        meanings = _MEANINGS.get(thing.kind, (thing.kind,))
        found.setdefault((meanings, thing.subject, thing.row), []).append(thing)
    signals = []
    for (meanings, subject, row), things in found.items():
        share, said = sum(thing.share for thing in things), {t.kind for t in things if t.share > 0}
        if share > 0:
            kind = next(kind for kind in meanings if kind in said)
            signals.append(Speaking(kind, subject, row, share))
    return sorted(signals, key=lambda thing: (-thing.share, thing.kind, thing.row))


def _reason(model: Model, thing: Speaking, sentence: str) -> Reason:
    share = _rounded(thing.share)
    if not thing.subject:
        return Reason(thing.kind, "", sentence, share)
    id_, label = _subject(model, thing)
    label = f"“{label}”" if thing.subject == "paper" else label
    name = resource_name(_COLLECTIONS[thing.subject], id_)
    return Reason(thing.kind, name, sentence.format(label), share)


def _topic(model: Model, words: list[Speaking], sentence: str) -> Reason:
    """All heavy words in one reason; "neural network" says "neural" and "network" already."""
    heard = [model.text.terms[word.row] for word in words]
    told = [word for word in heard if not any(says(other, word) for other in heard)]
    label, share = ", ".join(told), _rounded(sum(word.share for word in words))
    return Reason(words[0].kind, resource_name("topics", label), sentence.format(label), share)


def _rounded(share: float) -> float:
    return round(min(share, 1.0), _DIGITS)


def says(pair: str, word: str) -> bool:
    """Whether a pair of words says a single one already."""
    return word != pair and word in pair.split()


def _subject(model: Model, thing: Speaking) -> tuple[str, str]:
    """The id and the label of what a reason is about."""
    papers, authors, row = model.dataset.papers, model.dataset.authors, thing.row
    if thing.subject == "paper":
        return papers.ids[row], papers.titles[row] or papers.ids[row]
    if thing.subject == "author":
        return authors.ids[row], authors.names[row]
    names = {"venue": papers.venues, "category": papers.category_names}
    label = names.get(thing.subject, authors.affiliation_names)[row]
    return label, label
