"""The Dutch words of the station's pages."""

from __future__ import annotations

from anonymisation.review import ReasonCode
from anonymisation.risk import RiskTest
from clients.station.draft import DraftState

REASON_NL = {
    ReasonCode.ORDINARY_WORD: "gewoon woord, geen naam",
    ReasonCode.NOT_A_PERSON: "geen persoon uit de casus",
    ReasonCode.GENERAL_PLACE: "algemene plaats",
    ReasonCode.OFFER_NAME: "naam van een aanbod",
}

TEST_NL = {
    RiskTest.SINGLING_OUT: "aanwijzen",
    RiskTest.LINKABILITY: "koppelen",
    RiskTest.INFERENCE: "afleiden",
}

LACKING_NL = {
    "text": "de beschrijving",
    "question": "de vraag aan de kring",
    "why_now": "waarom nu",
    "what_is_new": "wat er nieuw is",
    "trigger": "de aanleiding",
    "basis": "de grondslag",
    "acute": "het antwoord op de vraag of er iets acuuts speelt",
    "informed": "dat de betrokkene weet dat dit netwerk de casus krijgt",
    "acute!": "er speelt iets acuuts: bel eerst de crisisdienst",
    "decisions": "uw besluit over alle twijfelplekken",
}

STATE_NL = {
    DraftState.BEGUN: "in voorbereiding",
    DraftState.SENDING: "wacht op verzending",
    DraftState.SENT: "verstuurd",
    DraftState.ANSWERED: "beantwoord",
    DraftState.WITHDRAWN: "ingetrokken",
}

EXTRA_NL = {
    "METADATA": "gegevens van het bestand",
    "COMMENT": "opmerking",
    "DELETED": "verwijderde tekst",
    "INSERTED": "ingevoegde tekst",
    "HIDDEN": "verborgen tekst",
    "HEADER": "kop- of voettekst",
    "FOOTNOTE": "voetnoot",
    "TEXT_BOX": "tekstvak",
    "ATTACHMENT": "bijlage",
    "IMAGE": "afbeelding",
    "QUOTED": "aangehaald bericht",
}

NOTICE_NL = {
    "bewaard": "Bewaard.",
    "verstuurd": "De casus is verstuurd. Een tweede persoon van uw organisatie moet hem nog vrijgeven.",
    "ingetrokken": "De casus is ingetrokken. De sleutel is vernietigd: niemand in het netwerk kan de tekst nog lezen.",
    "aangepast": (
        "De oude versie is ingetrokken. Dit is de nieuwe: uw besluiten staan er nog, en de gemelde plekken worden "
        "vervangen."
    ),
    "vrijgegeven": "De casus is vrijgegeven voor de kring.",
    "weggegooid": "De casus is van dit station verwijderd.",
    "aangemeld": "De netwerkdienst kent u. U kunt nu casussen versturen.",
    "ververst": "De stand is opgehaald.",
    "medewerker": "De medewerker is toegevoegd.",
    "wachtzin": "Uw wachtzin is gewijzigd.",
    "onderdeel": "Het onderdeel staat nu onderaan de tekst.",
}
"""What a page says after something succeeded, by the word in its address."""
