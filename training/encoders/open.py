"""A model folder becomes an encoder.

In: a folder on this machine; nothing is downloaded. Out: an `Encoder`.
"""

from __future__ import annotations

from pathlib import Path

from recsys.errors import BadInput
from training.encoders.encoder import Encoder
from training.encoders.model_folder import ModelFolder
from training.encoders.onnx_graph import open_onnx
from training.encoders.sentence_transformer import open_sentence_transformer


def open_encoder(path: Path | None, *, threads: int) -> Encoder | None:
    """The encoder in a model folder, ONNX before safetensors; None where no folder is given.

    Raises
    ------
    BadInput
        The folder is missing, holds no model that can be run safely, or lacks a part of one;
        or the extra that runs it is not installed.
    """
    if path is None:
        return None
    if not path.is_dir():
        raise BadInput(f"{path} is no folder; --encoder takes a sentence model on this machine")
    folder = ModelFolder(path)
    graph = folder.onnx_file()
    if graph is not None:
        return open_onnx(folder, graph, threads=threads)
    if folder.modules():
        return open_sentence_transformer(folder, threads=threads)
    raise BadInput(
        f"{path} holds no sentence model; needed is model.onnx or onnx/model.onnx with "
        "tokenizer.json, or modules.json with model.safetensors"
    )
