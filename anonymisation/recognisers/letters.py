"""The letter classes and name shapes that every family of recognisers builds its patterns from.

Everything here is a fragment for `re.compile`. Every repetition is bounded, so that a pattern made of these
fragments needs time proportional to the text, whatever the text is.
"""

from __future__ import annotations

import re
import unicodedata

from anonymisation.lists import words

_CASED = (range(0x41, 0x7B), range(0xC0, 0x250), range(0x370, 0x530), range(0x1E00, 0x1F00))


def _class_of(category: str) -> str:
    """Write all cased letters of one Unicode category as the inside of a character class."""
    codes = [code for block in _CASED for code in block if unicodedata.category(chr(code)) == category]
    parts: list[str] = []
    start = previous = codes[0]
    for code in [*codes[1:], 0]:
        if code == previous + 1:
            previous = code
            continue
        parts.append(chr(start) if start == previous else f"{chr(start)}-{chr(previous)}")
        start = previous = code
    return "".join(parts)


def any_of(text: str) -> str:
    """Return a pattern for any of the words of a text; `_` stands for one space, the longest word is tried first.

    The words are written as a tree of shared beginnings: an alternation of hundreds of words is tried at every place
    of a text, and the tree asks a letter once that the plain list asks for every word that starts with it.
    """
    return _branches(sorted({word.replace("_", " ") for word in words(text)}))


def _branches(endings: list[str]) -> str:
    """Write the endings that are left at one place of the tree."""
    heads: dict[str, list[str]] = {}
    for ending in endings:
        if ending:
            heads.setdefault(ending[0], []).append(ending[1:])
    branches = []
    for letter, rests in heads.items():
        head, tail = letter, rests
        while len(tail) == 1 and tail[0]:
            head, tail = head + tail[0][0], [tail[0][1:]]
        written = re.escape(head).replace("\\ ", "[ ]")
        branches.append(written + (_branches(tail) if tail != [""] else ""))
    if not branches:
        return ""
    body = "(?:" + "|".join(branches) + ")" if len(branches) > 1 or "" in endings else branches[0]
    return f"(?:{body})?" if "" in endings and len(branches) == 1 else body + ("?" if "" in endings else "")


MARKS = "\u0300-\u036f"
"""Combining marks: a decomposed é is two code points and still one letter."""

UPPER = f"[{_class_of('Lu')}]"
LOWER = f"[{_class_of('Ll')}{MARKS}]"
LETTER = rf"(?:[^\W\d_]|[{MARKS}])"

_OTHER_CAPITAL, _OTHER_SMALL = "Þ", "þ"
"""Letters that no keyword holds."""
_CASELESS_ALIKE = "\u0130\u0131\u017f"
"""Letters that `re` takes for an i or s when case does not count."""
_PLAIN_UPPER = "[A-ZÀ-ÖØ-Þ\u0130]"
ANY_CAPITAL = re.compile(_PLAIN_UPPER)
_PLAIN_LOWER = f"[a-zß-öø-ÿ\u0131\u017f{MARKS}]"
_STAND_INS = {
    code: _OTHER_CAPITAL if unicodedata.category(chr(code)) == "Lu" else _OTHER_SMALL
    for block in _CASED
    for code in block
    if code > 0xFF and chr(code) not in _CASELESS_ALIKE and unicodedata.category(chr(code)) in {"Lu", "Ll"}
}
_OTHERS = re.compile("[\u0100-\u024f\u0370-\u052f\u1e00-\u1eff]")


def plain(pattern: str) -> str:
    """Return a pattern that finds in `plain_text(text)` what the given one finds in the text, at the same places.

    All letters of Europe in one class take long to compile, and a pattern for names holds dozens of such classes.
    """
    return pattern.replace(UPPER, _PLAIN_UPPER).replace(LOWER, _PLAIN_LOWER)


def plain_text(text: str) -> str:
    """Return the text, of the same length, with one capital and one small letter for all that Latin-1 has not."""
    return text if text.isascii() or not _OTHERS.search(text) else text.translate(_STAND_INS)


NOT_AFTER = rf"(?<![\w{MARKS}])"
"""No letter, digit or mark stands directly before."""
NOT_BEFORE = rf"(?![\w{MARKS}])"
"""No letter, digit or mark stands directly after."""

WRAP = r"(?:[ \t\u00a0\u202f]{1,3}|[ \t]{0,2}\r?\n[ \t]{0,4})"
"""White space between two words, where one line break may stand."""
DASH = r"[-\u2010-\u2015\u2212]"
QUOTE = "['\u2019\u2018`\u00b4]"

PREFIXES = words("""
    van von vd de den der ten ter te het in op aan el al ben bin bint ibn abu dos das da do di du la le las
    los del della des zu zum zur af av 't 's ’t ’s ‘t d' v.d. v/d v. o.d. v.d i.d.
""")
"""Words that stand between a first name and a surname, lower case."""

_NOT_ALONE = words("te het in op aan d'")
"""What is no prefix by itself inside a name in running text: a preposition, an article, a part of the next word."""

PREFIX = (
    "(?:(?:in|op|aan|uit|over|onder|voor|bij)[ ](?:den|der|'t|’t)|"
    + any_of(" ".join(word for word in PREFIXES if word not in _NOT_ALONE))
    + ")"
)
"""A prefix inside a name. A bare preposition is none: `Jan in Dieren` is a person and a place."""

_HEAD = f"(?:IJ|{UPPER})"
"""A capital; the Dutch IJ is one letter written as two."""

CAP_WORD = (
    rf"(?:{UPPER}{QUOTE})?{_HEAD}{LOWER}{{1,24}}(?:{_HEAD}{LOWER}{{1,20}})?"
    rf"(?:{DASH}(?:{PREFIX}[ ]){{0,3}}{_HEAD}{LOWER}{{0,24}}){{0,3}}"
)
"""One capitalised word of a name: `Geraedts`, `O'Neill`, `McDonald`, `Jan-Willem`, `Hofman-de Jong`."""

INITIAL = rf"(?:Th|Ch|Chr|Ph|IJ|Fr|Joh|Jac|Sj|Tj|Kl|Wm|{UPPER})\."
INITIALS = rf"(?:{INITIAL}[ ]?){{1,6}}"
"""`B.`, `C.L.`, `Th.`, `A. W.`; may end in one space."""
