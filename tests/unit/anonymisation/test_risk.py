"""Warnings name a test, a place and a plain reason; they never repeat the text."""

from __future__ import annotations

import random
import re
import string
from importlib.resources import files

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anonymisation import risk_kinds, risk_patterns
from anonymisation.document import EntityType, Span
from anonymisation.folding import fold
from anonymisation.lists import entries
from anonymisation.risk import Risk, RiskTest, assess

SINGLING_OUT = [
    "Hij gold als de beste timmerman van de streek.",
    "zij is de enige vrouwelijke imker van de streek",
    "de enige Syrische familie in het dorp",
    "de enige met zo'n naam in het dorp",
    "een van de oudste inwoners van het eiland",
    "jongste burgemeester van Nederland",
    "dhr is recordhouder 100 kilometer lopen",
    "hij is voorzitter van de carnavalsvereniging",
    "mevrouw zit in de gemeenteraad",
    "hij was de enige op school met een gehoorapparaat",
    "er woont maar één arts op het eiland",
    "Ze fokt struisvogels.",
    "laatste nog levende touwslager",
    "eerste vrouw die de Elfstedentocht won",
    "Hij heeft een glazen oog.",
    "moeder van 11 kinderen",
    "weduwe met dertien kinderen",
    "het hele dorp praat erover",
    "iedereen kent haar",
    "kunstschilder en bekende Nederlander",
    "won een gouden medaille op het NK",
    "werd tweede bij het songfestival",
    "eigenaar van een restaurant",
    "medeoprichter van een kerkgenootschap",
    "Zij werkt als enige vrouwelijke loodgieter van de streek.",
    "Er is maar 1 schipper met een houten been in de haven.",
    "Hij was de enige Eritrese spits van de club.",
    "Persoon A is de enige beroep B van plaats C.",
    "Pt. is als enige in het dorp nooit verhuisd.",
    "Het is het enige gezin in de straat zonder auto.",
    "Dochter is het enige meisje in de klas.",
    "Ze is de enige overlevende.",
    "Hij is er de enige die in het dorp nog klompen maakt.",
    "Geen ander gezin in de wijk heeft dit meegemaakt.",
    "Zoals zij is er maar één dierenarts.",
    "Van die winkels zijn er in de streek maar twee.",
    "Er zijn in Nederland maar dertig mensen die dit hebben.",
    "Dit is uniek in Nederland, zei de neuroloog.",
    "Vader was de eerste zwarte burgemeester.",
    "Opa was de laatste klompenmaker.",
    "Ze was de eerste tandarts in de provincie.",
    "Hij is het jongste raadslid ooit.",
    "Oma is de oudste inwoner van plaats A.",
    "Hij heeft het grootste gezin van het dorp.",
    "Mw. was als eerste van het land geopereerd.",
    "Hij is de bekendste kroegbaas van de stad.",
    "Iedereen kent hem van de markt.",
    "Het hele dorp weet dat hij drinkt.",
    "Iedereen in het dorp weet om wie het gaat.",
    "Heel plaats A spreekt er schande van.",
    "Moeder is bekend van de televisie.",
    "Hij is een echte dorpsfiguur.",
    "Meneer is in het hele dorp bekend.",
    "Een landelijk bekende dj, wil onder een andere naam in zorg.",
    "Ze werd wereldkampioene op de 500 meter.",
    "Pt was oud-kampioen, traint niet meer.",
    "Hij won de Elfstedentocht.",
    "Cliënte heeft de hoofdprijs gewonnen en alles weggegeven.",
    "Hij kreeg een lintje van de koning.",
    "Vader is Ridder in de Orde van Oranje-Nassau.",
    "Haar record op de marathon staat nog.",
    "Hij won brons op de Paralympische Spelen.",
    "Zij is oprichter van een bekende kledinglijn.",
    "Man is eigenaar van het dorpscafé.",
    "Ze runt de camping in plaats A.",
    "Vader is voorzitter van de voetbalclub.",
    "Hij richtte met zijn broer een stichting op.",
    "Zij was directeur van organisatie B.",
    "Partner is raadslid en wil geen gedoe.",
    "Zijn vader was burgemeester.",
    "Hij is de zoon van de wethouder.",
    "Zij is wethouder van plaats A.",
    "Vader is dominee van een zware kerk.",
    "De man van mevrouw was imam van organisatie A.",
    "Zij is huisarts in plaats B.",
    "Moeder, schooldirecteur, wil niet dat collega's het weten.",
    "Hij heeft een houten been sinds de oorlog.",
    "Man met een glazen oog en een hond.",
    "Jongen met een tatoeage van een spin in het gezicht.",
    "Hij heeft dwerggroei, werkt in de logistiek.",
    "Hij is 2,13 m lang en slaapt dwars.",
    "Ze weegt 245 kilo en komt de deur niet uit.",
    "Beide benen geamputeerd na het vuurwerk.",
    "Littekens over het hele gezicht, durft niet naar buiten.",
    "Mevrouw houdt alpaca's en verkoopt de wol.",
    "De papegaai praat de hele dag mee.",
    "Hij rijdt in een oldtimer uit 1931.",
    "Het gezin woont op een woonboot.",
    "Ze woont in een oude molen.",
    "Hij heeft de vuurtoren verbouwd en woont nu in de vuurtoren.",
    "Opa bezit een kasteel in België.",
    "Heeft twee slangen en een kachel die het niet doet.",
    "Weduwnaar met acht kinderen.",
    "Gezin met 9 kinderen, bijstand.",
    "Moeder van een drieling, oververmoeid.",
    "Hij was beiaardier tot de tremor begon.",
    "De mosselkweker slaapt niet meer sinds de vorst.",
    "Werkte jaren als ballonvaarder.",
    "Ze is glasblazer en snuift.",
    "Cliënt is molenaar, depressief sinds de storm.",
    "De dijkgraaf meldde zich met paniekklachten.",
    "Twee klokkengieters in één familie.",
    "Man (vuurtorenwachter, met pensioen) valt vaak.",
    "Ze leerde vioolbouwen en is nu vioolbouwster.",
    "mw is vd enige joodse familie die bleef, de enige joodse familie in de straat",
    "HIJ IS DE ENIGE VROUWELIJKE KAPITEIN HIER",
    "vader = oud-wethouder, wil geen aandacht",
    "Pat. heeft 1 arm, mist een oog en praat graag",
    "dhr. bewoont een vuurtoren aan de kust",
    "zij houdt 2 kaketoes, buren klagen",
    "opa was valkenier, oma koorddanseres",
    "De stadsomroeper heeft zijn stem verloren.",
    "Zijn vrouw is statenlid, zij beslist mee over de jeugdzorg.",
    "Ze is van adel en schaamt zich voor de schulden.",
    "De weduwe met elf kinderen vraagt huishoudelijke hulp.",
]

