"""`import recsys` in a notebook: the same answers as everywhere, as frames."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pandas as pd
import pytest

import recsys
from recsys import notebook
from recsys.errors import BadInput, NotInstalled, UnknownPaper
from recsys.frames import OpenModel
from recsys.recommender import Recommender
from recsys.storage.dataset_folder import write_tables
from tests.e2e.command_line import json_line, quick_settings, recsys_here
from tests.worlds import OLD_ARXIV_ID, publish_tiny, tiny_model, tiny_tables

TABLES = {
    "papers": pd.DataFrame(
        {
            "paper_id": [f"p{n}" for n in range(8)],
            "title": [f"{field} {n}" for field in ("graph", "protein") for n in range(4)],
        }
    ),
    "interactions": pd.DataFrame(
        {
            "user_id": ["u1", "u1", "u2", "u2"],
            "paper_id": ["p0", "p1", "p4", "p5"],
            "kind": ["save"] * 4,
        }
    ),
}


@pytest.fixture(scope="module")
def tiny() -> OpenModel:
    return OpenModel(tiny_model(), "")


def test_recommend_gives_the_list_of_the_recommender(tiny: OpenModel) -> None:
    asked = Recommender(tiny.model)
    expected = asked.recommend_papers(asked.user("reader"), k=5)
    frame = tiny.recommend("reader", k=5)
    assert list(frame["title"]) == [one.title for one in expected.results]
    assert list(frame["score"]) == [one.score for one in expected.results]
    assert list(frame["rank"]) == [1, 2, 3, 4, 5]
    assert frame["paper_id"].isin(tiny.papers["paper_id"]).all()
    assert frame["reasons"].str.len().gt(0).any()
    assert frame.attrs["missing"] == expected.missing


def test_answers_for_profiles_topics_papers_and_people_are_frames(tiny: OpenModel) -> None:
    author = tiny.authors.sort_values("papers")["author_id"].iloc[-1]
    paper = tiny.papers["paper_id"].iloc[0]
    assert len(tiny.recommend(f"authors/{author}", k=3)) == 3
    assert set(tiny.rank("graph", k=2)["strategy"]) == {"text"}
    assert paper not in set(tiny.rank(liked=[paper], k=3)["paper_id"])
    assert paper not in set(tiny.similar(paper, k=3)["paper_id"])
    people = tiny.collaborators("reader", k=3)
    assert people["author_id"].isin(tiny.authors["author_id"]).all()


def test_explain_tells_what_the_list_tells_of_the_paper(tiny: OpenModel) -> None:
    first = tiny.recommend("reader", k=1).iloc[0]
    told = tiny.explain("reader", first["paper_id"])
    assert "; ".join(told["text"]) == first["reasons"]
    assert told.attrs["score"] == first["score"]
    assert told["share"].between(0, 1).all()
    assert told["share"].is_monotonic_decreasing


def test_explain_speaks_of_what_is_read_and_is_silent_on_what_was_dismissed(
    tiny: OpenModel,
) -> None:
    assert tiny.explain("reader", "g1").attrs["score"] > 0
    dismissed = tiny.explain("reader", OLD_ARXIV_ID)
    assert (len(dismissed), dismissed.attrs["score"]) == (0, 0)


def test_explain_of_an_unknown_paper_says_so(tiny: OpenModel) -> None:
    with pytest.raises(UnknownPaper, match="'nowhere'"):
        tiny.explain("reader", "nowhere")


def test_train_on_frames_gives_a_model_that_knows_their_users() -> None:
    model = recsys.train(TABLES)
    assert model.version == ""
    assert "p2" in set(model.recommend("u1", k=2)["paper_id"])
    assert set(model.recommend("u1")["paper_id"]).isdisjoint({"p0", "p1"})


def test_train_on_frames_without_a_column_says_which() -> None:
    with pytest.raises(BadInput, match="'paper_id'"):
        recsys.train({"papers": TABLES["papers"].drop(columns="paper_id")})


def test_read_tables_gives_checked_frames_and_what_was_set_aside(tmp_path: Path) -> None:
    write_tables(tmp_path, tiny_tables())
    with (tmp_path / "follows.csv").open("w") as follows:
        follows.write("user_id,author_id\nreader,ada\nreader,nobody-at-all\n")
    (tmp_path / "follows.parquet").unlink()
    tables = recsys.read_tables(tmp_path)
    pd.testing.assert_frame_equal(tables["papers"], tiny_tables().papers)
    assert list(tables["follows"]["author_id"]) == ["ada"]
    assert list(tables["rejected"]["table"]) == ["follows"]


def test_open_model_answers_as_the_published_one(tmp_path: Path) -> None:
    version = publish_tiny(tmp_path)
    model = recsys.open_model(tmp_path)
    assert model.version == version
    pd.testing.assert_frame_equal(model.recommend("reader"), recommended_by_the_tiny_model())


def recommended_by_the_tiny_model() -> pd.DataFrame:
    return OpenModel(tiny_model(), "").recommend("reader")


def test_evaluate_gives_the_figures_of_the_command(tmp_path: Path) -> None:
    write_tables(tmp_path / "dataset", tiny_tables())
    (tmp_path / "dataset" / "test.csv").write_text("user_id,paper_id\nreader,g4\n")
    quick = quick_settings(tmp_path)
    figures = recsys.evaluate(tmp_path / "dataset", ks=(8,), config=quick)
    words = ("evaluate", "papers", "dataset", "--config", quick, "--k", 8, "--json", "-")
    told = json_line(recsys_here(*words, cwd=tmp_path))["results"]
    assert figures.to_dict(orient="index") == told


def test_train_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = EntryPoint("train", "no_such_module:train", notebook.GROUP)
    monkeypatch.setattr(notebook, "entry_points", lambda **_: [lost])
    with pytest.raises(NotInstalled, match="'no_such_module'; install the extra 'training'"):
        recsys.train(TABLES)
    monkeypatch.setattr(notebook, "entry_points", lambda **_: [])
    with pytest.raises(NotInstalled, match="evaluate is not installed"):
        recsys.evaluate("anywhere")


def test_names_of_the_library_are_listed_and_others_are_no_attributes() -> None:
    assert {name for name in recsys.__all__ if not getattr(recsys, name)} == set()
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        recsys.nothing_of_the_kind  # noqa: B018
