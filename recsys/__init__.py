"""Recommendations for scientific reading lists, as a library.

In a notebook: `recsys.open_model`, `recsys.read_tables`, `recsys.train`, `recsys.evaluate`; see
`recsys.notebook`. They are imported when they are asked for, so that who needs one module of
the library does not wait for all of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recsys.frames import OpenModel
    from recsys.notebook import evaluate, open_model, read_tables, train

__all__ = ["OpenModel", "evaluate", "open_model", "read_tables", "train"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("recsys.notebook"), name)
    raise AttributeError(f"module 'recsys' has no attribute {name!r}")
