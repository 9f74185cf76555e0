"""The page of a report: whole, true to its numbers, safe, and the same each time."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys.storage.dataset_folder import write_tables
from tests.small import quick_settings, small_tables
from training.evaluate import evaluate
from training.pipeline import Trainer
from training.progress import Unwatched
from training.report.contents import Origin, Report
from training.report.page import render

HOSTILE = "<script>alert('x')</script>\"&amp;"
VOID = {"meta", "br", "img", "link", "path", "use", "rect"}
ORIGIN = Origin(
    "recsys evaluate papers dataset --report page.html",
    datetime(2024, 5, 6, tzinfo=UTC),
    seed=3,
    threads=1,
    settings={"als": {"factors": 8}},
    versions={"python": "3.13"},
)


class Page(HTMLParser):
    """Elements with their attributes, the texts of cells, and what was left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.cells: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"td", "small", "dd"}:
            self.cells.append(data.strip())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """An evaluation on the small world; what each user did last is to be found."""
    folder = tmp_path_factory.mktemp("report") / "dataset"
    tables = small_tables()
    last = tables.interactions.groupby("user_id").tail(1)
    write_tables(folder, replace(tables, interactions=tables.interactions.drop(last.index)))
    last[["user_id", "paper_id"]].to_csv(folder / "test.csv", index=False)
    trainer = Trainer(quick_settings(), 3, 1, Unwatched())
    return evaluate(folder, "papers", trainer, (5, 20), ablate=frozenset({"models"}))


@pytest.fixture(scope="module")
def text(report: Report) -> str:
    return render(report, ORIGIN)


