"""The real pages and datasets beside the repository: every paper arrives, and the counts hold."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from recsys.data.checked import check_tables
from recsys.data.tables import Tables
from recsys.storage.dataset_folder import read_evaluation, read_tables
from training.sources.merge import NamedPage, merge_pages
from training.sources.page_files import page_notes, read_pages

SHARED = Path(__file__).parents[2].parent / "shared"
pytestmark = pytest.mark.real_data

# Start of the file's name: kind, papers on the page, papers stated, names on the page.
PAGES = {
    "000": ("paper list", 32, None, 68),
    "001": ("researcher profile", 73, 73, 1),
    "002": ("paper list", 50, None, 40),
    "003": ("arXiv listing", 10, None, 0),
    "004": ("author page", 50, 54, 76),
}
DATASETS = {
    "acl-2022-collaborators": ("collaborators", 72529, 18018),
    "acl-2022-feed": ("papers", 80977, 7079),
    "acl-reading-lists": ("queries", 80977, 579),
    "citeulike-a-cf1": ("papers", 16980, 199435),
    "citeulike-a-cf10": ("papers", 16980, 149476),
    "citeulike-a-new-papers": ("papers", 16980, 20158),
    "lastfm-follows": ("papers", 17632, 18567),
}


@pytest.fixture(scope="module")
def pages() -> list[NamedPage]:
    files = sorted((SHARED / "seeds").glob("00*.txt"))
    if not files:
        pytest.skip("the real pages are not beside the repository")
    return read_pages(files, as_of=date(2026, 6, 15))


@pytest.fixture(scope="module")
def merged(pages: list[NamedPage]) -> Tables:
    tables, rejected = check_tables(merge_pages(pages))
    assert rejected.empty
    return tables


def test_real_pages_have_the_papers_they_list(pages: list[NamedPage]) -> None:
    found = {
        Path(named.file).name[:3]: (
            named.page.kind,
            len(named.page.papers),
            named.page.stated_papers,
            len(set(named.page.names())),
        )
        for named in pages
    }
    assert found == PAGES
    assert not any(named.page.skipped for named in pages)


def test_real_pages_every_paper_has_title_and_abstract(pages: list[NamedPage]) -> None:
    for named in pages:
        for paper in named.page.papers:
            assert len(paper.abstract) > 200, (named.file, paper.line)
            if named.page.kind != "arXiv listing":
                assert 2 <= len(paper.title.split()) <= 25, paper.title
                assert not any(name in paper.title for name in paper.authors)
            if named.page.kind in ("paper list", "author page"):
                assert 1 <= len(paper.authors) <= 3
                assert all(2 <= len(name.split()) <= 3 for name in paper.authors)
                assert paper.truncated <= (len(paper.authors) == 3)


def test_real_pages_merge_into_one_dataset(merged: Tables, pages: list[NamedPage]) -> None:
    assert (len(merged.papers), len(merged.authors)) == (205, 182)
    assert (merged.papers["arxiv_id"] != "").sum() == 10
    assert not merged.papers["title"].str.startswith("arXiv:").any()
    assert merged.papers["published_at"].notna().all()
    works = merged.authorships["author_id"].value_counts()
    assert works["qi-tian"] == 73
    assert works["xinmei-tian"] == 50
    notes = page_notes(pages, merged.papers)
    assert [note.split(" ", 1)[1] for note in notes] == ["states 54 papers and lists 50."]


def test_real_pages_a_title_with_commas_and_a_camel_word_is_split_right(merged: Tables) -> None:
    titles = set(merged.papers["title"])
    assert (
        "Practical Network Acceleration with Tiny Sets: Hypothesis, Theory, and Algorithm" in titles
    )
    assert "Practical Network Acceleration with Tiny Sets" in titles
    assert "Effectively Compress KV Heads for LLM" in titles
    assert "Who Reasons in the Large Language Models?" in titles


@pytest.mark.parametrize("name", DATASETS)
def test_real_dataset_reads_without_a_reject_in_seconds(name: str) -> None:
    folder = SHARED / "data" / name
    if not folder.is_dir():
        pytest.skip("the real datasets are not beside the repository")
    begun = time.perf_counter()
    tables, rejected = read_tables(folder)
    evaluation = read_evaluation(folder)
    task, n_papers, n_test = DATASETS[name]
    assert rejected.empty
    assert (evaluation.task, len(tables.papers), len(evaluation.test)) == (task, n_papers, n_test)
    # About two seconds here; the limit only catches a check that went row by row.
    assert time.perf_counter() - begun < 30