LINKABILITY = [
    "het ongeluk stond op de voorpagina",
    "er verscheen een artikel over hem in het dagblad",
    "de zaak kwam uitgebreid op televisie",
    "zijn vader werd doodgeschoten",
    "uitgebreid in de media geweest",
    "de steekpartij op het plein",
    "slachtoffer van de vuurwerkramp",
    "zij bracht een cd uit",
    "de dader van de moord in plaats A",
    "zelfde gezin als vorige keer",
    "dit gezin is vorige keer ook besproken",
    "in de vorige casus was dit de buurman",
    "faillissement van de bakkerij",
    "rechtszaak tegen de gemeente",
    "schietpartij",
    "Het verhaal stond in alle kranten.",
    "Hij kwam met zijn gezin op het journaal.",
    "Haar foto stond in de krant.",
    "Het filmpje ging viraal.",
    "Er is een documentaire over het gezin gemaakt.",
    "Zijn YouTube-kanaal heeft veel kijkers.",
    "Heeft 40.000 volgers en post alles.",
    "Ze deed mee aan Boer zoekt Vrouw.",
    "Hij werd geïnterviewd door de krant.",
    "Sinds de brand in de flat slaapt ze op de bank.",
    "Zus kwam om bij een ongeluk.",
    "Vader kwam om het leven bij het ongeluk waarbij ook de buurman stierf.",
    "Het dodelijke ongeval speelt nog elke nacht.",
    "Zijn broer werd vermoord.",
    "De moord op zijn nichtje is nooit opgelost.",
    "Was slachtoffer van een gewapende overval.",
    "Tijdens de gijzeling in de bank werkte zij daar.",
    "De ontploffing blies de ramen eruit.",
    "Verloor haar ouders in de watersnood.",
    "Zoon zat in het toestel van de vliegramp.",
    "Het gezinsdrama in de straat houdt hem wakker.",
    "Werkloos sinds het faillissement van de scheepswerf.",
    "De rechtszaak begint volgende maand.",
    "Zijn dochtertje verdronk in de sloot achter het huis.",
    "Broer is veroordeeld wegens doodslag.",
    "Deze casus is al eerder besproken.",
    "Het is dezelfde familie als in maart.",
    "Dit is de broer van de casus van vorige keer.",
    "Zelfde moeder als in de vorige casus.",
    "Zie ook casus 14.",
    'Zij zei: "ik heb hem gezegd dat ik nooit meer terug zou komen".',
    "Hij schreef: ‘Ik wil dat iedereen weet wat jullie mij hebben aangedaan’.",
    "Hij schreef een boek over zijn jeugd.",
    "Haar lied 'Zeven bruggen' is nog te horen.",
    "Zij is zangeres van een bekende band.",
    "Won € 12.450 en was het in een maand kwijt.",
    "Om 03.17 uur brak de woningbrand uit.",
    "Schuld van € 3.417,22 en later opnieuw € 3.417,22.",
    "Op 3 maart 2021 viel hij, en op 3 maart 2021 viel ook zijn broer.",
    "moeder zag hem gisteren op tv, hij was zelf op televisie",
    "Zijn naam staat op Wikipedia.",
    "Het gezin is gevolgd voor een documentaire.",
    "na de woningbrand in een hotel",
    "zoon is neergestoken, man werd neergestoken bij de kermis",
    "Het bedrijf van haar man ging failliet.",
    "Dit is het gezin uit de vorige casus.",
    "Er kwam een persbericht van de politie.",
    "Buit: € 1.284,50, alles vergokt.",
    "Haar autobiografie ligt bij de kassa.",
]

