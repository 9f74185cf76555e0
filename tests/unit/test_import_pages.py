"""Each kind of page is told from its content and read whole."""

from __future__ import annotations

from datetime import date

import pytest

from recsys.errors import BadInput
from tests.unit.pages import AUTHOR, LISTING, PAPER_LIST, PROFILE
from training.sources.detect import parse_page
from training.sources.page import Page

AS_OF = date(2026, 6, 15)


def parse(text: str) -> Page:
    return parse_page(text, as_of=AS_OF)


def test_profile_gives_the_person_and_her_figures() -> None:
    page = parse(PROFILE)
    assert page.kind == "researcher profile"
    assert page.owner is not None
    assert page.owner.name == "Dana Ödegård"
    assert page.owner.facts == {
        "affiliations": ["Harbour University"],
        "open_to_collaborate": True,
        "trust": 34.5,
        "trust_label": "Growing",
        "verification_level": 2,
        "claimed": True,
        "works": 3,
        "followers": 1204,
        "topics": 5,
        "close_collaborators": 2,
    }
    assert page.stated_papers == 3


def test_profile_without_an_affiliation_gives_none() -> None:
    page = parse(PROFILE.replace("Harbour University", "Affiliation not imported"))
    assert page.owner is not None
    assert "affiliations" not in page.owner.facts


def test_profile_not_claimed_says_so() -> None:
    page = parse(PROFILE.replace("Claimed author", "Unclaimed author"))
    assert page.owner is not None
    assert page.owner.facts["claimed"] is False


def test_profile_works_have_year_title_abstract_and_venue() -> None:
    papers = parse(PROFILE).papers
    assert [(p.title, p.published, p.exact_day, p.venue) for p in papers] == [
        ("Tide Tables from Sparse $k$-Buoys", date(2024, 1, 1), False, "arXiv"),
        ("Counting Gulls", date(2021, 1, 1), False, "arXiv"),
        ("On Herring", date(1998, 1, 1), False, "Journal of Sea Birds"),
    ]
    assert papers[0].abstract.startswith("We predict tides")
    assert papers[0].abstract.endswith("a whole bay.")
    assert [paper.code for paper in papers] == [None] * 3


def test_author_page_gives_the_person_and_her_figures() -> None:
    page = parse(AUTHOR)
    assert page.kind == "author page"
    assert page.owner is not None
    assert page.owner.name == "Dana Odegard"
    assert page.owner.facts == {
        "field": "CV",
        "h_index": 12,
        "papers": 4,
        "citations": 1024,
        "novelty": 48.5,
        "ai_score": 71,
    }
    assert page.stated_papers == 4
    assert len(page.papers) == 3


def test_author_page_papers_have_names_field_day_and_flag() -> None:
    gulls, dropout, impossible = parse(AUTHOR).papers
    assert gulls.title == "Counting Gulls"
    assert gulls.authors == ("Bo Li", "Cy O'Hara-Wu", "Eva van der Berg")
    assert gulls.truncated
    assert gulls.affiliations == ("hu", "mit")
    assert gulls.abstract == "Gulls are counted from the air."
    assert (gulls.published, gulls.field, gulls.code) == (date(2021, 6, 3), "CV", True)
    # A title of two capitalised words is no name: it stands first.
    assert (dropout.title, dropout.authors) == ("Continuous Dropout", ("Dana Odegard",))
    assert (dropout.field, dropout.published) == ("QUANT-PH", date(2026, 4, 28))
    assert impossible.published is None
    assert impossible.code is False


@pytest.mark.parametrize("page", [PROFILE, AUTHOR, LISTING])
def test_page_without_its_blank_lines_reads_the_same(page: str) -> None:
    dense = "\r\n".join(line for line in page.split("\n") if line)
    found, wanted = parse(dense), parse(page)
    assert found.owner == wanted.owner
    assert [p.title for p in found.papers] == [p.title for p in wanted.papers]
    assert [p.authors for p in found.papers] == [p.authors for p in wanted.papers]


def test_paper_list_has_scores_days_and_no_owner() -> None:
    page = parse(PAPER_LIST)
    assert page.kind == "paper list"
    assert page.owner is None
    survey, reads, _ = page.papers
    assert survey.title == "Gulls, Terns, and Other Birds: A Survey for ConvNets"
    assert survey.authors == ("Yun-Hao Ng", "Bo Li", "Cy O'Hara-Wu")
    assert survey.affiliations == ("hu",)
    assert (survey.score, survey.field, survey.published) == (96.6, "LG", date(2026, 6, 2))
    assert (reads.title, reads.authors) == ("Who Reads the LLM", ("Li Wei",))
    assert (reads.score, reads.code, reads.published) == (None, True, date(2024, 2, 14))


def test_paper_list_header_with_nothing_below_is_skipped_with_its_line() -> None:
    page = parse("CVMay 7, 2020\nCVMay 8, 2020\nCounting GullsBo Li\nGulls.\n")
    assert [paper.title for paper in page.papers] == ["Counting Gulls"]
    assert page.skipped == ((1, "a header with no title below it"),)


def test_arxiv_listing_has_ids_days_comments_and_references() -> None:
    page = parse(LISTING)
    assert page.kind == "arXiv listing"
    ice, knots = page.papers
    assert ice.abstract.startswith("Sea ice")
    assert ice.abstract.endswith("camera.")
    assert ice.arxiv_id == "2005.01234"
    assert ice.comments == "12 pages, 3 figures"
    assert ice.journal_ref == "Harbour Letters 9 (2020) 1-12"
    assert ice.doi == "10.1234/hl.2020-9.1"
    assert ice.published == date(2020, 5, 6)
    assert (knots.arxiv_id, knots.published) == ("hep-th/9901001", date(1999, 1, 4))
    assert (knots.abstract, knots.comments) == ("Strings are tied in knots.", "")


def test_arxiv_listing_text_without_an_id_is_skipped() -> None:
    page = parse(LISTING + "\nAn abstract that the page cuts off\n")
    assert len(page.papers) == 2
    assert [reason for _, reason in page.skipped] == ["text with no arXiv id below it"]


@pytest.mark.parametrize("text", ["", "\n\n", "Dear diary,\ntoday I read a paper.", "\x00\x01"])
def test_page_of_no_known_kind_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no known kind"):
        parse(text)
