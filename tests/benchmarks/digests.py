"""How long everybody's digest takes: chosen with all signals, filters and reasons, and written.

In: a model. Out: `Ratio`s to implicit's own batch of as many papers for the same users, on the
same factors and catalogue, which filters by what was seen and gives no reasons.
"""

from __future__ import annotations

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


def digest_ratios(model: Model, *, repeats: int, most_users: int = _MOST_USERS) -> list[Ratio]:
    """Digests of ten papers and two people, nothing being too bad for them, on one core."""
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
        named = f"{len(subscribers)} digests"
        return [
            beside_it(
                f"{named} chosen / implicit's batch",
                lambda: digests.choose(subscribers),
                batch,
                repeats=repeats,
                most=_MOST,
            ),
            beside_it(
                f"{named} chosen and written / implicit's batch",
                lambda: digests.write(subscribers),
                batch,
                repeats=repeats,
            ),
        ]


class _Digests:
    """All that it takes to make digests from a model, in the last week of its data."""

    def __init__(self, model: Model, state: State) -> None:
        as_of = model.dataset.data_time.item().replace(tzinfo=UTC) + timedelta(days=1)
        self._edition, tokens = Edition("weekly", as_of), AnswerTokens(SIGNER)
        served = ServedModel("v1", Recommender(model))
        self._chooser = Chooser(served, state, tokens, self._edition, Least(0.0, 0.0))
        self._scribe = Scribe(
            SIGNER, base_url="https://app.example.org", sender="digest@example.org"
        )

    def choose(self, subscribers: list[Subscriber]) -> None:
        for subscriber in subscribers:
            self._chooser.choose(subscriber)

    def write(self, subscribers: list[Subscriber]) -> None:
        name, as_of = self._edition.name, self._edition.as_of
        for one in subscribers:
            digest = self._chooser.choose(one)
            stored = StoredDigest(one.user_id, name, "eml", as_of, digest.names, digest.as_json())
            self._scribe.write(one, stored).as_message().as_bytes()
