"""A sentence model in safetensors, run by the sentence-transformers package.

In: a model folder with modules.json. Out: an `Encoder`. The package is imported only here and
only when such a folder is given: it brings PyTorch.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from recsys.errors import BadInput
from training.encoders.encoder import Encoder
from training.encoders.model_folder import ModelFolder

_PICKLED = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")


def open_sentence_transformer(folder: ModelFolder, *, threads: int) -> Encoder:
    """The encoder in a folder that sentence-transformers wrote.

    Raises
    ------
    BadInput
        See `open_encoder`.
    """
    weights = _weights(folder)
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise BadInput(
            f"{error.name} is missing, which {folder.path} needs; "
            "in a checkout, pip install '.[encoder-torch]'"
        ) from error
    torch.set_num_threads(threads)
    try:
        model = SentenceTransformer(
            str(folder.path),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:  # whatever a damaged model makes the package raise
        raise BadInput(f"sentence-transformers cannot open {folder.path}: {error}") from error
    return Encoder(folder.named(weights), partial(model.encode, show_progress_bar=False))


def _weights(folder: ModelFolder) -> list[Path]:
    """The safetensors of all modules; refused is whatever might run code on being read."""
    found: list[Path] = []
    for module in folder.modules():
        # A class of the folder's own would be imported from the folder, and so run.
        if not module.kind.startswith("sentence_transformers."):
            raise BadInput(f"{folder.path} brings its own code ({module.kind}), which is not run")
        place = folder.path / module.path
        pickled = [file for pattern in _PICKLED for file in sorted(place.glob(pattern))]
        if pickled and not any(place.glob("model.safetensors*")):
            raise BadInput(
                f"{pickled[0]} is pickled, and reading it may run code; save the model as "
                "safetensors or ONNX"
            )
        found.extend(sorted(place.glob("model*.safetensors")))
    if not found:
        raise BadInput(f"{folder.path} has no weights; needed is model.safetensors")
    return found
