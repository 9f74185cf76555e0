"""`recsys catalog upsert` and `delete`: papers and authors come in and go, from the command line.

In: lines of JSON in the dataset's columns, or ids. Out: counts; progress on stderr.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys.errors import BadInput, CatalogueRefused
from serving.commands.options import Server, with_options

if TYPE_CHECKING:
    from recsys.data.entry import Entry

catalog = typer.Typer(
    help="Take papers and authors in while a server runs, and papers out.",
    no_args_is_help=True,
    add_completion=False,
)
_AT_ONCE = 200
_MOST_CHARACTERS = 1 << 20  # of a batch, so that no message grows too large

File = Annotated[
    typer.FileText,
    typer.Argument(
        encoding="utf-8",
        help="Lines of JSON: a paper with the columns of the table `papers` and `authors`, a list "
        "of ids or of objects with author_id and name; or an author with the columns of the "
        "table `authors`. - for stdin.",
    ),
]
Papers = Annotated[list[str], typer.Argument(help="Ids of papers, or papers/ID.")]


@catalog.command()
@with_options
def upsert(file: File, server: Server) -> None:
    """Take in the papers and authors of a file; what is known already changes nothing."""
    from rich.console import Console
    from rich.progress import track

    batches, changed, n = list(_batches(_entries(list(_rows(file))))), 0, 0
    with server.client() as client:
        for batch in track(batches, "upsert", console=Console(stderr=True)):
            changed, n = changed + client.catalog.upsert(batch), n + len(batch)
    typer.echo(f"{changed} changed, {n - changed} as they were")


@catalog.command()
@with_options
def delete(papers: Papers, server: Server) -> None:
    """Have papers gone from all answers."""
    from recsys.data.resource_names import name_in, resource_id

    ids = [resource_id(name_in("papers", given), "papers") for given in papers]
    with server.client() as client:
        gone = sum(client.catalog.delete_paper(paper_id) for paper_id in ids)
    typer.echo(f"{gone} deleted, {len(ids) - gone} were so before")


def _rows(lines: Iterator[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number of the line, from 1, and what it says; empty lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"line {number} is no JSON: {error}") from error
        if not isinstance(row, dict) or not {"paper_id", "author_id"} & row.keys():
            raise BadInput(f"line {number} is no object with a paper_id or an author_id")
        yield number, row


def _entries(rows: Sequence[tuple[int, dict[str, Any]]]) -> list[Entry]:
    """Authors first, then papers; a refusal names lines of the file."""
    from recsys.data.catalogue import checked_authors, checked_papers

    now, entries = datetime.now(UTC), []
    for checked, papers in ((checked_authors, False), (checked_papers, True)):
        chosen = [(number, row) for number, row in rows if ("paper_id" in row) is papers]
        try:
            entries += checked([row for _, row in chosen], now)
        except CatalogueRefused as error:
            told = (f"line {chosen[place][0]}: {reason}" for place, reason in error.bad.items())
            raise BadInput("; ".join(told)) from error
    return entries


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if batch and (len(batch) == _AT_ONCE or size + len(entry.content) > _MOST_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch, size = [*batch, entry], size + len(entry.content)
    if batch:
        yield batch
