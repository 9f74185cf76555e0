"""Signed words: nobody else makes them, keys rotate, and one file serves all who race for it."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.errors import BadInput
from recsys.storage.signing_keys import make_signing_key, read_signing_keys
from serving.config import ServeSettings
from serving.rpc.signing import Signer, open_signer

OLD, NEW = "11" * 32, "22" * 32


def keys_in(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@given(purpose=st.sampled_from(["page", "answer"]), body=st.binary(max_size=200))
def test_word_gives_back_what_was_signed(purpose: str, body: bytes) -> None:
    signer = Signer(lambda: (b"k" * 32,))
    assert signer.read(purpose, signer.sign(purpose, body)) == body


def test_word_for_one_purpose_is_worth_nothing_for_another() -> None:
    signer = Signer(lambda: (b"k" * 32,))
    with pytest.raises(BadInput):
        signer.read("answer", signer.sign("page", b"body"))


@given(word=st.text(max_size=60))
def test_word_made_up_is_refused(word: str) -> None:
    with pytest.raises(BadInput, match="not given by this service"):
        Signer(lambda: (b"k" * 32,)).read("page", word)


def test_rotation_keeps_old_words_until_the_old_key_is_taken_away(tmp_path: Path) -> None:
    path = keys_in(tmp_path / "keys", OLD)
    signer = open_signer(ServeSettings(models=tmp_path, signing_key_file=path))
    before = signer.sign("page", b"body")
    keys_in(path, NEW, OLD)
    after = signer.sign("page", b"body")
    assert after != before
    assert signer.read("page", before) == signer.read("page", after) == b"body"
    keys_in(path, NEW)
    assert signer.read("page", after) == b"body"
    with pytest.raises(BadInput):
        signer.read("page", before)


def test_rotation_that_spoils_the_file_changes_nothing(tmp_path: Path) -> None:
    path = keys_in(tmp_path / "keys", OLD)
    signer = open_signer(ServeSettings(models=tmp_path, signing_key_file=path))
    word = signer.sign("page", b"body")
    keys_in(path, "no digits")
    assert signer.sign("page", b"body") == word
    path.unlink()
    assert signer.read("page", word) == b"body"


@pytest.mark.parametrize("spoilt", ["no digits", "", "11" * 8, "é"])
def test_key_file_spoilt_at_the_start_is_refused_without_telling_it(
    tmp_path: Path, spoilt: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_signing_keys(keys_in(tmp_path / "keys", spoilt))
    assert not spoilt or spoilt not in str(refused.value)


def test_key_file_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    settings = ServeSettings(models=tmp_path)
    word = open_signer(settings).sign("page", b"body")
    assert open_signer(settings).read("page", word) == b"body"
    assert names_in(tmp_path) == ["signing.key"]
    assert stat.S_IMODE((tmp_path / "signing.key").stat().st_mode) == 0o600


def test_key_file_that_many_make_at_once_is_the_same_for_all(tmp_path: Path) -> None:
    path = tmp_path / "keys"

    def start(_: int) -> tuple[bytes, ...]:
        make_signing_key(path)
        return read_signing_keys(path)

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(start, range(64)))) == 1
    assert names_in(tmp_path) == ["keys"]


def test_key_file_that_is_named_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read the signing keys"):
        open_signer(ServeSettings(models=tmp_path, signing_key_file=tmp_path / "keys"))
    assert names_in(tmp_path) == []


def test_key_file_in_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot make the signing key"):
        open_signer(ServeSettings(models=tmp_path / "missing"))
