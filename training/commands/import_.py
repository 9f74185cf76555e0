"""`recsys import`: tables or saved pages -> a dataset folder.

In: a folder of tables, or files of pages. Out: a checked dataset, a summary on stderr, and with
`--json` one line of JSON on stdout.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from recsys.data.schema import MAX_REJECT_SHARE, TABLES
from recsys.errors import BadInput
from training.sources.names import name_keys

if TYPE_CHECKING:
    import pandas as pd

    from recsys.data.tables import Tables
    from training.sources.merge import NamedPage

import_app = typer.Typer(
    help="Read tables or saved pages into a dataset folder.", no_args_is_help=True
)

OutOption = Annotated[Path, typer.Option("--out", help="The dataset folder to write.")]
ShareOption = Annotated[
    float,
    typer.Option(
        "--max-reject-share",
        min=0.0,
        max=1.0,
        help="The share of rows that may break a rule before nothing is written.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON on stdout.")]


@import_app.command("tables")
def import_tables(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="A folder of tables.")],
    out: OutOption,
    max_reject_share: ShareOption = MAX_REJECT_SHARE,
    as_json: JsonOption = False,
) -> None:
    """Read Parquet, CSV or JSONL tables (plain, .gz or .zst), check them, write a dataset.

    Rows that break a rule go to rejected.parquet with their reason. Evaluation tables (test,
    candidates, queries) come along.
    """
    # Imported here: the other commands, and --help, need not wait for it.
    from recsys.storage.dataset_folder import read_evaluation, read_tables, write_tables
    from recsys.storage.table_files import table_files

    console = Console(stderr=True)
    with _progress(console, "Reading tables", len(TABLES)) as step:
        tables, rejected = read_tables(
            source, max_reject_share=max_reject_share, now=datetime.now(UTC), on_table=step
        )
    # Candidates or queries without a test table say nothing that could be measured.
    evaluation = read_evaluation(source) if table_files(source, "test") else None
    write_tables(out, tables, rejected, evaluation)
    _show_tables(console, tables, rejected)
    if as_json:
        counts = _counts(tables, rejected)
        one = {"file": str(source), "kind": "tables"} | _without_rejects(counts)
        sizes = {name: len(frame) for name, frame in tables.frames().items()}
        _print_json({"inputs": [one], **counts, "tables": sizes})


@import_app.command("pages")
def import_pages(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Saved pages, as text.")],
    out: OutOption,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            help="When the pages were saved: dates without a year are of its year. Default: today.",
        ),
    ] = None,
    max_reject_share: ShareOption = MAX_REJECT_SHARE,
    as_json: JsonOption = False,
) -> None:
    """Read researcher profiles, author pages, paper lists and arXiv listings into one dataset.

    The kind of a page is told from its content. The same paper on two pages becomes one paper,
    the same person one author.
    """
    # Imported here: the other commands, and --help, need not wait for it.
    from recsys.data.checked import check_tables
    from recsys.storage.dataset_folder import write_tables
    from training.sources.merge import merge_pages
    from training.sources.page_files import page_notes, read_pages

    console = Console(stderr=True)
    saved = as_of.date() if as_of else datetime.now(UTC).date()
    with _progress(console, "Reading pages", len(files)) as step:
        pages = read_pages(files, as_of=saved, on_page=step)
    if not any(named.page.papers for named in pages):
        raise BadInput("the pages hold no papers; nothing was written")
    tables, rejected = check_tables(
        merge_pages(pages), max_reject_share=max_reject_share, now=_midnight(saved)
    )
    write_tables(out, tables, rejected)
    notes = page_notes(pages, tables.papers)
    if as_of is None:
        notes.append(f"Dates without a year were read as of {saved.year}; --as-of changes that.")
    _show_pages(console, pages, tables, rejected, notes)
    if as_json:
        inputs = [_page_counts(named) for named in pages]
        _print_json({"inputs": inputs, **_counts(tables, rejected), "notes": notes})


@contextmanager
def _progress(console: Console, stage: str, total: int) -> Iterator[Any]:
    """A bar on stderr; what it gives is called with the name of each step as it begins."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(stage, total=total)
        begun = 0

        def step(name: str) -> None:
            nonlocal begun
            progress.update(task, completed=begun, description=f"{stage}: {name}")
            begun += 1

        yield step
        progress.update(task, completed=total)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _counts(tables: Tables, rejected: pd.DataFrame) -> dict[str, int]:
    return {
        "papers": len(tables.papers),
        "authors": len(tables.authors),
        "rejected": len(rejected),
    }


def _without_rejects(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name != "rejected"}


def _page_counts(named: NamedPage) -> dict[str, Any]:
    return {
        "file": named.file,
        "kind": named.page.kind,
        "papers": len(named.page.papers),
        "authors": len(name_keys(named.page.names())),
    }


def _show_tables(console: Console, tables: Tables, rejected: pd.DataFrame) -> None:
    summary = Table("table", "rows", "set aside")
    for name, frame in tables.frames().items():
        aside = int((rejected["table"] == name).sum())
        summary.add_row(name, f"{len(frame):,}", f"{aside:,}")
    console.print(summary)
    _show_rejects(console, rejected)


def _show_pages(
    console: Console,
    pages: list[NamedPage],
    tables: Tables,
    rejected: pd.DataFrame,
    notes: list[str],
) -> None:
    summary = Table("page", "kind", "papers", "stated", "authors")
    for named in pages:
        counts = _page_counts(named)
        stated = named.page.stated_papers
        summary.add_row(
            Path(named.file).name,
            named.page.kind,
            str(counts["papers"]),
            "-" if stated is None else str(stated),
            str(counts["authors"]),
        )
    summary.add_section()
    summary.add_row("together", "", str(len(tables.papers)), "", str(len(tables.authors)))
    console.print(summary)
    _show_rejects(console, rejected)
    for note in notes:
        console.print(f"note: {note}", markup=False, highlight=False, soft_wrap=True)


def _show_rejects(console: Console, rejected: pd.DataFrame) -> None:
    for (table, reason), rows in rejected.groupby(["table", "reason"])["row"]:
        text = f"set aside: {table}, {len(rows)} rows, {reason}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
