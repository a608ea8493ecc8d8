"""What `risk` looks for: rules that wake up on one word, and kinds that say something only when they stand together.

Patterns meet folded text (lower case, no accents) in which `MASK` stands for each letter of a pseudonym. A space in a
pattern is one to three white spaces. Every pattern is bounded, so that a rule costs the same wherever it wakes up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anonymisation.folding import fold
from anonymisation.lists import entries, words


class RiskTest(StrEnum):
    """The three tests. Source: WP29 opinion 05/2014 on anonymisation techniques."""

    SINGLING_OUT = "SINGLING_OUT"
    LINKABILITY = "LINKABILITY"
    INFERENCE = "INFERENCE"


@dataclass(frozen=True, slots=True)
class Warned:
    """A test with its plain Dutch reason; `kind` is what the place is for `PAIRS`."""

    test: RiskTest
    reason: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Wakes up on any of `words`; then `after` must start behind it, `before` end at it, and `unless` not end at it.

    A group `from` in `before` makes the warning begin there.

    A rule that gives a kind in place of a `Warned` warns of nothing by itself.
    """

    gives: Warned | str
    words: str
    after: str = ""
    before: str = ""
    unless: str = ""


MASK: Final = "\x1a"
_S, _L, _I = RiskTest.SINGLING_OUT, RiskTest.LINKABILITY, RiskTest.INFERENCE

ONLY: Final = Warned(_S, "Hier staat dat iemand de enige is. Wie de omgeving kent, weet dan om wie het gaat.")
FEW: Final = Warned(_S, "Hier staat dat er bijna niemand zo is. Dat kan de persoon herkenbaar maken.")
MOST: Final = Warned(_S, "Hier staat dat iemand de eerste, de oudste of de beste is. Zo iemand is te vinden.")
FAME: Final = Warned(_S, "Hier staat dat veel mensen deze persoon kennen. Dan helpt een andere naam niet.")
PRIZE: Final = Warned(_S, "Een prijs, titel of record staat in lijsten. Daarin is de naam op te zoeken.")
CHAIR: Final = Warned(_S, "Wie iets oprichtte, bezit of leidt, is met een zoekmachine te vinden.")
OFFICE: Final = Warned(_S, "Wie een openbare functie heeft, is bekend. De naam is op te zoeken.")
WORK: Final = Warned(_S, "Dit werk is zeldzaam. Samen met de streek wijst het één persoon aan.", "work")
BODY: Final = Warned(_S, "Een opvallend lichaam of uiterlijk maakt herkennen makkelijk.")
OWNED: Final = Warned(_S, "Een bijzonder dier, voertuig, huis of bezit maakt herkennen makkelijk.")
FAMILY: Final = Warned(_S, "Een gezin met deze samenstelling komt weinig voor. Dat valt op.")
MEDIA: Final = Warned(_L, "Dit is in de media of op internet te vinden. Iemand kan de tekst daaraan koppelen.", "event")
NEWS: Final = Warned(_L, "Over deze gebeurtenis is vaak geschreven. Iemand kan de tekst daaraan koppelen.", "event")
COURT: Final = Warned(_L, "Een rechtszaak of een bericht van de politie is vaak elders te vinden.", "event")
CASES: Final = Warned(_L, "Dit verwijst naar een andere casus. Dan zijn twee teksten aan elkaar te koppelen.")
MADE: Final = Warned(_L, "Een eigen boek, lied of ander werk is op te zoeken, met de naam van de maker erbij.")
QUOTE: Final = Warned(_L, "Een lang letterlijk citaat is woord voor woord op te zoeken. Gebruik eigen woorden.")
MONEY: Final = Warned(_L, "Een precies bedrag bij een gebeurtenis is elders terug te vinden. Rond het af.")
CLOCK: Final = Warned(_L, "Een precieze tijd bij een gebeurtenis is elders terug te vinden. Schrijf het dagdeel op.")
AGAIN: Final = Warned(_L, "Dit precieze bedrag of deze datum staat hier vaker. Daarmee zijn teksten te koppelen.")
LINE: Final = Warned(_I, "Uit de familie of de generatie is af te leiden om wie het gaat.")
GROUP: Final = Warned(_I, "Deze groep is klein. Wie de groep kent, kan afleiden om wie het gaat.")
ILLNESS: Final = Warned(_I, "Een zeldzame aandoening in een klein gebied kan iemand verraden.", "illness")
ORIGIN: Final = Warned(_I, "Afkomst samen met een kleine plaats laat weinig gezinnen over.")
GENDER: Final = Warned(_I, "In een kleine plaats laat dit kenmerk weinig mensen over.")
TWINS: Final = Warned(_I, "Een tweeling en een zeldzame aandoening samen laten bijna niemand over.")
WHEELS: Final = Warned(_I, "Een beroep en een rolstoel samen laten weinig mensen over.")

LISTED: Final[tuple[tuple[Warned, str], ...]] = (
    (WORK, "risk_work"),
    (OWNED, "risk_possessions"),
    (ILLNESS, "risk_illnesses"),
    (NEWS, "risk_events"),
    (FAME, "risk_fame"),
    (PRIZE, "risk_prizes"),
    (OFFICE, "risk_offices"),
    (BODY, "risk_looks"),
    (MEDIA, "risk_media"),
    (COURT, "risk_court"),
)
"""Lists of which every entry warns by itself, in the plural too."""

