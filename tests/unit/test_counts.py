"""Counting terms: against counting them one by one, and which of them are kept."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.features.text import terms
from tests.small import dataset_of
from training.fit.counts import TermCounts, count_terms

TEXTS = st.lists(st.sampled_from(["graph", "Graphs", "node-link", "the", "chain"])).map(" ".join)
PAPERS = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6)


def counted(papers: list[tuple[str, str]], *, words: int = 1, pairs: int = 1, most: int = 99):
    """The counts of papers given as (title, abstract)."""
    rows = [
        {"paper_id": f"p{row}", "title": title, "abstract": abstract}
        for row, (title, abstract) in enumerate(papers)
    ]
    dataset = dataset_of(papers=rows)
    return count_terms(
        dataset.papers, fewest_papers=words, fewest_papers_of_a_pair=pairs, most_terms=most
    )


def table(found: TermCounts) -> list[dict[str, float]]:
    """Each paper's terms and their counts."""
    dense = found.counts.toarray()
    return [
        {str(name): float(value) for name, value in zip(found.names, row, strict=True) if value}
        for row in dense
    ]


@given(papers=PAPERS)
def test_counts_any_papers_are_those_of_counting_one_by_one(papers):
    expected = []
    for title, abstract in papers:
        said = Counter(terms(title))
        whole = Counter({term: 2 * n for term, n in said.items()}) + Counter(terms(abstract))
        expected.append(dict(whole))
    found = counted(papers)
    assert table(found) == expected
    assert list(found.names) == sorted(found.names)
    assert found.is_pair.tolist() == [" " in name for name in found.names]
    assert found.counts.has_canonical_format


def test_counts_a_pair_never_reaches_over_the_end_of_a_text():
    assert list(counted([("graph", "node"), ("chain", "link")]).names) == [
        "chain",
        "graph",
        "link",
        "node",
    ]


def test_counts_a_term_of_too_few_papers_is_left_out():
    papers = [("graph node", ""), ("graph node", ""), ("graph chain chain", "")]
    assert list(counted(papers, words=2, pairs=2).names) == ["graph", "graph node", "node"]
    assert list(counted(papers, words=2, pairs=3).names) == ["graph", "node"]


def test_counts_a_term_of_more_than_a_fifth_is_left_out_where_papers_are_many():
    papers = [("graph", f"chain{row % 20}") for row in range(200)]
    assert "graph" not in counted(papers).names
    assert "graph" in counted(papers[:20]).names


def test_counts_words_go_before_pairs_and_the_commoner_before_the_rarer():
    papers = [("graph node", ""), ("graph node", ""), ("graph", "chain")]
    assert list(counted(papers, most=2).names) == ["graph", "node"]
    assert list(counted(papers, most=4).names) == ["chain", "graph", "graph node", "node"]


@pytest.mark.parametrize("papers", [[("", "")], [("$x$", "the of"), ("", "")]])
def test_counts_texts_without_a_word_have_no_terms(papers):
    found = counted(papers)
    assert found.counts.shape == (len(papers), 0)
    assert len(found.names) == 0
    assert found.is_pair.dtype == np.bool_
