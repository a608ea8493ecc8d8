"""Telephone numbers, addresses on the net and account names; and what only looks like one."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest

from anonymisation.document import EntityType
from anonymisation.recognisers.contact import EmailRecogniser, HandleRecogniser, PhoneRecogniser, UrlRecogniser
from anonymisation.recognisers.rule import RuleRecogniser


def found(recogniser: RuleRecogniser, text: str) -> set[str]:
    """Return what a recogniser finds, as text."""
    return {text[hit.start : hit.end] for hit in recogniser.hits(text)}


@pytest.mark.parametrize(
    "number",
    [
        "06-12345678", "0612345678", "06 12 34 56 78", "06 – 12 34 56 78", "06.12.34.56.78", "(030) 123 45 67",
        "0597-123 456", "055-123 45 67", "+31 6 1234 5678", "+31 (0)6 12345678", "0031612345678", "+48 600 111 222",
        "+32 470 12 34 56", "+49 151 23456789",
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_grouped(number: str) -> None:
    assert number in found(PhoneRecogniser(), f"Bereikbaar ({number}) of via haar zus.".replace("((", "( ("))


def test_a_bracket_that_belongs_to_the_sentence_stays_outside() -> None:
    assert found(PhoneRecogniser(), "haar zus (06-12345678)") == {"06-12345678"}


def test_a_short_number_needs_a_word_for_it() -> None:
    assert found(PhoneRecogniser(), "tel 123456") == {"123456"}
    assert found(PhoneRecogniser(), "aantal 123456") == set()


@pytest.mark.parametrize(
    "text", ["14-03-1988", "bereikbaar 09.00-12.00", "bel op 12-05-2025", "100-200 mg", "0,5 - 1,0"]
)
def test_dates_times_and_doses_are_no_number(text: str) -> None:
    assert found(PhoneRecogniser(), text) == set()


@pytest.mark.parametrize(
    "address",
    ["h.terbeek@voorbeeld.nl", "a+b_c@sub.voorbeeld.co.uk", "jan@example.org", "jan (at) voorbeeld punt nl"],
)
def test_an_address_is_found_without_the_full_stop_after_it(address: str) -> None:
    assert found(EmailRecogniser(), f"Mail naar {address}.") == {address}


def test_an_at_sign_alone_is_no_address() -> None:
    assert found(EmailRecogniser(), "2 broden @ 3 euro, kat at brood") == set()


@pytest.mark.parametrize(
    "address", ["https://www.voorbeeld.nl/sport/x?y=1", "www.example.com/noxplayer", "HTTP://X.NL", "voorbeeld.nl/pad"]
)
def test_a_web_address_is_found_without_closing_punctuation(address: str) -> None:
    assert address in found(UrlRecogniser(), f"(zie {address}).")


@pytest.mark.parametrize("text", ["o.a. depressie.Nl", "e.d.", "d.w.z.", "1.5.nl.", "a.be"])
def test_abbreviations_are_no_web_address(text: str) -> None:
    assert found(UrlRecogniser(), text) <= {"depressie.Nl"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("volgt @noor_06 op", "noor_06"),
        ("alias 'NoxPlayer_11' op", "NoxPlayer_11"),
        ("insta: fen.xx", "fen.xx"),
        ("'joris88' op Snapchat", "joris88"),
    ],
)
def test_an_account_name_is_found_without_its_sign(text: str, name: str) -> None:
    assert name in found(HandleRecogniser(), text)


def test_a_name_called_in_a_chat_is_a_person_and_everyone_is_nobody() -> None:
    (hit,) = HandleRecogniser().hits("@Fatima kun je dat delen? @iedereen let op")
    assert hit.label is EntityType.PERSON


def test_no_recogniser_opens_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    text = "h.terbeek@voorbeeld.nl www.voorbeeld.nl 06-12345678"
    for recogniser in (EmailRecogniser(), UrlRecogniser(), PhoneRecogniser()):
        assert found(recogniser, text)
