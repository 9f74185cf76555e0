"""A model folder as sentence-transformers writes it, and what its own files say of the model.

In: a path. Out: `ModelFolder`: where the parts are, how to pool, how long a text may be.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recsys.errors import BadInput
from recsys.storage.manifest import FileStamp

_ONNX_FILES = ("model.onnx", "onnx/model.onnx")
_USUAL_LENGTH = 512  # of the BERT family, where a folder says nothing
_LENGTHS = (
    ("sentence_bert_config.json", "max_seq_length"),
    ("tokenizer_config.json", "model_max_length"),
    ("config.json", "max_position_embeddings"),
)


@dataclass(frozen=True)
class Module:
    """One step of a model: its class, and the folder that holds its part."""

    kind: str
    path: str


@dataclass(frozen=True)
class ModelFolder:
    """What the files of a model folder say; each is read when it is asked for.

    Every method raises `BadInput` where a file is damaged.
    """

    path: Path

    def onnx_file(self) -> Path | None:
        """The ONNX graph, None where there is none."""
        files = (self.path / name for name in _ONNX_FILES)
        return next((file for file in files if file.is_file()), None)

    def tokenizer_file(self) -> Path:
        """The tokenizer, in the folder or beside the graph."""
        for folder in (self.path, self.path / "onnx"):
            if (folder / "tokenizer.json").is_file():
                return folder / "tokenizer.json"
        raise BadInput(
            f"{self.path} has no tokenizer.json; save the model's fast tokenizer into the folder"
        )

    def modules(self) -> tuple[Module, ...]:
        """The steps of the model in order; none where the folder does not list them."""
        listed = self._json("modules.json", [])
        try:
            return tuple(Module(str(one["type"]), str(one["path"])) for one in listed)
        except (TypeError, KeyError) as error:
            place = self.path / "modules.json"
            raise BadInput(f"{place} does not list modules with type and path") from error

    def pooling(self) -> str:
        """How the vectors of tokens become one: "mean", "cls", or what else the folder says."""
        stated = self._pooling_config()
        if "pooling_mode" in stated:
            return str(stated["pooling_mode"])
        modes = {name for name, chosen in stated.items() if name.startswith("pooling_mode_")}
        chosen = sorted(name for name in modes if stated[name])
        named = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
        return "+".join(named.get(name, name) for name in chosen) or "mean"

    def dimensions(self) -> int | None:
        """How long a vector is, None where the folder does not say."""
        stated = self._pooling_config()
        of_pooling = stated.get("embedding_dimension", stated.get("word_embedding_dimension"))
        return of_pooling or self._object("config.json").get("hidden_size")

    def most_tokens(self) -> int:
        """How much of a text the model reads: the least that any of its files states."""
        stated = [self._object(file).get(key) for file, key in _LENGTHS]
        return min([n for n in stated if isinstance(n, int) and n > 0], default=_USUAL_LENGTH)

    def prompt(self) -> str:
        """What stands before each text unless somebody says otherwise; mostly nothing."""
        stated = self._object("config_sentence_transformers.json")
        return str((stated.get("prompts") or {}).get(stated.get("default_prompt_name"), ""))

    def named(self, weights: list[Path]) -> str:
        """The folder's name with a digest of the weights."""
        stamps = "".join(FileStamp.of(file).sha256 for file in sorted(weights))
        return f"{self.path.resolve().name} {hashlib.sha256(stamps.encode()).hexdigest()[:16]}"

    def _pooling_config(self) -> dict[str, Any]:
        listed = (one.path for one in self.modules() if one.kind.endswith(".Pooling"))
        return self._object(f"{next(listed, '1_Pooling')}/config.json")

    def _object(self, name: str) -> dict[str, Any]:
        found = self._json(name, {})
        if not isinstance(found, dict):
            raise BadInput(f"{self.path / name} is no JSON object")
        return found

    def _json(self, name: str, otherwise: Any) -> Any:
        file = self.path / name
        if not file.is_file():
            return otherwise
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(f"cannot read {file}: {error}") from error
