"""The whole analyser on rules: bounded work, its own offsets, no network, no trace in the logging set-up."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
import spacy

from anonymisation.analyser import MAX_LENGTH, SETTING, Analyser
from anonymisation.document import EntityType, Span, require_ordered
from anonymisation.errors import ModelUnavailable, TextTooLarge
from anonymisation.known import Known
from anonymisation.pseudonyms import protect

LETTER = (
    "Betreft mw. Marleen van der Kolkman-Wessels (M.v.d.K.), geb. 14-03-1988, BSN 999915101, Oude Touwslagerspad 16b, "
    "9712 HK Appingedam, mob 06-12345678. Moeder Gerda past op. Sertraline 100 mg sinds 8 sept, RR 140/90."
)
LONG, SHORTER = 200_000, 20_000
WORST = ["a", "1", "Jan-", "A. ", "a.a@", "e\u0301"]
UNITS = [
    "A", " ", "\n", "van ", "Jan van ", "-", "@", "(", "12-", "1/", "Straat ", "é", "😀", "\u05d0", "\u202e",
    "\x00", "\r\n",
    "'", "dhr. ", "0", "+31 ", "NL91", "in Amsterdam ", "Persoon A ", "ma 1 ", "J. Jansen ", "www.", "1, 1 en ",
]  # fmt: skip


def found(analyser: Analyser, text: str, known: Known | None = None) -> set[tuple[str, EntityType]]:
    """Return what is found, with its label."""
    return {(text[span.start : span.end], span.label) for span in analyser.find(text, known)}


def test_a_letter_is_read_whole(analyser: Analyser) -> None:
    assert found(analyser, LETTER) == {
        ("Marleen van der Kolkman-Wessels", EntityType.PERSON),
        ("M.v.d.K.", EntityType.PERSON),
        ("14-03-1988", EntityType.DATE_TIME),
        ("999915101", EntityType.NL_BSN),
        ("Oude Touwslagerspad 16b", EntityType.STREET_ADDRESS),
        ("9712 HK", EntityType.NL_POSTCODE),
        ("Appingedam", EntityType.LOCATION),
        ("06-12345678", EntityType.PHONE_NUMBER),
        ("Gerda", EntityType.PERSON),
        ("8 sept", EntityType.DATE_TIME),
    }


@pytest.mark.parametrize("filler", ["😀", "e\u0301", "\u202eعربي\u202c ", "\r\n", "\x00", "𝒜𝒷 ", "\ufeff", "\u2028"])
def test_offsets_hold_behind_any_characters(analyser: Analyser, filler: str) -> None:
    text = f"{filler * 3} mw. Jansen, BSN 999915101 {filler}"
    assert {("Jansen", EntityType.PERSON), ("999915101", EntityType.NL_BSN)} <= found(analyser, text)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x00", ".", "😀" * 10, "\u0301" * 50, "\ud800", "a" * 5_000])
def test_empty_and_odd_texts_give_nothing(analyser: Analyser, text: str) -> None:
    assert analyser.find(text) == ()


@pytest.mark.parametrize(("unit", "length"), [*((one, LONG) for one in WORST), *((one, SHORTER) for one in UNITS)])
def test_a_long_line_of_anything_is_read_to_its_end(analyser: Analyser, unit: str, length: int) -> None:
    text = (unit * (length // len(unit) + 1))[:length]
    spans = analyser.find(text + " mw. Zwaluwstaart", Known(names=("Jan van Zwaluw",), bsn="999915101"))
    require_ordered(spans, len(text) + 17)
    assert any(span.end == len(text) + 17 for span in spans)


def test_a_text_over_the_limit_is_refused_unread(analyser: Analyser) -> None:
    with pytest.raises(TextTooLarge) as caught:
        analyser.find("a" * (MAX_LENGTH + 1))
    assert str(MAX_LENGTH) in str(caught.value)


def test_known_values_are_found_beside_the_rules(analyser: Analyser) -> None:
    text = "dąbrowska kwam niet, mw. Jansen wel"
    assert found(analyser, text, Known(names=("Malgorzata Dabrowska",))) == {
        ("dąbrowska", EntityType.PERSON),
        ("Jansen", EntityType.PERSON),
    }


def test_two_texts_share_nothing(analyser: Analyser) -> None:
    analyser.find("mw. Zwaluwstaart", Known(names=("Pimpelmees",)))
    assert analyser.find("de zwaluwstaart en de pimpelmees") == ()


def test_the_same_text_gives_the_same_spans(analyser: Analyser) -> None:
    assert analyser.find(LETTER) == Analyser.load(use_model=False).find(LETTER)


def test_a_missing_pipeline_is_an_error_that_names_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        Analyser.load(model=str(tmp_path / "zwaluw"))
    assert SETTING in str(caught.value)
    assert "zwaluw" not in str(caught.value)
    monkeypatch.setenv(SETTING, str(tmp_path))
    with pytest.raises(ModelUnavailable):
        Analyser.load()


def test_another_spacy_pipeline_is_read_through_its_entities(tmp_path: Path) -> None:
    nlp = spacy.blank("nl")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PER", "pattern": "Zwaluw"}, {"label": "MISC", "pattern": "Mees"}])
    nlp.to_disk(tmp_path / "other")
    spans = Analyser.load(model=str(tmp_path / "other")).find("Zwaluw ziet Mees " + "x\n" * 15_000 + "en Zwaluw")
    assert {(span.start, span.label, span.certain) for span in spans} == {
        (0, EntityType.PERSON, True),
        (30_020, EntityType.PERSON, True),
    }


def test_no_socket_is_opened(analyser: Analyser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert analyser.find("mail h.terbeek@voorbeeld.nl of www.voorbeeld.nl, tel 06-12345678")


def test_importing_leaves_the_root_logger_alone() -> None:
    check = (
        "import logging; before = (logging.getLogger().level, list(logging.getLogger().handlers));"
        "import anonymisation.analyser;"
        "assert before == (logging.getLogger().level, list(logging.getLogger().handlers))"
    )
    subprocess.run([sys.executable, "-c", check], check=True, timeout=120)


def test_nothing_of_the_text_is_logged(analyser: Analyser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        protect(LETTER, analyser.find(LETTER))
    assert "Marleen" not in caplog.text
    assert "999915101" not in caplog.text


def test_doubt_is_below_certainty(analyser: Analyser) -> None:
    spans = {span.certain: span for span in analyser.find("Kliniek 11/2, mw. Jansen") if isinstance(span, Span)}
    assert spans[False].score < 0.5 <= spans[True].score