PAIRS: Final[tuple[tuple[Warned, str, str, int], ...]] = (
    (ORIGIN, "origin", "small", 60),
    (GENDER, "gender", "small", 80),
    (TWINS, "twin", "illness", 100),
    (WHEELS, "wheels", "work", 40),
    (MONEY, "amount", "windfall", 80),
    (MONEY, "amount", "event", 80),
    (CLOCK, "clock", "event", 80),
)
"""A warning at every place of the first kind that has one of the second kind within so many characters."""


def any_of(found: Iterable[str] | str) -> str:
    """Return an alternative of words, or of the words of a running text, in which an underscore is a space."""
    chosen = [one.replace("_", " ") for one in words(found)] if isinstance(found, str) else found
    return "(?:" + "|".join(re.escape(one).replace("\\ ", " ") for one in sorted(chosen, reverse=True)) + ")"


_ORIGINS: Final = frozenset(fold(one) for one in entries("nationalities"))
_TRADES: Final = entries("risk_trades")
_TO: Final = r"[^.!?;\x1e]{0,40}?"
_NEAR: Final = r"[^.!?;\x1e]{0,40}$"
_DET: Final = r"\b(?:de|het|'?t|als|is|was|ben|zijn|waren|bleef|vrijwel|nog) $"
_END: Final = r"(?![\w'-])"
_AREA: Final = (
    "(?:"
    + any_of("""
        dorp dorpje streek stad stadje wijk buurt regio gemeente provincie straat eiland gehucht buurtschap kerk moskee
        parochie land nederland belgie europa wereld kust polder randstad achterhoek veluwe betuwe twente salland
        friesland groningen drenthe overijssel gelderland flevoland utrecht zeeland brabant limburg noord-holland
        zuid-holland noord-brabant
    """)
    + rf"|(?:plaats|adres|postcode|school|vereniging|organisatie) {MASK}{{1,5}}){_END}"
)
_OUR: Final = r"(?:(?:het|de|dit|deze|ons|onze|heel|hele|een|zijn|haar|klein|kleine|wijde) ){0,3}"
_SCOPE: Final = rf"(?:(?:in|van|op|uit|te|voor|aan) {_OUR}{_AREA}|ter wereld\b)"
_CLASS: Final = r"(?:in|van|op) (?:(?:de|het|zijn|haar) )?(?:klas|school|opleiding)\b"
_RARE: Final = any_of(entries("risk_work"))
_MAKER: Final = (
    r"(?!bezwaar|levensgevaar|zuster|kleuter|rooster|venster|register)"
    r"\w{3,20}(?:ster|iste?|aar|maker|kweker|houder|bouwer|wachter|speler|zanger|danser|rijder|vaarder|boer|visser|drukker)"
)
_SOMEONE: Final = (
    rf"(?:{any_of((*entries('risk_persons'), *_TRADES))}|beroep {MASK}{{1,5}}|{_RARE}|{_MAKER})(?:s|en)?{_END}"
)
_SORT: Final = (
    rf"(?:vrouwelijke|mannelijke|zwarte|blinde|dove|joodse|islamitische|homoseksuele|nationaliteit {MASK}{{1,5}}"
    rf"|{any_of(_ORIGINS)})"
)
_CARE: Final = any_of("""
    behandelaar begeleider begeleidster hulpverlener therapeut psycholoog psychiater arts verpleegkundige collega les
    taal film tolk krant muziek school keuken afspraak gesprek maaltijd woorden zin dag week keer coach agent winkel
""")
_THING: Final = any_of("""
    keer maal optie manier reden vraag steun uitweg bron plek plekje school winkel kliniek instelling aanbieder adres
    kamer bed bedden tijd jaren maanden weken dagen uren uur moment aanspraak houvast oplossing kans mogelijkheid ding
    zin probleem contact bezoek activiteit inkomen foto punt dat wat waar met om te en of voorwaarde hobby bus weg zorg
    hulp afspraak apotheek bezigheid uitje stap deel gesprek afspraken gesprekken medewerkers plekken plaats
""")
_WORD: Final = r"(?: (?!(?:die|dat|wat|waar|met|om|te|voor|en|een|de|het)\b)[\w-]{2,20})"
_TRUSTED: Final = r"(?! die (?:hij|ze|zij|haar|hem|mij|me|ik|nog|client|pt|hen|wel|we)\b)"
_KIN: Final = any_of("""
    vader moeder man vrouw echtgenoot echtgenote partner zoon dochter broer zus opa oma oom tante zwager weduwe ex neef
    nicht kind buurman buurvrouw huisgenoot vriend
""")
_IS: Final = (
    r"(?:\b(?:is|was|werd|wordt|als|zelf|oud|ex|voormalig|voormalige|gewezen|gepensioneerd|gepensioneerde)"
    rf"(?: (?:de|een|ook|zelf|jarenlang|ooit|vroeger|nu|onze))?[ -]|\b{_KIN}(?: is| was|,)? (?:van )?(?:de |een )?)$"
)
_ASKED: Final = (
    r"\b(?:door|aan|namens|last van|bevel van|verzoek van|besluit van|college van|geachte|beste|naar|voor|via|en|met|"
    r"bij|belt|mail|brief|brief van|machtiging|ivm|crisismaatregel|huisverbod)(?: (?:de|het|onze|heer|mevrouw))? $"
)
_SHOWN: Final = (
    r"\b(?:was|waren|is|zijn|ben|kwam|kwamen|komt|stond|stonden|staat|verscheen|haalde|zat|geweest|gekomen|bracht|"
    r"uitgezonden|vertelde|verteld|gezongen|optreden|bekend|verhaal|deed)\b"
    r"(?:(?!\b(?:kijk\w*|keek|keken|zag|zagen|lees|las|lezen|leest|luister\w*|gelezen|zoek\w*|voetbal|film|serie)\b)[^.!?;\x1e]){0,40}"
)
_MANY: Final = r"(?:zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|[789]|1\d)"
_WORKS: Final = any_of("""
    boek roman autobiografie biografie dichtbundel kinderboek kookboek stripboek lied liedje single hit album film cd
    plaat musical toneelstuk memoires dichtbundels romans boeken
""")
_LEADS: Final = (
    r" van (?!het (?:overleg|mdo|gesprek)|de (?:vergadering|commissie|auto|woning|hond|fiets|scooter|rekening))"
    r"(?:de|het|een|zijn|haar|organisatie|vereniging|school|werkgever|stichting) [^\s.,;]{1,30}"
)
_COMPANY: Final = any_of("""
    cafe kroeg winkel bakkerij slagerij restaurant hotel camping manege bedrijf zaak garage fabriek boerderij museum
    galerie discotheek club sportschool salon kapsalon brouwerij snackbar cafetaria pension rederij jachthaven
    uitgeverij krant theater bioscoop ijssalon pretpark dierentuin eetcafe dorpswinkel dorpscafe boekwinkel molen
    kasteel landgoed
""")
_LIVES: Final = (
    r"\b(?:woont?|woonde|wonen|gewoond|wonend|bewoont|bewoonde|bezit|verbouwt|verbouwde|kocht|opgegroeid|groeide op|"
    r"leeft|leefde|erfde|eigenaar van)\b[^.!?;\x1e]{0,25}$"
)
_KEEPS: Final = (
    r"\b(?:heeft|hebben|had|houdt|hield|fokt|fokte|verzorgt|huisdier|tamme)"
    r"(?: (?:een|twee|drie|vier|\d{1,3}|tamme|eigen)){0,2}:? $"
)
_CASE: Final = "(?:casus|casussen|zaak|client|patient|gezin|inbreng|tafel|bespreking)"
_SAME: Final = any_of("client casus moeder vader broer zus patient man vrouw zaak adres huishouden situatie")
_WATER: Final = any_of("sloot kanaal meer zee rivier zwembad plas vijver haven ijssel maas waal rijn gracht")
_CLUB: Final = any_of("""
    sekte secte loge vrijmetselaarsloge motorclub broederschap geloofsgemeenschap commune orde schutterij dorpsraad
    oranjecomite toneelclub dweilorkest harmonie fanfare shantykoor bestuur
""")
_SELF: Final = r"(?:haar|hem|hen|ons|het gezin|dit gezin|de familie|zijn|hun|deze|de zaak|persoon|moeder|vader)\b"
_PAPER: Final = r"(?:de |het |een )?(?:\w{5,12} )?(?:krant|dagblad|tv|televisie|tijdschrift|weekblad|omroep|radio)\b"
_OLD: Final = "oudste jongste grootste kleinste langste dikste zwaarste sterkste rijkste armste snelste mooiste"