INFERENCE = [
    "als tweeling geboren met taaislijmziekte",
    "zij is transvrouw en woont in een dorp van 800 mensen",
    "een van de weinige Koptische gezinnen",
    "komt uit een woonwagenkamp",
    "de vijfde generatie boeren op deze grond",
    "rolstoel en werkt als notaris",
    "Vierde generatie palingboer, geen opvolger.",
    "Hij nam het familiebedrijf over.",
    "Nazaat van een bekend geslacht.",
    "Een van de weinigen die het overleefden.",
    "Zij hoort bij een kleine geloofsgemeenschap.",
    "Hij is lid van een motorclub.",
    "Het is één van de drie families in het dorp met die naam.",
    "Hij heeft een zeldzame stofwisselingsziekte.",
    "Moeder heeft de ziekte van Huntington.",
    "De Syrische familie woont sinds kort in het dorp.",
    "Gezin met nationaliteit A op een eiland.",
    "Een transgender jongere in een klein dorp.",
    "Tweeling, een van hen heeft Duchenne.",
    "De dj in een rolstoel wil weer draaien.",
    "Groeide op in de Molukse wijk.",
    "Drie generaties in dezelfde straat, allemaal aan de drank.",
    "Een interseks kind in een gehucht, ouders zoeken steun.",
    "2e generatie kermisreizigers",
    "Hij hoort bij een gesloten gemeenschap.",
    "Vader (taaislijmziekte) wacht op longen.",
    "Een bakker in een rolstoel zoekt werk.",
    "Eritrese moeder, enige vriendin verhuisd, klein dorp.",
]

