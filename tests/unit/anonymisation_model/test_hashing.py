"""Hashes are the same everywhere, tell pieces of words apart, and are found again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anonymisation.model.hashing import Index, Pieces, mix, text_hash

WORDS = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=8)


def test_hashes_never_change() -> None:
    assert text_hash("jansen") == text_hash("jansen")
    first = mix("w", np.array([text_hash("jansen")], dtype=np.uint64))

    assert first.tolist() == [12701112612596273972]


def test_kind_order_and_parts_matter() -> None:
    one, two = (np.array([text_hash(word)], dtype=np.uint64) for word in ("een", "twee"))
    made = [mix("a", one, two), mix("a", two, one), mix("b", one, two), mix("a", one), mix("a", two)]
    assert len({int(part[0]) for part in made}) == len(made)


@given(WORDS, st.integers(1, 4))
def test_equal_pieces_have_equal_hashes_and_others_differ(words: list[str], length: int) -> None:
    pieces = Pieces(words)
    told: dict[str, int] = {}
    for word, start in zip(words, pieces.starts.tolist(), strict=True):
        for k in range(len(word) - length + 1):
            found = int(pieces(np.array([start + k]), length)[0])
            assert told.setdefault(word[k : k + length], found) == found
    assert len(set(told.values())) == len(told)


@given(WORDS)
def test_whole_words_have_hashes_of_their_own(words: list[str]) -> None:
    found = dict(zip(words, Pieces(words).whole().tolist(), strict=True))
    assert len(set(found.values())) == len(set(words))


@given(st.sets(st.integers(0, 2**64 - 1), max_size=200), st.sets(st.integers(0, 2**64 - 1), max_size=50))
def test_the_index_finds_what_is_there_and_nothing_else(kept: set[int], asked: set[int]) -> None:
    keys = np.array(sorted(kept), dtype=np.uint64)
    index = Index(keys)
    assert index(keys).tolist() == list(range(len(keys)))
    strange = np.array(sorted(asked - kept), dtype=np.uint64)
    assert (index(strange) == -1).all()


def test_keys_that_share_their_low_bits_are_told_apart() -> None:
    keys = np.array([n << 40 for n in range(64)], dtype=np.uint64)
    assert Index(keys)(keys.reshape(8, 8)).tolist() == np.arange(64).reshape(8, 8).tolist()
