"""Folders that sentence-transformers wrote: refused where they might run code, read where not."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from recsys.errors import BadInput
from recsys.evaluation.task import unwatched
from tests.sentence_models import write_json
from training.encoders.open import open_encoder

STATIC = {"type": "sentence_transformers.models.StaticEmbedding", "path": ""}


def refused(folder: Path, *parts: str) -> None:
    with pytest.raises(BadInput) as error:
        open_encoder(folder, threads=1)
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize("place", ["", "0_Transformer"])
@pytest.mark.parametrize("file", ["pytorch_model.bin", "model.pt", "weights.pkl"])
def test_encoder_pickled_weights_are_refused(tmp_path: Path, place: str, file: str) -> None:
    write_json(tmp_path / "modules.json", [STATIC | {"path": place}])
    (tmp_path / place).mkdir(exist_ok=True)
    (tmp_path / place / file).write_bytes(b"\x80\x04.")
    refused(tmp_path, file, "is pickled", "safetensors or ONNX")


def test_encoder_with_code_of_its_own_is_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "modules.json", [{"type": "own_model.Reader", "path": ""}])
    (tmp_path / "own_model.py").write_text("raise SystemExit('this was run')")
    (tmp_path / "model.safetensors").write_bytes(b"")
    refused(tmp_path, "brings its own code (own_model.Reader)")


def test_encoder_without_weights_is_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "modules.json", [STATIC])
    refused(tmp_path, "has no weights", "model.safetensors")


def test_encoder_without_pytorch_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(tmp_path / "modules.json", [STATIC])
    (tmp_path / "model.safetensors").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    refused(tmp_path, "torch is missing", "pip install '.[encoder-torch]'")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A transformer of two layers with random weights, written by sentence-transformers."""
    why = "the extra encoder-torch is not installed"
    torch = pytest.importorskip("torch", reason=why)
    modules = pytest.importorskip("sentence_transformers.models", reason=why)
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    names = ["[PAD]", "[UNK]", "graph", "walk", "protein", "chain"]
    tokenizer = Tokenizer(models.WordLevel({n: i for i, n in enumerate(names)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    torch.manual_seed(4)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    plan = BertConfig(vocab_size=6, intermediate_size=32, max_position_embeddings=32, **sizes)
    BertModel(plan).save_pretrained(tmp_path / "bert")
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=32, **special)
    fast.save_pretrained(tmp_path / "bert")
    transformer = modules.Transformer(str(tmp_path / "bert"))
    steps = [transformer, modules.Pooling(16, "mean"), modules.Normalize()]
    SentenceTransformer(modules=steps, device="cpu").save(str(tmp_path / "model"))
    return tmp_path / "model"


def test_encode_with_sentence_transformers_gives_the_same_unit_rows_twice(folder: Path) -> None:
    texts = ["graph walk", "protein chain chain chain", "graph"] * 20
    first, again = (open_encoder(folder, threads=1).encode(texts, unwatched) for _ in range(2))
    assert first.shape == (60, 16)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(first[0], first[3], atol=1e-6)
    assert not np.allclose(first[0], first[1], atol=1e-3)


def test_encoder_damaged_safetensors_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"damaged")
    refused(folder, "sentence-transformers cannot open")