ORDINARY = [
    "Beste bewoners van de straat, er is overlast gemeld.",
    "Hij is de enige met wie zij praat.",
    "De gemeenteraad stemt over het budget.",
    "Zij bracht haar moeder naar de poli.",
    "De rolstoel is kapot en wordt opgehaald.",
    "Hoorde het van de enige buurvrouw die hem groet.",
    "Het is de laatste dag van de opname.",
    "Zegt dat hij de beste hulp krijgt van zijn zus.",
    "De eerste keer in plaats A verdwaalde hij.",
    "Dit was de enige keer dat hij belde.",
    "Opname zag zij als enige optie.",
    "Het eerste gesprek verliep rustig.",
    "De eerste week sliep hij slecht.",
    "De laatste tijd eet ze minder.",
    "Het jongste kind slaapt bij oma.",
    "De oudste zoon helpt met de post.",
    "De eerste twee sessies gingen over slaap.",
    "Is bekend met depressie.",
    "Bekend bij de GGZ sinds enkele jaren.",
    "Iedereen was aanwezig.",
    "Wil graag in de krant lezen bij de koffie.",
    "Sinds enige tijd vermoeid.",
    "U bent niet de enige.",
    "Haar zus is de enige die nog langskomt.",
    "Het enige dat helpt is wandelen.",
    "Dat is zijn enige aanspraak in de week.",
    "De enige begeleider die hij vertrouwt, is met verlof.",
    "Het laatste contact was in december.",
    "De eerste psychose begon op het werk.",
    "In de eerste plaats wil zij rust.",
    "Als laatste kwam de medicatie aan bod.",
    "De laatste jaren in het dorp ging het beter.",
    "De oudste is parentified, de jongste huilt veel.",
    "Hij is de jongste van het gezin.",
    "Beste collega, wil je terugbellen?",
    "Het beste is om af te wachten.",
    "Er is maar één optie over.",
    "Er was maar een kamer vrij.",
    "Er is maar één bed met een hek.",
    "Clozapine 300 mg, spiegel geprikt.",
    "Methadon 60 mg onder toezicht.",
    "Gebruikt lithium en haloperidol depot.",
    "Crisismaatregel afgegeven door de burgemeester.",
    "Op last van de burgemeester van plaats A gesloten.",
    "Aan het college van burgemeester en wethouders.",
    "De dominee komt op woensdag.",
    "Belt met de imam van de moskee.",
    "De huisarts in plaats A heeft verwezen.",
    "Vader is loodgieter, moeder werkt in de zorg.",
    "Hij werkt als vrachtwagenchauffeur.",
    "Is kapster geweest, nu thuis.",
    "Kijkt 's avonds voetbal op tv.",
    "Zag het op het nieuws en werd angstig.",
    "Kijkt filmpjes op YouTube tot diep in de nacht.",
    "Leest elke dag de krant.",
    "Heeft een krantenwijk.",
    "Stapels kranten in de gang.",
    "De voorzitter opent om 13.00 uur.",
    "De eigenaar van de auto is onbekend.",
    "Met twee kinderen in een flat.",
    "In de klas zitten 9 kinderen met een rugzak, groep van 9 kinderen.",
    "Tweeling van 4, slapen door.",
    "Zit in een rolstoel na een herseninfarct.",
    "De rolstoel past niet door de deur.",
    "Heeft een hond en twee katten.",
    "Een tatoeage op de arm, net gezet.",
    "Teen geamputeerd wegens diabetes.",
    "Gijzeling aangekondigd door het CJIB.",
    "Boete van € 389, gijzeling dreigt.",
    "Huurachterstand € 2.911,04, regeling loopt.",
    "Leefgeld € 60 per week, vast bedrag € 60 per week.",
    "Het persoonlijk faillissement is uitgesproken.",
    "Nu in de schuldsanering na een faillissement.",
    "De rechtbank verlengde de machtiging.",
    "Hij brandde zich aan het fornuis.",
    "Rookt in bed, brandgevaar.",
    "Heeft zich per ongeluk gesneden.",
    "Auto-ongeluk, sindsdien nekpijn.",
    "Overvallen door paniek in de bus.",
    "Bang dat hij vermoord wordt.",
    "Denkt dat zijn buurman hem heeft vermoord in een vorig leven.",
    'Zegt: "ik wil niet meer".',
    "Volgens zus 'een beetje in de war'.",
    "Zoals eerder besproken bouwen we af.",
    "Eerder besproken met moeder en akkoord.",
    "Zelfde medicatie als vorige keer.",
    "De casus gaat over slaap en werk.",
    "Hij las een boek over angst.",
    "Leest graag een boek uit de bieb.",
    "Schrijft dagboek op advies van de coach.",
    "De derde keer dat hij niet komt.",
    "Antipsychotica van de tweede generatie.",
    "Afspraak om 10.15 uur op de poli.",
    "Gezien op 3 maart, nieuwe afspraak op 17 maart.",
    "Woont in een rustig dorp.",
    "Woont naast de kerk.",
    "Loopt elke dag langs de molen.",
    "Spreekt Pools, Turkse tolk nodig.",
    "Marokkaanse man, woont in plaats A.",
    "De buurt klaagt over lawaai.",
    "Iedereen weet dat bewegen helpt.",
    "Hij kent iedereen op de afdeling.",
    "Drinkt zes glazen per dag.",
    "Hij weegt 95 kilo en is 1,80 m lang.",
    "De gang is 2,10 m breed.",
    "Kampioen uitstellen, noemt hij zichzelf.",
    "Speelt een spelletje en won van zijn zoon.",
    "Ze is dol op het Songfestival.",
    "De rustige week deed hem goed.",
    "Een van de kinderen is ziek.",
    "Lid van de sportschool.",
    "Vader is overleden aan kanker.",
    "Hij voelt zich de slechtste vader, zegt hij.",
    "Droomt van een groot huis.",
    "Na de verhuizing ging het mis met de buren.",
    "De brandweer kwam voor een kat.",
    "Ziekte van Parkinson, stadium 2.",
    "Schizofrenie, stabiel op depot.",
    "Is transgender en wacht op de intake.",
    "De Syrische buurvrouw helpt met koken.",
    "Man van 40-44, woont alleen in plaats A.",
    "mw krijgt 2x p.w. thuiszorg, de eerste keer morgen",
    "Laatste ontlasting zes dagen geleden.",
    "De eerste drie maanden geen alcohol.",
    "De school belt over verzuim.",
    "Haar man leest voor uit de krant.",
    "Beste mevrouw, dank voor uw brief.",
    "Vader werkt in de bouw, moeder is thuis.",
    "Zoon (16) blowt, spijbelt, is brutaal.",
    "Er is weinig netwerk in de buurt.",
    "Ze voelt zich alleen in de straat.",
    "Grootste zorg is de huur.",
    "De jongste is 4, de oudste wordt 10.",
    "Hij is eigenaar van de woning.",
    "Overlast: muziek, hond, ruzie om 02.30 uur.",
]

