"""A sealed envelope opens with its own key, in its own place, whole; in every other case it refuses."""

from __future__ import annotations

import secrets as chance

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from server.errors import StorageError
from server.storage.crypto import NONCE_BYTES, VERSION, VERSION_WITH_SUBKEY, Key, check_value, seal, unseal

KEY = Key("one", bytes(range(32)))
OTHER = Key("two", bytes(range(1, 33)))


@given(plain=st.binary(max_size=2000), context=st.text(max_size=50))
def test_what_was_sealed_comes_back(plain: bytes, context: str) -> None:
    assert unseal(KEY, context, seal(KEY, context, plain, chance.token_bytes)) == plain


@given(plain=st.binary(min_size=1, max_size=100), where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_is_noticed(plain: bytes, where: int, bit: int) -> None:
    box = bytearray(seal(KEY, "place", plain, chance.token_bytes))
    place = where % len(box)
    box[place] ^= 1 << bit
    with pytest.raises(StorageError) as raised:
        unseal(KEY, "place", bytes(box))
    assert raised.value.code == ("envelope_version" if place == 0 else "envelope_damaged")


@pytest.mark.parametrize("length", range(0, 30, 3))
def test_a_cut_envelope_is_noticed(length: int) -> None:
    with pytest.raises(StorageError):
        unseal(KEY, "place", seal(KEY, "place", b"woorden", chance.token_bytes)[:length])


def test_another_key_or_another_place_does_not_open_it() -> None:
    box = seal(KEY, "case:1:form", b"woorden", chance.token_bytes)
    for key, context in ((OTHER, "case:1:form"), (KEY, "case:2:form"), (KEY, "")):
        with pytest.raises(StorageError) as raised:
            unseal(key, context, box)
        assert raised.value.code == "envelope_damaged"


def test_the_envelope_has_the_written_form() -> None:
    box = seal(KEY, "place", b"woorden", lambda count: b"n" * count)
    assert box[:1] == VERSION == b"\x01"
    assert box[1 : 1 + NONCE_BYTES] == b"n" * 12
    assert len(box) == 1 + 12 + len(b"woorden") + 16
    assert b"woorden" not in box


def test_the_same_words_never_give_the_same_envelope() -> None:
    assert seal(KEY, "place", b"x", chance.token_bytes) != seal(KEY, "place", b"x", chance.token_bytes)


def test_every_place_has_a_subkey_of_its_own() -> None:
    """With the same nonce too, two places give two different ciphertexts."""
    first, second = (seal(KEY, place, b"woorden", bytes) for place in ("a", "b"))
    assert first[13:20] != second[13:20]


def test_check_values_tell_master_keys_apart() -> None:
    assert check_value(KEY.secret) != check_value(OTHER.secret)
    assert repr(KEY) == "Key('one', ***)"


def test_an_envelope_with_a_subkey_opens_with_both_and_with_nothing_less() -> None:
    subkey = Key("three", bytes(range(2, 34)))
    box = seal(KEY, "session:1:2", b"woorden", chance.token_bytes, subkey)
    assert box[:1] == VERSION_WITH_SUBKEY == b"\x02"
    assert unseal(KEY, "session:1:2", box, subkey) == b"woorden"
    for key, sub in ((OTHER, subkey), (KEY, OTHER), (subkey, KEY), (KEY, KEY), (subkey, subkey)):
        with pytest.raises(StorageError) as damaged:
            unseal(key, "session:1:2", box, sub)
        assert damaged.value.code == "envelope_damaged"
    for key in (KEY, subkey):
        with pytest.raises(StorageError) as version:
            unseal(key, "session:1:2", box)
        assert version.value.code == "envelope_version"
    # Told to be of the first version, it does not open either.
    with pytest.raises(StorageError):
        unseal(KEY, "session:1:2", VERSION + box[1:])


def test_an_envelope_without_a_subkey_takes_none() -> None:
    box = seal(KEY, "place", b"woorden", chance.token_bytes)
    with pytest.raises(StorageError) as raised:
        unseal(KEY, "place", box, OTHER)
    assert raised.value.code == "envelope_version"


@given(secret=st.binary(min_size=32, max_size=32), context=st.text(max_size=50))
def test_the_subkey_is_hkdf_of_rfc_5869(secret: bytes, context: str) -> None:
    info = b"casuskring/1/" + context.encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
    box = seal(Key("one", secret), context, b"woorden", bytes)
    assert AESGCM(derived).decrypt(bytes(NONCE_BYTES), box[1 + NONCE_BYTES :], context.encode()) == b"woorden"
