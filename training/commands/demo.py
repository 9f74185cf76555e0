"""`recsys demo`: the whole way once, by the project's own commands.

In: a folder to work in, and saved pages if there are any. Out: a dataset of these or of a generated
world, a model, and answers with their reasons from a server that is stopped at the end, which pages
show as well; what to try next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from training.commands.options import Seed
from training.demo.children import Server, run, serving, shown, stopped_like_by_ctrl_c
from training.demo.folder import DemoFolder, saved_pages
from training.demo.newcomer import NEWCOMER, newcomer_lines

if TYPE_CHECKING:
    from training.demo.cast import Cast

_FREE_PORT = "127.0.0.1:0"


def demo(
    keep_serving: Annotated[
        bool, typer.Option("--keep-serving", help="Leave the server up until Ctrl-C.")
    ] = False,
    seed: Seed = 0,
    folder: Annotated[
        Path,
        typer.Option(
            "--dir", help="Where the world and the model go; an earlier demo is replaced."
        ),
    ] = Path("demo"),
    scale: Annotated[
        float, typer.Option(min=0.01, help="Size of the world; 1 is 4,000 papers.")
    ] = 1.0,
    pages: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Take the saved pages in a folder (*.txt) in place of a world."
        ),
    ] = None,
) -> None:
    """Make a small scholarly world, train, serve, ask for papers and people, say what to try."""
    # Imported here: the other commands, and --help, need not wait for it.
    from recsys.storage.dataset_folder import read_tables
    from training.demo.cast import choose_cast

    started, step = time.perf_counter(), partial(_say_next, count(1))
    given = saved_pages(pages) if pages else []
    with stopped_like_by_ctrl_c():
        place = DemoFolder(folder)
        place.clear()
        if given:
            step("Saved pages, read into one dataset")
            _run("import", "pages", *given, "--out", place.world)
        else:
            step("A small scholarly world, made up: papers, people, and what they read")
            _run("world", "--out", place.world, "--seed", seed, "--scale", scale)
        step("Learn from it")
        _run("train", place.world, "--models", place.models, "--seed", seed)
        step("Serve the model")
        listen = ("--listen", _FREE_PORT)
        words = ("serve", "--models", place.models, *listen, "--metrics", _FREE_PORT)
        _show(words)
        with serving(*words, log=place.log) as server:
            _say(f"   It listens on {server.address}; its log is {place.log}")
            cast = choose_cast(read_tables(place.world)[0])
            _ask(server.address, cast, step)
            place.events.write_text(newcomer_lines(cast, datetime.now(UTC)), encoding="utf-8")
            _tell(server.address, cast, place, step)
            step("And all of it as pages, as a host app would show them")
            metrics = server.logged("metrics")["address"]
            where = ("--server", server.address, "--metrics", metrics)
            web = ("web", *where, *listen, *_eyes(cast))
            _show(web)
            with serving(*web, log=place.pages_log) as site:
                profiles = "\n   ".join(f"{site.address}{name}" for name in cast.profiles)
                _say(f"   They are at {site.address} as long as the server is up; profiles at")
                _say(f"   {profiles}")
                _say(f"   and what operators see at {site.address}operator")
                _say(f"The demo took {time.perf_counter() - started:.0f} s.")
                propose(place, cast, server.address if keep_serving else None)
                if keep_serving:
                    _wait(server, site)
    _say("The server and the pages have stopped.")


def _ask(address: str, cast: Cast, step: Callable[[str], None]) -> None:
    where = ("--server", address)
    if cast.user_id:
        step(f"What should {cast.user_id} read? {cast.user}")
        _run("recommend", cast.user_id, *where, "-k", 5)
        step("And with whom could they write?")
        _run("collaborators", cast.user_id, *where, "-k", 5)
    step(f"A profile that nobody has claimed gets a list too. {cast.unclaimed}")
    _run("recommend", f"authors/{cast.unclaimed_id}", *where, "-k", 3)
    step("A reading list on a topic, for somebody without an account")
    _run("list", cast.topic, *where, "-k", 3)


def _tell(address: str, cast: Cast, place: DemoFolder, step: Callable[[str], None]) -> None:
    where = ("--server", address)
    step(
        f"Somebody new follows authors/{cast.unclaimed_id} and saves two papers: "
        "from now on the list is theirs"
    )
    _run("events", "write", place.events, *where)
    _run("recommend", NEWCOMER, *where, "-k", 3)


def _eyes(cast: Cast) -> list[str]:
    """Options that offer users to see the pages as."""
    known = [cast.user_id] if cast.user_id else []
    return [f"--user={user_id}" for user_id in (*known, NEWCOMER, "somebody-new")]


def propose(place: DemoFolder, cast: Cast, address: str | None) -> None:
    """Print commands that go on from here, to the server where one stays up."""
    where = ("--server", address) if address else ("--models", place.models)
    commands = [
        ("recommend", cast.user_id or NEWCOMER, *where, "--published-after", "2025-01-01"),
        ("recommend", "somebody-new", *where),
        ("collaborators", f"authors/{cast.unclaimed_id}", *where, "--json"),
        ("similar", cast.paper_id, *where),
        ("list", "your own words", *where),
    ]
    if address is None:
        commands.append(("demo", "--keep-serving"))
    typer.echo("\nTry next:")
    for words in commands:
        typer.echo(f"  {shown(*words)}")
    typer.echo("README.md shows the same on your own tables.")


def _wait(server: Server, site: Server) -> None:
    _say(f"Serving on {server.address} until Ctrl-C; open {site.address} in a browser.")
    try:
        server.wait_for_end()
    except KeyboardInterrupt:
        _say("")


def _run(*words: object) -> None:
    _show(words)
    run(*words)


def _show(words: tuple[object, ...]) -> None:
    Console(stderr=True).print(f"$ {shown(*words)}", style="dim", markup=False, soft_wrap=True)


def _say_next(numbers: Iterator[int], text: str) -> None:
    _say(f"{next(numbers)}. {text}")


def _say(text: str) -> None:
    Console(stderr=True).print(f"\n{text}", style="bold", markup=False, highlight=False)
