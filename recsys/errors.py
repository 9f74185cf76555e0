"""Domain errors: what went wrong, where, and what to do. They know no transport."""

from __future__ import annotations

from collections.abc import Mapping


class RecsysError(Exception):
    """Base of every error this library raises on purpose; its text is meant for people."""


class BadInput(RecsysError):
    """A file, table, page or argument that cannot be used as it is."""


class TooManyRejects(BadInput):
    """More rows were set aside than the caller allows; nothing was written."""


class UnknownPaper(RecsysError):
    """The caller named a paper that the model does not hold."""


class UnknownAuthor(RecsysError):
    """The caller named an author that the model does not hold."""


class UnknownTopic(RecsysError):
    """The caller named a topic that no paper of the model is about."""


class UnknownAffiliation(RecsysError):
    """The caller named an institution at which nobody in the model works."""


class UnknownList(RecsysError):
    """The caller named a reading list that the user does not keep."""


class BundleCorrupt(RecsysError):
    """A bundle whose files do not agree with its manifest; it is never served."""


class InvalidKey(RecsysError):
    """A call without an API key, or with one that is not known or no longer good."""


class ScopeMissing(RecsysError):
    """A call that its API key does not allow."""


class TryLater(RecsysError):
    """More is asked than is taken at the moment; the same will be taken later.

    Attributes
    ----------
    retry_after_s : float
        When that may be, in seconds from now.
    """

    def __init__(self, text: str, retry_after_s: float) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class TooManyCalls(TryLater):
    """An API key that is used more often than it may be."""


class NoModel(RecsysError):
    """A models folder that holds no published bundle."""


class UnknownModel(NoModel):
    """The caller named a version that was not published, or was removed."""


class BadEvent(BadInput):
    """An event that cannot be taken as it is.

    Attributes
    ----------
    flaws : mapping of field name to what is wrong with it
    """

    def __init__(self, flaws: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {reason}" for name, reason in flaws.items()))
        self.flaws = dict(flaws)


class EventsRefused(BadInput):
    """A batch of events of which some are bad; none of it was written.

    Attributes
    ----------
    bad : mapping of place in the batch, from 0, to BadEvent
    """

    def __init__(self, bad: Mapping[int, BadEvent]) -> None:
        super().__init__("; ".join(f"event {place}: {error}" for place, error in bad.items()))
        self.bad = dict(bad)


class CatalogueRefused(BadInput):
    """A batch of papers or authors of which some are bad; none of it was taken.

    Attributes
    ----------
    bad : mapping of place in the batch, from 0, to what is wrong there
    """

    def __init__(self, bad: Mapping[int, str]) -> None:
        super().__init__("; ".join(f"row {place}: {reason}" for place, reason in bad.items()))
        self.bad = dict(bad)


class StateUnavailable(RecsysError):
    """The state cannot be read or written now: away, locked or full. Nothing was half written.

    Where it is, and what is wrong with it, stands in the notes, which are not for clients.
    """


class AtWork(RecsysError):
    """Another process does at the moment what two must not do at once."""


class MailUnavailable(RecsysError):
    """The mail server is away, or does not let us in; what is left is sent by the next run."""


class StateTooNew(RecsysError):
    """The state was laid out by a newer version of this program."""


class NotInstalled(RecsysError):
    """A part of this program that is an extra, and is not installed here."""
