"""A text in another language is told from Dutch in all its styles; every text here is invented."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from anonymisation.language import READ, looks_dutch

ROOT = Path(__file__).parents[3]


def _load() -> ModuleType:
    """Load the scoring library, which stands outside every package."""
    path = ROOT / "bench" / "anonymise_score.py"
    spec = importlib.util.spec_from_file_location("anonymise_score_for_language", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


scoring = _load()

_LABELS = (
    "Naam",
    "Adres",
    "Woonplaats",
    "Datum",
    "Tijd",
    "Reden",
    "Verwijzer",
    "Huisarts",
    "Apotheek",
    "Polisnummer",
    "Diagnose",
    "Beleid",
    "Medicatie",
    "Allergie",
    "Contactpersoon",
    "Relatie",
    "Handtekening",
)

DUTCH = {
    "letter": "Geachte collega, graag uw beoordeling van bovengenoemde "
    "patiënt, die zich meldde met sombere klachten "
    "en slecht slapen. Sinds het overlijden van haar moeder komt zij nauwelijks nog buiten.",
    "SOEP": "S/ 3 wkn hoest, geen koorts, geen dyspneu. Roken 20 pj. VG: DM2, HT. O/ T 37,2 RR 140/85 pulm VAG bdz. "
    "E/ R78 ac bronchitis. P/ expect, z.n. codeïne 10 mg an, co 1 wk. X-thorax bij aanh kl.",
    "SOEP without small words": "S: pijn re knie, zwelling, stijfheid ochtend. O: hydrops +, flexie 110, ext 0, "
    "meniscustest neg, bandstabiliteit intact. E: gonartrose. P: PCM 3dd1000, fysio, X-knie, ctr 6 wkn.",
    "medication list": "Metoprolol 50 mg 1dd1, simvastatine 40 mg 1dd1 an, omeprazol 20 mg 1dd1, lithium 400 mg 1dd2, "
    "quetiapine 100 mg 1dd1 an, oxazepam 10 mg zn max 3dd, macrogol sachets zn, colecalciferol 800 ie 1dd1",
    "chat": "heyy kan je ff bellen straks? ze zit weer te huilen op de trap en ik weet niet wat ik moet doen man "
    "haar ex stond voor de deur en de buren deden niks",
    "chat without capitals or stops": "ja klopt ik was gister bij der thuis maar ze deed nie open denk dat ze nog "
    "sliep of zo ik probeer et morgen wel weer ok",
    "Frisian flavour": "Mem seit dat it net goed giet mei heit, hy is de hiele dei yn bêd. Verder gaf ze aan dat ze "
    "de zorg niet langer volhoudt en dat er op de pleats geen geld meer is foar hulp.",
    "Limburg flavour": "Hae wilt neet mit nao de dokter, zaet zien vrouw. Zij vertelde dat hij al weken niet eet en "
    "alleen maar in de stoel zit, auch es de kinger komme.",
    "form": "Naam: Yilmaz-de Wit\nVoornaam: Fatma\nGeboortedatum: 12-05-1988\nBSN: 999904413\nAdres: Kerkstraat 1\n"
    "Postcode: 1234 AB\nWoonplaats: Ede\nTelefoon: 06-12345678\nHuisarts: dr. Bos\nVerzekeraar: Voorzorg\nPolis: 77",
    "form of labels alone": "Naam:\nAdres:\nWoonplaats:\nDatum:\nTijd:\nReden:\nVerwijzer:\nHuisarts:\nApotheek:\n"
    "Polisnummer:\nDiagnose:\nBeleid:\nMedicatie:\nAllergie:\nContactpersoon:\nRelatie:\nHandtekening:\n",
    "names of wide origin": "Aanwezig: Nguyễn Thị Hoa, Mehmet Öztürk, Siobhán O'Brien, Łukasz Wójcik, Jean-Luc "
    "Lefèvre, Fatoumata Diallo, José da Silva, Mahmoud el Amrani, Anna von der Heide, Björn Åkesson, Teklehaymanot "
    "Gebremedhin, Sjoerd Fokkema, Xiao Li",
    "table of numbers": "dag\tRR\tpols\ttemp\n" + "\n".join(f"{n}\t1{n:02}/8{n % 10}\t7{n % 10}\t36,{n % 10}"
    for n in range(60)),
    "numbers alone": "12 13 14 15 " * 200,
    "English in it": "Hij zegt steeds 'I am not going back there, you know' en loopt dan weg. De begeleider heeft hem "
    "drie keer teruggehaald, maar zijn vrouw wil dat hij een paar weken ergens anders slaapt.",
    "diagnoses in Latin and English": "Bekend met borderline personality disorder, binge eating en een status na "
    "commotio cerebri. Krijgt cognitive processing therapy en mindfulness based stress reduction van de praktijk.",
    "in capitals": "GEZIN WOONT SINDS EEN HALF JAAR IN DE NOODOPVANG EN MOET DAAR VOLGENDE MAAND UIT. VADER WERKT "
    "NIET EN DE KINDEREN GAAN NIET NAAR SCHOOL.",
    "Arabic name in script": "De heer Al-Masri (المصري محمد) belt namens zijn broer, die geen Nederlands spreekt en "
    "al drie nachten in de auto slaapt.",
    "minutes": "Actiepunten: Kees belt woningcorp., Aïsha mailt leerplicht, POH plant huisbezoek, wijkteam checkt "
    "inkomen, GGZ vraagt dossier op. Volgend overleg over 2 weken.",
}  # fmt: skip

OTHER = {
    "English": "The patient was referred by her general practitioner because of low mood and poor sleep. She lives "
    "with her two children and has no contact with their father.",
    "English telegram": "Seen at home with her sister. No suicidal thoughts, but she is not eating and has lost some "
    "weight. Plan: bloods, review in two weeks, call if worse.",
    "English chat": "hey can you call me later? she is crying on the stairs again and i dont know what to do about it",
    "German": "Die Patientin wurde wegen anhaltender Schlafstörungen überwiesen. Sie lebt mit ihrem Mann und zwei "
    "Kindern in einer kleinen Wohnung und hat seit Monaten keine Arbeit.",
    "German chat": "kannst du mich bitte nachher anrufen ich weiß nicht mehr was ich mit ihm machen soll er ist so "
    "wütend auf mich",
    "French": "La patiente a été adressée par son médecin traitant pour une humeur dépressive. Elle vit avec ses deux "
    "enfants et n'a plus de contact avec leur père depuis un an.",
    "Turkish": "Hasta uyku sorunu ve iştahsızlık nedeniyle aile hekimi tarafından yönlendirildi. Annesi ile birlikte "
    "yaşıyor ve iki yıldır çalışmıyor, babası ise başka bir şehirde oturuyor.",
    "Turkish without signs in it": "Annem hasta oldugu zaman ben okula gidemedim, kardesim de evde kaldi. Babam bize "
    "hep bagirdi ve sonra gitti, bir daha da gelmedi.",
    "Polish": "Pacjentka została skierowana przez lekarza rodzinnego z powodu obniżonego nastroju i bezsenności. "
    "Mieszka z mężem i dwójką dzieci, od roku nie pracuje i nie ma pieniędzy na czynsz.",
    "Spanish": "La paciente fue derivada por su médico de cabecera por ánimo bajo e insomnio. Vive con su marido y "
    "sus dos hijos y no tiene trabajo desde hace un año.",
    "Arabic": "تم تحويل المريضة من قبل طبيب الأسرة بسبب الحزن الشديد وقلة النوم. تعيش مع زوجها وطفليها في شقة صغيرة "
    "ولا تعمل منذ سنة.",
    "Tigrinya": "እታ ሕምምቲ ብሰንኪ ድቃስ ምስኣንን ጓህን ብናይ ስድራቤት ሓኪም ተላኢኻ መጺኣ። ምስ ክልተ ደቃ ኣብ ንእሽቶ ገዛ ትነብር፣ ካብ ዝሓለፈ ዓመት "
    "ስራሕ የብላን።",
    "Ukrainian": "Пацієнтку скерував сімейний лікар через пригнічений настрій та безсоння. Вона живе з двома дітьми "
    "у маленькій квартирі й уже рік не має роботи.",
    "Portuguese": "A paciente foi encaminhada pelo médico de família por tristeza e insónia. Ela mora com os dois "
    "filhos em uma casa pequena e não tem trabalho desde que o marido foi embora.",
    "a script without spaces": "患者因情緒低落和失眠由家庭醫生轉介她與丈夫和兩個孩"
    "子住在一間小公寓裡已經一年"
    "沒有工作而且沒有錢付房租鄰居們很擔心因為好幾個星期沒有人看見過他們出門學校也說孩子們沒有去上課",
    "with a Dutch name and street": "Mrs. van der Berg from the Kerkstraat told us that she would like to have help "
    "with her son, but that her husband does not want this.",
}  # fmt: skip

UNLISTED = {
    "Somali": "Bukaanka waxaa soo diray dhakhtarka qoyska sababtoo ah murugo iyo hurdo la'aan. Waxay la nooshahay "
    "laba carruur ah oo yar yar, waxayna shaqo la'aan tahay muddo sannad ah, lacag ma haysato.",
    "Finnish": "Potilas ohjattiin tänne omalääkärin toimesta alakuloisuuden ja unettomuuden "
    "vuoksi. Hän asuu kahden lapsensa kanssa pienessä asunnossa eikä ole käynyt töissä vuoteen. Raha ei riitä vuokraan "
    "ja naapurit ovat huolissaan lasten tilanteesta, koska kukaan heistä ole nähnyt perhettä ulkona moneen viikkoon.",
}  # fmt: skip


@pytest.mark.parametrize("text", DUTCH.values(), ids=DUTCH)
def test_dutch_looks_dutch(text: str) -> None:
    assert looks_dutch(text)
    assert looks_dutch(text * 5)


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_another_language_does_not(text: str) -> None:
    assert not looks_dutch(text)
    assert not looks_dutch(text.upper())
    assert not looks_dutch(text + "\n\n06-12345678, 12-05-2025 " * 5)


@pytest.mark.parametrize("text", UNLISTED.values(), ids=UNLISTED)
def test_a_longer_text_in_a_language_that_no_list_knows_does_not_either(text: str) -> None:
    assert not looks_dutch(text * 3)


@pytest.mark.parametrize("text", ["", " \n", "12-05-2025", "Hello, how are you?", "😀😀😀", "مرحبا بك", "x" * 100_000])
def test_what_is_too_short_to_tell_is_not_called_foreign(text: str) -> None:
    assert looks_dutch(text)


@pytest.mark.parametrize("name", ["dev", "test"])
def test_every_document_of_the_benchmark_looks_dutch(name: str) -> None:
    documents = scoring.read_inline(ROOT / "bench" / "data" / name)
    assert len(documents) > 50
    assert [one.id for one in documents if not looks_dutch(one.text)] == []


def test_only_the_start_is_looked_at() -> None:
    dutch, english = DUTCH["letter"] + " ", OTHER["English"] + " "
    assert looks_dutch((dutch * READ)[:READ] + english * 1_000)
    assert not looks_dutch((english * READ)[:READ] + dutch * 1_000)
