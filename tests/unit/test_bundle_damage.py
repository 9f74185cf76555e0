"""Bundles: a failed publication leaves nothing behind, and a damaged bundle is never loaded."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys.errors import BundleCorrupt
from recsys.storage.bundle import TREE, load
from recsys.storage.manifest import FORMAT_VERSION, MANIFEST
from recsys.storage.registry import current, versions
from tests.worlds import publish_tiny, tiny_model


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A models folder with one bundle."""
    publish_tiny(tmp_path)
    return tmp_path


def test_bundle_publish_twice_the_same_keeps_one(models: Path) -> None:
    before = current(models)
    assert publish_tiny(models) == before
    assert versions(models) == (before,)
    assert sorted(p.name for p in models.iterdir()) == [before, "current"]


def test_bundle_publish_that_fails_leaves_nothing_and_keeps_the_model(models: Path) -> None:
    before = current(models)

    @dataclass(frozen=True)
    class Stray:
        name: str = "stray"

    model = tiny_model()
    strange = replace(model, paper_scorers=(*model.paper_scorers[:-1], Stray()))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Stray is none of"):
        publish_tiny(models, strange)
    assert sorted(p.name for p in models.iterdir()) == [before, "current"]
    assert load(models).version == before


def test_bundle_half_written_one_is_not_seen(models: Path) -> None:
    version = current(models)
    shutil.copytree(models / version, models / ".publishing.abc" / "new")
    (models / "20990101T000000Z-00000000").mkdir()
    assert versions(models) == (version,)
    assert load(models).version == version


def bundle_files(models_dir: Path) -> list[Path]:
    return sorted(p for p in (models_dir / current(models_dir)).rglob("*") if p.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_bundle_any_changed_byte_is_corrupt(models: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(bundle_files(models)))
    before = path.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1))
    other = data.draw(st.integers(1, 255))
    path.write_bytes(before[:place] + bytes([before[place] ^ other]) + before[place + 1 :])
    try:
        with pytest.raises(BundleCorrupt, match=path.name):
            load(models)
    finally:
        path.write_bytes(before)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_bundle_truncated_file_is_corrupt_without_reading_it(
    models: Path, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(bundle_files(models)))
    before = path.read_bytes()
    path.write_bytes(before[: data.draw(st.integers(0, len(before) - 1))])
    try:
        with pytest.raises(BundleCorrupt, match=path.name):
            load(models, verify=False)
    finally:
        path.write_bytes(before)


def test_bundle_missing_file_is_corrupt(models: Path) -> None:
    for path in bundle_files(models):
        if path.name != MANIFEST:
            aside = path.rename(path.with_suffix(".aside"))
            with pytest.raises(BundleCorrupt, match=path.name):
                load(models, verify=False)
            aside.rename(path)


def test_bundle_pickle_in_place_of_an_array_is_not_executed(models: Path) -> None:
    path = next(p for p in bundle_files(models) if p.suffix == ".npy")
    size = path.stat().st_size
    np.save(path, np.array([print], dtype=object), allow_pickle=True)
    path.write_bytes(path.read_bytes().ljust(size, b"\0")[:size])
    with pytest.raises(BundleCorrupt, match="is no array"):
        load(models, verify=False)


def test_bundle_tree_that_points_to_another_array_is_corrupt(models: Path) -> None:
    path = models / current(models) / TREE
    before = path.read_text()
    other = before.replace('"dataset.authorships.paper_rows"', '"dataset.follows.user_rows"')
    assert other != before
    path.write_text(other.ljust(len(before)))
    with pytest.raises(BundleCorrupt, match="does not have the rows"):
        load(models, verify=False)


@pytest.mark.parametrize("change", [{"names": ("als",)}, {"kinds": np.zeros(3, dtype=np.int8)}])
def test_bundle_blend_of_something_else_is_corrupt(tmp_path: Path, change: dict[str, Any]) -> None:
    model = tiny_model()
    publish_tiny(tmp_path, replace(model, author_blend=replace(model.author_blend, **change)))
    with pytest.raises(BundleCorrupt, match="weighs other scorers or targets"):
        load(tmp_path)


def test_bundle_of_another_format_says_so(models: Path) -> None:
    path = models / current(models) / MANIFEST
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "format_version": 1}))
    with pytest.raises(BundleCorrupt, match=f"format 1, this program reads {FORMAT_VERSION}"):
        load(models)


def test_bundle_under_another_name_is_corrupt(models: Path) -> None:
    version = current(models)
    other = version[:-8] + "00000000"
    (models / version).rename(models / other)
    with pytest.raises(BundleCorrupt, match="not as it was published"):
        load(models, other)