RULES: Final[tuple[Rule, ...]] = (
    Rule(ONLY, "enige", rf"{_WORD}? {_SORT}(?! {_CARE}\b)(?: [\w-]{{2,20}})?", r"\b(?:de|het|'?t|als|is|was) $"),
    Rule(ONLY, "enige", rf"(?! {_THING}\b){_WORD}{{0,2}} {_SOMEONE}{_TRUSTED}(?:{_TO} {_SCOPE})?", _DET),
    Rule(
        ONLY,
        "enige",
        rf"(?: met(?! wie\b)|(?! (?:{_THING}|die)\b))[^.!?;:,\x1e]{{0,50}}? (?:{_SCOPE}|{_CLASS})",
        _DET,
    ),
    Rule(ONLY, "enige", rf" die (?:[\w-]{{1,20}} ){{0,4}}?{_SCOPE}", _DET),
    Rule(ONLY, "uniek unieke", rf" (?:in|voor|op) {_OUR}{_AREA}"),
    Rule(ONLY, "ander andere", rf"(?! {_THING}\b){_WORD}{{0,2}} {_SCOPE}", r"\b(?:geen|nergens een) $"),
    Rule(
        FEW,
        "maar slechts",
        rf" (?:1|een|een enkele|twee|2|drie|3)(?! {_THING}\b){_WORD}{{0,2}} {_SOMEONE}(?:{_TO} (?:{_SCOPE}|met\b))?",
        r"\b(?:is|was|zijn|waren|leeft|woont|werkt)(?: er)? $",
    ),
    Rule(FEW, "maar", rf" (?:1|een|twee|2)(?! {_THING}\b){_WORD}{{0,2}} met een\b", r"\ber (?:is|was|zijn) $"),
    Rule(
        FEW,
        "maar slechts",
        rf" (?:een paar|enkele|een handvol|weinig|een|1|twee|drie|vier|vijf|\d{{1,3}})(?! {_THING}\b)\b{_TO} {_SCOPE}",
        r"\b(?:is|zijn|was|waren|leven|wonen|hebben)(?: er)?[^.!?;\x1e]{0,20} $",
    ),
    Rule(
        FEW,
        "maar slechts",
        rf" (?:een paar|weinig|een|\d{{1,3}}|twee|drie|vier|vijf|tien|twintig|dertig|enkele|honderd)\b(?! {_THING}\b)",
        rf"\b(?:is|zijn|was|waren|leven|wonen)(?: er)? {_SCOPE}(?: er)? $",
    ),
    Rule(GROUP, "weinige weinigen", "", r"\b(?P<from>een van de) $"),
    Rule(GROUP, "een", rf" van de (?:twee|drie|vier|vijf|zes|[2-9])(?: [\w-]{{3,20}}){{0,3}} {_SCOPE}"),
    Rule(GROUP, "kleine hechte gesloten", r"(?: [\w-]{4,20}){0,2} (?:geloofs|kerk)?(?:gemeenschap|broederschap)\b"),
    Rule(GROUP, "lid", rf" van (?:de|het|een) (?:\w{{3,15}} )?{_CLUB}\b"),
    Rule(GROUP, "woonwagenkamp woonwagenkampje molukkerswijk amish vrijmetselaar vrijmetselaars satudarah sekteleider"),
    Rule(GROUP, "molukse", " wijk"),
    Rule(GROUP, "sinti roma", rf"{_TO} {_SCOPE}"),
    Rule(MOST, "eerste laatste", rf"(?! {_CARE}\b){_WORD}? {_SORT} (?!{_CARE}\b)[\w-]{{3,20}}", _DET),
    Rule(
        MOST,
        "eerste laatste allereerste allerlaatste",
        rf"{_WORD}? (?:{_RARE}|beroep {MASK}{{1,5}}|burgemeester|minister|hoogleraar|bisschop){_END}",
        _DET,
    ),
    Rule(MOST, "eerste laatste allereerste allerlaatste", rf"{_WORD}{{0,2}} {_SOMEONE} {_SCOPE}", _DET),
    Rule(MOST, "eerste laatste", rf" {_SCOPE}", r"\b(?:de|als|het) $", r"\b(?:in|op|bij) (?:de|het) $"),
    Rule(
        MOST,
        "oudste jongste langstzittende",
        rf"{_WORD}? (?:{_RARE}|raadslid|burgemeester|wethouder|hoogleraar|minister|kampioene?|inwoner|nog levende|ooit)"
        rf"{_END}(?:{_TO} {_SCOPE})?",
    ),
    Rule(MOST, _OLD, rf"(?:{_WORD}{{0,2}} {_SOMEONE})? {_SCOPE}", "", r"\bzijn $"),
    Rule(MOST, "beste", rf"(?:{_WORD}{{0,2}} {_SOMEONE})? {_SCOPE}", r"\b(?:de|het|als|was) $"),
    Rule(FAME, "bekendste", r"(?! (?:vorm|oorzaak|bijwerking|middel|voorbeeld|symptoom|methode)\b)"),
    Rule(
        FAME,
        "bekend",
        r" van (?:de |het |een |zijn |haar |hun )?(?:\w{3,15} )?(?:tv|televisie|radio|films?|serie|lied|liedje|hits?|"
        r"boek|boeken|programma|podcast|youtube|tiktok|instagram|toneel|musical|band|show|reclame|documentaire|uitzending|"
        r"optredens|kampioenschap|circus|carnaval|krant)\b",
    ),
    Rule(
        FAME,
        "bekend berucht geliefd",
        r" (?:tot |door )?(?:in|heel) (?:het |de |heel |hele |dit |ons ){0,2}"
        rf"(?:dorp|streek|stad|provincie|gehucht|eiland|buurtschap|plaats {MASK}{{1,5}}){_END}",
        "",
        r"\b(?:niet|hulpverlening|instelling\w*) $",
    ),
    Rule(
        FAME,
        "bekend bekende",
        "",
        r"\b(?P<from>in (?:het |heel |hele |de ){1,2}(?:dorp|streek|stad|provincie|eiland)) $",
    ),
    Rule(
        FAME,
        "iedereen",
        r"(?: (?:in|uit) (?:het|de|dit|onze) (?:dorp|streek|straat|buurt|wijk))?"
        r" (?:kent|weet|kende|wist)\b"
        r"(?! (?:wel )?(?:wel|dat|dit|zulke|het|elkaar|stress|verdriet|zijn|hoe|wat|een|van|beter|alles|niet|de)\b)",
    ),
    Rule(FAME, "iedereen", r" (?:in|uit) (?:het|de|dit) (?:dorp|streek) (?:kent|weet|kende|wist)\b"),
    Rule(
        FAME,
        "hele halve heel",
        rf" (?:dorp|straat|buurt|stad|streek|eiland|gemeente|wijk|plaats {MASK}{{1,5}})(?: \w{{2,12}}){{0,2}}"
        r" (?:weet|wist|kent|kende|praat|praatte|sprak|spreekt|roddelt|roddelde)\b",
    ),
    Rule(
        FAME,
        "hele heel",
        rf" (?:dorp|straat|buurt|streek|plaats {MASK}{{1,5}}){_END}",
        r"\b(?:weet|wist|kent|kende|praat|sprak|spreekt)[^.!?;\x1e]{0,15} (?:het |de )?$",
    ),
    Rule(FAME, "dorp buurt", r" (?:spreekt|sprak|praat|roddelt) er (?:nog )?(?:steeds )?(?:over|schande)\b"),
    Rule(FAME, "bijgenaamd bijnaam", rf"{_TO} (?:{_SCOPE}|dorp\b)"),
    Rule(
        PRIZE,
        "kampioen kampioene",
        r" (?:van|in|bij|op|boksen|schaken|dammen|judo|turnen|geworden|schaatsen|kunstrijden)\b"
        r"(?! (?:uitstellen|piekeren))",
    ),
    Rule(
        PRIZE,
        "won wint winnaar winnares gewonnen",
        r"(?: \w{2,12}){0,5} (?:\w{0,12}prijs|medaille|beker|titel|award|oscar|jackpot|\w{0,10}loterij|elfstedentocht|"
        r"songfestival|kampioenschap|talentenjacht|nk|wk|ek)\b",
    ),
    Rule(
        PRIZE,
        "prijs hoofdprijs medaille beker titel jackpot loterij postcodeloterij staatsloterij songfestival "
        "elfstedentocht",
        r" (?:\w{2,12} ){0,2}(?:won|gewonnen|wint)\b",
    ),
    Rule(PRIZE, "songfestival", "", r"\b(?:werd|deed|zong|stond|trad)\b[^.!?;\x1e]{0,30} (?:bij|aan|op) het $"),
    Rule(PRIZE, "goud zilver brons", r" (?:op|bij) (?:de|het) (?:\w{3,15} )?(?:spelen|nk|ek|wk|kampioenschap\w*)\b"),
    Rule(
        PRIZE,
        "record",
        r"(?= (?:op|van|in|met|gevestigd|verbroken|staat)\b)",
        r"\b(?:het|een|zijn|haar|nationale|nederlands) $",
    ),
    Rule(
        CHAIR,
        "oprichter oprichtster medeoprichter medeoprichtster grondlegger stichter stichteres initiatiefnemer",
        r" van\b(?: [^\s.,;]{1,30}){1,3}",
    ),
    Rule(
        CHAIR,
        "eigenaar eigenares uitbater uitbaatster",
        rf" van (?:(?:de|het|een|zijn|haar)(?: [\w-]{{3,20}}){{0,2}} {_COMPANY}\b"
        rf"|(?:organisatie|werkgever|vereniging) {MASK}{{1,5}})",
    ),
    Rule(CHAIR, "eigen runt runde", rf"(?: (?:een|het|de|zijn|haar))?(?: [\w-]{{3,20}})? {_COMPANY} {_SCOPE}"),
    Rule(CHAIR, "voorzitter voorzitster erevoorzitter penningmeester aanvoerder aanvoerster hoofdtrainer", _LEADS),
    Rule(CHAIR, "richtte", r"[^.!?;\x1e]{1,50} op\b(?! de hoogte)"),
    Rule(
        CHAIR,
        "directeur directrice hoofdredacteur rector",
        _LEADS,
        r"\b(?:is|was|werd|als|oud|ex|voormalig|vader|moeder|man|vrouw|van de)(?: (?:de|een))?[ -]$",
    ),
    Rule(
        OFFICE,
        "wethouder burgemeester",
        rf" (?:van|in|uit) {_OUR}{_AREA}(?!,? (?:gelet|heeft|geeft|besluit|akkoord|getekend|belt|komt)\b)",
        "",
        _ASKED,
    ),
    Rule(OFFICE, "gemeenteraad", "", r"\b(?:zit|zat|zitten|lid|gekozen|kwam) (?:in|van|voor) de $"),
    Rule(OFFICE, "wethouder burgemeester dominee imam pastoor predikant predikante pandit priester", "", _IS),
    Rule(
        OFFICE,
        "dominee imam pastoor predikant predikante pandit priester",
        rf" (?:van|in|te|op) {_OUR}(?:{_AREA}|organisatie {MASK}{{1,5}}|(?:gemeente|kerk|moskee)\b)",
        "",
        r"\b(?:bij|met|door|aan|naar|voor|belt) (?:de )?$",
    ),
    Rule(
        OFFICE,
        "huisarts tandarts dierenarts apotheker notaris advocaat rechter verloskundige schoolmeester hoofdmeester "
        "veldwachter wijkagent",
        rf" (?:in|van|te|op) {_OUR}{_AREA}",
        _IS,
    ),
    Rule(
        BODY,
        "tatoeage tatoeages tattoo tattoos getatoeeerd",
        r"(?: [\w'-]{1,15}){0,4} (?:in|op|onder) (?:het |de |zijn |haar |hele ){0,2}"
        r"(?:gezicht|hals|nek|voorhoofd|wang|oog)\b",
    ),
    Rule(
        BODY,
        "brandwonden littekens wijnvlek moedervlek verminkt verminking",
        r"(?: [\w-]{2,12}){0,3} (?:in|op|over) (?:het |de |zijn |haar |hele |halve ){0,2}(?:gezicht|wang|gelaat)\b",
    ),
    Rule(BODY, "gezicht", r" (?:is |volledig |helemaal ){0,2}(?:verbrand|verminkt|getatoeeerd)\b"),
    Rule(
        BODY,
        "geamputeerd geamputeerde",
        "",
        "",
        r"\b(?:teen|tenen|vinger|vingertop|vingers|borst|dig|duim|straal)[^.!?]{0,25}$",
    ),
    Rule(BODY, "mist", r" (?:een|zijn|haar|beide|1) (?:\w{4,8} )?(?:oog|arm|hand|been|oor|neus|onderbeen)\b"),
    Rule(BODY, "heeft", r" (?:maar|slechts) (?:een|1) (?:oog|arm|hand|been|oor)\b"),
    Rule(BODY, "meter", r" (?:0?[5-9]|1\d|2\d)\b(?! (?:breed|diep|hoog|afstand))", r"(?<![\d.,])(?P<from>2) $"),
    Rule(
        BODY,
        "meter m",
        r"(?! (?:breed|diep|hoog|afstand))",
        r"\b(?:is|was|lang|lengte|van|ruim)[^.!?\d]{0,12} (?P<from>2[.,](?:0[5-9]|1\d|2\d)) ?$",
    ),
    Rule(BODY, "kilo kg", "", r"\b(?:weegt|woog|gewicht)[^.!?\d]{0,20}(?P<from>[23]\d\d) ?$"),
    Rule(
        OWNED,
        "kasteel molen korenmolen windmolen vuurtoren watertoren klooster bunker kerk kerkje fort pastorie "
        "buitenplaats havezate treinwagon gemaal landgoed",
        r"(?!je|-)",
        _LIVES,
        r"\b(?:naast|bij|tegenover|achter|vlakbij) (?:de|het|een) (?:oude )?$",
    ),
    Rule(
        OWNED,
        "lama ezel ezels slang slangen uil uilen pauw pauwen aap apen python pythons varken varkens raaf kraai vos",
        "",
        _KEEPS,
    ),
    Rule(
        OWNED,
        "verzamelt spaart verzameling",
        r"(?: [\w-]{2,15}){0,3} "
        r"(?:opgezette|antieke|schedels|doodskisten|wapens|harnassen|koekoeksklokken|orgels|tractoren)\b",
    ),
    Rule(FAMILY, "drieling drielingen vierling vijfling zesling siamese drielingdossier drielingbroer drielingzus"),
    Rule(
        FAMILY,
        "kinderen zonen dochters",
        r"(?! (?:in|op|uit|van) (?:de |het |een )?(?:klas|groep|school|opvang|leefgroep|buurt)\b)",
        rf"\b(?:met|van|heeft|had|kreeg|hebben|telt)(?: (?:haar|zijn|hun|samen|liefst)){{0,2}} (?P<from>{_MANY}) $",
        r"\b(?:klas|groep|groepje|opvang|peutergroep|begeleidt|leefgroep|les|training)\b[^.!?]{0,30}$",
    ),
    Rule(
        LINE,
        "generatie",
        r"(?! (?:migrant|antipsych|middel|antidepr))",
        r"\b(?P<from>(?:twee|der|vier|vijf|zes|zeven)de|[2-9]e) $",
        r"\b(?:antipsych|antidepr|middel|migrant|vaccin|pil)\w{0,20} [^.!?]{0,25}$",
    ),
    Rule(
        LINE,
        "generaties",
        r"[^.!?;\x1e]{0,30} (?:(?:de)?zelfde (?:straat|huis|dorp|vak)|bedrijf|boerderij|zaak|ambacht)\b",
    ),
    Rule(LINE, "familiebedrijf familiezaak familiewapen stamhouder koningshuis"),
    Rule(LINE, "afstammeling nazaat nakomeling achterkleinzoon achterkleindochter", r" van\b"),
    Rule(
        MEDIA,
        "krant kranten dagblad weekblad dorpskrant voorpagina streekkrant tijdschrift",
        r"(?! (?:te )?(?:lezen|lees|leest|las|gelezen|kijken|kijkt|keek|zoeken|zoekt|bladeren|bladert|puzzelen)\b)",
        _SHOWN + r"\b(?:in|op) (?:(?:de|het|een|alle|veel|onze|landelijke|plaatselijke|regionale) ){0,2}$",
    ),
    Rule(
        MEDIA,
        "journaal nieuws jeugdjournaal tv televisie radio youtube tiktok internet",
        r"(?! (?:kijken|kijkt|keek|luisteren)\b)",
        _SHOWN + r"\b(?:op|voor) (?:(?:de|het|lokale|landelijke|regionale|nationale) ){0,2}$",
    ),
    Rule(MEDIA, "influencer vlogger youtuber tiktokker tiktokster", "", _IS),
    Rule(MEDIA, "wikipedia", "", _SHOWN + r"\bop $"),
    Rule(MEDIA, "volgers abonnees", "", r"(?P<from>\b\d{3,9}|\b\d{1,3}\.\d{3}|duizend\w{0,3}|miljoen) $"),
    Rule(MEDIA, "documentaire reportage uitzending", rf" (?:over|met|van) {_SELF}"),
    Rule(
        MEDIA,
        "documentaire reportage televisieserie",
        "",
        r"\b(?:deed mee aan|meegewerkt aan|werkte mee aan|te zien in|was in|zat in|speelde in|gevolgd voor|"
        r"gefilmd voor) (?:de|een)(?: \w{4,12})? $",
    ),
    Rule(MEDIA, "interview", rf" (?:in|met|op|bij|aan) {_PAPER}"),
    Rule(MEDIA, "geinterviewd", rf" (?:door|voor|in|op) {_PAPER}"),
    Rule(NEWS, "brand", r"(?= (?:in|bij|van|op|waarbij|waarin|die)\b)", r"\b(?:de|een|grote|zware|die|door|na) $"),
    Rule(NEWS, "brand", "", r"\b(?P<from>grote|zware|felle|uitslaande|dodelijke) $", r"\bgeen (?:grote|zware) $"),
    Rule(
        NEWS,
        "afgebrand brandde",
        r"(?: (?:volledig|helemaal|geheel))?(?: (?:af|uit|plat|tot de grond))?\b",
        r"\b(?:huis|woning|boerderij|schuur|stal|cafe|zaak|winkel|kerk|school|flat|bedrijf|\w{4,15}huis)\b[^.!?;\x1e]{0,25}$",
    ),
    Rule(
        NEWS,
        "ongeluk ongeval verkeersongeluk verkeersongeval bedrijfsongeval motorongeluk",
        r" (?:op de [an]\d{1,3}\b|waarbij\b|waarin\b"
        r"|met (?:de|een|het) (?:trein|tractor|bus|vliegtuig|vuurwerk|tram|boot|kraan)\b)",
        "",
        r"\bper $",
    ),
    Rule(
        NEWS,
        "ongeluk ongeval verkeersongeluk verkeersongeval",
        "",
        r"\b(?P<from>dodelijke?|tragische?|fatale|fataal) $",
    ),
    Rule(NEWS, "moord doodslag", r"(?= (?:op|in|van|die|waarvoor)\b)", "", r"\b(?:gedachten aan|angst voor|over) $"),
    Rule(
        NEWS,
        "vermoord vermoordde doodgestoken doodgeschoten neergeschoten neergestoken omgebracht",
        "",
        r"\b(?:werd|is|was|zijn|vader|moeder|broer|zus|zoon|dochter|man|vrouw|buurman|vriend|door)\b" + _NEAR,
        r"\b(?:bang|denkt|dacht|angst|dat|overtuigd|waan|stem\w*|wordt|worden|alsof|droom\w*|dreig\w*|zou)\b" + _NEAR,
    ),
    Rule(NEWS, "overval", r"(?= (?:op|bij|in)\b)", r"\b(?:de|een|gewapende|na|bij|die|tijdens) $"),
    Rule(NEWS, "overval", "", r"\b(?:gewapende|brute|gewelddadige|slachtoffer van een) $"),
    Rule(
        NEWS,
        "gijzeling",
        r"(?! (?:cjib|aangekondigd|wegens|toegepast|voor|ivm|boete|opgelegd|is)\b)",
        r"\b(?:de|tijdens een|die|slachtoffer van een) $",
        r"\b(?:dreigt|dreigende|boetes?|cjib|vordering)\b[^.!?]{0,40}$",
    ),
    Rule(
        NEWS,
        "gegijzeld ontvoerd gekidnapt",
        "",
        r"\b(?:werd|werden|is|was|ooit|als kind)\b" + _NEAR,
        r"\b(?:bang|denkt|overtuigd|cjib|boetes?|waan\w*|dat|zou)\b" + _NEAR,
    ),
    Rule(NEWS, "amber", r" alert (?:voor|over|verstuurd|uitgegaan)\b"),
    Rule(NEWS, "explosie", r"(?= (?:in|bij|aan|op|waarbij)\b)"),
    Rule(NEWS, "aanslag", r" (?:op|in|waarbij)\b(?! (?:de |het |haar |zijn )?(?:tong|gebit|tanden|naam|gezondheid)\b)"),
    Rule(NEWS, "ramp", r"(?= (?:in|met|van|bij|op|waarbij)\b)", r"\bde $"),
    Rule(
        NEWS,
        "faillissement",
        rf" van (?!(?:hem|betrokkene|client|meneer|mevrouw|persoon)\b)"
        rf"(?:(?:de|het|een) )?[\w'-]{{1,25}}(?: {MASK}{{1,5}})?",
    ),
    Rule(NEWS, "failliet", "", r"\b(?:bedrijf|keten|fabriek|ziekenhuis|organisatie|bank|club)\b[^.!?]{0,30} $"),
    Rule(
        NEWS,
        "omgekomen kwam kwamen",
        r" (?:om (?:het leven )?)?(?:bij|tijdens|in) (?:de|het|een) (?:\w{4,15} )?"
        r"(?:\w{0,12}brand|\w{0,12}ongeluk|ongeval|ramp|aanslag|crash|explosie|oefening|botsing|oversteek)\b",
    ),
    Rule(NEWS, "verdronk verdronken", rf"[^.!?;\x1e]{{0,20}} (?:in|bij) (?:de|het|een) (?:\w{{4,12}} )?{_WATER}\b"),
    Rule(NEWS, "verdronk verdronken", "", rf"\b{_WATER}\b[^.!?;\x1e]{{0,20}}$"),
    Rule(
        COURT,
        "veroordeeld",
        r" (?:voor|wegens|tot) (?:\w{2,12} ){0,4}?(?:moord|doodslag|verkrachting|levenslang|terrorisme|mensenhandel)\b",
    ),
    Rule(CASES, "eerder vaker", r" besproken(?! met\b)", "", r"\b(?:zoals|als|wat|dan)(?: \w{2,10})? $"),
    Rule(
        CASES,
        "besproken ingebracht",
        "",
        rf"\b{_CASE}\b[^.!?;\x1e]{{0,20}} (?:vorige keer|vorig overleg|vorige maand) (?:(?:al|hier|ook) ){{0,2}}$",
    ),
    Rule(
        CASES,
        "zelfde hetzelfde dezelfde",
        rf" (?:(?:gezin|familie) als|{_SAME} (?:als|van|uit)"
        r" (?:(?:de|die|in|onze|het|een|vorige|eerste|tweede|andere|eerdere|laatste|uit|bij) ){0,3}"
        r"(?:casus|keer|zaak|overleg|besproken|inbreng|bijeenkomst|bespreking|client))\b",
    ),
    Rule(
        CASES,
        "casus",
        r" (?:van|uit|in) (?:de |het )?(?:vorige|vorig|laatste|eerdere|twee|drie|afgelopen) "
        r"(?:keer|week|maand|overleg|bijeenkomst|jaar|bespreking|weken|maanden|kring)\b",
    ),
    Rule(
        CASES, "casus zaak client gezin", "", rf"\b{_KIN} (?:van|uit) (?:de|die|onze|het) (?:vorige|eerdere|andere) $"
    ),
    Rule(CASES, "casus", "", rf"\b{_KIN} (?:van|uit) (?:de|die|onze) $"),
    Rule(CASES, "vorige eerdere", r" casus\b", r"\b(?:zie|zie ook|uit|met|als|van|onze|in) (?:de |een |die )?$"),
    Rule(CASES, "zie", r" (?:ook )?(?:de )?casus(?: (?:van|[a-z\d]{1,4}|nummer|nr))\b"),
    Rule(
        MADE,
        "schreef schrijft geschreven publiceerde uitgegeven uitgebracht debuteerde",
        rf"(?: \w{{2,12}}){{0,4}} {_WORKS}\b",
    ),
    Rule(
        MADE,
        "boek roman dichtbundel album single cd lied gedichten",
        r" (?:\w{2,12} ){0,3}(?:geschreven|uitgegeven|uitgebracht|gepubliceerd|verschenen)\b",
    ),
    Rule(MADE, "autobiografie memoires hitsingle debuutroman debuutalbum uitvinder uitvindster patenthouder"),
    Rule(
        MADE,
        "schrijver schrijfster auteur maker maakster componist componiste regisseur zanger zangeres bedenker",
        r" van (?:het|de|een|zijn|haar) (?:\w{3,15} )?"
        r"(?:boek|roman|hit|lied|liedje|bundel|film|serie|musical|band|strip|spel)\b",
    ),
    Rule(
        MADE,
        "boek roman lied liedje single album cd film dichtbundel toneelstuk musical gedicht blog podcast",
        r" (?:genaamd |getiteld |met de titel )?[\"“„«'][^\"”»'\n]{2,60}[\"”»']",
        r"\b(?:zijn|haar|hun|eigen)(?: (?:eerste|tweede|nieuwe|eigen|laatste))? $",
    ),
    Rule(
        ILLNESS,
        "zeldzame zeldzaam",
        r"(?: [\w-]{3,20})? (?:\w{0,20}ziekte|aandoening|afwijking|kanker|tumor|syndroom|vorm van)\b",
    ),
    Rule("gender", "transgender transgenders transvrouw transman transmeisje transjongen interseks travestiet"),
    Rule("twin", "tweeling tweelingbroer tweelingzus tweelingen tweelingzusje tweelingbroertje"),
    Rule(MADE, "bracht", rf" (?:een|zijn|haar|hun) (?:\w{{3,12}} )?{_WORKS} uit\b"),
    Rule("wheels", "rolstoel", r" en (?:is|was|werkt|werkte)\b"),
    Rule("wheels", "rolstoel", "", r"\b(?:in|vanuit|met) (?:een |zijn |haar |elektrische ){1,2}$"),
    Rule("small", "dorp dorpje gehucht buurtschap eiland kerkdorp vissersdorp boerendorp"),
    Rule("small", "plaats gemeente stadje", "", r"\bkleine? $"),
    Rule(
        "windfall",
        "won gewonnen jackpot loterij erfde geerfd erfenis buit gestolen verduisterd verduisterde verduistering "
        "opgelicht oplichting schadevergoeding smartengeld losgeld fraude witwassen prijzengeld ingezameld "
        "crowdfunding gokwinst",
    ),
    Rule("origin", " ".join(sorted(_ORIGINS))),
    Rule("origin", "nationaliteit", rf" {MASK}{{1,5}}"),
    Rule("work", " ".join(one for one in _TRADES if " " not in one)),
    Rule("work", "beroep", rf" {MASK}{{1,5}}"),
)
