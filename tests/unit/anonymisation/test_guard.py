"""One message: what the table may name goes through, what is certain holds, what is hard cannot be overruled."""

from __future__ import annotations

from datetime import date

import pytest

from anonymisation.analyser import Analyser
from anonymisation.guard import AllowList, check

ALLOW = AllowList(
    names=frozenset({"Hanneke ter Beek", "Emre Yüksel"}),
    organisations=frozenset({"GGZ Duin & Veld"}),
    contacts=frozenset({"0597-123456", "info@voorbeeld.nl", "www.voorbeeld.nl"}),
    dates_from=date(2025, 11, 20),
)


@pytest.mark.parametrize(
    "text",
    [
        "Dank dr. ter Beek, ik bel GGZ Duin & Veld op 0597 123 456",
        "dhr. Yuksel neemt het over van mw. Hanneke ter Beek",
        "Zullen we 3 december afspreken, of op 8-12-2025?",
        "mail naar info@voorbeeld.nl, zie https://www.voorbeeld.nl/",
        "Persoon A is 37 jaar, moeder van B ook; postcode A plaats A",
        "een Syrische man van 45",
        "",
        "wat is de wachttijd bij de GGZ?",
    ],
)
def test_a_message_that_names_only_the_table_goes_out(analyser: Analyser, text: str) -> None:
    verdict = check(analyser, text, ALLOW)
    assert not verdict.held
    assert verdict.proposal == text


@pytest.mark.parametrize(
    ("text", "hard", "proposal"),
    [
        ("mw. Jansen belt", False, "mw. Persoon A belt"),
        ("bel 06-12345678", True, "bel telefoonnummer A"),
        ("bsn 999904413", True, "bsn [BSN verwijderd]"),
        ("opname op 2 oktober", False, "opname op 7 weken eerder"),
        ("Hanneke en mw. Hanneke Bos", False, "Hanneke en mw. Persoon A"),
        ("mail jan@voorbeeld.nl", True, "mail e-mailadres A"),
    ],
)
def test_a_direct_identifier_holds_with_a_proposal(analyser: Analyser, text: str, hard: bool, proposal: str) -> None:
    verdict = check(analyser, text, ALLOW)
    assert verdict.held
    assert verdict.hard is hard
    assert verdict.proposal == proposal


def test_a_soft_mark_can_be_overruled_and_a_hard_one_cannot(analyser: Analyser) -> None:
    text = "mw. Jansen belt 06-12345678"
    first = check(analyser, text, ALLOW)
    places = frozenset((span.start, span.end) for span in first.spans)
    second = check(analyser, text, ALLOW, overruled=places)
    assert [text[span.start : span.end] for span in second.spans] == ["06-12345678"]
    assert second.proposal == "mw. Jansen belt telefoonnummer A"


def test_the_proposal_gives_no_letters_of_the_case(analyser: Analyser) -> None:
    verdict = check(analyser, "mw. Jansen belt", ALLOW, case_text="Persoon A en Persoon B")
    assert verdict.proposal == "mw. Persoon C belt"


def test_a_hard_label_holds_without_any_allow_list(analyser: Analyser) -> None:
    assert check(analyser, "kent. 12-AB-34", AllowList()).hard
    assert check(analyser, "op 8-12-2025", AllowList()).held
