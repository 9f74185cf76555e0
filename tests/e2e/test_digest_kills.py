"""A round of digests, killed as a process."""

from __future__ import annotations

from pathlib import Path

from tests.trials.digests import killed_rounds


def test_digest_killed_and_run_again_reaches_everybody_once(tmp_path: Path) -> None:
    fate = killed_rounds(tmp_path, 2, seed=1)
    assert fate.as_promised, fate
    assert fate.kills == 2
