"""No text makes a page parser fall over: it is refused as bad input, or read."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.data.checked import check_tables
from recsys.errors import BadInput
from training.sources.detect import PARSERS, parse_page
from training.sources.lines import page_lines
from training.sources.merge import NamedPage, merge_pages
from training.sources.names import name_key, name_score
from training.sources.same_paper import group_entries
from training.sources.title_border import split_heading

AS_OF = date(2026, 6, 15)
# Scraps of every kind of page, so that random pages reach deep into the parsers.
SCRAPS = st.sampled_from(
    [
        "Researcher profile",
        "Ada Poe",
        "ResearcherAffiliation not importedOpen to collaborate",
        "Trust 21 - EmergingVerification L1Unclaimed author",
        "73works",
        "Published work",
        "99999999999999999999 published item(s)",
        "preprint2026arXiv",
        "h-index34",
        "4,246citations",
        "54 Papers",
        "96.6LGJun 2",
        "CVFeb 30, 2024Code",
        "CVFeb 14, 0000",
        "A Title: Of Gulls, TernsAda Poe, Bo Li et al. · uni",
        "Ada Poe, Bo Li",
        "A sentence, which is short.",
        "arXiv:hep-th/9901001v3 - J. Th. - doi: 10.1/x",
        "arXiv:2208.07463",
        "Created: 2022-08-15",
        "Created: 2022-13-45",
        "",
        "9" * 5000 + "works",
    ]
)
PAGES = st.lists(SCRAPS | st.text(max_size=40), max_size=14).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(PAGES)
def test_parse_page_any_text_is_refused_or_read_and_merges(text: str) -> None:
    try:
        page = parse_page(text, as_of=AS_OF)
    except BadInput:
        return
    raw = merge_pages([NamedPage("a", page), NamedPage("b", page)])
    if not len(raw["papers"].frame):
        return
    tables, _ = check_tables(raw, max_reject_share=1.0)
    # A page merged with itself has nothing new.
    once = merge_pages([NamedPage("a", page)])
    assert len(raw["papers"].frame) == len(once["papers"].frame)
    assert tables.papers["paper_id"].is_unique
    assert tables.authors["author_id"].is_unique


@settings(max_examples=100, deadline=None)
@given(PAGES)
def test_each_parser_reads_any_page_that_it_claims(text: str) -> None:
    lines = page_lines(text)
    for kind, matches, parse in PARSERS:
        if matches(lines):
            page = parse(lines, AS_OF, frozenset())
            assert page.kind == kind
            assert all(paper.title or paper.arxiv_id for paper in page.papers)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | SCRAPS)
def test_split_heading_loses_no_letter(text: str) -> None:
    heading = split_heading(text)
    parts = [heading.title, *heading.authors, *heading.affiliations]
    letters = "".join(char for part in parts for char in part if char.isalnum())
    wanted = "".join(char for char in text if char.isalnum())
    assert letters == (wanted.replace("etal", "", 1) if heading.truncated else wanted)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_name_functions_any_text_give_a_score_and_a_stable_key(text: str) -> None:
    score = name_score(text)
    assert score is None or score <= 3.0
    assert name_key(name_key(text)) == name_key(text)


@settings(max_examples=100, deadline=None)
@given(PAGES, PAGES)
def test_group_entries_holds_each_place_once(left: str, right: str) -> None:
    entries = []
    for number, text in enumerate((left, right)):
        try:
            page = parse_page(text, as_of=AS_OF)
        except BadInput:
            continue
        entries += [(number, paper) for paper in page.papers]
    groups = group_entries(entries)
    assert sorted(place for group in groups for place in group) == [*range(len(entries))]
