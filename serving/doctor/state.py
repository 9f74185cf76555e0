"""Checks of the state: there and readable, as far as the model has seen, and on the same clock.

In: a state and the time of this machine. Out: findings; nothing is laid out or changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from recsys.errors import StateTooNew, StateUnavailable
from recsys.storage.manifest import Manifest
from recsys.storage.state import State
from serving.doctor.finding import Finding, sound, wrong

_LARGEST_SKEW = timedelta(seconds=30)


def reachable(state: State) -> Finding:
    """Whether the state can be read, and by this version of the program."""
    if not state.is_there():
        return wrong(
            "state",
            f"there is none at {state.name}",
            "give the --state that the server has; it makes one when it starts",
        )
    try:
        return sound("state", f"{state.name} answers, its newest change is {state.newest_seq()}")
    except StateTooNew as error:
        return wrong("state", f"{state.name}: {error}", "install the newer version here as well")
    except StateUnavailable as error:
        why = "; ".join(getattr(error, "__notes__", [str(error)]))
        return wrong(
            "state",
            f"{state.name} does not answer: {why}",
            "see that the database runs, that its disk has room, and that this user may read it",
        )


def in_step(state: State, manifest: Manifest) -> Finding:
    """Whether the model was trained on this very state, and how much has come in since."""
    newest, learned = state.newest_seq(), manifest.state_seq
    if newest < learned:
        return wrong(
            "state and model",
            f"{manifest.version} has learned from change {learned}, {state.name} ends at {newest}",
            "this is another state, or one from a backup: give the right one, or train again",
        )
    return sound("state and model", f"{newest - learned} changes came in since the training")


def clock(state: State, now: datetime) -> Finding:
    """Whether the clock of the database goes with the one of this machine."""
    skew = abs(state.clock() - now)
    told = f"{state.name} and this machine are {skew.total_seconds():.0f} s apart"
    if skew > _LARGEST_SKEW:
        return wrong("clock", told, "let a time server set both clocks")
    return sound("clock", told)
