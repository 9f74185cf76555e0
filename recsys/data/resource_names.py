"""Ids <-> resource names as people and programs exchange them: `papers/{id}`, percent-encoded.

In: ids that may hold anything, old arXiv ids with a `/` among them. Out: names, and back.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from recsys.errors import BadInput


def resource_name(collection: str, id_: str) -> str:
    """The name of one thing: `resource_name("papers", "hep-th/9901001")` is
    `papers/hep-th%2F9901001`.
    """
    return f"{collection}/{quote(id_, safe='')}"


def resource_id(name: str, collection: str) -> str:
    """The id in a name of the given collection.

    Raises
    ------
    BadInput
        The name is of another collection, or holds no id.
    """
    kind, _, id_ = name.partition("/")
    if kind != collection or not id_ or "/" in id_:
        raise BadInput(f"{name!r} is not a name of the form {collection}/ID (percent-encoded)")
    return unquote(id_)


def reader_name(given: str) -> str:
    """`users/ID` or `authors/ID` as typed; anything else is a user's bare id.

    Raises
    ------
    BadInput
        When a name is malformed or holds no id.
    """
    return name_in("authors" if given.startswith("authors/") else "users", given)


def name_in(collection: str, given: str) -> str:
    """`collection/ID` as typed; anything else is a bare id, which may hold a slash.

    Raises
    ------
    BadInput
        When a name is malformed or holds no id.
    """
    name = given if given.startswith(f"{collection}/") else resource_name(collection, given)
    return resource_name(collection, resource_id(name, collection))
