"""What a token looks like: tokens give the text back, and features see case, kind, chunk and document."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from anonymisation.model.features import CONTEXTS, DISTANCES, Types, chunk_shape, contexts, normal, shape, view
from anonymisation.model.hashing import mix, text_hash
from anonymisation.model.lexicon import Lexicon
from anonymisation.model.tokens import Tokens, split

LEXICON = Lexicon(
    ordinary=frozenset({"wijk", "verpleegkundige", "roos", "fiets", "belt"}),
    proper=frozenset({"volvo"}),
    first=frozenset({"roos", "selam"}),
    last=frozenset({"visser"}),
    place=frozenset({"keren"}),
    brand=frozenset({"rijnstate"}),
)


@given(st.text(max_size=200))
def test_tokens_give_the_text_back(text: str) -> None:
    words, spaces = split(text)
    assert "".join(word + " " * space for word, space in zip(words, spaces, strict=True)) == text


@pytest.mark.parametrize("text", ["", " ", "\n\n a\t b  \r\nc", "👩‍👩‍👧 e\u0301én", "a\u00a0b", "  x"])
def test_a_document_holds_the_exact_text(text: str) -> None:
    assert Tokens(spacy.blank("nl").vocab)(text).text == text


def test_letters_digits_and_signs_are_apart() -> None:
    assert split("37-jarige, S.v.d.H. 12ZZA9")[0] == (
        ["37", "-", "jarige", ",", "S", ".", "v", ".", "d", ".", "H", ".", "12", "ZZA", "9"]
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Jan", "Xx"), ("jan", "xx"), ("JAN", "XX"), ("J", "X"), ("vVa", "xX"), ("2025", "dddd"), ("-", "-"), ("j", "x")],
)
def test_shape(word: str, expected: str) -> None:
    assert shape(word) == expected


def test_absurd_words_are_capped() -> None:
    assert len(normal("a" * 200_000)) <= 24
    types = Types(LEXICON)
    types.learn(["ab" * 100_000])
    assert len(types.own(0, 1)[0]) < 80
    assert len(chunk_shape("1a" * 50_000)) <= 28


def test_ordinary_words_inflections_and_compounds_are_told_apart() -> None:
    assert [LEXICON.word_class(w) for w in ("fiets", "fietsen", "wijkverpleegkundige", "tewelde")] == [
        "w",
        "s",
        "c",
        "n",
    ]


def test_name_lists_give_flags_unless_hidden() -> None:
    assert [LEXICON.flags(w) for w in ("selam", "visser", "keren", "rijnstate", "volvo", "fiets")] == [*"flpbo-"]
    assert {LEXICON.hiding(256).flags(w) for w in ("selam", "visser", "keren")} == {"-"}


def _feature(kind: str, *parts: str) -> int:
    return int(mix(kind, *(np.array([text_hash(one)], dtype=np.uint64) for one in parts))[0])


def _contexts(text: str) -> list[set[int]]:
    seen, _ = view(*split(text))
    types = Types(LEXICON)
    ids, _ = types.learn(seen.words)
    rows = contexts(seen, types, ids)
    assert rows.shape == (len(seen.words), CONTEXTS)
    return [set(row.tolist()) for row in rows]


def _own(word: str) -> tuple[set[int], set[int]]:
    types = Types(LEXICON)
    types.learn(["vooraf", word])
    hashes, owners, identity = types.own(1, 2)
    assert set(owners.tolist()) == {0}
    return set(hashes.tolist()), set(hashes[~identity].tolist())


def test_lines_and_labels_are_seen() -> None:
    last = _contexts("kop\n\nNaam: Selam")[-1]
    assert _feature("K", "naam", "Xxn") in last
    assert _feature("B", ":", "Xxn") in last
    assert _feature("B", "L", "Xxn") in _contexts("x\nSelam")[-1]


def test_a_label_ends_with_its_line() -> None:
    assert _feature("K", "naam", "Xxn") not in _contexts("Naam: x\nSelam")[-1]


def test_a_chunk_is_seen_as_a_whole() -> None:
    assert _feature("C", "dd-dd-dddd") in _contexts("op 14-03-1988")[-1]


def test_neighbours_are_seen() -> None:
    assert _feature("a", "mw", "selam") in _contexts("mw Selam belt")[1]
    assert _feature("b", "selam", "belt") in _contexts("mw Selam belt")[1]


def test_the_rest_of_the_document_is_seen() -> None:
    assert _contexts("Roos belt. Later ziet mw. Roos roos")[0] != _contexts("Roos belt. Later ziet mw. Jan roos")[0]
    assert _contexts("Roos belt. Later ziet mw. Jan roos")[0] != _contexts("Roos belt. Later ziet mw. Jan wijk")[0]


def test_words_that_share_letters_share_features_of_them() -> None:
    (jansen, _), (hansen, _) = _own("Jansen"), _own("Hansen")
    assert len(jansen & hansen) > 8
    assert _feature("w", "jansen") in jansen - hansen


def test_identity_can_be_left_out() -> None:
    every, bare = _own("Tewelde")
    assert bare < every
    assert _feature("w", "tewelde") in every - bare


def test_features_depend_on_the_word_alone_and_not_on_what_was_learnt_before() -> None:
    types = Types(LEXICON)
    types.learn(["Selam", "belt", "14", "Roos"])
    together = types.own(0, 4)
    for n, word in enumerate(("Selam", "belt", "14", "Roos")):
        mine = set(together[0][together[1] == n].tolist())
        assert mine == _own(word)[0]


def test_what_a_word_tells_its_neighbours_names_the_distance() -> None:
    types = Types(LEXICON)
    types.learn(["belt"])
    told = [set(types.around(0, 1, distance)[0].tolist()) for distance in DISTANCES if distance]
    assert sum(len(one) for one in told) == len(set().union(*told))