TELLING = [
    *((text, RiskTest.SINGLING_OUT) for text in SINGLING_OUT),
    *((text, RiskTest.LINKABILITY) for text in LINKABILITY),
    *((text, RiskTest.INFERENCE) for text in INFERENCE),
]
LISTS = sorted(path.name[:-4] for path in files("anonymisation.lists").iterdir() if path.name.startswith("risk_"))
REASONS = {one.reason for one in vars(risk_kinds).values() if isinstance(one, risk_kinds.Warned)} | {
    "Een beroep of afkomst samen met een plaats kan één persoon aanwijzen.",
    "Leeftijd, beroep en afkomst samen kunnen één gezin aanwijzen.",
}


@pytest.mark.parametrize(("text", "test"), TELLING, ids=[text for text, _ in TELLING])
def test_a_telling_sentence_is_warned_about(text: str, test: RiskTest) -> None:
    risks = assess(text, ())
    assert test in {risk.test for risk in risks}
    assert all(0 <= risk.start < risk.end <= len(text) for risk in risks)


@pytest.mark.parametrize("text", ["", *ORDINARY])
def test_an_ordinary_sentence_gives_no_warning(text: str) -> None:
    assert assess(text, ()) == ()


@pytest.mark.parametrize("text", [text for text, _ in TELLING if not re.search(r" [A-C]\b|[\"‘']", text)])
def test_capitals_and_broken_lines_hide_nothing(text: str) -> None:
    expected = [(risk.test, risk.reason) for risk in assess(text, ())]
    assert [(risk.test, risk.reason) for risk in assess(text.replace(" ", "\n"), ())] == expected
    assert [(risk.test, risk.reason) for risk in assess(text.upper(), ())] == expected


