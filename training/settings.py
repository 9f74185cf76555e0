"""Every choice of a training run in one frozen object.

In: a TOML file, if any. Out: `TrainingSettings`; an unknown key is an error that names the
known ones.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from recsys.errors import BadInput
from recsys.features.signals import SignalSettings
from training.fit.als import AlsSettings
from training.fit.exposure import ExposureSettings
from training.fit.hybrid import HybridSettings
from training.fit.lesson import BlendSettings
from training.fit.linear import LinearSettings
from training.fit.text import TextSettings


@dataclass(frozen=True)
class NeighborSettings:
    """Settings of the item-kNN."""

    neighbors: int = 200
    by_text: int = 50


# Held back so strongly that hardly more factors are in use, whatever the start.
COARSE_ALS = AlsSettings(factors=48, confidence=20.0, regularization=80.0)


@dataclass(frozen=True)
class TrainingSettings:
    """Settings by stage."""

    signals: SignalSettings = field(default_factory=SignalSettings)
    text: TextSettings = field(default_factory=TextSettings)
    als: AlsSettings = field(default_factory=AlsSettings)
    als_coarse: AlsSettings = field(default_factory=lambda: COARSE_ALS)
    linear: LinearSettings = field(default_factory=LinearSettings)
    neighbors: NeighborSettings = field(default_factory=NeighborSettings)
    lightfm: HybridSettings = field(default_factory=HybridSettings)
    blend: BlendSettings = field(default_factory=BlendSettings)
    exposure: ExposureSettings = field(default_factory=ExposureSettings)


def read_settings(path: Path | None) -> TrainingSettings:
    """Settings from a TOML file with a table for each stage; the defaults where there is none.

    Raises
    ------
    BadInput
        The file cannot be read, a key is unknown, or a value is of the wrong type.
    """
    if path is None:
        return TrainingSettings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"cannot read the settings in {path}: {error}") from error
    _refuse_unknown(given, TrainingSettings, str(path))
    try:
        return TypeAdapter(TrainingSettings).validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path}: {place}: {first['msg']}") from error


def _refuse_unknown(given: Any, kind: type, place: str) -> None:
    if not (isinstance(given, dict) and is_dataclass(kind)):
        return
    types = get_type_hints(kind)
    known = [part.name for part in fields(kind)]
    for key, value in given.items():
        if key not in known:
            raise BadInput(f"{place}: unknown key {key!r}; the known ones are {', '.join(known)}")
        _refuse_unknown(value, types[key], f"{place}: {key}")
