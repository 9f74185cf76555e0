"""The same paper on two pages is one paper, the same person one author."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from recsys.data.checked import check_tables
from recsys.data.tables import Tables
from tests.unit.pages import AUTHOR, LISTING, PAPER_LIST, PROFILE
from training.sources.detect import parse_page
from training.sources.merge import NamedPage, author_id, merge_pages, paper_id
from training.sources.page import Page, PagePaper, Person
from training.sources.same_paper import group_entries, title_key

AS_OF = date(2026, 6, 15)
ABSTRACT = " ".join(f"word{place}" for place in range(60))


def merged(*pages: Page) -> Tables:
    return check_tables(merge_pages([NamedPage(f"{n}.txt", p) for n, p in enumerate(pages)]))[0]


def read(*texts: str) -> Tables:
    return merged(*(parse_page(text, as_of=AS_OF) for text in texts))


def names_of(tables: Tables, title: str) -> list[str]:
    papers = tables.papers.set_index("title")["paper_id"]
    rows = tables.authorships[tables.authorships["paper_id"] == papers[title]]
    return rows.sort_values("position")["author_id"].tolist()


def test_merge_same_title_on_two_pages_is_one_paper() -> None:
    tables = read(PROFILE, AUTHOR)
    gulls = tables.papers[tables.papers["title"] == "Counting Gulls"]
    assert len(gulls) == 1
    assert len(tables.papers) == 5
    row = gulls.iloc[0]
    # The profile gives the year and the venue, the author page the day, field and flag.
    assert row["published_at"].isoformat() == "2021-06-03T00:00:00+00:00"
    assert (row["venue"], row["field"], bool(row["code"])) == ("arXiv", "CV", True)
    assert row["categories"] == ["CV"]
    assert row["affiliations"] == ["hu", "mit"]


def test_merge_same_person_on_two_pages_is_one_author_with_all_figures() -> None:
    tables = read(PROFILE, AUTHOR)
    dana = tables.authors[tables.authors["author_id"] == "dana-odegard"]
    assert len(dana) == 1
    row = dana.iloc[0]
    assert (row["h_index"], row["citations"], row["works"]) == (12, 1024, 3)
    assert (row["trust"], row["trust_label"], row["verification_level"]) == (34.5, "Growing", 2)
    assert bool(row["claimed"])
    assert bool(row["open_to_collaborate"])
    assert row["affiliations"] == ["Harbour University"]


def test_merge_owner_is_an_author_of_every_paper_behind_the_names_shown() -> None:
    tables = read(AUTHOR)
    shown = ["bo-li", "cy-oharawu", "eva-van-der-berg"]
    assert names_of(tables, "Counting Gulls") == [*shown, "dana-odegard"]
    assert names_of(tables, "A Paper of an Impossible Day") == ["bo-li", "dana-odegard"]


def test_merge_longest_list_of_names_wins_and_others_are_added() -> None:
    left = Page("x", (PagePaper(1, "T", authors=("A Poe", "B Li"), truncated=True),))
    right = Page("x", (PagePaper(1, "t.", authors=("B Li", "C Wu", "A. Poe")),))
    tables = merged(left, right, Page("x", (PagePaper(1, "T", authors=("D Elm",)),)))
    assert names_of(tables, "T") == ["b-li", "c-wu", "a-poe", "d-elm"]


def test_merge_listing_finds_its_title_by_the_abstract() -> None:
    tables = read(LISTING, PAPER_LIST)
    row = tables.papers.set_index("paper_id").loc["arxiv:2005.01234"]
    assert row["title"] == "Sea Ice from the Shore: What a Camera on a Pier Can and Cannot See"
    assert row["doi"] == "10.1234/hl.2020-9.1"
    assert row["journal_ref"] == "Harbour Letters 9 (2020) 1-12"
    assert row["comments"] == "12 pages, 3 figures"
    assert row["url"] == "https://arxiv.org/abs/2005.01234"
    assert names_of(tables, row["title"]) == ["eva-van-der-berg", "bo-li"]


def test_merge_listing_without_a_match_is_kept_under_its_id() -> None:
    tables = read(LISTING, PAPER_LIST)
    row = tables.papers.set_index("paper_id").loc["arxiv:hep-th/9901001"]
    assert row["title"] == "arXiv:hep-th/9901001"
    assert row["abstract"] == "Strings are tied in knots."


def test_merge_in_any_order_finds_the_same_papers_and_people() -> None:
    pages = (PROFILE, AUTHOR, PAPER_LIST, LISTING)
    found = set()
    for order in permutations(pages):
        tables = read(*order)
        pairs = zip(tables.authorships["paper_id"], tables.authorships["author_id"], strict=True)
        ids = frozenset(tables.papers["paper_id"])
        found.add((ids, frozenset(tables.authors["author_id"]), frozenset(pairs)))
    assert len(found) == 1


def test_merge_similar_abstracts_of_one_page_stay_two_papers() -> None:
    papers = (PagePaper(1, "A Thing", ABSTRACT), PagePaper(2, "A Thing, Extended", ABSTRACT))
    assert group_entries([(0, paper) for paper in papers]) == [[0], [1]]


def test_merge_similar_abstracts_on_two_pages_are_one_paper() -> None:
    left = PagePaper(1, "A Thing", ABSTRACT)
    right = PagePaper(1, "A Thing, Retitled", ABSTRACT.upper().replace(" ", ", "))
    assert group_entries([(0, left), (1, right)]) == [[0, 1]]


def test_merge_short_abstracts_say_nothing() -> None:
    left, right = PagePaper(1, "One", "We count gulls."), PagePaper(1, "Two", "We count gulls.")
    assert group_entries([(0, left), (1, right)]) == [[0], [1]]


def test_merge_different_arxiv_ids_are_never_one_paper() -> None:
    left = PagePaper(1, "Introduction", ABSTRACT, arxiv_id="2001.00001")
    right = PagePaper(1, "Introduction", ABSTRACT, arxiv_id="2001.00002")
    assert group_entries([(0, left), (1, right)]) == [[0], [1]]


def test_merge_most_similar_abstract_is_taken_first() -> None:
    words = ABSTRACT.split()
    close = PagePaper(1, "Close", " ".join([*words[:-1], "other"]))
    closer = PagePaper(2, "Closer", ABSTRACT)
    listed = PagePaper(1, "", ABSTRACT, arxiv_id="2001.00001")
    assert group_entries([(0, close), (0, closer), (1, listed)]) == [[0], [1, 2]]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"E^2-LLM: Bridging \textbf{Signals}", "E2-LLM: bridging signals"),
        ("$k$-NN   Search", "k-nn search"),
    ],
)
def test_title_key_is_the_same_for_two_spellings(left: str, right: str) -> None:
    assert title_key(left) == title_key(right)


def test_ids_are_the_same_for_every_spelling_and_never_too_long() -> None:
    assert author_id("Chen-Lin Zhang") == author_id("Chenlin Zhang") == "chenlin-zhang"
    assert paper_id("Any", "hep-th/9901001") == "arxiv:hep-th/9901001"
    assert paper_id("Few-Shot Gulls", "").startswith("few-shot-gulls-")
    assert paper_id("A B", "") != paper_id("A C", "")
    for text in ("漢" * 500, "word " * 500, "?!"):
        assert 0 < len(paper_id(text, "").encode()) <= 256
    assert 0 < len(author_id("漢" * 500).encode()) <= 256


def test_merge_skipped_entries_are_rejects_that_name_the_page() -> None:
    page = Page("x", (PagePaper(1, "T"),), skipped=((7, "no title"),))
    raw = merge_pages([NamedPage("a.txt", page)])
    _, rejected = check_tables(raw, max_reject_share=1)
    assert rejected.values.tolist() == [["papers", 7, "a.txt: no title"]]


def test_merge_commonest_spelling_of_a_name_is_shown() -> None:
    spellings = ("Chenlin Poe", "Chen-Lin Poe", "Chen-Lin Poe")
    papers = tuple(PagePaper(n, f"T{n}", authors=(s,)) for n, s in enumerate(spellings))
    assert merged(Page("x", papers)).authors["name"].tolist() == ["Chen-Lin Poe"]


def test_merge_owner_without_papers_is_still_an_author() -> None:
    page = Page("x", (), Person("Ada Poe", {"trust": 3.0}))
    tables = merged(page, Page("x", (PagePaper(1, "T"),)))
    assert tables.authors["name"].tolist() == ["Ada Poe"]
