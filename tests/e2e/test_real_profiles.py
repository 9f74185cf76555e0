"""The real saved pages as profiles to browse: what stood on the pages stands on ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from recsys.data.build import build_dataset
from recsys.data.checked import check_tables
from serving.client import RecsysClient
from tests.served import served
from tests.small import train
from training.sources.merge import merge_pages
from training.sources.page_files import read_pages

SHARED = Path(__file__).parents[2].parent / "shared"
pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def client() -> Iterator[RecsysClient]:
    files = sorted((SHARED / "seeds").glob("00*.txt"))
    if not files:
        pytest.skip("the real pages are not beside the repository")
    tables, _ = check_tables(merge_pages(read_pages(files, as_of=date(2026, 6, 15))))
    model = train(build_dataset(tables)).model
    with served(model) as address, RecsysClient(address, deadline_s=30) as asking:
        yield asking


def test_researcher_profile_tells_what_its_page_told(client: RecsysClient) -> None:
    told = client.explore.profile("authors/qi-tian")
    author = told.author
    assert (author.display_name, [*author.affiliations]) == ("Qi Tian", [])
    assert (author.trust, author.trust_label, author.verification_level) == (21, "Emerging", 1)
    assert author.open_to_collaborate
    assert not author.claimed
    assert (told.work_count, told.follower_count) == (73, 0)
    assert len(told.topics) > 8
    works = client.catalog.works("authors/qi-tian", k=200)
    assert len(works.papers) == 73
    assert works.papers[0].published_time.ToDatetime().year == 2026


def test_scored_author_page_tells_its_figures(client: RecsysClient) -> None:
    told = client.explore.profile("authors/xinmei-tian")
    assert (told.author.h_index, told.author.citations) == (34, 4246)
    assert told.work_count == 50
    assert {topic.display_name for topic in told.topics[:2]} == {"CV", "LG"}
    assert told.collaborators[0].joint_paper_count > 1
    works = client.catalog.works("authors/xinmei-tian", k=200).papers
    assert any(paper.code for paper in works)
    assert not all(paper.code for paper in works)


def test_everybody_with_a_page_of_papers_is_found_by_name(client: RecsysClient) -> None:
    for name in ("qi tian", "XINMEI", "jianxin wu", "hu guosheng"):
        found = client.explore.search(name).authors
        assert found
        assert found[0].work_count > 15
