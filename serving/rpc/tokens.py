"""The two words that come with an answer and may be brought back.

In: settings and the keys of the server. Out: `Tokens`, which writes both and reads both.
"""

from __future__ import annotations

from dataclasses import dataclass

from serving.config import ServeSettings
from serving.rpc.attribution import AnswerTokens
from serving.rpc.page_token import PageTokens
from serving.rpc.signing import Signer


@dataclass(frozen=True)
class Tokens:
    """To go on with a list, and to say what became of it."""

    pages: PageTokens
    answers: AnswerTokens


def tokens_of(settings: ServeSettings, signer: Signer) -> Tokens:
    """The tokens of a server."""
    return Tokens(PageTokens(signer, settings.page_token_lifetime_s), AnswerTokens(signer))
