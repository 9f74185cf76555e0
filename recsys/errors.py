"""Domain errors: what went wrong, where, and what to do. They know no transport."""


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


class UnknownList(RecsysError):
    """The caller named a reading list that the user does not keep."""


class BundleCorrupt(RecsysError):
    """A bundle whose files do not agree with its manifest; it is never served."""


class NoModel(RecsysError):
    """A models folder that holds no published bundle."""
