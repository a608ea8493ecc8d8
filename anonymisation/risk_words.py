"""Words and turns of phrase that the rules of `risk_patterns` are made of.

They meet folded text (lower case, no accents) in which `MASK` stands for each letter of a pseudonym. A space in a
pattern is one to three white spaces. Every pattern is bounded, so that a rule costs the same wherever it wakes up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from anonymisation.folding import fold
from anonymisation.lists import entries, words

MASK: Final = "\x1a"


def any_of(found: Iterable[str] | str) -> str:
    """Return an alternative of words, or of the words of a running text, in which an underscore is a space."""
    chosen = [one.replace("_", " ") for one in words(found)] if isinstance(found, str) else found
    return "(?:" + "|".join(re.escape(one).replace("\\ ", " ") for one in sorted(chosen, reverse=True)) + ")"


ORIGINS: Final = frozenset(fold(one) for one in entries("nationalities"))
TRADES: Final = entries("risk_trades")
TO: Final = r"[^.!?;\x1e]{0,40}?"
NEAR: Final = r"[^.!?;\x1e]{0,40}$"
DET: Final = r"\b(?:de|het|'?t|als|is|was|ben|zijn|waren|bleef|vrijwel|nog) $"
END: Final = r"(?![\w'-])"
AREA: Final = (
    "(?:"
    + any_of("""
        dorp dorpje streek stad stadje wijk buurt regio gemeente provincie straat eiland gehucht buurtschap kerk moskee
        parochie land nederland belgie europa wereld kust polder randstad achterhoek veluwe betuwe twente salland
        friesland groningen drenthe overijssel gelderland flevoland utrecht zeeland brabant limburg noord-holland
        zuid-holland noord-brabant
    """)
    + rf"|(?:plaats|adres|postcode|school|vereniging|organisatie) {MASK}{{1,5}}){END}"
)
OUR: Final = r"(?:(?:het|de|dit|deze|ons|onze|heel|hele|een|zijn|haar|klein|kleine|wijde) ){0,3}"
SCOPE: Final = rf"(?:(?:in|van|op|uit|te|voor|aan) {OUR}{AREA}|ter wereld\b)"
CLASS: Final = r"(?:in|van|op) (?:(?:de|het|zijn|haar) )?(?:klas|school|opleiding)\b"
RARE: Final = any_of(entries("risk_work"))
MAKER: Final = (
    r"(?!bezwaar|levensgevaar|zuster|kleuter|rooster|venster|register)"
    r"\w{3,20}(?:ster|iste?|aar|maker|kweker|houder|bouwer|wachter|speler|zanger|danser|rijder|vaarder|boer|visser|drukker)"
)
SOMEONE: Final = rf"(?:{any_of((*entries('risk_persons'), *TRADES))}|beroep {MASK}{{1,5}}|{RARE}|{MAKER})(?:s|en)?{END}"
SORT: Final = (
    rf"(?:vrouwelijke|mannelijke|zwarte|blinde|dove|joodse|islamitische|homoseksuele|nationaliteit {MASK}{{1,5}}"
    rf"|{any_of(ORIGINS)})"
)
CARE: Final = any_of("""
    behandelaar begeleider begeleidster hulpverlener therapeut psycholoog psychiater arts verpleegkundige collega les
    taal film tolk krant muziek school keuken afspraak gesprek maaltijd woorden zin dag week keer coach agent winkel
""")
THING: Final = any_of("""
    keer maal optie manier reden vraag steun uitweg bron plek plekje school winkel kliniek instelling aanbieder adres
    kamer bed bedden tijd jaren maanden weken dagen uren uur moment aanspraak houvast oplossing kans mogelijkheid ding
    zin probleem contact bezoek activiteit inkomen foto punt dat wat waar met om te en of voorwaarde hobby bus weg zorg
    hulp afspraak apotheek bezigheid uitje stap deel gesprek afspraken gesprekken medewerkers plekken plaats
""")
WORD: Final = r"(?: (?!(?:die|dat|wat|waar|met|om|te|voor|en|een|de|het)\b)[\w-]{2,20})"
TRUSTED: Final = r"(?! die (?:hij|ze|zij|haar|hem|mij|me|ik|nog|client|pt|hen|wel|we)\b)"
KIN: Final = any_of("""
    vader moeder man vrouw echtgenoot echtgenote partner zoon dochter broer zus opa oma oom tante zwager weduwe ex neef
    nicht kind buurman buurvrouw huisgenoot vriend
