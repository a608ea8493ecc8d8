"""Invented people for the guarantee of known identifiers: what is known of each, and every written variant of it.

The forms are those of `docs/known-variants.md`, by the same names. Everything is drawn from one seed: the same number
gives the same person on every computer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple, TypeVar

from anonymisation.folding import fold
from anonymisation.known import Known
from anonymisation.lists import entries
from anonymisation.recognisers.letters import PREFIXES

T = TypeVar("T")
Promise = Literal["certain", "doubtful", "either"]

_MASK: Final = (1 << 64) - 1

_FIRST: Final = {
    "dutch": """Jan Piet Kees Henk Willem Bram Anna Maria Johanna Cornelia Sanne Lotte Emma Sophie Daan Thijs Ruben Kim
        Bart Gerard Theodorus Christiaan Johannes Jacobus Hendrik Wilhelmina Geertruida Truus Riet Bo Ed Jo Wil Mark
        Roos Mees Iris Merel Fleur Anne-Marie Jan-Willem Hans-Peter Marie-Louise Romy Willy Toon Mirjam Renée André
        Zoë Daniël Mariëlle Koning Ans Otto Hugo Lars Pim Tom Marleen Desirée Chantal Hanneke Ineke Joke""",
    "turkish": """Ayşe Fatma Emine Hatice Zeynep Elif Mehmet Mustafa Ahmet Ali Hüseyin İbrahim Ömer Gökhan Çağla Şule
        Özlem Uğur Yıldız Burak Cem Gülsüm Tuğba Kadir""",
    "moroccan": """Fatima Khadija Naima Samira Rachida Mohammed Ahmed Youssef Hassan Rachid Abdelkader Nordin Zakaria
        Soufiane Hafsa Ikram Loubna Brahim Driss Malika Aïcha""",
    "surinamese": """Radjesh Anand Shanti Sharmila Indra Soenita Winston Clyde Orlando Ruud Glenda Soekinem Wonny
        Djoeke Roy-Anthony Sewdath Kiran Farida Iwan Humphrey""",
    "antillean": """Jairzinho Rudsel Shurandy Migdalia Xiomara Edsel Curtley Giovanka Zulaika Norwin Ruthmila Elvis
        Nathalie Jean-Pierre Dariënne Quincy""",
    "polish": """Małgorzata Agnieszka Katarzyna Zbigniew Łukasz Krzysztof Grażyna Paweł Wojciech Świętosława Michał
        Bożena Jadwiga Stanisław Żaneta Ewa""",
    "syrian": """Nour Hadeel Rima Bassel Mahmoud Khaled Samer Rasha Ghassan Lubna Yazan Tareq Iyad Hala Abdulrahman
        Maysoun""",
    "eritrean": """Tesfay Yonas Selam Semhar Filmon Mebrahtu Tsegay Winta Abrham Freweini Luwam Haben Kidane Senait
        Berhane Merhawi""",
    "frisian": """Sjoerd Wytze Fokje Gerbrich Jelle Ytsje Tjitske Doutzen Hylke Sybren Froukje Rommert Nynke Wiebe
        Eelkje Durk Sietske Tsjibbe""",
}
_LAST: Final = {
    "dutch": """Jansen|de Vries|van den Berg|Bakker|van Dijk|Visser|de Boer|Smit|van der Meer|Mulder|de Wit|Best|Wil
        |op 't Hof|van 't Zand|in 't Veld|ter Horst|ten Brink|van der Kolkman-Wessels|Hofman-de Jong|Jansen-van Dijk
        |Bos-Verhoeven|van de Ven-de Rooij|d'Ancona|van Oldenbarnevelt|Kuijpers|Timmermans|Dekker|Schouten|Vermeulen
        |Peeters|Hesseling|Roelofs|Geraedts|Österberg|Müller|Coërs|Weiß|Brugman Verstraaten|de la Haye|Bult""",
    "turkish": """Yılmaz|Kaya|Demir|Çelik|Şahin|Yıldırım|Öztürk|Aydın|Özdemir|Arslan|Doğan|Kılıç|Çetin|Koç|Kurt-Özkan
        |Güneş|İnan|Uzun""",
    "moroccan": """El Idrissi|Ben Ali|Bouali|el Khattabi|El-Amrani|Ait Ouali|Benali|Oulad Haj|Bouzid|Chaoui|Haddouchi
        |Ouahbi|El Yaâkoubi|Tahiri|Azzouzi-El Fassi""",
    "surinamese": """Ramdin|Bissessar|Soekhram|Kartosentono|Ramsoekh|Tjon A Fat|Biharie|Sitaldin|Pinas|Landveld
        |Djojoseparto|Baldewsingh|Jagmohan|Wong Loi Sing|Kromosoeto-Bhola""",
    "antillean": """Martina|Croes|Maduro|Eustatia|Cicilia|Geerman|Pieternella|Faneyte|da Costa Gomez|Winklaar|Rosalia
        |Isenia|Balentien|Girigorie""",
    "polish": """Kowalska|Nowak|Wiśniewski|Wójcik|Dąbrowska|Lewandowski|Zieliński|Szymańska|Woźniak|Kozłowska|Jabłoński
        |Grześkiewicz|Pawłowska-Żak|Łuczak""",
    "syrian": """al Hassan|Al-Masri|Haddad|Khoury|Darwish|Shaheen|Kassab|Al Halabi|Najjar|Sabbagh|Barakat|Hamdan""",
    "eritrean": """Gebremedhin|Tekle|Habtemariam|Woldemichael|Kifle|Ghebreslassie|Tesfamariam|Haile|Zerai|Okbay
        |Mehari|Andemariam""",
    "frisian": """Hoekstra|Dijkstra|de Haan|Zijlstra|Postma|Wiersma|Terpstra|van der Wal|Ypma|Bûwalda|Sytsma|Tjalsma
        |Hiemstra|Feenstra-Bosma""",
}
_STREETS: Final = """Oude Touwslagerspad|Kerkstraat|Burgemeester Hofmanlaan|Prins Mauritsplein|2e Kruisweg|Dr. Pelstraat
    |Markt|Sint Jorisstraat|'s-Gravendijk|Lindelaan|J.P. Coppensstraat|Sânwei|Professor Kernkampweg|Van Galenhof|Wal
    |Jonker Franslaan|Plein 1813"""
_TOWNS: Final = """Appingedam|Best|Den Haag|'s-Gravendeel|Súdwest-Fryslân|Bergen op Zoom|Utrecht|Zwolle|Kapelle
    |Sint-Oedenrode|Leeuwarden"""
_SUFFIXES: Final = ("", "", "b", "A", "-2", " hs", "-III", " bis")
_PREFIX_WORDS: Final = frozenset(PREFIXES)
_ORDINARY: Final = frozenset(entries("ordinary_words")) | frozenset(entries("not_names_without_title"))
"""Words that are ordinary too, so that in lower case they are probably the word."""

_SHORT_WORDS: Final = frozenset(word for word in (*_ORDINARY, *PREFIXES, *entries("not_names")) if len(word) == 2)
"""Two letters that are a word: as capitals they are not taken for initials."""

_MONTHS: Final = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_SHORT_MONTHS: Final = ("jan", "febr", "mrt", "apr", "mei", "jun", "jul", "aug", "sept", "okt", "nov", "dec")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(one.split()) for one in text.split("|"))


_FIRSTS: Final = {origin: tuple(text.split()) for origin, text in _FIRST.items()}
_LASTS: Final = {origin: _listed(text) for origin, text in _LAST.items()}
_ORIGINS: Final = (*(["dutch"] * 4), *sorted(set(_FIRST) - {"dutch"}))
_STREET_NAMES: Final = _listed(_STREETS)
_TOWN_NAMES: Final = _listed(_TOWNS)


class Draw:
    """A small generator of pseudo-random numbers: equal seeds draw equal numbers, whatever the version of Python."""

    def __init__(self, seed: int) -> None:
        self._state = (seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _MASK

    def below(self, bound: int) -> int:
        """Draw a number from 0 up to the bound."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return (self._state >> 33) % bound

    def one(self, items: Sequence[T]) -> T:
        """Draw one of the items."""
        return items[self.below(len(items))]

    def digits(self, count: int) -> str:
        """Draw digits."""
        return "".join(str(self.below(10)) for _ in range(count))


