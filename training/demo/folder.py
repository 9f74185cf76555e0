"""The folder of the demo: everything that a run leaves behind.

In: where it should be. Out: `DemoFolder`, cleared of what an earlier run left, and of nothing
else; and the saved pages that a run may begin with.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from recsys.errors import BadInput

_MARK = "about.txt"
_TEXT = "Made by `recsys demo`. The next run replaces world, models, events.jsonl and the logs.\n"


def saved_pages(folder: Path) -> list[Path]:
    """The pages that stand in a folder, by name; raises BadInput where there are none."""
    found = sorted(folder.glob("*.txt"))
    if not found:
        raise BadInput(f"{folder} holds no saved pages; they are files whose names end in .txt")
    return found


@dataclass(frozen=True)
class DemoFolder:
    """Where the parts of a demo stand."""

    path: Path

    @property
    def world(self) -> Path:
        """The dataset folder."""
        return self.path / "world"

    @property
    def models(self) -> Path:
        """The folder of models."""
        return self.path / "models"

    @property
    def events(self) -> Path:
        """What a newcomer does, as lines of JSON."""
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        """What the server logs."""
        return self.path / "server.log"

    @property
    def pages_log(self) -> Path:
        """What the pages log."""
        return self.path / "pages.log"

    def clear(self) -> None:
        """Make room for a new run.

        Raises
        ------
        BadInput
            When the folder holds something and was not made by a demo.
        """
        if self.path.exists():
            is_ours = (self.path / _MARK).is_file()
            if not self.path.is_dir() or (not is_ours and any(self.path.iterdir())):
                raise BadInput(f"{self.path} was not made by a demo; name another with --dir")
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / _MARK).write_text(_TEXT, encoding="utf-8")
        for part in (self.world, self.models):
            shutil.rmtree(part, ignore_errors=True)
        for file in (self.events, self.log, self.pages_log):
            file.unlink(missing_ok=True)
