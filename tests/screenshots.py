"""`python -m tests.screenshots --out FOLDER`: pictures of every page, to be looked at.

In: nothing; a world is made and learned from. Out: `FOLDER/NAME-WIDTH-SCHEME.png`, each page and a
digest at the width of a phone and of a desktop, light and dark. It needs chromium.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from playwright.sync_api import Browser, Page
from rich.console import Console

from recsys.storage.dataset_folder import read_tables
from serving.digest.content import Digest
from tests.host_app import DESKTOP, NO_CHROMIUM, PHONE, chromium, has_chromium, host_app
from training.demo.cast import Cast, choose_cast
from training.demo.children import run

WIDTHS: dict[str, Any] = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES = ("light", "dark")
_AS_OF = "2026-01-01"  # the day after the world's last paper


@dataclass(frozen=True)
class Shot:
    """One page.

    Attributes
    ----------
    address : str
        With {user}, {paper}, {author} and {topic}.
    click : str
        What to click on before, as a selector; "" for nothing.
    whole : bool
        All of the page, and not only what a window shows of it.
    """

    name: str
    address: str
    click: str = ""
    whole: bool = True


SHOTS = (
    Shot("feed", "/users/{user}", click=".why summary", whole=False),
    Shot("newcomer", "/users/somebody-new", whole=False),
    Shot("paper", "/papers/{paper}"),
    Shot("profile", "/authors/{author}"),
    Shot("graph", "/graph/authors/{author}", whole=False),
    Shot("search", "/search?q={topic}"),
    Shot("operator", "/operator"),
    Shot("library", "/yours"),
    Shot("unsubscribe", "/unsubscribe?token=x"),
    Shot("nowhere", "/nowhere"),
)


def main(
    out: Annotated[Path, typer.Option(help="Where the pictures go.")] = Path("screenshots"),
    scale: Annotated[
        float, typer.Option(min=0.01, help="Size of the world; 1 is 4,000 papers.")
    ] = 0.3,
) -> None:
    """Make a world, learn from it, serve it, and take pictures of every page."""
    if not has_chromium():
        Console(stderr=True).print(NO_CHROMIUM)
        raise typer.Exit(1)
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as place:
        world, models = Path(place) / "world", Path(place) / "models"
        run("world", "--out", world, "--scale", scale)
        run("train", world, "--models", models)
        tables = read_tables(world)[0]
        cast = choose_cast(tables)
        letter = _digest(Path(place), models, tables.users["user_id"])
        with host_app(models, cast.user_id) as app, chromium() as browser:
            for shot in SHOTS:
                for page, path in _tabs(browser, out, shot.name):
                    take(page, app.url, shot, cast, path)
            for page, path in _tabs(browser, out, "digest"):
                page.goto(letter.as_uri())
                page.screenshot(path=path, full_page=True)
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")


def _tabs(browser: Browser, out: Path, name: str) -> Iterator[tuple[Page, Path]]:
    """A tab of each width and scheme, and where its picture goes."""
    for (width, size), scheme in product(WIDTHS.items(), SCHEMES):
        with browser.new_context(
            viewport=size,
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        ) as context:
            yield context.new_page(), out / f"{name}-{width}-{scheme}.png"


def take(page: Page, url: str, shot: Shot, cast: Cast, path: Path) -> None:
    """One picture, seen through the eyes of the user of the cast."""
    page.goto(f"{url}/users/{cast.user_id}")
    page.goto(
        url
        + shot.address.format(
            user=cast.user_id, paper=cast.paper_id, author=cast.unclaimed_id, topic=cast.topic
        ),
        wait_until="networkidle",
    )
    if shot.click:
        page.locator(shot.click).first.click()
    page.screenshot(path=path, full_page=shot.whole)


def _digest(place: Path, models: Path, user_ids: Iterable[str]) -> Path:
    """The fullest mail of a week, as a page."""
    table, state, out = place / "subscribers.jsonl", f"sqlite:///{place}/digest.db", place / "out"
    lines = (
        json.dumps({"user_id": one, "email": f"{one}@example.org", "digest": "weekly"})
        for one in user_ids
    )
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run("subscribers", "import", table, "--state", state)
    words = ("--period", "weekly", "--as-of", _AS_OF)
    run("digest", "--models", models, "--state", state, *words, "--out", out, "--format", "jsonl")
    (written,) = out.glob("*.jsonl")
    mails = [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()]
    letter = place / "digest.html"
    letter.write_text(max(mails, key=_fullness)["html"], encoding="utf-8")
    return letter


def _fullness(mail: dict[str, str]) -> int:
    told = Digest.from_json(mail["content"])
    return sum(len(item.reasons) for item in (*told.papers, *told.people))


if __name__ == "__main__":
    typer.run(main)
