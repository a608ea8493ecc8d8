"""What a token looks like: tokens give the text back, and features see case, kind, chunk and document."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from anonymisation.model.features import chunk_shape, contexts, normal, shape, view, word_type
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
    assert len(word_type("ab" * 100_000, LEXICON).own) < 80
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


def _contexts(text: str) -> list[list[str]]:
    seen, _ = view(*split(text))
    return list(contexts(seen, [word_type(w, LEXICON) for w in seen.words]))


def test_lines_and_labels_are_seen() -> None:
    last = _contexts("kop\n\nNaam: Selam")[-1]
    assert "K=naam|Xxn" in last
    assert "B=:|Xxn" in last
    assert "B=L|Xxn" in _contexts("x\nSelam")[-1]


def test_a_chunk_is_seen_as_a_whole() -> None:
    assert "C=dd-dd-dddd" in _contexts("op 14-03-1988")[-1]


def test_the_rest_of_the_document_is_seen() -> None:
    after = next(s for s in _contexts("Roos belt. Later ziet mw. Roos roos")[0] if s.startswith("D="))
    assert after == "D=nlUc|Xxw"
    assert next(s for s in _contexts("Roos belt.")[0] if s.startswith("D=")) == "D=n|Xxw"
