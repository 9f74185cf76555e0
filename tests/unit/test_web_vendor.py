"""What the pages bring along of others."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "serving/web/static/vendor/cytoscape"


def test_vendored_library_is_as_it_was_fetched() -> None:
    told = dict(re.findall(r"(\S+)\s+sha256-([0-9a-f]{64})", (FOLDER / "README.md").read_text()))
    found = {name: sha256((FOLDER / name).read_bytes()).hexdigest() for name in told}
    assert told == found != {}


def test_vendored_library_comes_with_licence_and_version() -> None:
    script = (FOLDER.parents[4] / ".ci/vendor").read_text()
    version = re.search(r"^version=(\S+)$", script, re.MULTILINE)
    assert version is not None
    assert f"cytoscape {version[1]} " in (FOLDER / "README.md").read_text()
    assert "Permission is hereby granted" in (FOLDER / "LICENSE.txt").read_text()
