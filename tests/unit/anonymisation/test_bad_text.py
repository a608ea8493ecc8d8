"""Odd and hostile text: exact places behind it and valid spans in it.

The whole analyser is used, rules and model, since a fault in either would show as a wrong place.
"""

from __future__ import annotations

import base64
from datetime import date
from itertools import pairwise

import pytest

from anonymisation.analyser import MAX_LENGTH, Analyser
from anonymisation.batch import run_plain
from anonymisation.document import EntityType, ProtectedText, Span, require_ordered
from anonymisation.errors import TextTooLarge
from anonymisation.known import Known
from anonymisation.pseudonyms import protect, translate_back

SENTENCE = "mw. Marijke ten Brinke, 06-12345678, 12 mei 2025"
MARKED = (
    ("Marijke ten Brinke", EntityType.PERSON),
    ("06-12345678", EntityType.PHONE_NUMBER),
    ("12 mei 2025", EntityType.DATE_TIME),
)
PLACES = [(SENTENCE.index(one), SENTENCE.index(one) + len(one), label) for one, label in MARKED]
KNOWN = Known(
    names=("Marijke ten Brinke",),
    relatives=("Jan van den Berg",),
    birth_date=date(1988, 3, 14),
    bsn="999904413",
    addresses=("Kerkstraat 1, 1234 AB Ede",),
    phones=("06-12345678",),
    others=("a.",),
)

ODD = {
    "nothing": "",
    "spaces": " " * 3_000,
    "tabs": "\t" * 3_000,
    "empty lines": "\n" * 3_000,
    "white space of other kinds": "\u00a0\u2003\u202f\u3000\u2028\u2029\x0b\x0c\x85" * 300,
    "one long word": "a" * 5_000,
    "emoji": "😀🎉🫠" * 700,
    "emoji of many code points": "👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇳🇱" * 200,
    "non-BMP letters": "𝓙𝓪𝓷 𝔅𝔬𝔰 𐍈𐌹 𠜎𠜱 " * 200,
    "decomposed letters": "Zoë Renée Şükrü ".replace("ë", "e\u0308").replace("é", "e\u0301") * 150,
    "combining marks alone": "\u0301\u0308\u0327" * 700,
    "a letter under many marks": "J" + "\u0301" * 3_000 + "an",
    "Arabic": "المريضة تعيش مع زوجها محمد في المدينة. " * 60,
    "right-to-left marks": "\u202e\u2067Jan\u2069\u202c \u200fאבג\u200e " * 150,
    "invisible signs": "J\u200ba\u200dn\u00ad \ufeff" * 300,
    "CRLF": "Regel een\r\n\r\nregel twee\r\n" * 100,
    "carriage returns alone": "regel\r" * 300,
    "NUL and other controls": "\x00\x01\x1b[31m\x7f" * 300,
    "HTML": '<div class="x"><p style="color:red">Tekst &amp; meer&nbsp;</p><br/></div>\n' * 60,
    "JSON": '{"naam": null, "lijst": [1, 2, {"a": "b"}]},\n' * 80,
    "base64": base64.b64encode(bytes(n * 89 % 251 for n in range(3_000))).decode(),
    "base64 in lines": base64.encodebytes(bytes(n * 89 % 251 for n in range(3_000))).decode(),
    "another language": "The patient lives with her two children and has no contact with their father. " * 40,
    "digits": "0123456789" * 300,
    "digits with spaces": "1 2 3 4 5 6 " * 300,
    "digits of another script": "٠١٢٣٤٥٦٧٨٩ " * 200,
    "brackets": "([{<>}])" * 400,
    "open brackets": "(" * 3_000,
    "quotes": "\"'“”‘’„`´" * 300,
    "signs of a regular expression": r"(?:a+)+$ \d{1,} [^\s]* .*? " * 100,
    "initials": "J.A.B. " * 300,
    "letters with full stops": "a." * 2_000,
    "v.d.": "v.d." * 700,
    "hyphens": "-" * 3_000,
    "one name": "Jan " * 800,
    "pseudonyms": "Persoon A en Persoon B, [BSN verwijderd], de peildatum. " * 50,
}
"""Each short enough to be read by the model in one go and long enough to shift every offset behind it."""


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """The analyser as it ships, with its model."""
    return Analyser.load()


