"""The word of an unsubscribe link: who has it has had the mail, and may ask for no more.

In: a user's id. Out: a signed word, and back.
"""

from __future__ import annotations

from serving.rpc.signing import Signer

_PURPOSE = "unsubscribe"


def word_for(signer: Signer, user_id: str) -> str:
    """The word that stands in a user's mails."""
    return signer.sign(_PURPOSE, user_id.encode("utf-8"))


def whose(signer: Signer, word: str) -> str:
    """The user whose mail a word is from; raises BadInput where it was not given by us."""
    return signer.read(_PURPOSE, word).decode("utf-8")
