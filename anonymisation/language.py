"""Whether a text is Dutch, which is what rules and model were made for.

A text in another language comes back with most of its names in it, and looks protected. It must be said.
"""

from __future__ import annotations

import re
from typing import Final

from anonymisation.lists import words

READ: Final = 20_000
"""Code points at the start of a text that are looked at."""
FEWEST_WORDS: Final = 12
"""A text with fewer words tells too little."""
RUNNING_WORDS: Final = 30
"""From this many words of three letters or more in lower case on, a text with no Dutch among them is not Dutch."""

OTHER_LETTERS: Final = 60
"""So many letters of another script tell enough too: some scripts put no spaces between words."""

_LEAST_LATIN: Final = 0.5
_LEAST_DUTCH: Final = 0.1
_LEAST_FOREIGN: Final = 0.05
_FEWEST_FOREIGN: Final = 3

_WORD: Final = re.compile(r"[^\W\d_]+")
_LATIN: Final = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]+")

_DUTCH: Final = frozenset(words("""
    mg zn max tabl aan adres af akkoord al alleen alles als altijd andere anders begeleiding behandeling belt bestaat
    betreft bij binne blijft boven broer contact controle daar daarna dag dan dat datum de deze dgn die dit
    doch dochter doet door drie dus dêr echt een eens eerst eerste effe efkes elke en er erg even fan ff foar ga
    gaan gaat ge gebeld geboortedatum gebruik gebruikt geen gehad gemeld gesprek geweest gewoon gezin gij goed
    graag haar had hadden handtekening hat heb hebben hebde hedde heeft heel heer hem het hier hij hja hoe
    hoesten huis huisarts hulp hun hy iemand iets ik in iom is it ivm ja jaar je jij jr jullie kan kei kind
    kinderen klachten koorts kunnen laat lang later leeft maar maken man mbt me medicatie mee meer meestal mem
    met mevr mevrouw mij mijn mijnheer mnd moeder moet moeten morgen mw na naam naar nacht nee niemand niet
    niets niks nodig nog nrs nu obv of om omdat onder ons ook op ouders over overleg paar pas patiënt pijn
    postcode samen school sil sinds slaapt slapen slecht snel soms staat süs tav te tegen telefonisch
    telefoonnummer terug thuis toch toe toen tot troch tussen twee uit uur vaak vader van vanaf vandaag
    vanuit veel via vindt vlgs voarman vol volgende volgens voor vraag vraagt vrouw waar wacht wat week weer weg
    weinig weken wel welke werd werk wie wil willen wkn woning woonplaats woont word worden wordt ze zeer zegt
    zei zelf zich zie zien ziet zij zijn zn zo zoals zodat zonder zoon zorg zou zullen zus
"""))  # fmt: skip
"""Frequent words of Dutch, of what is spoken beside it, and of records in telegram style."""

_FOREIGN: Final = frozenset(words("""
    about after also and are been before but could did does for from has have having his how into its just like
    made my not our out said she should some than that the their them then there these they this very well went
    were what when where which while who why with would you your

    aber auch auf aus dass dich durch ein eine einem einen einer eines es für gegen haben hatte ich ihm ihn ihr
    ihre ist kann kein keine mehr mein meine mich mit nach nicht noch nur oder schon sehr sein seine seit sich
    sie sind und uns unter vom vor waren wegen wenn werden wir wird wurde zwischen über

    alors après au aussi aux avant avec beaucoup ces cette chez comme dans depuis deux dont elle elles est et
    fait ils leur mais mes mon même nous ont ou où par pendant peu plus pour quand que qui sans ses sont sous
    sur tout très une vers vous été être

    ama ancak bana başka bir biz bu bugün burada daha değil diye gibi göre hep ile ise için kadar kendi mi mı
    nasıl olan olarak oldu olduğu onun sadece siz sonra tarafından var ve veya ya yok çok çünkü önce şey şimdi
    şu

    aby ale bardzo być był była było będzie czy dla dlatego jak jako jego jej jest już kiedy która które który
    mnie może nad nie nim oraz pod przed przez przy się są ta także tego tej tu tylko tym więc że żeby

    algo como con cuando desde donde durante ella ellos entre era esta estaba este esto está están había hace
    hasta hay mucho muy más nada nos para pero poco por porque según ser si sin sobre su sus también tiene todo
    tres una uno él

    anche att av ayaa che come det din ela ele em foi fost för gli ikke il inte inuu iyo jeg ku lagu mai mas nas
    nel non não och og pentru più på questo seu som sono stato sua sunt til uma uu você waa waxaa är și
"""))  # fmt: skip
"""Frequent words of other languages; those that are words of Dutch too, or parts of a name, do not count."""


def looks_dutch(text: str) -> bool:
    """Return False for running text in another language.

    True for Dutch in every style, telegram and chat included, and for what tells too little: fewer than about twelve
    words, or names, numbers and labels alone. Only the first `READ` code points are looked at.
    """
    found = _WORD.findall(text[:READ])
    letters = "".join(found)
    latin = sum(map(len, _LATIN.findall(letters)))
    enough = len(found) >= FEWEST_WORDS
    if latin < _LEAST_LATIN * len(letters) and (enough or len(letters) >= OTHER_LETTERS):
        return False
    if not enough:
        return True
    lows = [word.lower() for word in found]
    dutch: int = sum(low in _DUTCH for low in lows)
    elsewhere = sum(low in _FOREIGN for low in lows)
    if elsewhere > dutch and elsewhere >= max(_FEWEST_FOREIGN, _LEAST_FOREIGN * len(found)):
        return False
    # Names and labels have a capital, units and codes are short: a list of them is in no language at all.
    running: int = sum(word.islower() and len(word) > 2 for word in found)
    return bool(running < RUNNING_WORDS or dutch >= _LEAST_DUTCH * running)