def _checked(text: str, spans: tuple[Span, ...], known: Known | None = None) -> ProtectedText:
    """Protect the text; what stands between the spans is kept to the letter, and every span's place is written anew."""
    require_ordered(spans, len(text))
    result = protect(text, spans, known=known)
    for one, two in pairwise(result.replacements):
        # A form never touches a letter beside it: a space may have come in between, nothing else.
        between = text[one.span.end : two.span.start]
        assert result.text[one.end : two.start].strip(" ") == between.strip(" ")
    translate_back(result.text, result.mapping)
    return result


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n"], ids=["LF", "CRLF"])
def test_a_known_sentence_behind_odd_text_is_marked_at_exactly_its_place(
    analyser: Analyser, odd: str, gap: str
) -> None:
    text = f"{odd}{gap}{SENTENCE}"
    spans = analyser.find(text)
    _checked(text, spans)
    start = len(text) - len(SENTENCE)
    assert [(span.start - start, span.end - start, span.label) for span in spans if span.end > start] == PLACES
    assert all(span.certain for span in spans if span.end > start)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_text_alone_and_with_known_values_gives_valid_spans(analyser: Analyser, odd: str) -> None:
    _checked(odd, analyser.find(odd))
    text = odd + SENTENCE + odd
    spans = analyser.find(text, KNOWN)
    protected = _checked(text, spans, KNOWN).text
    assert "Brinke" not in protected
    assert "12345678" not in protected.replace("0123456789", "")
    run_plain(odd, analyser)


@pytest.mark.parametrize("text", ["", " ", "\n\t\r\n", "\u00a0\u2028\u3000", "\x1c\x1d"], ids=ascii)
def test_a_blank_text_holds_nothing(analyser: Analyser, text: str) -> None:
    assert analyser.find(text) == ()
    assert analyser.find(text, KNOWN) == ()


def test_only_signs_hold_nothing(analyser: Analyser) -> None:
    for odd in ("brackets", "open brackets", "quotes", "hyphens", "emoji", "combining marks alone", "spaces"):
        assert analyser.find(ODD[odd]) == (), odd


@pytest.mark.parametrize(
    ("letter", "width"),
    [("a", 1), ("é", 1), ("e\u0301", 2), ("😀", 1), ("𝔅", 1), ("👩‍👧", 3), ("\r\n", 2), ("\x00", 1)],
    ids=ascii,
)
def test_offsets_are_code_points_of_the_text_as_it_was_given(analyser: Analyser, letter: str, width: int) -> None:
    assert len(letter) == width
    for count in (1, 2, 7, 500):
        start = width * count + 1
        text = f"{letter * count} {SENTENCE}.\n\n{letter * count}"
        found = {(span.start - start, span.end - start, span.label) for span in analyser.find(text)}
        assert set(PLACES) <= found, count


def test_a_sentence_is_found_on_either_side_of_where_the_text_is_cut_into_pieces(analyser: Analyser) -> None:
    for size in (19_950, 19_975, 19_999, 20_000, 20_001, 40_000):
        text = ("woord " * 10_000)[:size] + f"\n{SENTENCE}\n" + "woord " * 100
        start = size + 1
        found = {(span.start - start, span.end - start, span.label) for span in analyser.find(text)}
        assert set(PLACES) <= found, size


def test_a_text_over_the_limit_is_refused_unread(analyser: Analyser) -> None:
    with pytest.raises(TextTooLarge):
        analyser.find("a" * (MAX_LENGTH + 1))


@pytest.mark.parametrize("text", ["a" * 200_000, "a." * 50_000, "Jan " * 20_000, "(" * 30_000], ids=lambda one: one[:4])
def test_large_hostile_text_is_read_and_the_sentence_behind_it_found(analyser: Analyser, text: str) -> None:
    whole = f"{text}\n\n{SENTENCE}"
    spans = analyser.find(whole, KNOWN)
    _checked(whole, spans, KNOWN)
    start = len(whole) - len(SENTENCE)
    found = {(whole[span.start : span.end], span.label) for span in spans if span.start >= start}
    assert found == set(MARKED)
