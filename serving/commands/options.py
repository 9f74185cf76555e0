"""The options of the commands that ask, each declared and documented once.

In: a command that takes option groups. Out: the same command as the command line sees it, with
every option of its groups.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from recsys.data.resource_names import name_in, resource_id

if TYPE_CHECKING:
    from recsys.ranking.arrange import Arrangement
    from recsys.ranking.filters import AuthorFilter, PaperFilter
    from serving.ask import Answerer
    from serving.channel import Access
    from serving.client import RecsysClient

_DAY = ["%Y-%m-%d"]
_DEADLINE_S = 10.0  # a person at a terminal waits for a busy server


@dataclass(frozen=True)
class Server:
    """Which server to ask, and what it wants to see."""

    server: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Ask a running server.")
    ] = None
    api_key: Annotated[
        str,
        typer.Option(
            envvar="RECSYS_API_KEY",
            metavar="KEY",
            help="For a server that asks who calls; a command line is seen by others, so "
            "rather give it in the environment.",
        ),
    ] = ""
    tls: Annotated[bool, typer.Option("--tls", help="Speak TLS with the server.")] = False
    tls_ca: Annotated[
        Path | None, typer.Option(help="PEM file: who signed the server's certificate; with TLS.")
    ] = None
    tls_cert: Annotated[
        Path | None, typer.Option(help="PEM file: a certificate to show to the server; with TLS.")
    ] = None
    tls_key: Annotated[Path | None, typer.Option(help="PEM file: the key of that certificate.")] = (
        None
    )

    def access(self) -> Access:
        """What it takes to speak with the server."""
        from serving.channel import Access

        return Access(self.api_key, self.tls, self.tls_ca, self.tls_cert, self.tls_key)

    def client(self) -> RecsysClient:
        """A connection; wrong usage where no server was given."""
        if self.server is None:
            raise typer.BadParameter("give --server HOST:PORT")
        from serving.client import RecsysClient

        return RecsysClient(self.server, access=self.access(), deadline_s=_DEADLINE_S)


@dataclass(frozen=True)
class Where(Server):
    """Where to ask."""

    models: Annotated[Path | None, typer.Option(help="Ask the current model of this folder.")] = (
        None
    )

    def answerer(self) -> Answerer:
        """Who answers; wrong usage where not just one of the two was given."""
        if (self.models is None) == (self.server is None):
            raise typer.BadParameter("give either --models DIR or --server HOST:PORT")
        # Imported here: --help need not wait, gRPC is not needed to read a bundle, nor a bundle's
        # reader to ask a server.
        if self.models is not None:
            from recsys.storage.bundle import load
            from serving.ask import BundleAnswerer

            return BundleAnswerer(load(self.models))
        from serving.ask_server import ServerAnswerer

        return ServerAnswerer(str(self.server), self.access())


@dataclass(frozen=True)
class Shown:
    """How much to show, and to whom."""

    k: Annotated[int, typer.Option("--k", "-k", min=0, help="How many results.")] = 10
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON on stdout.")] = (
        False
    )


@dataclass(frozen=True)
class Papers:
    """Which papers may be returned."""

    published_after: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Only papers of this day and later.")
    ] = None
    published_before: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Only papers from before this day.")
    ] = None
    category: Annotated[
        list[str] | None, typer.Option(help="Only papers of this category; may be repeated.")
    ] = None
    not_category: Annotated[
        list[str] | None, typer.Option(help="No papers of this category; may be repeated.")
    ] = None
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PAPER", help="Never this paper; may be repeated."),
    ] = None

    def keep(self, *, seen: bool = False, own: bool = False) -> PaperFilter:
        """The filter that the library takes."""
        import numpy as np

        from recsys.ranking.filters import PaperFilter

        after, before = (
            None if day is None else np.datetime64(day, "s")
            for day in (self.published_after, self.published_before)
        )
        return PaperFilter(
            published_after=after,
            published_before=before,
            categories_in=frozenset(self.category or ()),
            categories_out=frozenset(self.not_category or ()),
            excluded=_ids("papers", self.exclude),
            seen=seen,
            own=own,
        )


@dataclass(frozen=True)
class People:
    """Which people may be returned."""

    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="AUTHOR", help="Never this person; may be repeated."),
    ] = None
    coauthors: Annotated[
        bool | None,
        typer.Option(
            "--include-coauthors/--exclude-coauthors", help="Whether those one has written with."
        ),
    ] = None
    closed: Annotated[
        bool | None,
        typer.Option(
            "--include-closed/--exclude-closed", help="Whether those not open to collaborate."
        ),
    ] = None
    years_apart: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=200.0,
            metavar="YEARS",
            help="Only those one has written with, but not for so long.",
        ),
    ] = 0.0
    exclude_own_affiliation: Annotated[
        bool, typer.Option("--exclude-own-affiliation", help="Nobody of an affiliation in common.")
    ] = False
    min_verification: Annotated[
        int, typer.Option(min=0, max=100, help="Least verification level of a profile.")
    ] = 0

    def keep(self, usual: AuthorFilter) -> AuthorFilter:
        """The filter that the library takes; as usual where nothing was said of co-authors and of
        those who are not open.
        """
        from recsys.ranking.filters import AuthorFilter

        return AuthorFilter(
            existing_coauthors=(
                usual.existing_coauthors if self.coauthors is None else self.coauthors
            ),
            years_apart=self.years_apart,
            own_affiliation=not self.exclude_own_affiliation,
            closed=usual.closed if self.closed is None else self.closed,
            least_verification=self.min_verification,
            excluded=_ids("authors", self.exclude),
        )


@dataclass(frozen=True)
class Wishes:
    """What a list should be like beyond its ranking."""

    diversity: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Weigh variety against relevance, 0 to 1.")
    ] = 0.0
    interests: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Give each of the reader's interests its share."),
    ] = 0.0
    freshness: Annotated[float, typer.Option(min=0.0, max=1.0, help="Lift new papers, 0 to 1.")] = (
        0.0
    )
    half_life: Annotated[
        float, typer.Option(metavar="DAYS", help="Age at which half of the lift is left.")
    ] = 365.0
    explore: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Share of places for uncertain papers, 0 to 1."),
    ] = 0.0
    day: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="What is explored is that of this day; default: today."),
    ] = None

    def arrangement(self, asked_for: str, where: Where) -> Arrangement:
        """The wishes as the library takes them; a server goes by its own day."""
        from recsys.ranking.arrange import Arrangement, seed_of

        if self.day is not None and where.server is not None:
            raise typer.BadParameter("--day goes with --models; a server goes by its own clock")
        day: date = (self.day or datetime.now(UTC)).date()
        return Arrangement(
            diversity=self.diversity,
            interests=self.interests,
            freshness=self.freshness,
            half_life_days=self.half_life,
            exploration=self.explore,
            seed=seed_of(asked_for, day),
        )


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameters of the groups above are replaced by the options in them."""
    hints = get_type_hints(command, include_extras=True)
    shown: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        kind = hints[name]
        if not is_dataclass(kind):
            keyword = inspect.Parameter.KEYWORD_ONLY
            shown.append(parameter.replace(annotation=kind, kind=keyword))
            continue
        of_group = get_type_hints(kind, include_extras=True)
        shown += [
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=of_group[field.name],
            )
            for field in fields(kind)
        ]

    @wraps(command)
    def run(**given: Any) -> None:
        command(**{name: _taken(hints[name], name, given) for name in parameters})

    parameters = tuple(inspect.signature(command).parameters)
    run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return run


def _taken(kind: Any, name: str, given: dict[str, Any]) -> Any:
    if not is_dataclass(kind):
        return given[name]
    return kind(**{field.name: given[field.name] for field in fields(kind)})  # type: ignore[operator]


def _ids(collection: str, given: list[str] | None) -> frozenset[str]:
    names = (name_in(collection, one) for one in given or ())
    return frozenset(resource_id(name, collection) for name in names)
