"""The Dutch words that only pages need."""

from __future__ import annotations

from anonymisation.document import EntityType
from server.protocol.view import AgendaState
from server.protocol.words import ConsentHow, ConsentScope, OtherGround, RequestType

LABEL_NL = {
    EntityType.PERSON: "naam van een persoon",
    EntityType.DATE_TIME: "datum",
    EntityType.LOCATION: "plaats",
    EntityType.STREET_ADDRESS: "adres",
    EntityType.NL_POSTCODE: "postcode",
    EntityType.ORGANIZATION: "organisatie",
    EntityType.CARE_ORGANIZATION: "zorgorganisatie",
    EntityType.NL_BSN: "burgerservicenummer",
    EntityType.PHONE_NUMBER: "telefoonnummer",
    EntityType.EMAIL_ADDRESS: "e-mailadres",
    EntityType.URL: "webadres",
    EntityType.IBAN_CODE: "rekeningnummer",
    EntityType.NL_LICENSE_PLATE: "kenteken",
    EntityType.ID: "nummer van een dossier, polis of pas",
    EntityType.SOCIAL_HANDLE: "account op sociale media",
    EntityType.AGE: "leeftijd",
    EntityType.PROFESSION: "beroep",
    EntityType.NATIONALITY: "nationaliteit",
}

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

AGENDA_NL = {
    AgendaState.WAITING: "nog te bespreken",
    AgendaState.OPEN: "nu op tafel",
    AgendaState.DONE: "besproken",
    AgendaState.POSTPONED: "doorgeschoven",
    AgendaState.REMOVED: "ingetrokken",
}

LEVEL_NL = {
    1: "overlegtafel",
    2: "regiocoördinator",
    3: "stuurgroep",
    4: "zorgverzekeraar en gemeenten",
    5: "landelijk programma",
}
"""The ladder of a structural bottleneck: who has to act on it now."""

NOTICES_NL = {
    "vrijgegeven": "De casus is vrijgegeven en staat op de agenda van de volgende sessie.",
    "wacht": "De casus is vrijgegeven. Hij komt op de agenda zodra er een sessie is gepland.",
    "ingetrokken": "De casus is ingetrokken. De sleutel is vernietigd: de tekst is niet meer te lezen.",
}
"""What a page says after something succeeded, by the word in its address."""
