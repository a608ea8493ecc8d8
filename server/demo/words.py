"""The words of the played story: a raw case as a GP would type it, and what the invented people say.

All persons, numbers and organisations are invented; the BSN passes its test and comes from a specimen range.
"""

from __future__ import annotations

from server.protocol.words import OutcomeKind

RAW = {
    "text": (
        "Inbreng casusoverleg, 17 november 2026, Huisartsenpraktijk De Vlier\n"
        "Betreft mw. Carola Hoogendijk (geb. 03-06-1985, BSN 999990093), Meidoornlaan 14b, 3831 KL Leusden, "
        "mob. 06-12345670. Zij is 41 jaar, gescheiden van Patrick Verwoerd en moeder van Lieke (8 jr) en Bram (5 jr).\n"
        "Carola werkte tot maart 2026 bij bakkerij Van Ommeren. Sinds de scheiding somber, paniek, slaapt slecht. "
        "Staat op de wachtlijst bij GGZ Waterkant, aangemeld op 2 juni 2026 (dossier WK-2026-00417).\n"
        "Schulden ca. 18.000 euro; woningcorporatie Het Nieuwe Erf dreigt met ontruiming. Haar moeder, "
        "mw. Hoogendijk-Prins (72), past drie dagen per week op. Schuldhulp wil pas starten als de GGZ loopt, "
        "de GGZ wil eerst rust rond de schulden. Bereikbaar via c.hoogendijk@voorbeeld.nl."
    ),
    "question": "Wie pakt de regie voor Carola en wat overbrugt de wachttijd bij de GGZ?",
    "why_now": "Op 8 december 2026 dient de ontruiming van de woning aan de Meidoornlaan 14b.",
    "what_is_new": "Carola vroeg gisteren zelf om hulp; haar moeder kan het oppassen niet langer volhouden.",
}

KNOWN = {
    "names": ["Carola Hoogendijk"],
    "relatives": ["Patrick Verwoerd", "Lieke", "Bram"],
    "birth_date": "1985-06-03",
    "bsn": "999990093",
    "addresses": ["Meidoornlaan 14b, 3831 KL Leusden"],
    "phones": ["06-12345670"],
    "emails": ["c.hoogendijk@voorbeeld.nl"],
}

NAMES_THAT_MUST_GO = (
    "Carola",
    "Hoogendijk",
    "Patrick",
    "Verwoerd",
    "Lieke",
    "Bram",
    "Meidoornlaan",
    "3831",
    "Leusden",
    "999990093",
    "12345670",
    "WK-2026-00417",
    "c.hoogendijk",
    "Nieuwe Erf",
    "Ommeren",
)

LEFT_BSN = "Het gaat om Persoon A met BSN 999990093 uit plaats A."

SAID = (
    ("gp", "{person} staat sinds de zomer op de wachtlijst en durft de post niet meer open te maken."),
    ("ggz", "Intake duurt nog weken. Ik kan wel een consult geven aan de praktijkondersteuner."),
    ("social_deputy", "Wij kunnen deze week op huisbezoek en een betaalpauze vragen bij de verhuurder."),
)

WITH_PHONE = "Bel anders haar buurvrouw op 06-87654321, die heeft een sleutel."

OUTCOME = OutcomeKind.BRIDGING_SUPPORT
OUTCOME_TEXT = (
    "Het wijkteam voert de regie en gaat deze week bij {person} langs. De GGZ geeft een consult aan de "
    "praktijkondersteuner tot de intake. Schuldhulp en behandeling beginnen tegelijk."
)
DISSENT = "De GGZ merkt op dat een consult geen behandeling vervangt."
BOTTLENECK = "Schuldhulp en GGZ wachten op elkaar"

SECOND_CASE = {
    "text": (
        "Betreft Persoon A, 18-19 jaar, woont bij de moeder van A in plaats A. Komt al maanden de kamer niet af, "
        "gamet veel, eet slecht. School A heeft de inschrijving beëindigd. GGZ-instelling A wijst af vanwege het "
        "ondergewicht, zorginstelling B wijst af vanwege de vraag naar autisme."
    ),
    "question": "Wie gaat er achter de voordeur kijken, en past dagbesteding als overbrugging?",
    "why_now": "De jeugdhulp stopte op de achttiende verjaardag en niets nam het over.",
    "what_is_new": "Persoon A wil voor het eerst met iemand praten, als het thuis kan.",
}
