"""Where a title ends and the names begin, and what a name looks like."""

from __future__ import annotations

import pytest

from training.sources.names import is_author_line, name_key, name_keys, split_names
from training.sources.title_border import Heading, split_heading


@pytest.mark.parametrize(
    ("title", "names", "tail"),
    [
        ("Counting Gulls", "Bo Li", ""),
        ("Adapters for ConvNets", "Hao Poe, Ran Oak, Jo Elm", " et al. · cmu, pku"),
        ("A Survey of KV Heads for LLM", "Hao Poe, Jo Elm, Li Ash", " et al."),
        ("Who Reasons?", "Jie Poe, Jo Elm", ""),
        ("Fast! Faster (Extended)", "Zoë Poe", ""),
        ("Trained on 2040", "Yun-Hao Poe, Jo Elm", ""),
        ("Tiny Sets: Hypothesis, Theory, and Algorithm", "Guo-Hua Poe, Jo Elm", ""),
        ("GPLQ: General, Practical, and Lightning", "Guang Poe, Jo Elm, Li Ash", ""),
        ("On the Algorithm-, and Data- Efficiency", "Yun-Hao Poe", ""),
        ("Detecting Gulls in 3D", "Eva van der Berg, Cy O'Hara, Oisin Mac Aodha", " et al."),
        ("Networks", "Yann LeDuc", ""),
        ("Networks", "Ada McPherson, Yann LeDuc", ""),
        ("Comparing GhostNet, MambaNet and Swin", "Hao Poe, Yann LeDuc", ""),
        ("t-SNE for LaTeX", "J. R. Poe, L. Elm", ""),
        ("t-SNE", "J.-P. Poe", ""),
        ("CenterNet++", "Kai Poe, Jo Elm, Li Ash", " et al."),
        ("Apprendre à voir", "Élodie Poe, Łukasz Elm", ""),
        ("Rethinking DeBERTa", "Hao Poe", ""),
        ("From DeepMind, Google, and OpenAI", "Hao Poe, Li Fei", ""),
    ],
)
def test_heading_glued_is_split_at_the_first_name(title: str, names: str, tail: str) -> None:
    heading = split_heading(f"{title}{names}{tail}")
    assert heading.title == title
    assert list(heading.authors) == names.split(", ")
    assert heading.truncated == ("et al." in tail)
    assert heading.affiliations == (("cmu", "pku") if "cmu" in tail else ())


@pytest.mark.parametrize(
    "title", ["Introducing PyTorch", "Counting gulls", "A", "what OpenAI does for a living", "·"]
)
def test_heading_without_names_stays_a_title(title: str) -> None:
    assert split_heading(title) == Heading(title)


def test_heading_doubtful_border_is_settled_by_known_names() -> None:
    line = "Notes on the PlanetMadonna"
    assert split_heading(line) == Heading(line)
    known = split_heading(line, name_keys(["Madonna"]))
    assert (known.title, known.authors) == ("Notes on the Planet", ("Madonna",))


def test_heading_of_great_length_is_split_quickly() -> None:
    line = "Many Words AndMore, " * 5000 + "The EndAda Poe, Bo Li"
    assert split_heading(line).authors == ("Ada Poe", "Bo Li")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Ada Poe", True),
        ("Ada Poe, Bo Li and Cy Wu", True),
        ("Wan Chaoqun, Madonna et al.", True),
        ("Madonna", False),
        ("Gulls are counted.", False),
        ("We count gulls, terns, and others", False),
        ("", False),
    ],
)
def test_author_line_is_told_from_text(line: str, wanted: bool) -> None:
    assert is_author_line(line) == wanted


def test_split_names_says_whether_more_follow() -> None:
    assert split_names("Ada Poe, Bo Li et al.") == (["Ada Poe", "Bo Li"], True)
    assert split_names("Ada Poe; Bo Li") == (["Ada Poe", "Bo Li"], False)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Chen-Lin Zhang", "Chenlin Zhang"),
        ("Dana Ödegård", "dana odegard"),
        ("Łukasz Poe", "Lukasz  Poe"),
        ("J.R. Poe", "J. R. Poe"),
        ("Cy O'Hara", "Cy O\u2019Hara"),
    ],
)
def test_name_key_is_the_same_for_two_spellings(left: str, right: str) -> None:
    assert name_key(left) == name_key(right)


@pytest.mark.parametrize(
    ("left", "right"), [("Hao Yu", "Yu Hao"), ("J. Wu", "Jianxin Wu"), ("李明", "王明")]
)
def test_name_key_keeps_different_people_apart(left: str, right: str) -> None:
    assert name_key(left) != name_key(right)
