"""The command as people and machines run it, in a process of its own or, sooner, in this one.

In: its arguments. Out: what it printed, and its exit code.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

from recsys.cli import main

RECSYS = (sys.executable, "-m", "recsys")
# Plain wide output, and one thread for linear algebra.
PLAIN = {"COLUMNS": "160", "NO_COLOR": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Small factors and few rounds: what is tested is the way, not the quality.
QUICK_SETTINGS = """
[als]
factors = 8
iterations = 3
[als_coarse]
factors = 4
iterations = 3
[lightfm]
components = 6
epochs = 2
[text]
topics = 8
"""

Done = subprocess.CompletedProcess[str]


def recsys(*arguments: object, cwd: Path | None = None) -> Done:
    """Run `recsys` in a process of its own, to its end."""
    return subprocess.run(
        [*RECSYS, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **PLAIN},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def recsys_here(*arguments: object, cwd: Path | None = None) -> Done:
    """Run `recsys` in this process, which saves the seconds that its imports take."""
    words = ["recsys", *map(str, arguments)]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", words),
        mock.patch.dict(os.environ, PLAIN),
        chdir(cwd or Path.cwd()),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def json_line(done: Done) -> dict[str, Any]:
    """The one line of JSON that a command printed; everything else went to stderr."""
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1, done.stdout
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def quick_settings(folder: Path) -> Path:
    """Write a settings file with which training takes about a second."""
    path = folder / "quick.toml"
    path.write_text(QUICK_SETTINGS)
    return path
