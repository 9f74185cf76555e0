"""Sentence models in folders: what they give, and what is refused and why."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from recsys.errors import BadInput
from recsys.evaluation.task import unwatched
from tests.sentence_models import write_json, write_model
from training.encoders.encoder import Encoder
from training.encoders.open import open_encoder

MEANINGS = {"east": [1.0, 0.0], "north": [0.0, 1.0], "west": [-1.0, 0.0]}
NORTH_EAST = [np.sqrt(0.5), np.sqrt(0.5)]
TRANSFORMER, POOLING, DENSE = (
    {"type": f"sentence_transformers.models.{kind}", "path": path}
    for kind, path in (("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense"))
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "compass", MEANINGS)


def opened(folder: Path) -> Encoder:
    encoder = open_encoder(folder, threads=1)
    assert encoder is not None
    return encoder


def encoded(folder: Path, *texts: str) -> np.ndarray:
    return opened(folder).encode(texts, unwatched)


def test_encode_texts_are_unit_rows_of_the_mean_of_their_words(folder: Path) -> None:
    got = encoded(folder, "East", "north east", "north north east east")
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, [[1, 0], NORTH_EAST, NORTH_EAST], atol=1e-6)


def test_encode_long_and_short_together_are_the_same_as_each_alone(folder: Path) -> None:
    texts = ["north " * n + "east" for n in (40, 0, 7, 1)] * 20
    together = encoded(folder, *texts)
    alone = np.vstack([encoded(folder, text) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_encode_twice_is_the_same_to_the_bit(folder: Path) -> None:
    texts = ["north east", "west", "nowhere", "north"] * 30
    np.testing.assert_array_equal(encoded(folder, *texts), encoded(folder, *texts))


def test_encode_text_of_unknown_words_is_nowhere(folder: Path) -> None:
    assert not encoded(folder, "somewhere else").any()


def test_encode_says_how_far_it_has_come(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    opened(folder).encode(["east"] * 70, lambda done, of: seen.append((done, of)))
    assert seen == [(32, 70), (64, 70), (70, 70)]


def test_encode_graph_in_its_own_folder_is_found(tmp_path: Path) -> None:
    write_model(tmp_path / "compass" / "onnx", MEANINGS)
    np.testing.assert_allclose(encoded(tmp_path / "compass", "east"), [[1, 0]])


def test_encode_graph_that_pools_itself_is_taken_at_its_word(tmp_path: Path) -> None:
    folder = write_model(tmp_path, MEANINGS, output="sentence_embedding", axes=2)
    np.testing.assert_allclose(encoded(folder, "north east"), [NORTH_EAST], atol=1e-6)


def test_encode_graph_of_small_integers_and_token_types_is_fed(tmp_path: Path) -> None:
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    folder = write_model(tmp_path, MEANINGS, inputs=inputs, integers=TensorProto.INT32)
    np.testing.assert_allclose(encoded(folder, "east"), [[1, 0]])


@pytest.mark.parametrize(
    "stated",
    [
        {"word_embedding_dimension": 2, "pooling_mode_cls_token": True},
        {"embedding_dimension": 2, "pooling_mode": "cls"},
    ],
    ids=["until version 5", "since"],
)
def test_encode_folder_that_pools_by_its_first_token_is_obeyed(
    folder: Path, stated: dict[str, Any]
) -> None:
    write_json(folder / "1_Pooling" / "config.json", {"pooling_mode_mean_tokens": False} | stated)
    np.testing.assert_allclose(encoded(folder, "north east"), [[0, 1]])


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("sentence_bert_config.json", "max_seq_length"),
        ("tokenizer_config.json", "model_max_length"),
        ("config.json", "max_position_embeddings"),
    ],
)
def test_encode_reads_as_far_as_the_folder_says(folder: Path, file: str, key: str) -> None:
    write_json(folder / file, {key: 2})
    np.testing.assert_allclose(encoded(folder, "north north east east"), [[0, 1]])


def test_encode_prompt_that_the_folder_sets_stands_first(folder: Path) -> None:
    prompts = {"prompts": {"paper": "north "}, "default_prompt_name": "paper"}
    write_json(folder / "config_sentence_transformers.json", prompts)
    np.testing.assert_allclose(encoded(folder, "east"), [NORTH_EAST], atol=1e-6)


def test_encoder_name_changes_with_its_weights(tmp_path: Path) -> None:
    one, same, other = (
        opened(write_model(tmp_path / str(n) / "compass", MEANINGS | {"east": [x, 0.0]})).name
        for n, x in enumerate((1.0, 1.0, 2.0))
    )
    assert one == same != other
    assert re.fullmatch(r"compass [0-9a-f]{16}", one)


def test_encoder_no_folder_is_no_encoder() -> None:
    assert open_encoder(None, threads=1) is None


def refused(folder: Path, *parts: str) -> None:
    """Opening or encoding is refused; the message holds the parts."""
    with pytest.raises(BadInput) as error:
        encoded(folder, "east")
    for part in parts:
        assert part in str(error.value)


def test_encoder_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "away", "away is no folder", "on this machine")
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file", "file is no folder")


def test_encoder_folder_without_a_model_says_what_is_needed(tmp_path: Path) -> None:
    refused(tmp_path, "holds no sentence model", "model.onnx", "model.safetensors")


def test_encoder_without_its_tokenizer_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    refused(folder, "has no tokenizer.json")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("model.onnx", "is no ONNX graph that can be run"),
        ("tokenizer.json", "is no tokenizer"),
        ("modules.json", "cannot read"),
        ("config.json", "cannot read"),
    ],
)
def test_encoder_damaged_file_is_named(folder: Path, file: str, words: str) -> None:
    (folder / file).write_text("{damaged")
    refused(folder, file, words)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("modules.json", [{"path": ""}], "does not list modules"),
        ("config.json", [], "is no JSON object"),
    ],
)
def test_encoder_file_of_another_shape_is_named(
    folder: Path, file: str, content: Any, words: str
) -> None:
    write_json(folder / file, content)
    refused(folder, file, words)


def test_encoder_graph_with_strange_inputs_is_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path, MEANINGS, inputs=("input_ids", "pixels"))
    refused(folder, "takes pixels tensor(int64)", "input_ids")


def test_encoder_graph_without_vectors_is_refused(folder: Path) -> None:
    import onnx

    graph = onnx.load(folder / "model.onnx")
    del graph.graph.output[0].type.tensor_type.shape.dim[0]
    del graph.graph.output[0].type.tensor_type.shape.dim[0]
    graph.graph.node[0].CopyFrom(
        onnx.helper.make_node("ReduceMax", ["table", "axis"], ["last_hidden_state"], keepdims=0)
    )
    onnx.save(graph, folder / "model.onnx")
    refused(folder, "gives last_hidden_state of 1 axes", "sentence_embedding")


def test_encoder_of_other_dimensions_than_its_folder_says_is_refused(folder: Path) -> None:
    write_json(folder / "config.json", {"hidden_size": 384})
    refused(folder, "gives 2 dimensions, its folder says 384")


def test_encoder_with_another_pooling_is_refused(folder: Path) -> None:
    write_json(folder / "1_Pooling" / "config.json", {"pooling_mode_max_tokens": True})
    refused(folder, "pools by pooling_mode_max_tokens", "mean or cls")


def test_encoder_graph_that_ends_before_the_last_module_is_refused(folder: Path) -> None:
    write_json(folder / "modules.json", [TRANSFORMER, POOLING, DENSE])
    refused(folder, "ends before sentence_transformers.models.Dense", "sentence_embedding")


def test_encoder_vectors_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    refused(write_model(tmp_path, MEANINGS | {"east": [np.nan, 0.0]}), "are no numbers")


def test_encoder_index_beyond_the_table_is_refused(folder: Path) -> None:
    write_model(folder / "of-another", MEANINGS | {"up": [1.0, 1.0], "east": [0.0, 0.0]})
    tokenizer = folder / "of-another" / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text().replace('"east": 1', '"east": 99'))
    tokenizer.replace(folder / "tokenizer.json")
    refused(folder, "model.onnx cannot be run")


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_encoder_without_the_extra_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    refused(folder, f"{package} is missing", "pip install '.[encoder]'")
