"""Checks of files with secrets in them: there, and readable by their owner alone.

In: their paths. Out: findings.
"""

from __future__ import annotations

import stat
from pathlib import Path

from serving.doctor.finding import Finding, sound, wrong

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private(path: Path) -> Finding:
    """Whether nobody but its owner can read or change a file."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return wrong("key file", f"{path}: {error.strerror}", "give the path of the server's own")
    if mode & _OTHERS:
        return wrong(
            "key file",
            f"{path} is open to others (mode {mode:o})",
            f"`chmod 600 {path}`, and rotate what stands in it if strangers were here",
        )
    return sound("key file", f"{path} is open to its owner alone")
