"""One message: what the table may name goes through, what is certain holds, what is hard cannot be overruled."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

import pytest

from anonymisation.analyser import Analyser
from anonymisation.document import EntityType, Span
from anonymisation.guard import DOUBTFUL_PERSON_AT, AllowList, check

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


TABLE = AllowList(
    names=frozenset(
        {
            "Sanne de Graaf",
            "Bart Kuipers",
            "Willemijn van der Heijden",
            "Thijs van Loon",
            "Annelies Vermeer-Smit",
            "Fatima el Idrissi",
            "Peter Hofstra",
            "Jan-Willem Bos",
            "Anna Bakker",
        }
    ),
    organisations=frozenset(
        {
            "Huisartsenpraktijk De Linde",
            "GGZ Rijnoever",
            "Wijkteam West",
            "Stichting De Kapstok",
            "Wijkteam Gouda",
            "Praktijk Van Dongen",
            "Verslavingszorg Wendakker",
            "Stichting De Nieuwe Kade",
        }
    ),
    dates_from=date(2026, 3, 10),
)

_MARK = re.compile(r"\[([A-Z_]+)\|(.+?)\]")
_SHORT = {"P": "PERSON", "O": "ORGANIZATION", "C": "CARE_ORGANIZATION", "L": "LOCATION", "D": "DATE_TIME"}


class _Marked:
    """In the place of an analyser: it finds what the text marks as `[P|name]`, so that only the guard is tested."""

    def __init__(self, marked: str, *, score: float = 1.0, certain: bool = True) -> None:
        self.text, self._spans = "", []
        position = 0
        for mark in _MARK.finditer(marked):
            self.text += marked[position : mark.start()]
            start, position = len(self.text), mark.end()
            self.text += mark[2]
            label = EntityType(_SHORT.get(mark[1], mark[1]))
            self._spans.append(Span(start, len(self.text), label, score, certain))
        self.text += marked[position:]

    def find(self, text: str) -> tuple[Span, ...]:
        assert text == self.text
        return tuple(self._spans)


def held(marked: str, *, score: float = 1.0, certain: bool = True) -> list[str]:
    """Return what is held of a text with its marks, as text."""
    found = _Marked(marked, score=score, certain=certain)
    verdict = check(cast("Analyser", found), found.text, TABLE)
    return [found.text[span.start : span.end] for span in verdict.spans]


@pytest.mark.parametrize(
    "text",
    [
        "kan iemand van [P|rijnoever] bellen",
        "zou [L|Rijnoever] dit doen?",
        "dan doet [P|GGZ Rijnoever] dat",
        "vraag [P|Wendakker] om advies",
        "bij [L|De Linde] kan het",
        "bij de [P|Linde] kan het",
        "bij [L|wijkteam Gouda] vragen",
        "bij wijkteam [L|Gouda] vragen",
        "vanuit [O|RIJNOEVER] bellen",
        "de praktijk [C|De Linde] belt",
        "huisarts [C|De Linde] belt",
        "via praktijk [P|Van Dongen]",
        "naar school. [C|De Linde] belt ook",
        "[O|De Nieuwe Kade] helpt",
    ],
)
def test_an_organisation_of_the_table_goes_out_whatever_it_was_taken_for(text: str) -> None:
    assert held(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "de basisschool [O|De Linde] belt",
        "[O|basisschool De Linde] belt",
        "op basisschool de [O|Linde]",
        "school: [O|De Linde]",
        "voetbalclub [P|Rijnoever] wint",
        "[O|De Linde] (de school) belt",
        "[C|GGZ West] doet dat",
        "GGZ [C|West] doet dat",
        "[C|Stichting Rijnoever] doet dat",
        "flat [L|De Linde], drie hoog",
        "kringloop [O|De Kapstok] zoekt hulp",
        "verslavingszorg [C|Rijnoever] zegt nee",
        # A name that is a person's or a town's needs its kind word when it was taken for one.
        "mw. [P|Van Dongen] slaapt niet",
        "[P|Van Dongen] slaapt niet",
        "[P|Linde] slaapt niet",
        "meneer [P|De Linde] slaapt niet",
        "hij woont in [L|Gouda]",
        "[O|De Nieuwe] doet dat",
        "[O|Rijnoever Noord] doet dat",
    ],
)
def test_another_organisation_of_the_same_name_is_held(text: str) -> None:
    assert len(held(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "de opname loopt van [D|28 februari tot 12 maart 2026]",
        "de opname loopt van [D|28 februari] tot [D|12 maart 2026]",
        "de opname loopt van 28 februari tot [D|12 maart 2026]",
        "de opname loopt van [D|28 juni] t/m [D|12 maart 2026]",
        "de opname loopt van [D|28 juni] tot [D|12 maart]",
        "ergens [D|9 en 16 maart]",
        "in [D|maart 2026]",
        "op [D|zeventien maart 2026]",
        "van [D|9-3 t/m 12-3]",
        "in de nacht van 3 op [D|4 maart]",
        "op [D|30 februari 2026]",
        "[D|Kerst 2026]",
    ],
)
def test_every_day_of_a_range_must_be_allowed(text: str) -> None:
    assert held(text)


@pytest.mark.parametrize(
    "text",
    [
        "de opname loopt van [D|12 maart tot 2 april 2026]",
        "van [D|12 maart] tot [D|2 april 2026]",
        "afspraak staat op [D|wo 18/3] om 15u",
        "kan [D|dinsdag 17-3]?",
        "[D|16-3 of 18-3] kan",
        "[D|16, 17 en 18 maart]",
        "op [D|26 maart om 10.30 uur]",
        "in [D|april 2026]",
        "Kan de intake op [D|14 april]?",
        "De zitting is op [D|14 april] gepland.",
        "Heeft Bart de uitnodiging voor [D|24 maart] al verstuurd?",
        "Het plan moet op [D|14 april] zijn afgerond.",
        "kuipers zei dat er op [D|8 juni] een plek vrijkomt",
        "Vorige keer lukte het niet, daarom nu intake op [D|2 april].",
        "Het was een fijn overleg, de evaluatie is op [D|21 april].",
        "Hij is vorige week opgenomen. Evaluatie op [D|21 april].",
        "De indicatie loopt tot [D|12 mei], daarna zien we verder.",
        "hij slikt niets sinds [D|14 juni 2026]",
    ],
)
def test_days_to_come_go_out(text: str) -> None:
    assert held(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ze is sinds [D|14 juni] niet meer buiten geweest",
        "De scheiding werd op [D|2 juli] vorig jaar uitgesproken",
        "brief van [D|9 mei] jl. van de rechtbank",
        "brief van [D|9 mei jl] van de rechtbank",
        "Ze is op [D|14 juni] opgenomen.",
        "opgenomen [D|14 juni], daarna naar huis",
        "[D|14 juni] is zijn broer overleden",
        "hij is jarig op [D|14 juni]",
        "geb. [D|14 juni], woont bij moeder",
        "De politie was er [D|14 juni].",
        "Op [D|14 juni], na de dood van zijn moeder, stopte hij met alles.",
        "Ik hoor dat hij op [D|14 juni] door de politie opgepakt is.",
        "heeft op [D|14 juni] een poging gedaan",
        "de ots loopt van [D|14 juni] tot nu",
        "een jaar geleden, op [D|14 juni], lag hij op de IC",
        "toen op [D|14 juni] de deur openbrak",
        "Moeder belde [D|14 juni] in paniek",
        "is opgenomen in het ziekenhuis op [D|14 juni]",
        "gisteren, [D|14 juni], was moeder hier",
        "afgelopen zomer, [D|14 juni], escaleerde het",
        "intake [D|14 juni] no show",
    ],
)
def test_a_day_without_a_year_is_held_when_it_is_told_as_past(text: str) -> None:
    assert held(text)


@pytest.mark.parametrize(
    "text",
    [
        "[P|Sannes] voorstel",
        "[P|Fatima's] collega",
        "[P|Hofstra's] voorstel",
        "[P|Kuipers'] voorstel",
        "[P|Vermeer] belt",
        "mw. [P|Smit] belt",
        "[P|A. Vermeer] en [P|Annelies Smit]",
        "[P|A. Smit-Vermeer]",
        "[P|Sanne de Graaf-Jansen]",
        "[P|Sanne Jansen-de Graaf]",
        "[P|S. de Graaf - van den Berg]",
        "[P|W. vd Heijden], [P|v.d. Heijden], [P|v/d Heijden] en [P|Willemijn v. d. Heijden]",
        "[P|Vd Heijden] belt",
        "[P|T. v. Loon] en [P|v. Loon]",
        "[P|BK] belt, [P|SdG] mailt, [P|B.K.] ook, [P|S.d.G.] ook, [P|WvdH] niet, [P|AVS] wel",
        "[P|J.W. Bos], [P|JW Bos] en [P|Jan-Willem]",
        "[P|Sanne/Bart] en [P|Sanne & Bart] en [P|Sanne en Bart] en [P|Sanne, Bart en Fatima]",
        "[P|Sanne en Barts] voorstel",
        "[P|mw. de Graaf en dhr. Kuipers]",
    ],
)
def test_a_seat_holder_is_known_by_every_short_form(text: str) -> None:
    assert held(text) == []


@pytest.mark.parametrize(
    "name",
    [
        "B. Bakker", "Bakker-Jansen", "B. Bakker-Jansen", "Anna Jansen", "A. Jansen-Bakker", "Sanne Bakker",
        "Sanne Kuipers", "Sanne/Piet", "Sanne & Piet", "Piet en Sanne", "Sanne en", "V. Loon", "V.D. Heijden",
        "Van den Heijden", "Peters", "MT", "M.T.", "BKA", "Bk", "Graafs", "Hofstras", "Sanne Graafs", "Bart-Jan",
        "Annelies Vermeer-Jansen-Smit", "Sanne Piet Jansen-de Graaf",
    ],
)  # fmt: skip
def test_nobody_else_is_let_through_for_a_name_that_looks_alike(name: str) -> None:
    assert held(f"ik bel [P|{name}] niet") == [name]


def test_a_first_name_with_an_s_is_no_surname() -> None:
    assert held("mw. [P|Barts] belt") == ["Barts"]
    assert held("ik bel [P|Barts].") == ["Barts"]


def test_a_name_in_doubt_holds_from_its_point_on() -> None:
    assert held("ik bel [P|Piet]", score=DOUBTFUL_PERSON_AT, certain=False) == ["Piet"]
    assert held("ik bel [P|Piet]", score=DOUBTFUL_PERSON_AT - 0.01, certain=False) == []
    assert DOUBTFUL_PERSON_AT == 0.45


def test_a_plate_behind_its_word_leaves_nothing_in_the_proposal(analyser: Analyser) -> None:
    for plate in ("AO-012-E", "VE-05-AI", "UA 010 E"):
        verdict = check(analyser, f"Hij slaapt in de auto, kenteken {plate}, hier.", ALLOW)
        assert verdict.hard
        assert verdict.proposal == "Hij slaapt in de auto, kenteken kenteken A, hier."