""")
IS: Final = (
    r"(?:\b(?:is|was|werd|wordt|als|zelf|oud|ex|voormalig|voormalige|gewezen|gepensioneerd|gepensioneerde)"
    rf"(?: (?:de|een|ook|zelf|jarenlang|ooit|vroeger|nu|onze))?[ -]|\b{KIN}(?: is| was|,)? (?:van )?(?:de |een )?)$"
)
ASKED: Final = (
    r"\b(?:door|aan|namens|last van|bevel van|verzoek van|besluit van|college van|geachte|beste|naar|voor|via|en|met|"
    r"bij|belt|mail|brief|brief van|machtiging|ivm|crisismaatregel|huisverbod)(?: (?:de|het|onze|heer|mevrouw))? $"
)
SHOWN: Final = (
    r"\b(?:was|waren|is|zijn|ben|kwam|kwamen|komt|stond|stonden|staat|verscheen|haalde|zat|geweest|gekomen|bracht|"
    r"uitgezonden|vertelde|verteld|gezongen|optreden|bekend|verhaal|deed)\b"
    r"(?:(?!\b(?:kijk\w*|keek|keken|zag|zagen|lees|las|lezen|leest|luister\w*|gelezen|zoek\w*|voetbal|film|serie)\b)[^.!?;\x1e]){0,40}"
)
MANY: Final = r"(?:zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|[789]|1\d)"
WORKS: Final = any_of("""
    boek roman autobiografie biografie dichtbundel kinderboek kookboek stripboek lied liedje single hit album film cd
    plaat musical toneelstuk memoires dichtbundels romans boeken
""")
LEADS: Final = (
    r" van (?!het (?:overleg|mdo|gesprek)|de (?:vergadering|commissie|auto|woning|hond|fiets|scooter|rekening))"
    r"(?:de|het|een|zijn|haar|organisatie|vereniging|school|werkgever|stichting) [^\s.,;]{1,30}"
)
COMPANY: Final = any_of("""
    cafe kroeg winkel bakkerij slagerij restaurant hotel camping manege bedrijf zaak garage fabriek boerderij museum
    galerie discotheek club sportschool salon kapsalon brouwerij snackbar cafetaria pension rederij jachthaven
    uitgeverij krant theater bioscoop ijssalon pretpark dierentuin eetcafe dorpswinkel dorpscafe boekwinkel molen
    kasteel landgoed
""")
LIVES: Final = (
    r"\b(?:woont?|woonde|wonen|gewoond|wonend|bewoont|bewoonde|bezit|verbouwt|verbouwde|kocht|opgegroeid|groeide op|"
    r"leeft|leefde|erfde|eigenaar van)\b[^.!?;\x1e]{0,25}$"
)
KEEPS: Final = (
    r"\b(?:heeft|hebben|had|houdt|hield|fokt|fokte|verzorgt|huisdier|tamme)"
    r"(?: (?:een|twee|drie|vier|\d{1,3}|tamme|eigen)){0,2}:? $"
)
CASE: Final = "(?:casus|casussen|zaak|client|patient|gezin|inbreng|tafel|bespreking)"
SAME: Final = any_of("client casus moeder vader broer zus patient man vrouw zaak adres huishouden situatie")
WATER: Final = any_of("sloot kanaal meer zee rivier zwembad plas vijver haven ijssel maas waal rijn gracht")
CLUB: Final = any_of("""
    sekte secte loge vrijmetselaarsloge motorclub broederschap geloofsgemeenschap commune orde schutterij dorpsraad
    oranjecomite toneelclub dweilorkest harmonie fanfare shantykoor bestuur
""")
SELF: Final = r"(?:haar|hem|hen|ons|het gezin|dit gezin|de familie|zijn|hun|deze|de zaak|persoon|moeder|vader)\b"
PAPER: Final = r"(?:de |het |een )?(?:\w{5,12} )?(?:krant|dagblad|tv|televisie|tijdschrift|weekblad|omroep|radio)\b"
OLD: Final = "oudste jongste grootste kleinste langste dikste zwaarste sterkste rijkste armste snelste mooiste"
