"""The pointer of a models folder -> the model that this process answers from, without a pause.

In: a folder of models, which others publish into and move the pointer of. Out: a `ModelHolder`
that goes over to what the pointer names. A model is loaded and checked before the one that
answers is let go of; one that proves bad is refused, and the last good one stays.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from recsys.errors import BundleCorrupt, NoModel
from recsys.storage.registry import bundle_folder, files_of, point_to, pointed_to, versions
from serving.rpc.model_holder import LoadModel, ModelHolder, ServedModel

LOOK_EVERY_S = 0.25


@dataclass(frozen=True)
class _Refusal:
    """Why a version is not served, and the files it had when that was found out."""

    reason: str
    files: frozenset[tuple[str, int, int, int]]


class ModelFollower:
    """Keeps a holder at the version that the pointer names.

    Attributes
    ----------
    models_dir : Path
    holder : ModelHolder
    """

    def __init__(self, models_dir: Path, holder: ModelHolder, load: LoadModel) -> None:
        self.models_dir, self.holder, self._load = models_dir, holder, load
        self._refused: dict[str, _Refusal] = {}
        self._one_at_a_time = threading.Lock()
        self._log = structlog.get_logger()

    def start(self) -> ServedModel:
        """Hold the first model: the current one, or if it is refused the next best.

        That is the one before, then the newest: a server that is started again while a bad
        model is current answers as those do that were never stopped.

        Raises
        ------
        NoModel
            Nothing was published here, or nothing that can be served; the log says why.
        """
        with self._one_at_a_time:
            for version in self._best_first():
                if self._go_over_to(version):
                    return self.holder.current()
        why = [refusal.reason for refusal in self._refused.values()]
        raise NoModel(why[0] if why else f"{self.models_dir} holds no model")

    def follow(self, stopped: threading.Event) -> None:
        """Look at the pointer four times a second until it is time to stop."""
        while not stopped.wait(LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """Go over to the version that the pointer names, unless it is refused."""
        with self._one_at_a_time:
            try:
                named = pointed_to(self.models_dir)
            except NoModel:
                return
            self._forget_removed(named)
            for wanted in named[:1]:
                if wanted != self.holder.current().version and not self._stands(wanted):
                    self._go_over_to(wanted)

    def activate(self, version: str) -> str | None:
        """Load and check a version, make it the current one of the folder, and go over to it.

        Returns
        -------
        str or None
            The version that was current before, if any: to activate it again is the way back.

        Raises
        ------
        UnknownModel, BundleCorrupt
            It cannot be served; the pointer stays, and the model that answers.
        """
        with self._one_at_a_time:
            if version != self.holder.current().version:
                bundle_folder(self.models_dir, version)
                self._hold(self._checked(version))
            return point_to(self.models_dir, version)

    def refusals(self) -> Mapping[str, str]:
        """Versions that this process would not serve, and why; a snapshot."""
        return {version: found.reason for version, found in list(self._refused.items())}

    def _best_first(self) -> Iterator[str]:
        named = pointed_to(self.models_dir)
        yield from named
        yield from (known for known in reversed(versions(self.models_dir)) if known not in named)

    def _forget_removed(self, named: tuple[str, ...]) -> None:
        """A version that was removed, and that the pointer does not name, troubles nobody."""
        if self._refused:
            there = {*versions(self.models_dir), *named}
            self._refused = {v: found for v, found in self._refused.items() if v in there}

    def _stands(self, version: str) -> bool:
        """Whether a version was refused, and is still as it was then."""
        refusal = self._refused.get(version)
        return refusal is not None and refusal.files == files_of(self.models_dir, version)

    def _go_over_to(self, version: str) -> bool:
        try:
            self._hold(self._checked(version))
        except (NoModel, BundleCorrupt):
            return False
        return True

    def _checked(self, version: str) -> ServedModel:
        files = files_of(self.models_dir, version)
        try:
            served = self._load(version)
        except Exception as error:
            self._refused[version] = _Refusal(str(error), files)
            self._log.error("model_refused", model=version, reason=str(error))
            if isinstance(error, NoModel | BundleCorrupt):
                raise
            raise BundleCorrupt(f"model {version} cannot be loaded: {error!r}") from error
        self._refused.pop(version, None)
        return served

    def _hold(self, served: ServedModel) -> None:
        before = self.holder.hold(served)
        if before is None:
            return
        self._log.info("model_switched", model=served.version, before=before.version)
        del before
        # What requests under way still hold goes with the last of them.
        gc.collect()
