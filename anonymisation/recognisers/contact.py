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
from anonymisation.recognisers.identifiers import digits_of
from anonymisation.recognisers.letters import DASH, NOT_AFTER, NOT_BEFORE
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

_SEPARATOR = rf"(?:[ \u00a0]?(?:{DASH}|/)[ \u00a0]?|\.|[ \u00a0]{{1,2}})"
_HOST = r"(?:[^\W_](?:[\w\-]{0,60}[^\W_])?\.){1,5}[^\W\d_]{2,18}"
"""The name of a computer, in an e-mail address as in a web address."""


class PhoneRecogniser(RuleRecogniser):
    """Dutch numbers with their area code, and foreign ones with theirs, however they are grouped."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.PHONE_NUMBER,)

    _FOREIGN = re.compile(rf"(?<![\w+])(?:\+|00)[ ]?[1-9]\d{{0,3}}(?:{_SEPARATOR}?(?:\(0\)|\d)){{6,13}}(?!\d)")
    _DUTCH = re.compile(rf"(?<![\w+/])(?<!\d[.,\-])\(?0\d{{1,3}}\)?(?:{_SEPARATOR}?\d){{6,9}}(?!\d)(?![.,\-/]\d)")
    _CONTEXT = re.compile(
        rf"{NOT_AFTER}(?i:tel(?:efoon)?(?:n(?:umme)?r)?|telnr|mob(?:iel)?(?:nr)?|gsm|fax|bel|bereikbaar|bereikb|whatsapp|"
        rf"app|doorkiesn(?:umme)?r|06-?nummer)\.?[ ]?(?:\(\w{{2,8}}\)|op|via|naar|nr\.?)?[ ]?[:=]?[ ]{{0,2}}"
        rf"(?P<nr>\(?[+\d]\d{{0,3}}\)?(?:{_SEPARATOR}?(?:\(0\)|\d)){{4,13}})(?!\d)"
    )

    _DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?!\d)|\d{1,2}[.:]\d\d ?[-–] ?\d{1,2}[.:]\d\d(?!\d)")

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every telephone number."""
        for match in self._FOREIGN.finditer(text):
            digits = digits_of(match.group()).removeprefix("00")
            if _possible("+" + digits) or digits.startswith("310"):
                yield Hit(match.start(), match.end(), EntityType.PHONE_NUMBER, CERTAIN)
        for match in self._DUTCH.finditer(text):
            digits = digits_of(match.group())
            if self._DATE.match(match.group()):
                continue
            if len(digits) == 10 and digits[1] != "0":
                start = match.start() + (match.group().startswith("(") and ")" not in match.group())
                yield Hit(start, match.end(), EntityType.PHONE_NUMBER, CERTAIN)
            elif digits.startswith(("0800", "0900")) and len(digits) in {8, 11}:
                yield Hit(match.start(), match.end(), EntityType.PHONE_NUMBER, DOUBTFUL)
        for match in self._CONTEXT.finditer(text):
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
    _PLAIN = re.compile(rf"(?<![\w.+\-]){_LOCAL}[ ]?@[ ]?{_HOST}{NOT_BEFORE}")
    _SPELT = re.compile(
        rf"(?<![\w.+\-]){_LOCAL}[ ]?(?:\(at\)|\[at\]|[ ]at[ ]|[ ]apenstaartje[ ])[ ]?"
        r"(?:[^\W_](?:[\w\-]{0,60}[^\W_])?(?:\.|[ ]?(?:\(dot\)|\[dot\]|\(punt\))[ ]?|[ ]punt[ ])){1,4}"
        rf"[^\W\d_]{{2,18}}{NOT_BEFORE}",
        re.IGNORECASE,
    )

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every address; text without an at sign in any spelling costs one search."""
        if "@" in text:
            for match in self._PLAIN.finditer(text):
                yield Hit(match.start(), match.end(), EntityType.EMAIL_ADDRESS, CERTAIN)
        if "at" in text or "AT" in text:
            for match in self._SPELT.finditer(text):
                yield Hit(match.start(), match.end(), EntityType.EMAIL_ADDRESS, LIKELY)


class UrlRecogniser(RuleRecogniser):
    """Web addresses with a scheme, with `www.`, or a bare host under a common suffix."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.URL,)

    _TAIL = r"(?:[/?#][^\s<>\"'()\[\]“”‘’]{0,2000})?"
    _SCHEME = re.compile(rf"{NOT_AFTER}(?:https?|ftp)://[^\s<>\"'()\[\]“”‘’]{{1,2000}}", re.IGNORECASE)
    _WWW = re.compile(rf"{NOT_AFTER}www\.{_HOST}(?::\d{{2,5}})?{_TAIL}", re.IGNORECASE)
    _BARE = re.compile(
        rf"(?<![\w@.\-/])(?:[^\W_](?:[\w\-]{{0,60}}[^\W_])?\.){{1,4}}(?:nl|com|org|net|be|de|eu|info|online|nu|io|me|tv)"
        rf"(?![\w@\-])(?!\.\w){_TAIL}",
        re.IGNORECASE,
    )
    _ORDINARY = frozenset({"o.a.nl"})

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every address without the punctuation that closes the sentence around it."""
        for pattern, score in ((self._SCHEME, CERTAIN), (self._WWW, CERTAIN), (self._BARE, LIKELY)):
            for match in pattern.finditer(text):
                address = match.group().rstrip(".,;:!?…")
                if len(address.split(".")[0]) >= 2:
                    yield Hit(match.start(), match.start() + len(address), EntityType.URL, score)


_EVERYONE = frozenset(
    {"iedereen", "allen", "all", "channel", "here", "everyone", "team", "groep", "collega", "collegas"}
)


class HandleRecogniser(RuleRecogniser):
    """Account names: `@name`, the name after an alias word, and the name after the service it is used on."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.SOCIAL_HANDLE, EntityType.PERSON)

    _AT = re.compile(r"(?<![\w@.])@(?P<nr>[^\W\d][\w.\-]{1,40}\w)")
    _SERVICE = (
        r"(?:insta(?:gram)?|ig|snap(?:chat)?|discord|tiktok|facebook|fb|twitter|telegram|twitch|steam|linkedin|youtube|"
        r"reddit|skype|signal|psn|xbox|roblox|fortnite)"
    )
    _AFTER_SERVICE = re.compile(
        rf"{NOT_AFTER}{_SERVICE}(?:[ -]?(?:account|naam|handle|profiel|tag|id))?[ ]?(?::|=|als|onder|is)[ ]{{0,2}}"
        rf"['\"‘“@]{{0,2}}(?P<nr>[^\W_][\w.\-]{{1,40}}\w)",
        re.IGNORECASE,
    )
    _ALIAS = re.compile(
        rf"{NOT_AFTER}(?:alias|gebruikersnaam|username|nickname|gamer?tag|schuilnaam|accountnaam|handle|account)"
        rf"[ :]{{1,3}}['\"‘“@]{{0,2}}(?P<nr>[^\W_][\w.\-]{{1,40}}\w)",
        re.IGNORECASE,
    )
    _BEFORE_SERVICE = re.compile(
        rf"['\"‘“](?P<nr>[^\W_][\w.\-]{{2,40}}\w)['\"’”][ ]op[ ]{_SERVICE}{NOT_BEFORE}", re.IGNORECASE
    )

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every account name without the at sign or the quotes around it."""
        for match in self._AT.finditer(text):
            if match["nr"].lower() not in _EVERYONE:
                yield self._mention(match)
        for match in self._BEFORE_SERVICE.finditer(text):
            yield self._hit(match, CERTAIN)
        for pattern in (self._AFTER_SERVICE, self._ALIAS):
            for match in pattern.finditer(text):
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