@dataclass(frozen=True, slots=True)
class Name:
    """One name in its parts. `families` are the surnames, each with its prefix (`van der `, or nothing)."""

    given: tuple[str, ...]
    families: tuple[tuple[str, str], ...]
    surname: str

    @property
    def full(self) -> str:
        """The name as the submitter gives it."""
        return " ".join((*self.given, self.surname))


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person: the parts that variants are made of, and what is told to the product."""

    number: int
    name: Name
    relative: Name
    day: date
    bsn: str
    street: str
    house: str
    suffix: str
    postcode: str
    town: str
    phones: tuple[str, ...]
    email: str
    record: str
    place: str

    @property
    def known(self) -> Known:
        """What the submitter knows of this person."""
        address = f"{self.street} {self.house}{self.suffix}, {self.postcode} {self.town}"
        return Known(
            names=(self.name.full,),
            relatives=(self.relative.full,),
            birth_date=self.day,
            bsn=self.bsn,
            addresses=(address,),
            phones=self.phones,
            emails=(self.email,),
            others=(self.record, self.place),
        )


class Variant(NamedTuple):
    """One way to write one known value, and what is promised of it.

    `promise` holds as it is written and in capitals, `lower` in lower case; None means that the form has no lower or
    no upper case of its own. The last `ending` characters say nothing of the person and may stay.
    """

    form: str
    written: str
    promise: Promise = "certain"
    lower: Promise | None = "certain"
    ending: int = 0
    upper: bool = True


def person(number: int) -> Person:
    """Make the person with this number."""
    draw = Draw(number)
    street = draw.one(_STREET_NAMES)
    town = draw.one(_TOWN_NAMES)
    name = _a_name(draw)
    year, month, day = 1925 + draw.below(95), 1 + draw.below(12), 1 + draw.below(28)
    mobile = f"06-{1 + draw.below(8)}{draw.digits(7)}"
    area = draw.one(("010", "020", "050", "0512", "0223"))
    landline = f"{area}-{1 + draw.below(8)}{draw.digits(9 - len(area))}"
    foreign = draw.one(("+48 601", "+90 532", "0048 512"))
    local = fold(name.given[0]).replace("-", "")
    return Person(
        number=number,
        name=name,
        relative=_a_name(draw),
        day=date(year, month, day),
        bsn=_a_bsn(draw),
        street=street,
        house=str(1 + draw.below(389)),
        suffix=draw.one(_SUFFIXES),
        postcode=f"{1 + draw.below(9)}{draw.digits(3)} {_a_letter(draw)}{_a_letter(draw)}",
        town=town,
        phones=(mobile, landline, f"{foreign} {draw.digits(3)} {draw.digits(3)}"),
        email=f"{local}.{draw.digits(2)}@{draw.one(('voorbeeld.nl', 'post.example', 'zorg-en-meer.example'))}",
        record=draw.one((f"KL/{draw.digits(2)}-{draw.digits(5)}", f"NL{draw.digits(2)}BANK0{draw.digits(9)}")),
        place=draw.one(("Bakkerij Het Zonnetje", "Lyceum Oost-Ter-Wal", "De Wingerd", "VV Groen-Geel")),
    )


def _a_letter(draw: Draw) -> str:
    return "ABCDEGHJKLMNPRTVWXZ"[draw.below(19)]


def _a_name(draw: Draw) -> Name:
    origin = draw.one(_ORIGINS)
    given = [draw.one(_FIRSTS[origin])]
    if draw.below(3) == 0 and (second := draw.one(_FIRSTS[origin])) != given[0]:
        given.append(second)
    surname = draw.one(_LASTS[origin])
    return Name(tuple(given), tuple(_families(surname)), surname)


def _families(surname: str) -> Iterator[tuple[str, str]]:
    """Split a surname at the hyphens of a double name: `Hofman-de Jong` is `Hofman` and `de Jong`."""
    for part in surname.split("-") if surname not in {"El-Amrani", "Al-Masri"} else [surname.replace("-", " ")]:
        words = part.replace("d'", "d' ").split()
        place = next(n for n, word in enumerate(words) if word.lower() not in _PREFIX_WORDS)
        prefix = " ".join(words[:place]).removesuffix("'") + ("'" if words[0] == "d'" else " " if place else "")
        yield prefix, " ".join(words[place:])


def _a_bsn(draw: Draw) -> str:
    """Draw a number from the range that starts with 99 and passes the eleven-test."""
    while True:
        digits = "99" + draw.digits(6)
        check = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 1, -1), strict=True)) % 11
        if check < 10:
            return digits + str(check)


def variants(one: Person) -> Iterator[Variant]:
    """Yield every variant that the list promises for this person; of typing errors a few that are drawn."""
    yield from (variant for group in _groups(one, Draw(one.number + 1_000_003)) for variant in group)


def each_form(one: Person) -> Iterator[Variant]:
    """Yield every form of the list for this person and for the relative, each in one of its spellings, drawn."""
    draw = Draw(one.number + 1_000_003)
    for group in _groups(one, draw):
        spellings: dict[str, list[Variant]] = {}
        for variant in group:
            spellings.setdefault(variant.form, []).append(variant)
        yield from map(draw.one, spellings.values())


def _groups(one: Person, draw: Draw) -> Iterator[list[Variant]]:
    exact = {word for name in (one.name, one.relative) for word in re.split(r"[\s\-']+", fold(name.full))}
    yield list(_name_variants(one.name, draw, exact))
    yield list(_name_variants(one.relative, draw, exact))
    yield [*_dates(one.day), *_numbers(one), *_addresses(one), *_others(one)]


def _is_word(text: str) -> bool:
    """Is what is left without prefixes one ordinary word, or a name of two letters?"""
    words = fold(text).replace("-", " ").replace("'", " ").split()
    core = [word for word in words if word not in _PREFIX_WORDS] or words
    return len(core) == 1 and (core[0] in _ORDINARY or core[0] in _PREFIX_WORDS or len(core[0]) <= 2)


def _plain(form: str, written: str, *, ending: int = 0) -> Variant:
    """Return a variant that is certain, but in doubt when it is an ordinary word in lower case."""
    base = written[: len(written) - ending].removesuffix("'")
    return Variant(form, written, "certain", "doubtful" if _is_word(base) else "certain", ending)


def _name_variants(name: Name, draw: Draw, exact: AbstractSet[str]) -> Iterator[Variant]:
    first, initial = name.given[0], name.given[0][0]
    full = name.full
    yield Variant("full name", full)
    yield Variant("without diacritics", _ascii(full))
    yield Variant("with a line break", full.replace(" ", "\n", 1))
    yield Variant("with other spaces and dashes", full.replace(" ", "\u00a0").replace("-", "\u2010"))
    yield Variant("in one piece", full.replace(" ", "").replace("-", "").replace("'", ""))
    for given in name.given:
        yield _plain("first name", given)
        yield _plain("first name, possessive", f"{given}'s", ending=1)
        yield _plain("first name, genitive", f"{given}s", ending=1)
        if "-" in given:
            yield Variant("first name with a hyphen in one piece", _glued(given))
            yield Variant("first name with a hyphen as two words", given.replace("-", " "))
        yield from _diminutives(given)
    yield Variant("first name and surname", f"{first} {name.surname}")
    yield Variant("first name, one letter and surname", f"{first} K. {name.surname}")
    yield _plain("surname", name.surname)
    yield _plain("surname, possessive", f"{name.surname}'s", ending=1)
    yield _plain("surname, plural", f"{name.surname}s", ending=1)
    for prefix, family in name.families:
        yield _plain("surname of a double name, or without its prefix", family)
        if len(name.families) > 1:
            yield _plain("surname of a double name with its prefix", prefix + family)
            yield Variant("first name and a surname of a double name", f"{first} {prefix}{family}")
            yield Variant("initial and a surname of a double name", f"{initial}. {prefix}{family}")
    if len(name.families) == 2:
        (p1, f1), (p2, f2) = name.families
        yield Variant("double name turned around", f"{p2}{f2}-{p1}{f1}")
    yield from _with_initials(name)
    yield from _turned_around(name)
    yield from _bare_initials(name)
    yield from _misspelt(name, draw, exact)


def _with_initials(name: Name) -> Iterator[Variant]:
    letters = [given[0] for given in name.given]
    yield Variant("initial and surname", f"{letters[0]}. {name.surname}")
    yield Variant("initial without full stop and surname", f"{letters[0]} {name.surname}")
    yield Variant("initials and surname", "".join(f"{letter}." for letter in letters) + f" {name.surname}")
    yield Variant("initials and surname", "".join(f"{letter}." for letter in letters) + name.surname)
    yield Variant("initials with spaces and surname", " ".join(f"{letter}." for letter in letters) + f" {name.surname}")
    if len(letters) > 1:
        yield _plain("initials without full stops and surname", "".join(letters) + f" {name.surname}")
    if name.given[0].startswith(("Th", "Ch")):
        yield Variant("initial of two letters and surname", f"{name.given[0][:2]}. {name.surname}")
    prefix, family = name.families[0]
    words = prefix.split()
    if prefix and len(name.families) == 1 and not prefix.endswith("'"):
        short = [word.lstrip("'")[0] for word in words]
        yield Variant("prefix shortened", ".".join(short) + f". {family}", lower="either")
        yield Variant("prefix shortened", "".join(short) + f" {family}", lower="either")
        yield Variant("initial, prefix shortened and surname", f"{letters[0]}. {'.'.join(short)}. {family}")
        if len(short) > 1:
            yield Variant("prefix shortened", "/".join(short) + f" {family}", lower="either")
            yield _plain("prefix in one piece", "".join(words) + f" {family}")
        if "'" in prefix:
            yield _plain("prefix without its apostrophe", prefix.replace("'", "") + family)


def _turned_around(name: Name) -> Iterator[Variant]:
    first, initial = name.given[0], name.given[0][0]
    prefix, family = name.families[0]
    yield Variant("surname, first name", f"{name.surname}, {first}")
    yield Variant("surname first name", f"{name.surname} {first}")
    yield Variant("surname, initial", f"{name.surname}, {initial}.")
    yield Variant("surname initial", f"{name.surname} {initial}.")
    yield Variant("surname initial", f"{name.surname} {initial}")
    yield Variant("surname, initials", f"{name.surname}, {''.join(f'{given[0]}.' for given in name.given)}")
    if prefix and len(name.families) == 1:
        bare = prefix.strip()
        yield Variant("surname, first name prefix", f"{family}, {first} {bare}")
        yield Variant("surname, initial prefix", f"{family}, {initial}. {bare}")
        yield Variant("surname prefix, first name", f"{family} {bare}, {first}")
        yield Variant("surname, prefix, initial", f"{family}, {bare}, {initial}.")


def _bare_initials(name: Name) -> Iterator[Variant]:
    letters = [given[0] for given in name.given]
    prefix, family = name.families[0]
    last = family[0]
    shortened = "".join(f"{word.lstrip(chr(39))[0]}." for word in prefix.split())
    yield Variant("first name and first letter of the surname", f"{name.given[0]} {last}.")
    yield Variant("first name and first letter of the surname", f"{name.given[0]} {last}")
    yield Variant(
        "initials with full stops", "".join(f"{letter}." for letter in letters) + f"{last}.", lower="doubtful"
    )
    yield Variant("initials with full stops and spaces", f"{letters[0]}. {last}.", lower="doubtful")
    if len(letters) > 1:
        yield Variant(
            "initials of first names alone", "".join(f"{letter}." for letter in letters), "either", "doubtful"
        )
    spelt = fold("".join(letters) + last)
    if spelt not in _SHORT_WORDS and spelt not in {fold(given) for given in name.given}:
        yield Variant("capitals without full stops", "".join(letters) + last, "doubtful", None)
    if shortened and "'" not in prefix:
        yield Variant("initials with prefix", f"{letters[0]}.{shortened.lower()}{last}.", lower="doubtful")
        middle = shortened.replace(".", "").lower()
        yield Variant("capitals with prefix", f"{letters[0]}{middle}{last}", "doubtful", None)
    for letter in (letters[0], last):
        yield Variant("lone initial", f"{letter}.", "doubtful", None)
        yield Variant("lone initial without full stop", letter, "doubtful", None)


def _diminutives(given: str) -> Iterator[Variant]:
    if "-" in given:
        return
    last = fold(given[-1])
    forms = [given + ending for ending in ("je", "tje", "pje", "etje")]
    if last in "aeiou":
        forms.append(f"{given}{last}tje")
        if len(given) >= 4 and fold(given[-2]) not in "aeiouy":
            forms += [given[:-1] + "etje", given[:-1] + "tje"]
    elif last == "y":
        forms.append(given + "'tje")
    else:
        forms.append(f"{given}{last}etje")
        if last == "g":
            forms.append(given[:-1] + "kje")
    short = len(given) <= 2
    for form in forms:
        yield Variant("diminutive", form, "doubtful" if short else "certain", "either")
    yield Variant("diminutive, plural", forms[0] + "s", "doubtful" if short else "certain", "either")
    yield Variant("diminutive, possessive", forms[1] + "'s", "doubtful" if short else "certain", "either", 1)


def _misspelt(name: Name, draw: Draw, exact: AbstractSet[str]) -> Iterator[Variant]:
    """Yield one typing error of every kind in every word of five letters and more, with what stands around the word."""
    last = name.families[-1]
    for word in (*name.given, *(family for _, family in name.families)):
        if len(word) < 5 or not word.isalpha():
            continue
        for form, wrong in _typos(word, draw):
            folded = fold(wrong)
            # One letter may fall on a variant of another kind: the inflected name, or the other name of the person.
            if folded.removesuffix("s") in exact or folded in exact or len(folded) < 4:
                continue
            promise: Promise = "doubtful" if fold(word) in _ORDINARY else "either"
            yield Variant(form, wrong, promise, "doubtful")
            if word == last[1] and len(name.families) == 1 and form != "typing error: a letter added":
                yield Variant(
                    "typing error after initial and prefix", f"{name.given[0][0]}. {last[0]}{wrong}", "either", "either"
                )


def _typos(word: str, draw: Draw) -> Iterator[tuple[str, str]]:
    place = draw.below(len(word) - 1)
    letter = "abdeghiklmnoprtuvz"[draw.below(18)]
    yield "typing error: a letter left out", word[:place] + word[place + 1 :]
    yield "typing error: a letter added", word[: place + 1] + letter + word[place + 1 :]
    if fold(word[place]) != letter:
        wrong = letter.upper() if place == 0 else letter
        yield "typing error: another letter", word[:place] + wrong + word[place + 1 :]
    if word[place].lower() != word[place + 1].lower():
        swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        yield "typing error: two letters exchanged", swapped.capitalize()


def _dates(day: date) -> Iterator[Variant]:
    d, m, y, yy = day.day, day.month, day.year, f"{day.year % 100:02d}"
    month, short = _MONTHS[m - 1], _SHORT_MONTHS[m - 1]
    numbers = [
        *(f"{d:02d}{sep}{m:02d}{sep}{y}" for sep in "-/. "), *(f"{d}{sep}{m}{sep}{y}" for sep in "-/."),
        *(f"{d}{sep}{m}{sep}{yy}" for sep in "-/."), f"{d:02d} - {m:02d} - {y}", f"{d}-{m}-'{yy}",
        f"{y}-{m:02d}-{d:02d}", f"{y}/{m}/{d}",
    ]  # fmt: skip
    yield from (Variant("date in numbers", one) for one in numbers)
    yield from (Variant("date in one number", f"{day:{form}}") for form in ("%Y%m%d", "%d%m%Y", "%d%m%y"))
    written = [
        f"{d} {month} {y}", f"{d:02d} {month} {y}", f"{d} {month} '{yy}", f"{d} {short} {y}", f"{d} {short}. {y}",
        f"{d}-{short}-{yy}", f"{d}e {month} {y}", f"{d}ste {month}", f"{d} {month}", f"{d} {short}.", f"{d}{short}{y}",
    ]  # fmt: skip
    yield from (Variant("date with the month in letters", one) for one in written)
    yield from (Variant("day and month of two digits", f"{d:02d}{sep}{m:02d}") for sep in "-/")
    doubtful = [f"{d:02d}.{m:02d}", f"{month} {y}", f"{m:02d}-{y}"]
    if d < 10 or m < 10:
        doubtful += [f"{d}-{m}", f"{d}/{m}"]
    yield from (Variant("part of the date", one, "doubtful", "doubtful") for one in doubtful)


def _numbers(one: Person) -> Iterator[Variant]:
    b = one.bsn
    groups = [b, f"{b[:3]} {b[3:6]} {b[6:]}", f"{b[:4]}.{b[4:6]}.{b[6:]}", f"{b[:3]}-{b[3:6]}-{b[6:]}", " ".join(b),
              f"{b[:3]}\u00a0{b[3:6]}\u00a0{b[6:]}", f"{b[:2]} {b[2:4]} {b[4:6]} {b[6:8]} {b[8]}"]  # fmt: skip
    yield from (Variant("BSN in groups", group) for group in groups)
    for phone in one.phones[:2]:
        area, _, local = phone.partition("-")
        whole = area + local
        pairs = " ".join(local[n : n + 2] for n in range(0, len(local), 2))
        forms = [
            phone, whole, f"{area} {local}", f"{area} - {local}", f"({area}) {local}", f"{area}/{local}",
            f"{area} {pairs}",
            f"{area}-{pairs}", f"{area}.{pairs.replace(' ', '.')}", f"+31{whole[1:]}", f"+31 {area[1:]} {local}",
            f"+31 (0){area[1:]} {pairs}", f"0031{whole[1:]}", f"0031-{area[1:]}-{local}", f"31{whole[1:]}", whole[1:],
        ]  # fmt: skip
        yield from (Variant("phone number of the Netherlands", form) for form in forms)
    digits = one.phones[2].removeprefix("+").removeprefix("00").replace(" ", "")
    forms = [f"+{digits}", f"00{digits}", f"+{digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8:]}",
             f"00{digits[:2]}-{digits[2:]}", digits]  # fmt: skip
    yield from (Variant("phone number of another country", form) for form in forms)
    local, _, domain = one.email.partition("@")
    for written in (one.email, f"{local} @ {domain}", f"{local}(at){domain}", f"{local} [at] {domain}"):
        yield Variant("e-mail address", written)


def _addresses(one: Person) -> Iterator[Variant]:
    street, house, suffix = one.street, one.house, one.suffix
    digits, letters = one.postcode.split()
    tail = suffix.strip(" -")
    houses = dict.fromkeys(
        (house, house + suffix, f"{house} {tail}".strip(), f"{house}-{tail}".strip("-"), house + tail)
    )
    yield from (Variant("street and number", f"{street} {nr}") for nr in houses)
    yield Variant("street and number", f"{street} nr. {house}{suffix}")
    yield Variant("street and number", f"{street} huisnummer {house}")
    yield Variant("street and number with a line break", f"{street}\n{house}")
    yield Variant("street without diacritics", f"{_ascii(street)} {house}")
    if len(street) >= 4 and not street[-1].isdigit():
        yield Variant("street alone", street, lower="either" if " " not in street else "certain")
        yield Variant("street and another number suffix", f"{street} {house}c")
    for ending, short in (("straat", "str."), ("laan", "ln."), ("plein", "pln")):
        if street.endswith(ending):
            yield Variant("street shortened", f"{street.removesuffix(ending)}{short} {house}")
    for word, short in (("Burgemeester", "Burg."), ("Professor", "Prof."), ("Sint", "St."), ("Prins", "Pr.")):
        if street.startswith(word):
            yield Variant("street shortened", f"{street.replace(word, short)} {house}")
    for written in (f"{digits} {letters}", digits + letters, f"{digits}  {letters}", f"{digits}-{letters}"):
        yield Variant("postcode", written)
    yield _plain("town", one.town)
    yield _plain("town, possessive", f"{one.town}s", ending=1)
    lower: Promise = "either" if _is_word(one.town) else "certain"
    yield Variant("whole address", f"{street} {house}{suffix}, {one.postcode} {one.town}", lower=lower)
    yield Variant("whole address", f"{street} {house}{suffix}\n{digits}{letters}  {one.town}", lower=lower)


def _others(one: Person) -> Iterator[Variant]:
    plain = "".join(char for char in one.record if char.isalnum())
    for written in (one.record, plain, " ".join(plain[n : n + 4] for n in range(0, len(plain), 4)), "-".join(plain)):
        yield Variant("another number", written)
    for written in (one.place, one.place.replace(" ", "-"), one.place.replace("-", " "), one.place.replace(" ", "\n")):
        yield Variant("another name", written)


def _ascii(text: str) -> str:
    """Write a text without diacritics, its capitals kept."""
    return "".join(folded.upper() if char.isupper() else folded for char in text for folded in [fold(char)])


def _glued(given: str) -> str:
    return given.replace("-", "").capitalize()
