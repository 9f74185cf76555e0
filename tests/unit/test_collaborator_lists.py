"""Everybody's collaborators in one file are those that each gets alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from recsys.data.resource_names import resource_id
from recsys.evaluation.task import unwatched
from recsys.models.model import Model
from recsys.ranking.filters import ANY_AUTHOR, AuthorFilter
from recsys.recommender import Recommender
from recsys.storage import collaborator_lists
from recsys.storage.collaborator_lists import CollaboratorLists
from serving.cli import register
from tests.worlds import publish_tiny, tiny_model

Row = tuple[str, int, str, float]


def written(path: Path) -> list[Row]:
    return [tuple(row.values()) for row in pq.read_table(path).to_pylist()]


def alone(ask: Recommender, askers: str, keep: AuthorFilter, k: int) -> list[Row]:
    """The same rows from one answer after the other."""
    data = ask.model.dataset
    found = []
    for asker in data.authors.ids if askers == "authors" else data.users.ids:
        reader = ask.author(asker) if askers == "authors" else ask.user(asker)
        answer = ask.suggest_collaborators(reader, keep=keep, k=k, explain=False)
        found += [
            (asker, line.rank, resource_id(line.id, "authors"), pytest.approx(line.score, rel=1e-4))
            for line in answer.results
            if line.strategy != "popular"
        ]
    return found


@pytest.mark.parametrize("askers", ["authors", "users"])
@pytest.mark.parametrize("keep", [ANY_AUTHOR, AuthorFilter(years_apart=1)], ids=["any", "apart"])
def test_collaborator_lists_are_what_each_gets_alone(
    tmp_path: Path, small_model: Model, askers: str, keep: AuthorFilter
) -> None:
    ask = Recommender(small_model)
    CollaboratorLists(ask, askers, keep, 7).write(
        tmp_path / "all.parquet", threads=2, on_block=unwatched
    )
    assert written(tmp_path / "all.parquet") == alone(ask, askers, keep, 7)


def test_collaborator_lists_do_not_depend_on_threads_and_groups(
    tmp_path: Path, small_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collaborator_lists, "_CELLS_PER_BLOCK", 1_000)
    monkeypatch.setattr(collaborator_lists, "_ROWS_PER_GROUP", 50)
    lists = CollaboratorLists(Recommender(small_model), "authors", ANY_AUTHOR, 5)
    told: list[tuple[int, int]] = []
    lists.write(tmp_path / "1", threads=1, on_block=lambda done, of: told.append((done, of)))
    lists.write(tmp_path / "3", threads=3, on_block=unwatched)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "3").read_bytes()
    n_authors = len(small_model.dataset.authors)
    assert told[-1] == (n_authors, n_authors)
    assert len(told) > 10


def test_collaborator_lists_leave_out_whoever_is_not_known(tmp_path: Path) -> None:
    lists = CollaboratorLists(Recommender(tiny_model()), "users", ANY_AUTHOR, 3)
    lists.write(tmp_path / "users", threads=1, on_block=unwatched)
    assert {row[0] for row in written(tmp_path / "users")} == {"reader", "u-ada", "u-eva"}


def test_collaborator_lists_that_are_broken_off_leave_the_old_file(tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt(done, of)

    path = tmp_path / "lists.parquet"
    path.write_text("the one before")
    lists = CollaboratorLists(Recommender(tiny_model()), "authors", ANY_AUTHOR, 3)
    with pytest.raises(KeyboardInterrupt):
        lists.write(path, threads=2, on_block=stop)
    assert path.read_text() == "the one before"
    assert list(tmp_path.iterdir()) == [path]


def test_batch_collaborators_writes_the_lists_that_a_bundle_gives(tmp_path: Path) -> None:
    publish_tiny(tmp_path / "models")
    app = typer.Typer()
    register(app)
    words = ["--models", tmp_path / "models", "--out", tmp_path / "out.parquet", "-k", 2]
    done = CliRunner().invoke(
        app, [str(word) for word in ("batch-collaborators", *words, "--exclude", "cleo")]
    )
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{tmp_path / 'out.parquet'}\n"
    keep = AuthorFilter(excluded=frozenset({"cleo"}))
    expected = alone(Recommender(tiny_model()), "authors", keep, 2)
    assert written(tmp_path / "out.parquet") == expected