def numbers_in(value: Any) -> Iterator[float]:
    """All numbers that a report holds, wherever they are."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, np.ndarray):
        yield from map(float, value)
    elif is_dataclass(value):
        for field in fields(value):
            yield from numbers_in(getattr(value, field.name))
    elif isinstance(value, dict):
        for one in value.values():
            yield from numbers_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from numbers_in(one)


def test_page_is_whole(text: str) -> None:
    page = Page(text)
    assert page.open == []
    assert text.startswith("<!doctype html>")
    assert "{{" not in text
    assert "{%" not in text


def test_page_asks_nothing_of_any_network(text: str) -> None:
    page = Page(text)
    assert not re.search(r"https?:|//|@import|@font-face|src=", text)
    for tag, attributes in page.elements:
        assert tag not in {"script", "link", "iframe", "img", "object"}
        assert attributes.get("href", "#").startswith("#")
    assert not re.search(r"url\((?!#)", text)


def test_page_numbers_in_tables_come_from_the_report(report: Report, text: str) -> None:
    forms = ("{:.4f}", "{:+z.4f}", "{:.1%}", "{:,.1f}", "{:,.0f}")
    known = {form.format(value) for value in numbers_in(report) for form in forms}
    shown = [word for cell in Page(text).cells for word in cell.split(" to ")]
    numbers = [word for word in shown if re.fullmatch(r"[-+]?[\d,.]+%?", word)]
    assert len(numbers) > 200
    assert [number for number in numbers if number not in known] == []


def test_page_shows_every_result(report: Report, text: str) -> None:
    cells = Page(text).cells
    for figures in report.results.values():
        for value in figures.values():
            assert f"{value:.4f}" in cells
    for one in report.ablation:
        for gap in one.differences.values():
            assert f"{gap.value:+z.4f}" in cells


def test_page_tells_how_it_was_made(report: Report, text: str) -> None:
    assert ORIGIN.command in text
    assert "6 May 2024" in text
    for stage in report.details.stages:
        assert f">{escape(stage)}</th>" in text


def test_page_figures_say_in_words_what_they_show(text: str) -> None:
    figures = [attributes for tag, attributes in Page(text).elements if tag == "svg"]
    assert len(figures) == 9
    assert all(one["role"] == "img" and len(one["aria-label"]) > 30 for one in figures)
    assert text.count("<figcaption>") == len(figures)


def test_page_ids_are_referred_to_and_the_same_thing_wherever_they_stand_twice(text: str) -> None:
    defined = dict(
        re.findall(r'<(?:clipPath|path) id="([^"]+)"(.*?)(?:/>|</clipPath>)', text, re.S)
    )
    whole = re.findall(r'<(?:clipPath|path) id="([^"]+)"(.*?)(?:/>|</clipPath>)', text, re.S)
    assert all(defined[name] == body for name, body in whole)
    assert set(re.findall(r'(?:url\(|href=")#([^)"]+)', text)) <= set(defined)


def test_page_hostile_names_are_text(report: Report) -> None:
    hostile = replace(
        report,
        dataset=HOSTILE,
        ablation=(replace(report.ablation[0], without=HOSTILE),),
        details=replace(
            report.details,
            stages={HOSTILE: 1.0},
            left_out=(HOSTILE,),
            segments={HOSTILE: report.details.segments["hot"]},
        ),
        segments={HOSTILE: report.segments["hot"]},
    )
    page = render(hostile, replace(ORIGIN, command=HOSTILE, settings={HOSTILE: HOSTILE}))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 6
    assert Page(page).open == []


def test_page_same_report_is_the_same_page(report: Report, text: str) -> None:
    assert render(report, ORIGIN) == text


def test_page_without_learned_chances_tells_none(report: Report, text: str) -> None:
    assert "What the scores mean" in text
    guessed = replace(report, details=replace(report.details, trust=None))
    assert "What the scores mean" not in render(guessed, ORIGIN)


def test_page_without_ablation_has_no_word_of_it(report: Report) -> None:
    assert "What each part adds" not in render(replace(report, ablation=()), ORIGIN)


def test_report_intervals_hold_their_values(report: Report) -> None:
    for found in (*report.details.intervals.values(), *report.details.segments.values()):
        for one in found.values():
            assert one.low <= one.value <= one.high
    for name, figures in report.results.items():
        for metric, value in figures.items():
            assert report.details.intervals[name][metric].value == pytest.approx(value)


def test_report_curve_rises_and_meets_the_table(report: Report) -> None:
    curve = report.details.curve
    for name in report.details.compared:
        values = [one.value for one in curve.recall[name]]
        assert values == sorted(values)
        at = curve.recall[name][curve.ks.index(20)].value
        assert at == pytest.approx(report.results[name]["recall@20"])


def test_report_splits_count_everything_that_was_to_be_found(report: Report) -> None:
    details = report.details
    assert [split.trait for split in details.splits] == ["age of the paper", "readers of the paper"]
    for split in details.splits:
        assert sum(part.wanted for part in split.parts) == details.counts["pairs"]
        found = sum(part.wanted * part.found["blend"].value for part in split.parts)
        # One paper to find for each: the share of pairs is the mean of recalls.
        assert found / report.users == pytest.approx(report.results["blend"]["recall@5"])


def test_report_compares_the_best_of_each(report: Report) -> None:
    blend, single, *baselines = report.details.compared
    assert blend == "blend"
    best = [report.results[name]["ndcg@5"] for name in baselines]
    assert best == sorted(best, reverse=True)
    singles = {n: r["ndcg@5"] for n, r in report.results.items() if ":" not in n and n != "blend"}
    assert singles[single] == max(singles.values())


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on this machine")
@pytest.mark.parametrize("width", [360, 1280])
def test_page_in_a_browser_fits_phone_and_desktop(text: str, tmp_path: Path, width: int) -> None:
    framed = escape(text, quote=True)
    size = f"width:{width}px;height:800px;border:0"
    (tmp_path / "framed.html").write_text(
        f'<iframe id="page" style="{size}" srcdoc="{framed}"></iframe>'
        "<script>addEventListener('load', () => {"
        "const page = document.getElementById('page').contentDocument;"
        "const drawn = [...page.querySelectorAll('svg')].filter(s => s.clientHeight > 50);"
        "document.title = page.documentElement.scrollWidth + ' ' + drawn.length; })</script>"
    )
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    done = subprocess.run(
        [*command, f"--user-data-dir={tmp_path}/profile", f"file://{tmp_path}/framed.html"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r"<title>(\d+) (\d+)</title>", done.stdout)
    assert found is not None
    assert int(found[1]) <= width
    assert int(found[2]) == text.count("<svg")
