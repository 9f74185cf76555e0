"""All checks of an installation, in the order in which one thing rests on another.

In: the settings of the server, and how to reach it. Out: findings; what rests on something that
is wrong is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from recsys.errors import BundleCorrupt
from recsys.storage.manifest import Manifest
from recsys.storage.registry import bundle_folder, current
from recsys.storage.state import State, open_state
from serving.channel import Access
from serving.config import ServeSettings
from serving.doctor import files, models, server, state
from serving.doctor.finding import Finding


def examine(
    settings: ServeSettings, address: str, access: Access, now: datetime, oldest: timedelta
) -> Iterator[Finding]:
    """What each check has found, as it is found.

    Parameters
    ----------
    address : str
        HOST:PORT at which the server is reached from here.
    now : datetime
        UTC.
    oldest : timedelta
        How old a model may be.
    """
    named = models.pointer(settings.models)
    yield named
    manifest = None
    if named.sound:
        version = current(settings.models)
        yield models.bundle(settings.models, version)
        manifest = _manifest(settings.models, version)
    if manifest is not None:
        yield models.age(manifest, now, oldest)
        yield models.disk(settings.models, manifest)
    with open_state(settings.state_url) as opened:
        yield from _of_state(opened, manifest, now)
    yield from map(files.private, _secrets(settings))
    reached = server.health(address, access)
    yield reached
    if reached.sound and manifest is not None:
        yield server.model(address, access, manifest.version)
    if settings.tls_cert is not None:
        yield server.certificate(address, access, now)
    if settings.metrics is not None:
        yield server.metrics(settings.metrics)


def _of_state(opened: State, manifest: Manifest | None, now: datetime) -> Iterator[Finding]:
    reached = state.reachable(opened)
    yield reached
    if reached.sound:
        if manifest is not None:
            yield state.in_step(opened, manifest)
        yield state.clock(opened, now)


def _secrets(settings: ServeSettings) -> list[Path]:
    signing = settings.signing_key_file or settings.models / "signing.key"
    return [path for path in (signing, settings.api_key_file, settings.tls_key) if path is not None]


def _manifest(models_dir: Path, version: str) -> Manifest | None:
    """What is written on a model; None where that is damaged, which another check tells."""
    try:
        return Manifest.read(bundle_folder(models_dir, version))
    except BundleCorrupt:
        return None
