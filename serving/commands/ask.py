"""`recsys recommend`, `collaborators`, `similar` and `list`: ask, and read the answer.

In: a person, a paper or words, and where to ask. Out: a table on stdout, or with `--json` one
line for machines; notes go to stderr.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from recsys.data.resource_names import name_in, reader_name
from serving.commands.options import Papers, People, Shown, Where, Wishes, with_options
from serving.commands.shown import say_what_is_missing, show

if TYPE_CHECKING:
    from serving.ask import Told

User = Annotated[
    str,
    typer.Argument(help="A user's id, users/ID, or authors/ID for a profile, claimed or not."),
]
Paper = Annotated[str, typer.Argument(help="A paper's id, or papers/ID.")]
Author = Annotated[str, typer.Argument(help="An author's id, or authors/ID.")]
About = Annotated[
    str, typer.Option(metavar="WORDS", help="What it should be about, in words; quote them.")
]
Near = Annotated[
    list[str] | None,
    typer.Option(metavar="PAPER", help="A paper that it should be about; may be repeated."),
]
Topic = Annotated[str, typer.Argument(help="What to read about, in words; quote them.")]
ListName = Annotated[
    str, typer.Option("--list", metavar="NAME", help="What belongs in this list of the user's.")
]
Seen = Annotated[bool, typer.Option("--include-seen", help="Also what the reader has dealt with.")]
Own = Annotated[bool, typer.Option("--include-own", help="Also what the reader wrote.")]


@with_options
def recommend(
    user: User,
    where: Where,
    shown: Shown,
    papers: Papers,
    wishes: Wishes,
    list_name: ListName = "",
    include_seen: Seen = False,
    include_own: Own = False,
) -> None:
    """Recommend papers to a user, or to the owner of an author profile, with reasons.

    Somebody of whom nothing is known gets the cold-start list.
    """
    reader, keep = reader_name(user), papers.keep(seen=include_seen, own=include_own)
    if list_name and reader.startswith("authors/"):
        raise typer.BadParameter("--list goes with a user; a profile keeps no lists")
    wanted = wishes.arrangement(reader, where)
    told = where.answerer().recommend_papers(reader, list_name, keep, wanted, shown.k)
    _print(told, "title", "paper", shown)


@with_options
def collaborators(
    user: User,
    where: Where,
    shown: Shown,
    people: People,
    about: About = "",
    near: Near = None,
) -> None:
    """Suggest people to write with, who are no co-authors yet, with reasons."""
    from recsys.ranking.filters import ANY_AUTHOR

    papers = [name_in("papers", paper) for paper in near or ()]
    told = where.answerer().suggest_collaborators(
        reader_name(user), about, papers, people.keep(ANY_AUTHOR), shown.k
    )
    _print(told, "name", "person", shown)


@with_options
def similar_authors(author: Author, where: Where, shown: Shown, people: People) -> None:
    """List people who work on the same things as an author, with reasons."""
    from recsys.ranking.filters import WHOEVER_IS_NEAR

    name = name_in("authors", author)
    told = where.answerer().similar_authors(name, people.keep(WHOEVER_IS_NEAR), shown.k)
    _print(told, "name", "person", shown)


@with_options
def similar(paper: Paper, where: Where, shown: Shown, papers: Papers, wishes: Wishes) -> None:
    """List papers that are like one paper, with reasons."""
    name = name_in("papers", paper)
    wanted = wishes.arrangement(name, where)
    told = where.answerer().similar_papers(name, papers.keep(), wanted, shown.k)
    _print(told, "title", "paper", shown)


@with_options
def list_(topic: Topic, where: Where, shown: Shown, papers: Papers, wishes: Wishes) -> None:
    """Make a reading list about a topic in words, with reasons."""
    wanted = wishes.arrangement(topic, where)
    told = where.answerer().rank_papers(topic, papers.keep(), wanted, shown.k)
    _print(told, "title", "paper", shown)


def _print(told: Told, label: str, heading: str, shown: Shown) -> None:
    if shown.as_json:
        say_what_is_missing(told)
        typer.echo(json.dumps(told.as_json(label), ensure_ascii=False))
    else:
        show(told, heading)
