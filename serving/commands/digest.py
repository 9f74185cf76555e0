"""`recsys digest`: one round of digests by mail.

In: a folder of models, a state with subscribers, a period. Out: mails as files, a table or over
SMTP, and a summary on stdout; progress on stderr.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serving.commands.options import with_options

if TYPE_CHECKING:
    from recsys.storage.state import State
    from recsys.storage.state.subscribers import Subscriber
    from serving.digest.choose import Chooser
    from serving.digest.edition import Edition
    from serving.digest.letter import Scribe
    from serving.digest.ways import Way
    from serving.rpc.signing import Signer


class Period(StrEnum):
    """How often."""

    DAILY = "daily"
    WEEKLY = "weekly"


class Format(StrEnum):
    """What is written into --out."""

    EML = "eml"
    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Out:
    """How digests leave."""

    out: Annotated[Path | None, typer.Option(help="Write them into this folder.")] = None
    format_: Annotated[
        Format,
        typer.Option("--format", help="Of --out: a file for each mail, or one table of all."),
    ] = Format.EML
    smtp: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="RECSYS_SMTP",
            help="Send them over this mail server: smtp://, smtp+starttls:// or smtps://, with "
            "USER:PASSWORD@HOST:PORT; rather give it in the environment.",
        ),
    ] = None

    def way(self, edition: Edition) -> Way:
        """The way that was asked for."""
        from serving.digest.ways import EmlFiles, OneTable, Smtp

        if self.smtp is not None and self.out is None:
            return Smtp(self.smtp)
        if self.out is None or self.smtp is not None:
            raise typer.BadParameter("give one of --out and --smtp")
        if self.format_ == Format.EML:
            return EmlFiles(self.out)
        return OneTable(
            self.out, "jsonl" if self.format_ == Format.JSONL else "parquet", edition.name
        )


@dataclass(frozen=True)
class Looks:
    """What the mails look like."""

    base_url: Annotated[
        str,
        typer.Option(
            metavar="URL",
            envvar="RECSYS_BASE_URL",
            help="Where links lead: the host app, with papers/ID, authors/ID and unsubscribe.",
        ),
    ] = "http://localhost:8000"
    sender: Annotated[
        str, typer.Option("--from", metavar="ADDRESS", help="Who the mails are from.")
    ] = "digest@localhost"
    templates: Annotated[
        Path | None,
        typer.Option(help="Folder of your own templates: digest.html, digest.txt, subject.txt."),
    ] = None

    def scribe(self, signer: Signer) -> Scribe:
        """Whoever writes them like that."""
        from serving.digest.letter import Scribe

        return Scribe(signer, base_url=self.base_url, sender=self.sender, templates=self.templates)


@with_options
def digest(
    models: Annotated[Path, typer.Option(help="Ask the current model of this folder.")],
    state: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Where events and subscribers are kept: sqlite:///FILE or postgresql://HOST/NAME.",
        ),
    ],
    period: Annotated[Period, typer.Option(help="Who is due: daily or weekly subscribers.")],
    out: Out,
    looks: Looks,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="UTC; the day or week of this time, and no paper after it. Default: now.",
        ),
    ] = None,
    user: Annotated[
        list[str] | None, typer.Option(help="Only for this user; may be repeated.")
    ] = None,
    least_chance: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="Tell nothing below this chance; default: what training found."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be sent, and write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Send everybody who is due their digest of new papers and people, once.

    Killed or refused by a mail server, it is simply run again: nobody is left out, and nobody
    gets two.
    """
    from rich.console import Console
    from rich.progress import Progress

    from recsys.storage.state import existing_state
    from serving.config import read_settings
    from serving.digest.edition import Edition
    from serving.digest.send import Round
    from serving.logs import log_to_stderr
    from serving.rpc.signing import open_signer

    if user and out.format_ != Format.EML:
        raise typer.BadParameter("--user goes with mails; a table is always of everybody")
    log_to_stderr()
    moment = datetime.now(UTC) if as_of is None else as_of.replace(tzinfo=UTC)
    edition = Edition("daily" if period == Period.DAILY else "weekly", moment)
    way, signer = out.way(edition), open_signer(read_settings(models=models, state=state))
    scribe = looks.scribe(signer)
    with existing_state(state) as opened, Progress(console=Console(stderr=True)) as progress:
        due = _due(opened, edition, user)
        task = progress.add_task("digests", total=len(due))
        sending = Round(
            opened,
            _chooser(models, opened, signer, edition, least_chance),
            scribe,
            way,
            edition,
            now=lambda: datetime.now(UTC),
            on_done=lambda: progress.advance(task),
        )
        summary = sending.look(due) if dry_run else sending.run(due)
    counts = asdict(summary)
    if as_json:
        typer.echo(json.dumps({"period": edition.name, "dry_run": dry_run, **counts}))
        return
    typer.echo(f"{edition.name}{', as a dry run' if dry_run else ''}")
    for name, count in counts.items():
        typer.echo(f"{name.replace('_', ' '):>14} {count:,}")


def _due(state: State, edition: Edition, only: list[str] | None) -> list[Subscriber]:
    due = state.subscribers.due(edition.period)
    return [one for one in due if not only or one.user_id in only]


def _chooser(
    models: Path, state: State, signer: Signer, edition: Edition, least_chance: float | None
) -> Chooser:
    from recsys.storage.manifest import Manifest
    from recsys.storage.registry import current
    from serving.digest.choose import Chooser, Least
    from serving.rpc.attribution import AnswerTokens
    from serving.rpc.catalogue_follower import CatalogueFollower
    from serving.rpc.model_holder import ModelHolder, load_served

    version = current(models)
    served = CatalogueFollower(state, ModelHolder()).caught_up(load_served(models, version))
    if least_chance is None:
        least = Least.learned(Manifest.read(models / version).metrics)
    else:
        least = Least(least_chance, least_chance)
    return Chooser(served, state, AnswerTokens(signer), edition, least)
