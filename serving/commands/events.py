"""`recsys events write`, `export` and `purge`: what people do, from the command line.

In: lines of JSON, or a user. Out: counts, lines of JSON, a receipt; progress on stderr.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from serving.commands.options import Server, with_options

if TYPE_CHECKING:
    from protos.readinglist.v1 import feedback_pb2 as pb
    from serving.client_feedback import Counts, FeedbackMethods

events = typer.Typer(
    help="Write down what people do, export it, and forget it.",
    no_args_is_help=True,
    add_completion=False,
)

File = Annotated[
    typer.FileText,
    typer.Argument(
        encoding="utf-8",
        help="Lines of JSON with event_id, user, kind, subject, event_time, and if need be list "
        "and attribution_token; - for stdin.",
    ),
]
User = Annotated[str, typer.Argument(help="A user's id, or users/ID.")]


@events.command()
@with_options
def write(file: File, server: Server) -> None:
    """Write the events of a file, each once however often it is sent; 1,000 at a time."""
    from serving.commands.event_lines import messages_of

    numbered = list(messages_of(file))
    with server.client() as client:
        counts = _write(client.feedback, numbered)
    typer.echo(f"{counts.written} written, {counts.duplicates} there before")


@events.command()
@with_options
def export(user: User, server: Server) -> None:
    """Print all that is stored of a user, one event a line, in the order it was stored."""
    from serving.commands.event_lines import line_of

    with server.client() as client:
        for stored in client.feedback.export(_user_id(user)):
            typer.echo(line_of(stored))


@events.command()
@with_options
def purge(
    user: User,
    server: Server,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
) -> None:
    """Delete all that is stored of a user, for good, and print the receipt."""
    user_id = _user_id(user)
    if not yes:
        typer.confirm(f"Forget all that {user_id!r} did?", abort=True, err=True)
    with server.client() as client:
        purged = client.feedback.purge(user_id)
    typer.echo(f"receipt {purged.receipt_id}, {purged.purge_time.isoformat()}")
    typer.echo(f"{purged.n_events} events deleted. {purged.text}")


def _write(feedback: FeedbackMethods, numbered: Sequence[tuple[int, pb.Event]]) -> Counts:
    """Write in batches; a refusal names lines, and what was written before it stays."""
    from rich.console import Console
    from rich.progress import track

    from serving.client_feedback import MOST_EVENTS, Counts
    from serving.client_messages import RequestFailed

    written = duplicates = 0
    starts = range(0, len(numbered), MOST_EVENTS)
    for start in track(starts, "write", console=Console(stderr=True)):
        batch = numbered[start : start + MOST_EVENTS]
        try:
            told = feedback.send([message for _, message in batch])
        except RequestFailed as error:
            for violation in error.violations:
                typer.echo(_by_line(violation.field, violation.description, batch), err=True)
            raise
        written, duplicates = written + told.written, duplicates + told.duplicates
    return Counts(written, duplicates)


def _by_line(field: str, description: str, batch: Sequence[tuple[int, pb.Event]]) -> str:
    """`events[7].user` of a batch, as the line it came from."""
    place, _, name = field.removeprefix("events[").partition("].")
    if not place.isdecimal():
        return f"{field}: {description}"
    return f"line {batch[int(place)][0]}, {name}: {description}"


def _user_id(given: str) -> str:
    from recsys.data.resource_names import name_in, resource_id

    return resource_id(name_in("users", given), "users")
