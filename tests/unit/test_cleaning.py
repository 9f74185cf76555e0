"""What stands in titles and abstracts besides words, and what is left of it."""

from __future__ import annotations

import pytest

from recsys.features.cleaning import comparable, plain
from recsys.features.text import words


def one_space(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # LaTeX
        (r"\textbf{deep} \emph{Learning}", "deep Learning"),
        (r"{\it Deep} {L}earning with {DNA}", "Deep Learning with DNA"),
        (r"as \citep[p. 3]{him} and \citet*{her} say", "as and say"),
        (r"hy\-phen\-ation", "hyphenation"),
        (r"\LaTeX and {\TeX}book", "LaTeX and TeXbook"),
        (r"the \tau maximization of \varepsilon-skips", "the tau maximization of epsilon-skips"),
        (
            r"G\"odel, G\"{o}del, Erd\H{o}s, \'Etienne, Fa\c{c}ade",
            "Godel, Godel, Erdos, Etienne, Facade",
        ),
        (r"Schr{\"o}dinger and Stra\ss e, \O rsted", "Schrodinger and Strasse, Orsted"),
        # mathematics
        (r"An $O(n \log n)$ bound", "An bound"),
        (r"$k$-means and $n$-grams", "k-means and n-grams"),
        (r"$\ell_1$, \ell_1 and l_{0} norms", "l1, l1 and l0 norms"),
        (r"\(\alpha\)-divergence of \(x + y\)", "alpha-divergence of"),
        ("It costs $5 today, $10 tomorrow", "It costs $5 today, $10 tomorrow"),
        (r"$\beta_2$ receptors", "beta2 receptors"),
        # HTML
        ("Boundary &amp; region", "Boundary & region"),
        ("&amp;quot;Intelligent&amp;quot; programs", '"Intelligent" programs'),
        ("Web &#8211; The Missing Links", "Web - The Missing Links"),
        ("The <i>nesC</i> language, CO<sub>2</sub>", "The nesC language, CO2"),
        ("<p>One</p><p class='x'>Two</p><br/>Three", "One Two Three"),
        ("<jats:title>Aims</jats:title><jats:p>We</jats:p>", "Aims We"),
        ("<StuMaBa>: From Deep <Adjectif - Nom>", "<StuMaBa>: From Deep <Adjectif - Nom>"),
        ("a < b and b > c", "a < b and b > c"),
        # addresses and numbers of papers
        ("at https://example.org/a?b=c.", "at"),
        ("at www.example.org or me.too@mail.example.org now", "at or now"),
        ("doi:10.1101/gr.5105206 The value", "The value"),
        ("arXiv:2001.01234v2 and arXiv: hep-th/9901001 say", "and say"),
        ("PMID: 19778066 A strategy", "A strategy"),
        # rights
        ("Text. © 2012 Elsevier Ltd. All rights reserved", "Text."),
        ("Text. Copyright (c) 2010 The Authors. More", "Text. More"),
        ("Copyright, computers, dictionaries", "Copyright, computers, dictionaries"),
        # letters
        ("The ProtÃ©gÃ© plugin", "The Protégé plugin"),
        ("Proteinâ\x80\x93Ligand docking", "Protein-Ligand docking"),
        ("eﬃcient ﬂow", "efficient flow"),
        ("k–means — and t‑SNE", "k-means and t-SNE"),
        ("soft\u00adware", "software"),
        ("Ｆｕｌｌ width²", "Full width2"),
        ("", ""),
    ],
)
def test_plain_text_is_what_one_would_read_aloud(text: str, expected: str) -> None:
    assert one_space(plain(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Schrödinger", "schrodinger"),
        (
            "Łódź, Ørsted, Straße, Æsir, İstanbul, ıssız",
            "lodz, orsted, strasse, aesir, istanbul, issiz",
        ),
        ("TGF-β and NF-κB", "tgf-beta and nf-kappab"),
        ("Ελληνικά", "ελληνικα"),
        ("Ёлка", "елка"),
        ("가나다 がぎ 蛋白质", "가나다 がぎ 蛋白质"),
    ],
)
def test_comparable_text_has_small_letters_without_accents(text: str, expected: str) -> None:
    assert comparable(text) == expected


@pytest.mark.parametrize(
    "spelling",
    [
        *(
            "Schrödinger",
            "SCHRODINGER",
            "Schro\u0308dinger",
            r"Schr\"odinger",
            r"Schr{\"{o}}dinger",
        ),
        *("Schr&ouml;dinger", "Schr&amp;ouml;dinger", "SchrÃ¶dinger", "<i>Schrödinger</i>"),
    ],
)
def test_words_one_name_however_it_is_spelt_is_one_word(spelling: str) -> None:
    assert words(spelling) == ["schrodinger"]


@pytest.mark.parametrize(
    "spelling", ["$k$-means", "k-means", "k–means", "<i>k</i>-means", "K-Means"]
)
def test_words_one_method_however_it_is_spelt_is_one_word(spelling: str) -> None:
    assert words(spelling) == ["k-mean"]


@pytest.mark.parametrize(
    "spelling",
    ["$\\beta$-amyloid", "β-amyloid", "\\beta-amyloid", "&beta;-amyloid", "beta amyloid"],
)
def test_words_greek_letter_however_it_is_written_is_its_name(spelling: str) -> None:
    assert words(spelling) == ["beta", "amyloid"]
