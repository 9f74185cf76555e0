"""API keys: made once, kept hashed, found again, taken away; and what a broken file says."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from recsys.errors import BadInput, InvalidKey
from serving.guard.key_file import add_key, read_keys, revoke_key
from serving.guard.keys import KeyRing, new_key
from serving.guard.scopes import Scope

NOW = datetime(2026, 3, 1, tzinfo=UTC)
READ = [Scope.READ]


def test_key_is_kept_as_its_hash_alone(tmp_path: Path) -> None:
    text, kept = new_key([Scope.WRITE, Scope.READ, Scope.READ], now=NOW, note="the website")
    add_key(tmp_path / "keys", kept)
    stored = (tmp_path / "keys").read_text()
    secret = text.split("_", 2)[2]
    assert len(secret) == 43  # 256 bits
    assert secret not in stored
    assert sha256(text.encode()).hexdigest() in stored
    assert kept.scopes == (Scope.READ, Scope.WRITE)
    assert read_keys(tmp_path / "keys").find(text, NOW) == kept


def test_keys_are_never_the_same() -> None:
    assert len({new_key(READ, now=NOW)[0] for _ in range(100)}) == 100


@pytest.mark.parametrize("change", ["", "x", "é", "\udcff", "one letter", "another id"])
def test_key_that_is_not_it_is_refused(change: str) -> None:
    text, kept = new_key(READ, now=NOW)
    ring = KeyRing.of([kept])
    wrong = {
        "": "",
        "one letter": text[:-1] + ("A" if text[-1] != "A" else "B"),
        "another id": text.replace(kept.id, "0" * 8),
    }.get(change, text + change)
    with pytest.raises(InvalidKey, match="is not known here"):
        ring.find(wrong, NOW)


def test_key_expires() -> None:
    text, kept = new_key(READ, now=NOW, expires=NOW + timedelta(days=1))
    ring = KeyRing.of([kept])
    assert ring.find(text, NOW + timedelta(hours=23)) == kept
    with pytest.raises(InvalidKey, match=f"{kept.id} has expired"):
        ring.find(text, NOW + timedelta(days=1))


def test_key_expired_is_not_told_to_who_does_not_have_it() -> None:
    text, kept = new_key(READ, now=NOW, expires=NOW)
    with pytest.raises(InvalidKey, match="is not known here"):
        KeyRing.of([kept]).find(text + "x", NOW)


def test_key_file_revoked_key_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    (first, kept), (second, other) = new_key(READ, now=NOW), new_key(READ, now=NOW)
    add_key(path, kept)
    add_key(path, other)
    assert revoke_key(path, kept.id) == kept
    assert read_keys(path).find(second, NOW) == other
    with pytest.raises(InvalidKey):
        read_keys(path).find(first, NOW)
    with pytest.raises(BadInput, match=f"holds no key '{kept.id}'"):
        revoke_key(path, kept.id)


def _add_ten(path: Path) -> None:
    for _ in range(10):
        add_key(path, new_key(READ, now=NOW)[1])


def test_key_file_changed_by_several_at_once_loses_none(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    others = [spawn.Process(target=_add_ten, args=(tmp_path / "keys",)) for _ in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert len(read_keys(tmp_path / "keys").by_id) == 30


GOOD = new_key(READ, now=NOW)[1].model_dump_json()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("{", "line 1: the line: Invalid JSON"),
        (f"{GOOD}\n\nnull", "line 3: the line: Input should be an object"),
        (GOOD.replace('"read"', '"everything"'), "line 1: scopes.0: Input should be 'read'"),
        (GOOD.replace("note", "notes"), "line 1: notes: Extra inputs are not permitted"),
        (GOOD.replace("Z", ""), "line 1: created: Input should have timezone info"),
        (f"{GOOD}\n{GOOD}", "stands twice"),
    ],
)
def test_key_file_broken_says_where_and_not_what(tmp_path: Path, lines: str, told: str) -> None:
    path = tmp_path / "keys"
    path.write_text(lines)
    with pytest.raises(BadInput, match=told) as caught:
        read_keys(path)
    assert GOOD[30:60] not in str(caught.value)


def test_key_file_that_cannot_be_read_or_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read the API keys"):
        read_keys(tmp_path / "none")
    (tmp_path / "keys").write_bytes(b"\xff")
    with pytest.raises(BadInput, match="it is no UTF-8"):
        read_keys(tmp_path / "keys")
    with pytest.raises(BadInput, match="cannot write the API keys"):
        add_key(tmp_path / "none" / "keys", new_key(READ, now=NOW)[1])
