"""Names by the beginnings of their parts, against a look at each name by itself."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from recsys.data.strings import Strings
from recsys.explore.names import NameIndex, folded

NAMES = st.lists(st.text("abÀé.-\n Łß中", max_size=8), max_size=8)


def found(names: list[str], text: str) -> list[int]:
    rows, _ = NameIndex(Strings.pack(names)).rows(text)
    return rows.tolist()


@given(names=NAMES, text=st.text("abÀé 中ß", max_size=5))
def test_names_found_are_those_in_which_each_word_begins_a_part(names, text):
    parts = [re.findall(r"[^\W_]+", folded(name)) for name in names]
    words = folded(text).split()
    wanted = [
        row
        for row, own in enumerate(parts)
        if words and all(any(part.startswith(word) for part in own) for word in words)
    ]
    assert found(names, text) == wanted


def test_names_are_found_in_any_case_with_accents_or_without():
    names = ["José Ångström", "Jose Angstrom", "JOSÉ", ""]
    assert found(names, "jose") == [0, 1, 2]
    assert found(names, "ÅNG josé") == [0, 1]
    assert found(names, "stro") == []


def test_names_found_as_a_whole_are_told_from_others():
    rows, whole = NameIndex(Strings.pack(["Li", "Li Shen", "Lin"])).rows("LI")
    assert (rows.tolist(), whole.tolist()) == ([0, 1, 2], [True, False, False])


def test_names_of_nobody_and_words_of_nothing_find_nothing():
    assert found([], "a") == []
    assert found(["a"], " ") == []
