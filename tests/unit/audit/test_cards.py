"""A card opens with its own key, for its own member and moment, whole; in every other case it refuses."""

from __future__ import annotations

import base64
import hashlib

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit.cards import (
    BLOCK,
    LEAST_BOX,
    MOST_BOX,
    PREFIX,
    Card,
    CardKey,
    looks_sealed,
    open_card,
    seal_card,
    spoken,
    unspoken,
)
from audit.errors import CardUnreadable, InvalidCardKey
from tests.support import hpke

MINE = X25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEY = CardKey(MINE.public_key().public_bytes_raw())
REF = "3f" * 16
AT = 1_770_000_000_123
CARD = Card(REF, AT, "Zwaantje Voorbeeld", "z@voorbeeld.nl", "0a" * 16, "De Vlier", "huisarts", ("member",))

LOW_ORDER = (
    bytes(32),
    (1).to_bytes(32, "little"),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    (2**255 - 20).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
    (2**255 - 18).to_bytes(32, "little"),
)
"""Points with which every exchange gives zero. Source: RFC 7748 §6.1 asks to refuse these; list of "May the Fourth"."""


def info(key: CardKey, ref: str = REF, at: int = AT) -> bytes:
    """Write the context a second time, from the description of the envelope."""
    named = hashlib.sha256(b"casuskring officer key\x00\x01" + key.raw).digest()[:20]
    return b"casuskring member card\x00\x01" + named + at.to_bytes(8, "big") + ref.encode()


text = st.text(st.characters(codec="utf-8"), max_size=200)
refs = st.text("0123456789abcdef", min_size=1, max_size=64)
cards = st.builds(
    Card,
    refs,
    st.integers(0, 2**53),
    text,
    text,
    refs,
    text,
    text,
    st.lists(st.text(max_size=20), max_size=5).map(tuple),
)


@given(card=cards)
def test_every_card_comes_back_and_its_length_tells_blocks_only(card: Card) -> None:
    box = seal_card(card, KEY)
    assert open_card(box, MINE, card.member, card.at) == card
    assert looks_sealed(box)
    assert (len(box) - LEAST_BOX) % BLOCK == 0


def test_two_people_with_names_of_different_lengths_have_equally_long_cards() -> None:
    short, long = (msgspec.structs.replace(CARD, name=name) for name in ("Bo", "Bartholomeus van de Ketterij-Zuidema"))
    assert len(seal_card(short, KEY)) == len(seal_card(long, KEY)) == LEAST_BOX
    assert seal_card(short, KEY) != seal_card(short, KEY)


@pytest.mark.parametrize("box", [seal_card(CARD, KEY)], ids=["box"])
def test_every_flipped_bit_of_every_byte_is_noticed(box: bytes) -> None:
    for place in range(len(box)):
        wrong = bytearray(box)
        wrong[place] ^= 1 << (place % 8)
        with pytest.raises(CardUnreadable):
            open_card(bytes(wrong), MINE, REF, AT)


def test_every_cut_and_every_addition_is_noticed() -> None:
    box = seal_card(CARD, KEY)
    wrongs = [box[:length] for length in range(len(box))]
    wrongs += [box + b" ", box + box, box + bytes(BLOCK), b"\x01" + bytes(MOST_BOX), bytes(20_000_000)]
    for wrong in wrongs:
        with pytest.raises(CardUnreadable):
            open_card(wrong, MINE, REF, AT)


def test_another_key_member_moment_or_version_does_not_open_it() -> None:
    box = seal_card(CARD, KEY)
    for private, ref, at in (
        (OTHER, REF, AT),
        (MINE, "3e" * 16, AT),
        (MINE, REF[:-1], AT),
        (MINE, "", AT),
        (MINE, "\ud800", AT),
        (MINE, REF, AT + 1),
        (MINE, REF, -1),
        (MINE, REF, 2**64),
    ):
        with pytest.raises(CardUnreadable):
            open_card(box, private, ref, at)
    for version in (b"\x00", b"\x02"):
        with pytest.raises(CardUnreadable):
            open_card(version + box[1:], MINE, REF, AT)


def _forged(plain: bytes) -> bytes:
    return b"\x01" + hpke.seal(KEY.raw, info(KEY), plain + b" " * (-len(plain) % BLOCK), ephemeral=bytes(range(2, 34)))


