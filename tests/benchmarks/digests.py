"""How long everybody's digest takes: chosen with all signals, filters and reasons, and written.

In: a model. Out: `Ratio`s to implicit's own batch of as many papers for the same users, on the
same factors and catalogue, which filters by what was seen and gives no reasons.
"""

from __future__ import annotations

import time
from datetime import UTC, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from implicit.cpu.topk import topk

from recsys.models.factors import FactorScorer
from recsys.models.model import Model
from recsys.ranking.filters import ANY_PAPER
from recsys.recommender import Recommender
from recsys.storage.state import State, beside, open_state
from recsys.storage.state.digests import StoredDigest
from recsys.storage.state.subscribers import Subscriber
from serving.digest.choose import Chooser, Least
from serving.digest.content import Digest
from serving.digest.edition import Edition
from serving.digest.letter import Scribe
from serving.rpc.attribution import AnswerTokens
from serving.rpc.model_holder import ServedModel
from tests.benchmarks.ratio import Ratio
from tests.benchmarks.ratio import beside as beside_it
from tests.served import SIGNER

_CAP = 10
_MOST_USERS = 200
_MOST = 2.0  # half as many a second
_EVERYTHING, _NOTHING = Least(0.0, 0.0), Least(1.0, 1.0)


def digest_ratios(
    model: Model, learned: Least, *, repeats: int, most_users: int = _MOST_USERS
) -> list[Ratio]:
    """Digests of at most ten papers and two people, on one core: how long it takes to find out
    that nothing is good enough, to choose what is by what training learned, to choose and explain
    twelve lines for everybody, and to write these as mails.
    """
    factors = next(s for s in model.paper_scorers if isinstance(s, FactorScorer))
    user_rows = np.arange(min(len(model.dataset.users), most_users), dtype=np.int32)
    readers = model.readers().users(user_rows)
    own, out = factors.reader_factors(readers), ANY_PAPER.out(readers)
    subscribers = [
        Subscriber(model.dataset.users.ids[int(row)], "reader@example.org", cap=_CAP)
        for row in user_rows
    ]

    def batch() -> None:
        topk(factors.paper_factors, own, _CAP, filter_query_items=out, num_threads=1)

    with TemporaryDirectory() as folder, open_state(beside(Path(folder))) as state:
        digests = _Digests(model, state)
        full = digests.choose(subscribers, _EVERYTHING)
        return [
            beside_it(
                f"{len(subscribers)} digests {what} / implicit's batch",
                call,
                batch,
                repeats=repeats,
                most=most,
                clock=time.process_time,
            )
            for what, call, most in (
                ("scored, nothing told", lambda: digests.choose(subscribers, _NOTHING), None),
                ("chosen as learned", lambda: digests.choose(subscribers, learned), _MOST),
                ("chosen in full", lambda: digests.choose(subscribers, _EVERYTHING), None),
                ("in full written", lambda: digests.write(subscribers, full), None),
            )
        ]


class _Digests:
    """All that it takes to make digests from a model, in the last week of its data."""

    def __init__(self, model: Model, state: State) -> None:
        as_of = model.dataset.data_time.item().replace(tzinfo=UTC) + timedelta(days=1)
        self._edition, self._state = Edition("weekly", as_of), state
        self._served = ServedModel("v1", Recommender(model))
        self._scribe = Scribe(
            SIGNER, base_url="https://app.example.org", sender="digest@example.org"
        )

    def choose(self, subscribers: list[Subscriber], least: Least) -> list[Digest]:
        tokens = AnswerTokens(SIGNER)
        chooser = Chooser(self._served, self._state, tokens, self._edition, least)
        size = chooser.at_once
        blocks = (subscribers[n : n + size] for n in range(0, len(subscribers), size))
        return [digest for block in blocks for digest in chooser.choose(block)]

    def write(self, subscribers: list[Subscriber], digests: list[Digest]) -> None:
        name, as_of = self._edition.name, self._edition.as_of
        for one, digest in zip(subscribers, digests, strict=True):
            stored = StoredDigest(one.user_id, name, "eml", as_of, digest.names, digest.as_json())
            self._scribe.write(one, stored).as_message().as_bytes()
