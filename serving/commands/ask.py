"""`recsys recommend`, `collaborators`, `similar` and `list`: ask, and read the answer.

In: a person, a paper or words, and where to ask. Out: a table on stdout, or with `--json` one
line for machines; notes go to stderr.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsys.data.resource_names import name_in, reader_name, resource_id
from serving.commands.shown import say_what_is_missing, show

if TYPE_CHECKING:
    import numpy as np

    from recsys.ranking.filters import PaperFilter
    from serving.ask import Answerer, Told

READER = "A user's id, users/ID, or authors/ID for a profile, claimed or not."
UserArgument = Annotated[str, typer.Argument(metavar="USER", help=READER)]
ModelsOption = Annotated[
    Path | None, typer.Option("--models", help="Ask the current model of this folder.")
]
ServerOption = Annotated[
    str | None, typer.Option("--server", metavar="HOST:PORT", help="Ask a running server.")
]
CountOption = Annotated[int, typer.Option("--k", "-k", min=0, help="How many results.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON on stdout.")]
AfterOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only papers of this day and later."),
]
BeforeOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only papers from before this day.")
]
CategoriesOption = Annotated[
    list[str] | None,
    typer.Option("--category", help="Only papers of this category; may be repeated."),
]
NotCategoriesOption = Annotated[
    list[str] | None,
    typer.Option("--not-category", help="No papers of this category; may be repeated."),
]
ExcludePapersOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="PAPER", help="Never this paper; may be repeated."),
]
ExcludePeopleOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="AUTHOR", help="Never this person; may be repeated."),
]


def recommend(
    user: UserArgument,
    models: ModelsOption = None,
    server: ServerOption = None,
    k: CountOption = 10,
    published_after: AfterOption = None,
    published_before: BeforeOption = None,
    category: CategoriesOption = None,
    not_category: NotCategoriesOption = None,
    exclude: ExcludePapersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recommend papers to a user, or to the owner of an author profile, with reasons.

    Somebody of whom nothing is known gets the cold-start list.
    """
    keep = _papers(published_after, published_before, category, not_category, exclude)
    told = _answerer(models, server).recommend_papers(reader_name(user), keep, k)
    _print(told, "title", "paper", as_json)


def collaborators(
    user: UserArgument,
    models: ModelsOption = None,
    server: ServerOption = None,
    k: CountOption = 10,
    exclude: ExcludePeopleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suggest people to write with, who are no co-authors yet, with reasons."""
    from recsys.ranking.filters import AuthorFilter

    keep = AuthorFilter(excluded=_ids("authors", exclude))
    told = _answerer(models, server).suggest_collaborators(reader_name(user), keep, k)
    _print(told, "name", "person", as_json)


def similar(
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="A paper's id, or papers/ID.")],
    models: ModelsOption = None,
    server: ServerOption = None,
    k: CountOption = 10,
    published_after: AfterOption = None,
    published_before: BeforeOption = None,
    category: CategoriesOption = None,
    not_category: NotCategoriesOption = None,
    exclude: ExcludePapersOption = None,
    as_json: JsonOption = False,
) -> None:
    """List papers that are like one paper, with reasons."""
    keep = _papers(published_after, published_before, category, not_category, exclude)
    told = _answerer(models, server).similar_papers(name_in("papers", paper), keep, k)
    _print(told, "title", "paper", as_json)


def list_(
    topic: Annotated[
        str, typer.Argument(metavar="TOPIC", help="What to read about, in words; quote them.")
    ],
    models: ModelsOption = None,
    server: ServerOption = None,
    k: CountOption = 10,
    published_after: AfterOption = None,
    published_before: BeforeOption = None,
    category: CategoriesOption = None,
    not_category: NotCategoriesOption = None,
    exclude: ExcludePapersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a reading list about a topic in words, with reasons."""
    keep = _papers(published_after, published_before, category, not_category, exclude)
    told = _answerer(models, server).rank_papers(topic, keep, k)
    _print(told, "title", "paper", as_json)


def _answerer(models: Path | None, server: str | None) -> Answerer:
    if (models is None) == (server is None):
        raise typer.BadParameter("give either --models DIR or --server HOST:PORT")
    # Imported here: --help need not wait, gRPC is not needed to read a bundle, nor a bundle's
    # reader to ask a server.
    if models is not None:
        from recsys.storage.bundle import load
        from serving.ask import BundleAnswerer

        return BundleAnswerer(load(models))
    from serving.ask_server import ServerAnswerer

    return ServerAnswerer(str(server))


def _papers(
    published_after: datetime | None,
    published_before: datetime | None,
    category: list[str] | None,
    not_category: list[str] | None,
    exclude: list[str] | None,
) -> PaperFilter:
    from recsys.ranking.filters import PaperFilter

    return PaperFilter(
        published_after=_second(published_after),
        published_before=_second(published_before),
        categories_in=frozenset(category or ()),
        categories_out=frozenset(not_category or ()),
        excluded=_ids("papers", exclude),
    )


def _second(day: datetime | None) -> np.datetime64 | None:
    import numpy as np

    return None if day is None else np.datetime64(day, "s")


def _ids(collection: str, given: list[str] | None) -> frozenset[str]:
    names = (name_in(collection, one) for one in given or ())
    return frozenset(resource_id(name, collection) for name in names)


def _print(told: Told, label: str, heading: str, as_json: bool) -> None:
    if as_json:
        say_what_is_missing(told)
        typer.echo(json.dumps(told.as_json(label), ensure_ascii=False))
    else:
        show(told, heading)
