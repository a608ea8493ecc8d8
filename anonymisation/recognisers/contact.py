"""Ways to reach a person: telephone numbers, e-mail addresses, web addresses, account names.

Phone shapes are confirmed with `phonenumbers`. Domains are recognised by shape alone: no list of suffixes is read or
fetched, at import or at run time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import phonenumbers

from anonymisation.document import EntityType
from anonymisation.lists import words
from anonymisation.page import Page, Triggered, glued
from anonymisation.recognisers.identifiers import digits_of
from anonymisation.recognisers.letters import DASH, NOT_AFTER, NOT_BEFORE
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

_SEPARATOR = rf"(?:[ \u00a0]?(?:{DASH}|/)[ \u00a0]?|\.|[ \u00a0]{{1,2}})"
_HOST = r"(?:[^\W_](?:[\w\-]{0,60}[^\W_])?\.){1,5}[^\W\d_]{2,18}"
"""The name of a computer, in an e-mail address as in a web address."""


_PHONE_WORDS = glued(("tel", "telefoon", "doorkies"), "nr", "nummer") | glued(("mob", "mobiel"), "nr")
_PHONE_WORDS |= frozenset(words("gsm fax bel bereikbaar bereikb whatsapp app"))


class PhoneRecogniser(RuleRecogniser):
    """Dutch numbers with their area code, and foreign ones with theirs, however they are grouped."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.PHONE_NUMBER,)

    _FOREIGN = Triggered(
        rf"(?<![\w+])(?:\+|00)[ ]?[1-9]\d{{0,3}}(?:{_SEPARATOR}?(?:\(0\)|\d)){{6,13}}(?!\d)", numbers=True, signs="+"
    )
    _DUTCH = Triggered(
        rf"(?<![\w+/])(?<!\d[.,\-])\(?0\d{{1,3}}\)?(?:{_SEPARATOR}?\d){{6,9}}(?!\d)(?![.,\-/]\d)",
        numbers=True,
        signs="(",
    )
    _CONTEXT = Triggered(
        rf"{NOT_AFTER}(?i:tel(?:efoon)?(?:n(?:umme)?r)?|telnr|mob(?:iel)?(?:nr)?|gsm|fax|bel|bereikbaar|bereikb|whatsapp|"
        rf"app|doorkiesn(?:umme)?r|06-?nummer)\.?[ ]?(?:\(\w{{2,8}}\)|op|via|naar|nr\.?)?[ ]?[:=]?[ ]{{0,2}}"
        rf"(?P<nr>\(?[+\d]\d{{0,3}}\)?(?:{_SEPARATOR}?(?:\(0\)|\d)){{4,13}})(?!\d)",
        glued(_PHONE_WORDS, "op", "via", "naar", "nr"),
        numbers=True,
    )

    _DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?!\d)|\d{1,2}[.:]\d\d ?[-–] ?\d{1,2}[.:]\d\d(?!\d)")

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every telephone number."""
        for match in self._FOREIGN.finditer(page):
            digits = digits_of(match.group()).removeprefix("00")
            if _possible("+" + digits) or digits.startswith("310"):
                yield Hit(match.start(), match.end(), EntityType.PHONE_NUMBER, CERTAIN)
        for match in self._DUTCH.finditer(page):
            digits = digits_of(match.group())
            if self._DATE.match(match.group()):
                continue
            if len(digits) == 10 and digits[1] != "0":
                start = match.start() + (match.group().startswith("(") and ")" not in match.group())
                yield Hit(start, match.end(), EntityType.PHONE_NUMBER, CERTAIN)
            elif digits.startswith(("0800", "0900")) and len(digits) in {8, 11}:
                yield Hit(match.start(), match.end(), EntityType.PHONE_NUMBER, DOUBTFUL)
        for match in self._CONTEXT.finditer(page):
            if 6 <= len(digits_of(match["nr"])) <= 15 and not self._DATE.match(match["nr"]):
                yield Hit(match.start("nr"), match.end("nr"), EntityType.PHONE_NUMBER, LIKELY)


def _possible(number: str) -> bool:
    """Say whether a number with its country code has a length that country uses."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


class EmailRecogniser(RuleRecogniser):
    """E-mail addresses, also with spaces or words around the at sign."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.EMAIL_ADDRESS,)

    _LOCAL = r"[^\W_](?:[\w.+\-']{0,62}[\w])?+"
    _PLAIN = Triggered(rf"(?<![\w.+\-]){_LOCAL}[ ]?@[ ]?{_HOST}{NOT_BEFORE}", needs=("@",))
    _SPELT = Triggered(
        rf"(?<![\w.+\-]){_LOCAL}[ ]?(?:\(at\)|\[at\]|[ ]at[ ]|[ ]apenstaartje[ ])[ ]?"
        r"(?:[^\W_](?:[\w\-]{0,60}[^\W_])?(?:\.|[ ]?(?:\(dot\)|\[dot\]|\(punt\))[ ]?|[ ]punt[ ])){1,4}"
        rf"[^\W\d_]{{2,18}}{NOT_BEFORE}",
        needs=("(at)", "[at]", " at ", " apenstaartje "),
        flags=re.IGNORECASE,
    )

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every address, with an at sign in any spelling."""
        for pattern, score in ((self._PLAIN, CERTAIN), (self._SPELT, LIKELY)):
            for match in pattern.finditer(page):
                yield Hit(match.start(), match.end(), EntityType.EMAIL_ADDRESS, score)


