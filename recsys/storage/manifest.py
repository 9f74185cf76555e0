"""What a bundle says of itself, and whether its files agree.

In: a bundle's folder. Out: `Manifest`. The version is part date, part digest of the rest, so
that a manifest vouches for the files and its name for the manifest.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from recsys.errors import BundleCorrupt

FORMAT_VERSION = 5
MANIFEST = "manifest.json"
VERSION_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_FILE_NAME = re.compile(r"(arrays/)?\w[\w.]*", re.ASCII)
_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True)
class FileStamp:
    """Size in bytes and SHA-256 of one file."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """The stamp of a file as it is now."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(path.stat().st_size, digest)


@dataclass(frozen=True)
class Manifest:
    """Where a model comes from and what it consists of.

    Attributes
    ----------
    created_at, data_from, data_time : datetime
        UTC. When the bundle was made; the earliest and the latest time in its data, None
        where the data has no times.
    counts : dict
        Rows of the dataset: users, papers, authors, interactions, follows, authorships.
    metrics : dict
        Quality on the holdouts of the training run; None where it could not be measured.
    signals : dict
        What the model learned from, and how much there was of it.
    left_out : tuple of str
        Signals that the dataset did not have, in words.
    ambiguous : dict
        Author ids that seem to stand for several people: how many, and the worst few.
    state_seq : int
        Up to which change of the state the model knows it; 0 where it was trained without one.
    libraries : dict
        Versions of Python and of the libraries that made the model.
    files : dict
        Every file but the manifest, by its path within the bundle.
    """

    __pydantic_config__ = _STRICT

    version: str
    created_at: datetime
    data_from: datetime | None
    data_time: datetime | None
    counts: dict[str, int]
    settings: dict[str, Any]
    seed: int
    metrics: dict[str, float | None]
    signals: dict[str, Any]
    left_out: tuple[str, ...]
    ambiguous: dict[str, Any]
    state_seq: int
    libraries: dict[str, str]
    files: dict[str, FileStamp]
    format_version: int = FORMAT_VERSION

    def named(self) -> Manifest:
        """The same manifest under the version that its content gives it."""
        return replace(self, version=self._version())

    def write(self, folder: Path) -> Path:
        """Write the manifest into a bundle's folder; returns its path."""
        path = folder / MANIFEST
        path.write_bytes(self._encoded())
        return path

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a bundle, checked against itself and the folder's name.

        Raises
        ------
        BundleCorrupt
            When it is damaged or of another format.
        """
        path = folder / MANIFEST
        try:
            text = path.read_bytes()
            _refuse_other_format(json.loads(text), path)
            manifest = _ADAPTER.validate_json(text)
        except ValidationError as error:
            raise BundleCorrupt(f"{path}: {error.errors()[0]['msg']}") from error
        except (OSError, ValueError) as error:
            raise BundleCorrupt(f"{path} cannot be read: {error}") from error
        own_name = folder.name == manifest.version == manifest._version()
        if not own_name or text != manifest._encoded():
            raise BundleCorrupt(f"{path} is not as it was published")
        return manifest

    def verify(self, folder: Path, *, contents: bool) -> None:
        """Compare every file's size, and with `contents` its SHA-256.

        Raises
        ------
        BundleCorrupt
            Names the first file that is missing or differs.
        """
        for name, stamp in self.files.items():
            path = folder / name
            if not _FILE_NAME.fullmatch(name):
                raise BundleCorrupt(f"{folder / MANIFEST} lists {name!r}, which is no bundle file")
            try:
                size = path.stat().st_size
                if size != stamp.size:
                    raise BundleCorrupt(f"{path} has {size} bytes, published were {stamp.size}")
                if contents and FileStamp.of(path) != stamp:
                    raise BundleCorrupt(f"{path} is not as it was published (SHA-256 differs)")
            except OSError as error:
                raise BundleCorrupt(f"{path} cannot be read: {error.strerror}") from error

    def _version(self) -> str:
        """Second of making and content digest; the same training gives the same digest."""
        content = replace(self, version="", created_at=datetime(1970, 1, 1, tzinfo=UTC))
        digest = hashlib.sha256(content._encoded()).hexdigest()[:8]
        return f"{self.created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest}"

    def _encoded(self) -> bytes:
        return _ADAPTER.dump_json(self, indent=2) + b"\n"


_ADAPTER = TypeAdapter(Manifest)


def _refuse_other_format(found: Any, path: Path) -> None:
    format_version = found.get("format_version") if isinstance(found, dict) else None
    if format_version != FORMAT_VERSION:
        raise BundleCorrupt(
            f"{path} is of bundle format {format_version!r}, this program reads "
            f"{FORMAT_VERSION}; train the model again, or use the program that made it"
        )