@pytest.mark.parametrize("word", entries("risk_work"))
def test_rare_work_is_warned_about_where_no_mark_stands(word: str) -> None:
    text = f"Hij werkt als {word}."
    assert any(text[risk.start : risk.end] == word for risk in assess(text, ()))


def test_the_place_is_told_in_the_text_itself() -> None:
    text = "😀 Fraü Ça\u00adfé, e\u0301e\u0301n houten\u00a0been"
    (risk,) = assess(text, ())
    assert text[risk.start : risk.end] == "houten\u00a0been"
    text = "gezin met 9 kinderen"
    assert [text[risk.start : risk.end] for risk in assess(text, ())] == ["9 kinderen"]


def test_what_overlaps_for_one_reason_is_one_warning() -> None:
    text = "de enige vrouwelijke bakker van het dorp"
    (risk,) = assess(text, ())
    assert text[risk.start : risk.end] == "enige vrouwelijke bakker van het dorp"


def test_what_overlaps_for_two_reasons_is_two_warnings() -> None:
    text = "de laatste klompenmaker"
    assert [text[risk.start : risk.end] for risk in assess(text, ())] == ["laatste klompenmaker", "klompenmaker"]


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("kreeg € 389 terug, later weer € 389", True),
        ("kreeg € 389 terug, later weer 389 euro", True),
        ("kreeg € 350 terug, later weer € 350", False),
        ("kreeg € 389 terug, later nog € 398", False),
        ("gezien op 12-03-2024 en weer op 12-03-2024", True),
        ("gezien op 12-03-2024 en weer op 13-03-2024", False),
        ("nummer 38912 en nummer 38912", False),
    ],
)
def test_an_exact_amount_or_date_that_comes_back_links_texts(text: str, warned: bool) -> None:
    assert bool(assess(text, ())) is warned


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("won € 12.451", True),
        ("won € 12.000", False),
        ("buit van 1.284,50 euro", True),
        ("huur van € 612,41", False),
        ("om 03.17 uur ontploffing", True),
        ("om 03.17 uur naar bed", False),
    ],
)
def test_an_exact_amount_or_time_tells_something_beside_an_event(text: str, warned: bool) -> None:
    reasons = {risk_kinds.MONEY.reason, risk_kinds.CLOCK.reason}
    assert bool(reasons & {risk.reason for risk in assess(text, ())}) is warned


@pytest.mark.parametrize("quotes", ['""', "“”", "„”", "«»", "''", "‘’"])
def test_a_quotation_is_long_from_eight_words_on(quotes: str) -> None:
    words = ["ik", "wil", "dat", "zo", "nog", "niet", "eens"]
    assert assess(f"zij zei {quotes[0]}{' '.join(words)}{quotes[1]}.", ()) == ()
    (risk,) = assess(f"zij zei {quotes[0]}{' '.join([*words, 'gezegd'])}{quotes[1]}.", ())
    assert risk.reason == risk_kinds.QUOTE.reason


def test_letters_after_a_noun_are_a_place_only_as_a_form() -> None:
    assert assess("de enige bij wie hij in plaats van bier thee kreeg", ()) == ()
    assert assess("Persoon A is als enige in plaats B geboren", ())


def mark(start: int, label: EntityType) -> Span:
    """Return a mark of five code points."""
    return Span(start, start + 5, label, 0.9, certain=True)