def test_what_somebody_else_sealed_must_still_be_a_card_of_this_member() -> None:
    """Anyone can seal to a public key, so what comes out is looked at as if it were typed."""
    good = msgspec.json.encode(CARD)
    assert open_card(_forged(good), MINE, REF, AT) == CARD
    for plain in (
        b"",
        b"[" * 400,
        b"\xff\xfe",
        good[:-5],
        good.replace(REF.encode(), b"3e" * 16),
        good.replace(str(AT).encode(), b"1"),
        good.replace(str(AT).encode(), b"1e400"),
        good.replace(b'"name"', b'"naam"'),
        good[:-1] + b',"more":1}',
    ):
        with pytest.raises(CardUnreadable):
            open_card(_forged(plain), MINE, REF, AT)


def test_a_card_that_is_too_long_is_not_sealed() -> None:
    with pytest.raises(CardUnreadable):
        seal_card(msgspec.structs.replace(CARD, name="a" * 9000), KEY)
    register = "\x01" * 200
    longest = Card("f" * 64, AT, register, register, "f" * 64, register, register, ("privacy_officer",) * 5)
    assert open_card(seal_card(longest, KEY), MINE, longest.member, AT) == longest


def test_the_second_writing_of_the_standard_reproduces_its_published_values() -> None:
    """RFC 9180, appendix A.1.1, the first encryption."""
    sealed = hpke.seal(
        bytes.fromhex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"),
        b"Ode on a Grecian Urn",
        b"Beauty is truth, truth beauty",
        ephemeral=bytes.fromhex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"),
        aad=b"Count-0",
        key_bytes=16,
    )
    assert sealed.hex() == (
        "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    )


def test_the_second_writing_opens_what_we_seal_and_we_open_what_it_seals() -> None:
    box = seal_card(CARD, KEY)
    assert msgspec.json.decode(hpke.unseal(bytes(range(32)), info(KEY), box[1:]), type=Card) == CARD
    assert open_card(_forged(msgspec.json.encode(CARD)), MINE, REF, AT) == CARD


def test_an_envelope_of_version_one_stays_readable() -> None:
    """A fixed envelope: if this test fails, cards that were sealed before can no longer be opened."""
    box = _forged(msgspec.json.encode(CARD))
    assert hashlib.sha256(box).hexdigest() == "b0bc4931514530a0490c6051d677f1e4a008a1f778dc7862a0127a77e3b11194"
    assert KEY.fingerprint == "dc51bb369c1b70b8823716c07938f38963458a85"


def test_a_key_is_one_line_and_comes_back() -> None:
    line = str(KEY)
    assert line == PREFIX + base64.b64encode(KEY.raw).decode()
    assert CardKey.parse(f"\n {line} \r\n") == KEY
    assert KEY.raw.hex() not in repr(MINE)


@pytest.mark.parametrize(
    "line",
    [
        "",
        PREFIX,
        str(KEY)[:-1],
        str(KEY) + "=",
        str(KEY)[:-2] + "B=",
        str(KEY).upper(),
        str(KEY).replace("-1:", "-2:"),
        str(KEY).replace(":", ": "),
        str(KEY) + "\n" + str(KEY),
        "casuskring-officer-secret-1",
        str(KEY) + " " * 2000,
        PREFIX + "\u0660" * 43 + "=",
        "\x00" + str(KEY),
        *(PREFIX + base64.b64encode(raw).decode() for raw in LOW_ORDER),
    ],
)
def test_what_is_no_key_is_refused_without_being_repeated(line: str) -> None:
    with pytest.raises(InvalidCardKey) as raised:
        CardKey.parse(line)
    assert len(line) < 40 or line.strip()[-40:] not in str(raised.value)


@pytest.mark.parametrize("raw", LOW_ORDER)
def test_nothing_is_sealed_to_a_point_that_gives_zero(raw: bytes) -> None:
    with pytest.raises(InvalidCardKey):
        seal_card(CARD, CardKey(raw))
    with pytest.raises(InvalidCardKey):
        CardKey(raw + b"x")


def test_a_fingerprint_is_compared_in_groups_and_read_back_however_it_is_typed() -> None:
    groups = spoken(KEY.fingerprint)
    assert [len(one) for one in groups.split(" ")] == [4] * 10
    for typed in (groups, groups.upper(), f" {groups}\n", groups.replace(" ", "-"), groups.replace(" ", ":")):
        assert unspoken(typed) == KEY.fingerprint
    assert CardKey(OTHER.public_key().public_bytes_raw()).fingerprint != KEY.fingerprint
