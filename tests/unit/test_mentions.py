"""Mentions of earlier papers in titles and abstracts: by name, and by author and year."""

from __future__ import annotations

from tests.small import dataset_of, people
from training.fit.mentions import Mentions, find_mentions
from training.fit.text import TextSettings, fit_texts

WRITERS = people("arden", "birch", "calder", "dale", "elm")


def paper(id_: str, date: str, title: str, abstract: str = "") -> dict[str, str]:
    dated = {"published_at": date} if date else {}
    return {"paper_id": id_, "title": title, "abstract": abstract, **dated}


def mentions_of(*papers: dict[str, str], **teams: tuple[str, ...]) -> Mentions:
    made = dataset_of(papers=papers, authors=WRITERS, authorships=teams)
    texts = fit_texts(made.papers, TextSettings(topics=2), seed=1)
    return find_mentions(made, texts.space.papers)


def pairs(mentions: Mentions) -> list[tuple[int, int]]:
    """(mentioned, by whom) as places in the list of papers."""
    mentioned, by = mentions.all().nonzero()
    return sorted(zip(mentioned.tolist(), by.tolist(), strict=True))


def test_name_before_a_colon_is_mentioned_by_later_papers_that_use_it():
    found = mentions_of(
        paper("a", "2019-01-01", "FERN: trees for parsing"),
        paper("b", "2020-01-01", "Fine-tuning FERN"),
        paper("c", "2020-06-01", "Parsing again", "We start from Fern-like trees and FERN."),
        paper("d", "2020-06-01", "A fern in the woods"),
    )
    assert pairs(found) == [(0, 1), (0, 2)]


def test_name_that_is_an_everyday_word_is_no_mention():
    found = mentions_of(
        paper("a", "2010-01-01", "Summarization: ways and means"),
        paper("b", "2011-01-01", "On summarization", "We study summarization."),
        paper("c", "2012-01-01", "More", "Summarization is hard. Short summarization is harder."),
    )
    assert pairs(found) == []


def test_name_that_shortens_something_is_no_mention():
    found = mentions_of(
        paper("a", "2010-01-01", "SMT: a talk"),
        paper("b", "2011-01-01", "Statistical machine translation (SMT) at work"),
        paper("c", "2012-01-01", "On statistical machine translation (SMT)"),
    )
    assert pairs(found) == []


def test_name_in_use_before_its_title_is_no_mention():
    early = [paper(f"e{n}", "2001-01-01", f"GROVE helps again, part {n}") for n in range(3)]
    late = [paper(f"l{n}", "2011-01-01", f"GROVE is with us, part {n}") for n in range(3)]
    assert pairs(mentions_of(*early, paper("a", "2010-01-01", "GROVE: ten years"), *late)) == []


def test_dash_makes_a_name_only_of_a_word_that_stands_out():
    found = mentions_of(
        paper("a", "2000-01-01", "English - Malay dictionaries"),
        paper("b", "2001-01-01", "MultiTree - a treebank"),
        paper("c", "2002-01-01", "English MultiTree parsing"),
    )
    assert pairs(found) == [(1, 2)]


def test_own_name_is_no_mention_of_others():
    found = mentions_of(
        paper("a", "2019-01-01", "FERN: trees for parsing"),
        paper("b", "2020-01-01", "Fine-tuning FERN"),
        paper("c", "2020-02-01", "Probing FERN"),
        a=("arden", "birch"),
        b=("birch",),
        c=("calder",),
    )
    assert pairs(found) == [(0, 2)]


def test_names_without_dates_are_mentioned_by_all_others():
    found = mentions_of(paper("a", "", "FERN: trees"), paper("b", "", "Using FERN"))
    assert pairs(found) == [(0, 1)]


def test_reference_by_author_and_year_is_a_mention():
    found = mentions_of(
        paper("a", "2002-07-01", "Measuring translation by machine"),
        paper("b", "2004-07-01", "Summaries and their measure"),
        paper("c", "2009-01-01", "Translation, measured", "As Arden et al. (2002) did."),
        paper("d", "2009-02-01", "Summaries", "A summary (Calder, 2004)."),
        paper("e", "2009-03-01", "On both", "Birch and Dale (2002) measure translation by hand."),
        a=("arden", "birch"),
        b=("calder",),
        c=("dale",),
        d=("elm",),
        e=("elm",),
    )
    assert pairs(found) == [(0, 2), (1, 3)]


def test_reference_that_fits_two_papers_alike_is_no_mention():
    found = mentions_of(
        paper("a", "2002-07-01", "Measuring translation"),
        paper("b", "2002-08-01", "Measuring translation"),
        paper("c", "2009-01-01", "Translation measures", "Arden (2002) is measuring translation."),
        a=("arden",),
        b=("arden",),
        c=("dale",),
    )
    assert pairs(found) == []


def test_silent_papers_mention_nobody():
    found = mentions_of(
        paper("a", "2019-01-01", "FERN: trees for parsing"),
        paper("b", "2020-01-01", "Fine-tuning FERN"),
        paper("c", "2020-02-01", "Probing FERN"),
    )
    assert pairs(found.without([1])) == [(0, 2)]
    assert pairs(found) == [(0, 1), (0, 2)]
