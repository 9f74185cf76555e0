"""Text as people paste it -> text as they would read it aloud, in letters that compare.

In: a title or an abstract with LaTeX, HTML, addresses, and what broken programs left in it. Out:
`plain` text without them, and `comparable` text, in small letters without accents.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

import ftfy

_GREEK = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower()
    for letter in map(chr, range(ord("α"), ord("ω") + 1))
}
_GREEK_NAMES = "|".join(sorted(set(_GREEK.values())))
_SYMBOL = re.compile(rf"(?:[A-Za-z]|{_GREEK_NAMES})\d{{0,2}}")

# UTF-8 that was read as Latin-1 or its like: "Ã©" for an e with an accent.
_BROKEN = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_TYPESET = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
    **dict.fromkeys("\u2018\u2019", "'"),
    **dict.fromkeys("\u201c\u201d", '"'),
    **dict.fromkeys("\u2014\u2026\u2022\u00a0\u2122", " "),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
}
_OVER_LETTERS = re.compile("[\u0300-\u036f]+")
_ALIKE = dict(zip("øłđðıħŧßæœþ", "o l d d i h t ss ae oe th".split(), strict=True)) | _GREEK
# A Greek letter beside another is part of a Greek word.
_SPELT = re.compile("[øłđðıħŧßæœþ]|(?<![\u0370-\u03ff])[α-ω](?![\u0370-\u03ff])")


def plain(text: str) -> str:
    """A text without markup, addresses, and notes on rights; broken letters are mended.

    Mathematics goes, but for a single symbol, which is part of a name ("$k$-means").
    """
    if "&" in text:
        text = html.unescape(html.unescape(text))  # some were escaped twice: &amp;quot;
    if not text.isascii():
        text = _mended(text)
    if not any(map(text.__contains__, _MARKS)):  # most texts end here
        return text
    for cleaning in _CLEANINGS:
        if any(map(text.__contains__, cleaning.marks)):
            text = cleaning.found.sub(cleaning.put, text)
    return text


def comparable(text: str) -> str:
    """A text in small letters: without accents, and a lone Greek letter by its name."""
    if text.isascii():
        return text.lower()
    bare = _OVER_LETTERS.sub("", unicodedata.normalize("NFKD", text))
    small = unicodedata.normalize("NFC", bare).lower()
    return _SPELT.sub(lambda letter: _ALIKE[letter[0]], small)


def _mended(text: str) -> str:
    if _BROKEN.search(text):
        text = ftfy.fix_encoding(text)
    for odd, usual in _TYPESET.items():
        text = text.replace(odd, usual)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


class _Cleaning(NamedTuple):
    """What gives something away, the thing itself, and what is put in its place."""

    marks: tuple[str, ...]
    found: re.Pattern[str]
    put: str | Callable[[re.Match[str]], str]


def _tag(found: re.Match[str]) -> str:
    return "" if found["inline"] else " "


def _mathematics(found: re.Match[str]) -> str:
    inner = found[1] or found[2]
    for cleaning in _LATEX:
        inner = cleaning.found.sub(cleaning.put, inner)
    return inner if _SYMBOL.fullmatch(inner.strip()) else " "


def _letter(found: re.Match[str]) -> str:
    name = found[1] or found[2]
    return {"aa": "a", "AA": "A", "ell": "l"}.get(name, name)


_LATEX = (
    # Citations and addresses with all they hold, and where a word may be broken.
    _Cleaning(
        ("\\",),
        re.compile(r"\\(?:cite\w*|\w*ref|label|url)\*?(?:\[[^\]]*\])?\{[^{}]*\}|\\-"),
        "",
    ),
    _Cleaning(
        ("\\",),
        re.compile(
            rf"\\(?:(?:var)?({_GREEK_NAMES}|ell|(?:La)?TeX)(?![a-zA-Z])"
            r"|(aa|AA|ss|ae|AE|oe|OE|[oOlLij])(?![a-zA-Z])\s?)"
        ),
        _letter,
    ),
    # Accents, of which nothing is kept: \"{o}, \'e, \v{c}, \c c.
    _Cleaning(
        ("\\",),
        re.compile(
            r"\\(?:[\"'`^~=.]|[uvHcdbkr](?![a-zA-Z]))\s*(?:\{\s*([a-zA-Z])\s*\}|([a-zA-Z]))"
        ),
        r"\1\2",
    ),
    _Cleaning(("\\",), re.compile(r"\\[a-zA-Z]+\*?"), " "),
    _Cleaning(("_", "^"), re.compile(r"[_^](?:\{(\w{1,3})\}|(\d+))"), r"\1\2"),
    _Cleaning(("{", "}"), re.compile(r"[{}]"), ""),
)
_CLEANINGS = (
    _Cleaning(
        ("<",),
        re.compile(
            r"</?(?:(?P<inline>i|b|u|a|em|strong|su[bp]|tt|span|font|small|sc|inf"
            r"|jats:(?:italic|su[bp]))|p|div|br|hr|img|li|[uo]l|d[ldt]|h[1-6]|t(?:able|[rdh])"
            r"|blockquote|center|(?:jats|mml):\w+)(?:\s[^<>]{0,300})?/?>",
            re.IGNORECASE,
        ),
        _tag,
    ),
    _Cleaning(("://", "www."), re.compile(r"\bhttps?://\S+|\bwww\.\S+"), " "),
    _Cleaning(("@",), re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), " "),
    _Cleaning(("10.",), re.compile(r"(?:\b[Dd][Oo][Ii]:?\s*)?\b10\.\d{4,9}/\S+"), " "),
    _Cleaning(
        ("Xiv:", "xiv:"),
        re.compile(r"\b[Aa]r[Xx]iv:\s*(?:[\w.-]+/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?"),
        " ",
    ),
    _Cleaning(("PMID",), re.compile(r"\bPMID:?\s*\d+"), " "),
    _Cleaning(
        ("©", "opyright"),
        re.compile(
            r"(?:©|\([cC]\)|[Cc]opyright)(?:\W|\([cC]\)){0,4}(?:19|20)\d\d\b[^.]{0,80}(?:\.|$)"
        ),
        " ",
    ),
    _Cleaning(("ights reserved",), re.compile(r"\b[Aa]ll [Rr]ights reserved\b"), " "),
    # As pandoc tells mathematics from money: no space inside the signs, no digit behind them.
    _Cleaning(
        ("$", "\\("),
        re.compile(
            r"(?<!\\)\$(?=[^\s$])([^$]{1,400}?)(?<=[^\s\\])\$(?!\d)|\\\((.{1,400}?)\\\)", re.DOTALL
        ),
        _mathematics,
    ),
    *_LATEX,
)
_MARKS = tuple(dict.fromkeys(mark for cleaning in _CLEANINGS for mark in cleaning.marks))
