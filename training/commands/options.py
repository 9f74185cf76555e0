"""Options that several commands share, each declared and documented once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recsys.errors import BadInput

DatasetFolder = Annotated[
    Path, typer.Argument(help="Dataset folder, as `recsys import` writes it.")
]
Config = Annotated[Path | None, typer.Option(help="TOML file of settings; default: built in.")]
EncoderFolder = Annotated[
    Path | None,
    typer.Option(
        "--encoder",
        help="Folder of a sentence model (ONNX, or sentence-transformers) that reads the papers.",
    ),
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the figures as JSON; `-` is stdout.")
]
StateUrl = Annotated[
    str | None,
    typer.Option(
        "--state",
        help="Learn from stored events and papers, too: sqlite:///FILE or postgresql://...",
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same model.")]
Threads = Annotated[
    int, typer.Option(min=1, help="Threads for fitting; part of what makes a model reproducible.")
]


def refuse_no_folder(file: Path | None) -> None:
    """Say before the work, not after it, that there is no folder to write a file into."""
    if file is not None and not file.absolute().parent.is_dir():
        raise BadInput(f"{file.parent} is no folder to write {file.name} into")
