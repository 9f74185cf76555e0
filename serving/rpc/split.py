"""Which side of an experiment a user is on: the same at each request, in each process.

In: the experiment of the settings, and a user. Out: an arm. Nothing is drawn and nothing is kept:
the side is a digest of the two names, so that another experiment divides users anew.
"""

from __future__ import annotations

from hashlib import blake2b

from serving.config import Experiment

CONTROL, TREATMENT = "control", "treatment"


def arm_of(experiment: Experiment, user_id: str) -> str:
    """TREATMENT for the experiment's share of users, CONTROL for the others.

    With a larger share those who had the treatment keep it.
    """
    digest = blake2b(f"{experiment.name}/{user_id}".encode(), digest_size=8).digest()
    return TREATMENT if int.from_bytes(digest, "big") < experiment.share * 2**64 else CONTROL