def test_rare_work_near_a_place_is_a_combination() -> None:
    near = [mark(0, EntityType.PROFESSION), mark(50, EntityType.LOCATION)]
    far = [mark(0, EntityType.PROFESSION), mark(5_000, EntityType.LOCATION)]
    assert {risk.test for risk in assess("x" * 6_000, near)} == {RiskTest.SINGLING_OUT}
    assert assess("x" * 6_000, far) == ()


def test_many_indirect_marks_together_are_a_combination() -> None:
    marks = [mark(place * 20, EntityType.AGE) for place in range(3)] + [mark(80, EntityType.NATIONALITY)]
    assert {risk.test for risk in assess("x" * 200, marks)} == {RiskTest.INFERENCE}
    assert assess("x" * 200, marks[:3]) == ()


ODD = [
    "enige",
    "maar",
    "dorp",
    "“",
    "”",
    "'",
    '"',
    "€",
    "12.451",
    "brand",
    "3.17",
    "uur",
    "plaats A",
    "İ",
    "ﬁ",
    "½",
    "\u0301",
]
PIECES = st.lists(
    st.one_of(
        st.sampled_from([text for text, _ in TELLING] + ORDINARY),
        st.sampled_from([*ODD, "\x1a", "\x1e", "\n", "\t"]),
        st.text(max_size=12),
    ),
    max_size=8,
)


@given(st.sampled_from([text for text, _ in TELLING]), st.text(string.ascii_lowercase, min_size=4), st.randoms())
def test_a_reason_never_repeats_a_word_of_the_text(text: str, secret: str, place: random.Random) -> None:
    assume(not any(secret in reason for reason in REASONS))
    words = text.split()
    words.insert(place.randint(0, len(words)), secret)
    assert not any(secret in risk.reason for risk in assess(" ".join(words), ()))


@given(PIECES)
def test_a_reason_is_one_of_ours_and_repeats_nothing(pieces: list[str]) -> None:
    text = " ".join(pieces)
    risks = assess(text, ())
    assert {risk.reason for risk in risks} <= REASONS
    assert all(0 <= risk.start < risk.end <= len(text) for risk in risks)
    assert list(risks) == sorted(risks, key=lambda risk: (risk.start, risk.end, risk.test, risk.reason))


@given(PIECES)
def test_no_reason_is_given_twice_for_one_place_and_the_answer_is_always_the_same(pieces: list[str]) -> None:
    text = " ".join(pieces)
    last: dict[str, Risk] = {}
    risks = assess(text, ())
    for risk in risks:
        assert risk.reason not in last or last[risk.reason].end <= risk.start
        last[risk.reason] = risk
    assert risks == assess(text, ())


@given(st.text(alphabet="abcdefghij ", min_size=1))
def test_marks_of_every_kind_give_only_our_reasons(text: str) -> None:
    marks = [
        Span(place, place + 1, label, 0.9, certain=True)
        for place, label in zip(range(len(text)), EntityType, strict=False)
    ]
    assert {risk.reason for risk in assess(text, marks)} <= REASONS


def test_thousands_of_marks_give_each_reason_where_it_belongs() -> None:
    labels = [EntityType.PROFESSION, EntityType.LOCATION, EntityType.AGE]
    marks = [mark(place * 5, labels[place % 3]) for place in range(3_000)]
    risks = assess("x" * (len(marks) * 5 + 10), marks)
    assert risks
    assert risks[-1].end > marks[-4].start


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_its_source_and_holds_folded_entries_once(name: str) -> None:
    head = files("anonymisation.lists").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    assert "# Source: written down by hand for this project" in head
    assert len(set(entries(name))) == len(entries(name)) > 0
    assert all(fold(entry) == entry for entry in entries(name))


def test_there_are_many_rare_professions() -> None:
    assert len(entries("risk_work")) >= 250


def test_a_rule_wakes_up_on_folded_words_and_only_a_rule_without_more_on_two_at_once() -> None:
    for rule in risk_patterns.RULES:
        for word in rule.words.split():
            assert fold(word) == word
            assert word.isalnum() or not rule.after
