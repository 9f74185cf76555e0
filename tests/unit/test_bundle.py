"""Bundles: a model comes back as it was, shared and read-only; a damaged one never does."""

from __future__ import annotations

import importlib
import mmap
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import recsys.models
from recsys.answer import Answer
from recsys.errors import NoModel
from recsys.models.model import Model
from recsys.recommender import Recommender
from recsys.storage.bundle import SCORERS, LoadedModel, load
from recsys.storage.manifest import MANIFEST
from recsys.storage.registry import current, versions
from tests.worlds import CREATED, OLD_ARXIV_ID, publish_tiny, tiny_model


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with one bundle, to be read only."""
    models_dir = tmp_path_factory.mktemp("published")
    publish_tiny(models_dir)
    return models_dir


def arrays_in(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, sparse.csr_matrix):
        yield from (value.data, value.indices, value.indptr)
    elif isinstance(value, tuple):
        for one in value:
            yield from arrays_in(one)
    elif is_dataclass(value):
        for part in fields(value):
            yield from arrays_in(getattr(value, part.name))


def answers(model: Model) -> list[Answer]:
    """What everyone in the tiny world gets, with reasons: every scorer scores and explains."""
    recommender = Recommender(model)
    users = [recommender.user(name) for name in ("reader", "u-ada", "u-eva", "newcomer", "who?")]
    asked = [*users, recommender.author("finn"), recommender.stranger(text="protein folding")]
    found = [recommender.recommend_papers(reader, k=8) for reader in asked]
    found += [recommender.suggest_collaborators(reader, k=6) for reader in asked]
    return [*found, recommender.similar_papers("g1"), recommender.similar_papers(OLD_ARXIV_ID)]


def test_bundle_loaded_model_answers_bit_for_bit_like_the_one_published(published: Path) -> None:
    assert answers(load(published).model) == answers(tiny_model())


def test_bundle_scores_of_all_readers_at_once_work_on_read_only_maps(published: Path) -> None:
    fresh, loaded = tiny_model(), load(published).model
    everyone = np.arange(len(fresh.dataset.users))
    some = np.array([0, 2, 4])
    for kind in ("paper_scorers", "author_scorers"):
        for old, new in zip(getattr(fresh, kind), getattr(loaded, kind), strict=True):
            expected = old.score(fresh.readers().users(everyone), some)
            np.testing.assert_array_equal(
                new.score(loaded.readers().users(everyone), some), expected
            )


def test_bundle_loaded_arrays_are_read_only_maps_and_no_copies(published: Path) -> None:
    for array in arrays_in(load(published).model):
        assert not array.flags.writeable
        owner: Any = array
        while isinstance(owner, np.ndarray):
            owner = owner.base
        assert isinstance(owner, mmap.mmap)


def test_bundle_array_shared_in_the_model_is_one_file_and_shared_again(published: Path) -> None:
    loaded = load(published)
    model = loaded.model
    (place,) = (i for i, scorer in enumerate(model.paper_scorers) if scorer.name == "text")
    assert model.paper_scorers[place].papers is model.text.papers  # type: ignore[attr-defined]
    named = [name for name in loaded.manifest.files if name.endswith(".npy")]
    assert not any(name.startswith(f"arrays/paper_scorers.{place}.papers") for name in named)
    assert len(named) == len({id(array) for array in arrays_in(tiny_model())})


def test_bundle_load_takes_no_memory_for_big_arrays(tmp_path: Path) -> None:
    model = tiny_model()
    rows = np.zeros(30_000_000, dtype=np.float32)
    publish_tiny(tmp_path, replace(model, paper_blend=replace(model.paper_blend, scales=rows)))
    program = (
        "import sys, resource\nfrom pathlib import Path\nfrom recsys.storage.bundle import load\n"
        "def private():\n"
        "    lines = Path('/proc/self/status').read_text().splitlines()\n"
        "    return sum(int(l.split()[1]) for l in lines if l.startswith('RssAnon'))\n"
        "before = private()\n"
        "model = load(Path(sys.argv[1])).model\n"
        "assert len(model.paper_blend.scales) == 30_000_000\n"
        "print(private() - before)\n"
    )
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells how much memory is a process's own")
    done = run_python(program, tmp_path)
    assert int(done) < 20_000, "kB of its own memory for 117,188 kB on disk"


def test_bundle_load_imports_no_fitting_library(published: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom recsys.storage.bundle import load\n"
        "load(Path(sys.argv[1]))\n"
        "print(sorted({'implicit', 'lightfm', 'sklearn', 'grpc'} & set(sys.modules)))\n"
    )
    assert run_python(program, published) == "[]"


def run_python(program: str, *arguments: object) -> str:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_bundle_manifest_says_where_the_model_comes_from(published: Path) -> None:
    manifest = load(published).manifest
    assert manifest.created_at == CREATED.replace(microsecond=0)
    assert manifest.data_from == datetime(1999, 1, 1, tzinfo=UTC)
    assert manifest.data_time == datetime(2023, 10, 1, tzinfo=UTC)
    assert manifest.counts == {
        "users": 4,
        "papers": 8,
        "authors": 6,
        "interactions": 6,
        "follows": 2,
        "authorships": 11,
    }
    assert manifest.settings == {"als": {"factors": 2}, "kinds": ["a", "b"]}
    assert manifest.metrics == {"papers.recall@20": 0.5, "papers.ndcg@20": None}
    assert (manifest.seed, manifest.signals) == (7, {"follows": 2})
    assert manifest.left_out == ("claimed profiles",)
    assert manifest.libraries["numpy"] == np.__version__
    folder = published / manifest.version
    on_disk = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert {*manifest.files, MANIFEST} == on_disk


def test_bundle_version_is_the_time_in_utc_and_a_digest_of_the_content(tmp_path: Path) -> None:
    east = timezone(timedelta(hours=5))
    first = publish_tiny(tmp_path)
    assert first.startswith("20240229T123015Z-")
    later = publish_tiny(tmp_path, created_at=CREATED.astimezone(east) + timedelta(days=1))
    assert later == first.replace("20240229", "20240301")
    other_seed = publish_tiny(tmp_path, seed=8)
    assert other_seed[:16] == first[:16]
    assert other_seed != first


def test_bundle_publish_without_a_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        publish_tiny(tmp_path, created_at=datetime(2024, 1, 1))
    assert versions(tmp_path) == ()


def test_bundle_load_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NoModel, match="recsys train"):
            load(folder)


@pytest.mark.parametrize("version", ["20200101T000000Z-00000000", "..", "", "current", "/etc"])
def test_bundle_load_of_an_unknown_version_names_the_known(published: Path, version: str) -> None:
    with pytest.raises(NoModel, match=f"holds {current(published)}"):
        load(published, version)


def test_bundle_scorers_are_all_that_the_models_package_has() -> None:
    found = set()
    for info in pkgutil.iter_modules(recsys.models.__path__):
        module = importlib.import_module(f"recsys.models.{info.name}")
        found |= {
            value
            for value in vars(module).values()
            if isinstance(value, type) and is_dataclass(value) and hasattr(value, "evidence")
        }
    assert found == set(SCORERS.values())


def test_bundle_tiny_model_has_a_scorer_of_every_class() -> None:
    model = tiny_model()
    assert {type(s) for s in (*model.paper_scorers, *model.author_scorers)} == set(SCORERS.values())


def test_bundle_loaded_can_be_published_again_with_the_same_content(
    published: Path, tmp_path: Path
) -> None:
    loaded: LoadedModel = load(published)
    assert publish_tiny(tmp_path, loaded.model) == loaded.version
