"""The Dutch words that only pages need."""

from __future__ import annotations

from server.network.cards import KeyState
from server.protocol.view import AgendaState

AGENDA_NL = {
    AgendaState.WAITING: "nog te bespreken",
    AgendaState.OPEN: "nu op tafel",
    AgendaState.DONE: "besproken",
    AgendaState.POSTPONED: "doorgeschoven",
    AgendaState.REMOVED: "van de agenda gehaald",
}

KEY_STATE_NL = {
    KeyState.WAITING: "wacht op bevestiging",
    KeyState.ACTIVE: "in gebruik",
    KeyState.REPLACED: "vervangen",
    KeyState.REVOKED: "ingetrokken",
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
    "ingediend": (
        "De casus is ingediend. Een tweede persoon moet hem nog vrijgeven: een collega of de regiocoördinator. "
        "Pas daarna ziet de kring hem."
    ),
    "vrijgegeven": "De casus is vrijgegeven en staat op de agenda van de volgende sessie.",
    "wacht": "De casus is vrijgegeven. Hij komt op de agenda zodra er een sessie is gepland.",
    "gemeld": "Gemeld. Het station van de inbrenger krijgt de plek; de woorden zelf zijn niet bewaard.",
    "beoordeeld": "De beoordeling is vastgelegd, ook in het logboek.",
    "gesloten": "Het dossier is gesloten. Het blijft in het register staan.",
    "afgetekend": "De beoordeling is vastgelegd, ook in het logboek.",
    "ingeleverd": "De sleutel is aangekomen. Vergelijk nu de vingerafdruk.",
    "bevestigd": "De sleutel is bevestigd en de kaarten zijn ervoor verzegeld. Haal ze op en probeer of ze opengaan.",
    "sleutel-ingetrokken": "De sleutel is ingetrokken. Er worden geen kaarten meer voor verzegeld.",
    "teruggebracht": "De kaarten zijn teruggebracht. Probeer of ze opengaan en bewaar de oude sleutel tot dan.",
    "ingetrokken": "De casus is ingetrokken. De sleutel is vernietigd: de tekst is niet meer te lezen.",
}
"""What a page says after something succeeded, by the word in its address."""