class UrlRecogniser(RuleRecogniser):
    """Web addresses with a scheme, with `www.`, or a bare host under a common suffix."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.URL,)

    _TAIL = r"(?:[/?#][^\s<>\"'()\[\]“”‘’]{0,2000})?"
    _SCHEME = Triggered(
        rf"{NOT_AFTER}(?:https?|ftp)://[^\s<>\"'()\[\]“”‘’]{{1,2000}}", needs=("://",), flags=re.IGNORECASE
    )
    _WWW = Triggered(rf"{NOT_AFTER}www\.{_HOST}(?::\d{{2,5}})?{_TAIL}", needs=("www.",), flags=re.IGNORECASE)
    _SUFFIXES = ("nl", "com", "org", "net", "be", "de", "eu", "info", "online", "nu", "io", "me", "tv")
    _BARE = Triggered(
        rf"(?<![\w@.\-/])(?:[^\W_](?:[\w\-]{{0,60}}[^\W_])?\.){{1,4}}(?:{'|'.join(_SUFFIXES)})"
        rf"(?![\w@\-])(?!\.\w){_TAIL}",
        needs=tuple([f".{suffix}" for suffix in _SUFFIXES]),
        flags=re.IGNORECASE,
    )
    _ORDINARY = frozenset({"o.a.nl"})

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every address without the punctuation that closes the sentence around it."""
        for pattern, score in ((self._SCHEME, CERTAIN), (self._WWW, CERTAIN), (self._BARE, LIKELY)):
            for match in pattern.finditer(page):
                address = match.group().rstrip(".,;:!?…")
                if len(address.split(".")[0]) >= 2:
                    yield Hit(match.start(), match.start() + len(address), EntityType.URL, score)


_EVERYONE = frozenset(
    {"iedereen", "allen", "all", "channel", "here", "everyone", "team", "groep", "collega", "collegas"}
)


class HandleRecogniser(RuleRecogniser):
    """Account names: `@name`, the name after an alias word, and the name after the service it is used on."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.SOCIAL_HANDLE, EntityType.PERSON)

    _AT = Triggered(r"(?<![\w@.])@(?P<nr>[^\W\d][\w.\-]{1,40}\w)", signs="@")
    _SERVICES = words(
        "instagram insta ig snapchat snap discord tiktok facebook fb twitter telegram twitch steam linkedin youtube "
        "reddit skype signal psn xbox roblox fortnite"
    )
    _SERVICE = f"(?:{'|'.join(_SERVICES)})"
    _AFTER_SERVICE = Triggered(
        rf"{NOT_AFTER}{_SERVICE}(?:[ -]?(?:account|naam|handle|profiel|tag|id))?[ ]?(?::|=|als|onder|is)[ ]{{0,2}}"
        rf"['\"‘“@]{{0,2}}(?P<nr>[^\W_][\w.\-]{{1,40}}\w)",
        listed=tuple([f"\n{service}" for service in _SERVICES]),
        flags=re.IGNORECASE,
    )
    _ALIAS = Triggered(
        rf"{NOT_AFTER}(?:alias|gebruikersnaam|username|nickname|gamer?tag|schuilnaam|accountnaam|handle|account)"
        rf"[ :]{{1,3}}['\"‘“@]{{0,2}}(?P<nr>[^\W_][\w.\-]{{1,40}}\w)",
        frozenset(
            words("alias gebruikersnaam username nickname gamertag gametag schuilnaam accountnaam handle account")
        ),
        flags=re.IGNORECASE,
    )
    _BEFORE_SERVICE = Triggered(
        rf"['\"‘“](?P<nr>[^\W_][\w.\-]{{2,40}}\w)['\"’”][ ]op[ ]{_SERVICE}{NOT_BEFORE}",
        needs=("' op ", '" op ', "’ op ", "” op "),
        flags=re.IGNORECASE,
    )

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every account name without the at sign or the quotes around it."""
        text = page.text
        for match in self._AT.finditer(page):
            if match["nr"].lower() not in _EVERYONE:
                yield self._mention(match)
        for match in self._BEFORE_SERVICE.finditer(page):
            yield self._hit(match, CERTAIN)
        for pattern in (self._AFTER_SERVICE, self._ALIAS):
            for match in pattern.finditer(page):
                odd = (
                    any(char.isdigit() or char in "._" for char in match["nr"])
                    or match["nr"][1:] != match["nr"][1:].lower()
                )
                if odd:
                    yield self._hit(match, CERTAIN)
                elif pattern is self._AFTER_SERVICE and text[match.start("nr") - 1] in "'\"‘“@:= ":
                    yield self._hit(match, DOUBTFUL)

    @staticmethod
    def _mention(match: re.Match[str]) -> Hit:
        """Read `@Fatima` as a name called in a chat, and anything else behind the sign as an account."""
        name = match["nr"]
        called = name.isalpha() and name[0].isupper() and name[1:].islower()
        label = EntityType.PERSON if called else EntityType.SOCIAL_HANDLE
        return Hit(match.start("nr"), match.end("nr"), label, LIKELY if called else CERTAIN)

    @staticmethod
    def _hit(match: re.Match[str], score: float) -> Hit:
        return Hit(match.start("nr"), match.end("nr"), EntityType.SOCIAL_HANDLE, score)
