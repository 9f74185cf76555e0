"""Options that several commands share, each declared and documented once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same model.")]
Threads = Annotated[
    int, typer.Option(min=1, help="Threads for fitting; part of what makes a model reproducible.")
]
