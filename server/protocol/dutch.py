"""Dutch words and moments, shared by the pages of the service and those of the partner station."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.protocol.words import ConsentHow, ConsentScope, IdentifierKind, OtherGround, RequestType

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


@lru_cache(maxsize=1)
def zone() -> tzinfo:
    """Return the clock on the wall in the Netherlands; UTC on a machine without a time-zone database."""
    try:
        return ZoneInfo("Europe/Amsterdam")
    except ZoneInfoNotFoundError:
        return UTC


def day(value: date) -> str:
    """Return a date in Dutch, such as `3 december 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def clock(value: datetime) -> str:
    """Return the time of a moment on the Dutch clock, such as `14:00`; another clock is named."""
    local = value.astimezone(zone())
    return f"{local:%H:%M}" + (" UTC" if zone() is UTC else "")


def moment(value: datetime) -> str:
    """Return a moment in Dutch, such as `donderdag 3 december 2026, 14:00`."""
    local = value.astimezone(zone())
    return f"{DAYS[local.weekday()]} {day(local.date())}, {clock(value)}"


LABEL_NL: dict[str, str] = {
    "PERSON": "naam van een persoon",
    "DATE_TIME": "datum",
    "LOCATION": "plaats",
    "STREET_ADDRESS": "adres",
    "NL_POSTCODE": "postcode",
    "ORGANIZATION": "organisatie",
    "CARE_ORGANIZATION": "zorgorganisatie",
    "NL_BSN": "burgerservicenummer",
    "PHONE_NUMBER": "telefoonnummer",
    "EMAIL_ADDRESS": "e-mailadres",
    "URL": "webadres",
    "IBAN_CODE": "rekeningnummer",
    "NL_LICENSE_PLATE": "kenteken",
    "ID": "nummer van een dossier, polis of pas",
    "SOCIAL_HANDLE": "account op sociale media",
    "AGE": "leeftijd",
    "PROFESSION": "beroep",
    "NATIONALITY": "nationaliteit",
}
"""What a mark looks like, by its kind."""

IDENTIFIER_NL: dict[IdentifierKind, str] = {
    IdentifierKind.UNKNOWN: "weet ik niet, of iets anders",
    **{IdentifierKind(label): title for label, title in LABEL_NL.items()},
}
"""What somebody who reports something recognisable can choose from."""

FIELD_NL = {
    "question": "Vraag aan de kring",
    "why_now": "Waarom nu",
    "what_is_new": "Wat is er nieuw",
    "text": "Beschrijving",
    "age_band": "Leeftijdsgroep",
    "household": "Huishouden",
    "tried": "Wat is al geprobeerd",
    "waiting": "Wachten",
    "wishes": "Wat de betrokkene zelf wil",
    "strengths": "Wat goed gaat en wie er om de betrokkene heen staan",
    "asked_gp": "Vraag aan de huisarts",
    "asked_ggz": "Vraag aan de GGZ",
    "asked_social": "Vraag aan het sociaal domein",
}
"""The typed fields of a case in the order in which people read them."""

REQUEST_NL = {
    RequestType.CONSULTATION: "consultatie",
    RequestType.IN_OUTFLOW: "instroom of uitstroom",
    RequestType.TRANSFER: "overdracht",
}

CONSENT_HOW_NL = {
    ConsentHow.ORAL: "mondeling",
    ConsentHow.WRITTEN: "schriftelijk",
    ConsentHow.ELECTRONIC: "elektronisch",
}

CONSENT_SCOPE_NL = {
    ConsentScope.PSEUDONYMISED_DISCUSSION: "voor de gepseudonimiseerde bespreking",
    ConsentScope.DISCUSSION_AND_FOLLOW_UP: "voor de gepseudonimiseerde bespreking en het vervolg",
}

GROUND_NL = {
    OtherGround.CO_TREATMENT: "medebehandeling",
    OtherGround.PUBLIC_TASK: "publieke taak",
    OtherGround.LEGAL_OBLIGATION: "wettelijke plicht",
    OtherGround.CONFLICT_OF_DUTIES: "conflict van plichten",
}
