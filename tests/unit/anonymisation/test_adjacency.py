"""Neighbouring marks that say one thing become one; marks that do not stay apart."""

from __future__ import annotations

import re

import pytest

from anonymisation.document import EntityType, Span
from anonymisation.resolve import resolve

_MARK = re.compile(r"\[([^|\]]+)\|([A-Z_]+)(\?)?\]")


def _joined(written: str) -> list[str]:
    """Resolve marks written as `[Jan|PERSON] [Bos|LOCATION?]` (`?`: doubtful) and return what they cover."""
    text, spans, place = "", [], 0
    for match in _MARK.finditer(written):
        text += written[place : match.start()]
        certain = not match[3]
        score = 0.9 if certain else 0.3
        spans.append(Span(len(text), len(text) + len(match[1]), EntityType(match[2]), score, certain))
        text += match[1]
        place = match.end()
    text += written[place:]
    return [f"{text[one.start : one.end]}|{one.label}" for one in resolve(spans, text)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("in [Bani|LOCATION] [Walid|PERSON] geweest", ["Bani Walid|PERSON"]),
        ("[Wasserij Snelwit|ORGANIZATION] [Parkstad|LOCATION]", ["Wasserij Snelwit Parkstad|ORGANIZATION"]),
        ("BW [De Wissel|CARE_ORGANIZATION] [44|AGE?]", ["De Wissel 44|CARE_ORGANIZATION"]),
        ("KvK [24|ID] [889 017|PHONE_NUMBER?]", ["24 889 017|ID"]),
        ("[UIT|ID?].[25.03318|ID]", ["UIT.25.03318|ID"]),
        ('casus hr [J.W.|PERSON] "[Wout|PERSON]" [Hesseling|PERSON]', ['J.W. "Wout" Hesseling|PERSON']),
        ("[M.J.|PERSON] ([Marijke|PERSON]) [ten Brinke|PERSON]", ["M.J. (Marijke) ten Brinke|PERSON"]),
        ("Tue, [11 Feb 2025|DATE_TIME] om 10", ["Tue, 11 Feb 2025|DATE_TIME"]),
        ("[21 juli|DATE_TIME] t/m [3 augustus|DATE_TIME]", ["21 juli t/m 3 augustus|DATE_TIME"]),
        ("op [6 feb|DATE_TIME]. Daarna", ["6 feb.|DATE_TIME"]),
        ("zoon [Dirk|PERSON] jr. belt", ["Dirk jr.|PERSON"]),
        ("[tom|PERSON] [s|PERSON?] belt", ["tom s|PERSON"]),
        ("van de [Spoorstraat|STREET_ADDRESS] t.h.v. 88 af", ["Spoorstraat t.h.v. 88|STREET_ADDRESS"]),
        ("[Mesdagstraat 1|STREET_ADDRESS], gebouw F, Ede", ["Mesdagstraat 1, gebouw F|STREET_ADDRESS"]),
        ("bij Kinder- en [Jeugdpost Harns|CARE_ORGANIZATION]", ["Kinder- en Jeugdpost Harns|CARE_ORGANIZATION"]),
        ("groep 7 De [Fontein|ORGANIZATION]", ["De Fontein|ORGANIZATION"]),
        ("t ([+31) 33 10 31 880|PHONE_NUMBER]", ["(+31) 33 10 31 880|PHONE_NUMBER"]),
        ("[Thús|PERSON] & [Haim|PERSON]", ["Thús & Haim|PERSON"]),
        ("leerling [Martha|PERSON], [Jayden-Lee|PERSON] is er", ["Martha, Jayden-Lee|PERSON"]),
        ("dagopvang '[t Lage Licht|CARE_ORGANIZATION]", ["'t Lage Licht|CARE_ORGANIZATION"]),
    ],
)
def test_what_says_one_thing_is_joined(written: str, expected: list[str]) -> None:
    assert _joined(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "[6822 KB|NL_POSTCODE] [Arnhem|LOCATION]",
        "[Kerkstraat 7|STREET_ADDRESS] [Tiel|LOCATION]",
        "[Chantal|PERSON] [41|AGE]",
        "[ADRZ|CARE_ORGANIZATION] [30-1-2024|DATE_TIME]",
        "[yodit|PERSON], [ermias|PERSON] en de baby",
        "[Jan|PERSON] en [Piet|PERSON]",
        "[Anna|PERSON] [belt|PERSON?] terug",
        "[9|AGE] [12|AGE]",
        "[De Sluis|CARE_ORGANIZATION], [Almere|LOCATION]",
        "[12 mei|DATE_TIME] [06-12345678|PHONE_NUMBER]",
        "[Bo|PERSON] [15 dec 2024|DATE_TIME]",
    ],
)
def test_what_says_two_things_stays_two(written: str) -> None:
    assert [one.partition("|")[0] for one in _joined(written)] == [match[1] for match in _MARK.finditer(written)]


def test_a_checked_number_and_a_decision_stay_as_they_are() -> None:
    text = "999904413 712"
    number = Span(0, 9, EntityType.NL_BSN, 1.0, certain=True)
    assert [
        (one.start, one.end) for one in resolve([number, Span(10, 13, EntityType.ID, 0.9, certain=True)], text)
    ] == [
        (0, 9),
        (10, 13),
    ]
    decided = Span(0, 3, EntityType.ORGANIZATION, 1.0, certain=True, source="review")
    assert len(resolve([decided, Span(4, 7, EntityType.PERSON, 0.9, certain=True)], "Jan Bos")) == 2
