"""What the state keeps of digests by mail -> messages.

In: subscribers, digests. Out: `Subscription`, `SentDigest`.
"""

from __future__ import annotations

from protos.readinglist.v1 import feedback_pb2 as pb
from recsys.storage.state.digests import StoredDigest
from recsys.storage.state.subscribers import Subscriber


def subscription_message(subscriber: Subscriber) -> pb.Subscription:
    """Where digests are mailed."""
    return pb.Subscription(
        address=subscriber.address,
        display_name=subscriber.name,
        locale=subscriber.locale,
        period=subscriber.period,
        paper_limit=subscriber.cap,
        unsubscribe_time=subscriber.unsubscribed_time,
        refusal=subscriber.set_aside,
    )


def sent_message(digest: StoredDigest) -> pb.SentDigest:
    """One that was sent."""
    return pb.SentDigest(period=digest.period, names=digest.names, sent_time=digest.sent_time)
