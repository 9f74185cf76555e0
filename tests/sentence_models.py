"""Sentence models of a few words, real to the last byte.

In: what each word means, as a vector. Out: a folder with an ONNX graph that looks the vectors up,
and its tokenizer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

# Four papers' worth of words on two subjects, each subject in two vocabularies that share nothing.
CARS, AUTOMOBILES = "car engine road brake", "automobile motor highway stopper"
PROTEINS, PEPTIDES = "protein folding chain water", "peptide bending strand moisture"


def same_meanings() -> dict[str, list[float]]:
    """A word and its synonym have one vector; the two subjects stand at a right angle."""
    rng = np.random.default_rng(8)
    found: dict[str, list[float]] = {}
    subjects = ((CARS, AUTOMOBILES), (PROTEINS, PEPTIDES))
    for subject, (words, synonyms) in enumerate(subjects):
        for word, synonym in zip(words.split(), synonyms.split(), strict=True):
            vector = np.append(np.eye(2)[subject], 0.3 * rng.standard_normal(4))
            found[word] = found[synonym] = [float(value) for value in vector]
    return found


def write_model(
    folder: Path,
    meanings: Mapping[str, Sequence[float]],
    *,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    integers: int = TensorProto.INT64,
    output: str = "last_hidden_state",
    axes: int = 3,
) -> Path:
    """A model whose vector of a token is that of its word, zeros for an unknown one.

    With `axes` 2 the graph takes the mean over all tokens itself, and so over padding too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vectors = np.array([*meanings.values()], dtype=np.float32)
    table = np.vstack([np.zeros((1, vectors.shape[1]), dtype=np.float32), vectors])
    shape = ["texts", "tokens", table.shape[1]]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], [output if axes == 3 else "each"])]
    if axes == 2:
        del shape[1]
        nodes.append(helper.make_node("ReduceMean", ["each", "axis"], [output], keepdims=0))
    graph = helper.make_graph(
        nodes,
        "words",
        [helper.make_tensor_value_info(name, integers, ["texts", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
        ],
    )
    opset = helper.make_opsetid("", 18)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=9), folder / "model.onnx")
    rows = {"?": 0} | {word: row for row, word in enumerate(meanings, 1)}
    tokenizer = Tokenizer(models.WordLevel(rows, "?"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def write_json(file: Path, content: Any) -> None:
    """A file of configuration."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")
