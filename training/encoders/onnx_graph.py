"""A sentence model as an ONNX graph, run by onnxruntime.

In: a model folder with a graph and its tokenizer. Out: an `Encoder`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recsys.errors import BadInput
from training.encoders.encoder import Encoder
from training.encoders.model_folder import ModelFolder

_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
_INTEGERS: dict[str, type[np.signedinteger]] = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
}
_WHOLE, _BY_TOKEN = "sentence_embedding", ("last_hidden_state", "token_embeddings")


@dataclass(frozen=True)
class OnnxGraph:
    """A tokenizer and the graph behind it.

    Attributes
    ----------
    inputs : dict
        Name of each input of the graph -> its integer type.
    output : str
        The output that is read.
    pooling : "mean", "cls" or ""
        How the vectors of tokens become one; "" where the graph has done it.
    dimensions : int or None
        What the folder says of the length of a vector.
    """

    file: Path
    session: Any
    tokenizer: Any
    inputs: dict[str, type[np.signedinteger]]
    output: str
    pooling: str
    dimensions: int | None
    prompt: str

    def run(self, texts: list[str]) -> np.ndarray:
        """(n_texts, n_dimensions) vectors of a batch."""
        encodings = self.tokenizer.encode_batch([self.prompt + text for text in texts])
        given = {
            name: np.array([getattr(one, _INPUTS[name]) for one in encodings], dtype=kind)
            for name, kind in self.inputs.items()
        }
        try:
            (found,) = self.session.run([self.output], given)
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise BadInput(f"{self.file} cannot be run: {error}") from error
        mask = np.array([one.attention_mask for one in encodings], dtype=np.float32)
        vectors = _pooled(found, mask, self.pooling)
        if self.dimensions not in (None, vectors.shape[1]):
            raise BadInput(
                f"{self.file} gives {vectors.shape[1]} dimensions, its folder says "
                f"{self.dimensions}; graph and configuration are of two models"
            )
        return vectors


def open_onnx(folder: ModelFolder, graph: Path, *, threads: int) -> Encoder:
    """The encoder in a folder that holds an ONNX graph.

    Raises
    ------
    BadInput
        See `open_encoder`.
    """
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise BadInput(
            f"{error.name} is missing, which {graph} needs; in a checkout, pip install '.[encoder]'"
        ) from error
    words = folder.tokenizer_file()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.use_deterministic_compute = True
    options.log_severity_level = 3  # errors; what a graph could do better is not for its user
    try:
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no base of their own
        raise BadInput(f"{graph} is no ONNX graph that can be run: {error}") from error
    try:
        tokenizer = Tokenizer.from_file(str(words))
    except Exception as error:  # all that tokenizers raises
        raise BadInput(f"{words} is no tokenizer: {error}") from error
    _cut_and_fill(tokenizer, folder.most_tokens())
    output, pooling = _output(session, graph, folder)
    run = OnnxGraph(
        file=graph,
        session=session,
        tokenizer=tokenizer,
        inputs=_inputs(session, graph),
        output=output,
        pooling=pooling,
        dimensions=folder.dimensions(),
        prompt=folder.prompt(),
    ).run
    return Encoder(folder.named([graph, words]), run)


def _cut_and_fill(tokenizer: Any, most_tokens: int) -> None:
    """Cut texts at what the model reads, and fill each batch up to its longest."""
    own = tokenizer.truncation or {"max_length": most_tokens}
    tokenizer.enable_truncation(min(own["max_length"], most_tokens))
    padding = tokenizer.padding or {}
    kept = ("pad_id", "pad_type_id", "pad_token")
    tokenizer.enable_padding(**{key: padding[key] for key in kept if key in padding})


def _inputs(session: Any, graph: Path) -> dict[str, type[np.signedinteger]]:
    wanted = {one.name: one.type for one in session.get_inputs()}
    strange = [f"{n} {t}" for n, t in wanted.items() if n not in _INPUTS or t not in _INTEGERS]
    if strange or "input_ids" not in wanted:
        raise BadInput(
            f"{graph} takes {', '.join(strange or wanted)}; a sentence model takes input_ids and "
            "may take attention_mask and token_type_ids, as whole numbers"
        )
    return {name: _INTEGERS[kind] for name, kind in wanted.items()}


def _output(session: Any, graph: Path, folder: ModelFolder) -> tuple[str, str]:
    """Which output to read, and how to pool it."""
    axes = {one.name: len(one.shape) for one in session.get_outputs()}
    only = list(axes) if len(axes) == 1 else []
    for name in (_WHOLE, *only):
        if axes.get(name) == 2:
            return name, ""
    for name in (*_BY_TOKEN, *only):
        if axes.get(name) == 3:
            return name, _pooling(folder, graph)
    raise BadInput(
        f"{graph} gives {', '.join(f'{name} of {n} axes' for name, n in axes.items())}; wanted is "
        f"{_WHOLE} (texts, dimensions) or {_BY_TOKEN[0]} (texts, tokens, dimensions)"
    )


def _pooling(folder: ModelFolder, graph: Path) -> str:
    pooling = folder.pooling()
    if pooling not in ("mean", "cls"):
        raise BadInput(f"{folder.path} pools by {pooling}; an ONNX model may pool by mean or cls")
    known = (".Transformer", ".Pooling", ".Normalize")
    further = [one.kind for one in folder.modules() if not one.kind.endswith(known)]
    if further:
        raise BadInput(
            f"{graph} ends before {', '.join(further)} of modules.json; export the whole model, "
            f"with the output {_WHOLE}"
        )
    return pooling


def _pooled(found: np.ndarray, mask: np.ndarray, pooling: str) -> np.ndarray:
    if not pooling:
        return found
    if pooling == "cls":
        return found[:, 0]
    # Padding says nothing: the mean is over the tokens of the text.
    return (found * mask[:, :, None]).sum(axis=1) / np.maximum(mask.sum(axis=1), 1.0)[:, None]
