"""How the work grows with the text: hostile texts of one size and of four times that size.

`python bench/linearity.py` prints for each how many times as much processor time the larger one takes (4 is linear, 16
quadratic), the best of three where it comes out above 6, and how many are not linear.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice, product
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from anonymisation.analyser import Analyser  # noqa: E402 - the folder of the project comes first
from anonymisation.pseudonyms import protect  # noqa: E402
from anonymisation.risk import assess  # noqa: E402

SUSPECT = 6.0
LINEAR = 8.0
FLOOR = 0.05
"""Seconds; a smaller measurement counts as this much, so that noise on it proves nothing."""


def _made_up_words() -> Iterator[str]:
    """Yield words that a name may look like, all different."""
    parts = ["".join(one) for one in product("bdfgklmnprstvz", "aeiou")]
    return ("".join(one).capitalize() for one in product(parts, parts[::-1], parts[::3]))


def _repeated(unit: str) -> Callable[[int], str]:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def _different(form: str) -> Callable[[int], str]:
    """Return a maker of texts that repeat a form, each time with other words."""

    def make(size: int) -> str:
        words = _made_up_words()
        pieces = (form.format(one, two) for one, two in zip(words, words, strict=False))
        return "".join(islice(pieces, size // len(form.format("Xxxxxx", "Xxxxxx"))))

    return make


def _between(head: str, unit: str, tail: str) -> Callable[[int], str]:
    return lambda size: head + _repeated(unit)(size) + tail


HOSTILE: dict[str, tuple[int, Callable[[int], str]]] = {
    "one line of letters": (50_000, _repeated("a")),
    "one line of capitals": (50_000, _repeated("IJ")),
    "one line of words": (12_500, _repeated("lang ")),
    "spaces": (25_000, _between("Jan", " ", "Bos")),
    "empty lines": (25_000, _between("op 12", "\n", "mei 2025")),
    "a.": (25_000, _repeated("a.")),
    "A.": (12_500, _repeated("A.")),
    "Jan": (20_000, _repeated("Jan ")),
    "Jan, a line each": (12_500, _repeated("Jan\n")),
    "Jan-Jan-": (12_500, _repeated("Jan-")),
    "Jan, Jan,": (12_500, _repeated("Jan, ")),
    "JAN": (12_500, _repeated("JAN ")),
    "mw. Jan": (12_500, _repeated("mw. Jan ")),
    "quoted names": (12_500, _repeated('J. "Jan" Bos ')),
    "names with ages": (12_500, _repeated("Jan (37), ")),
    "(": (7_500, _repeated("(")),
    "(Jan": (12_500, _repeated("(Jan ")),
    "v.d.": (12_500, _repeated("v.d.")),
    "van der": (12_500, _repeated("van der ")),
    "Jan van der Jan-de": (12_500, _repeated("Jan-van der ")),
    "-": (12_500, _repeated("-")),
    "J.-": (12_500, _repeated("J.-")),
    "initials": (12_500, _repeated("J.A.B. ")),
    "combining marks": (12_500, _repeated("\u0301")),
    "a letter under marks": (12_500, _between("J", "\u0301", "an")),
    "emoji": (12_500, _repeated("👩‍👧😀")),
    "Arabic": (12_500, _repeated("كتاب ")),
    "right to left": (12_500, _repeated("\u202eאבג")),
    "NUL": (12_500, _repeated("\x00")),
    "CRLF": (12_500, _repeated("\r\nx")),
    "HTML": (12_500, _repeated('<p class="x">Jan</p>')),
    "base64": (25_000, _repeated("QWxhZGRpbjpvcGVuIHNlc2FtZQ+/")),
    "digits": (25_000, _repeated("7")),
    "digits with spaces": (12_500, _repeated("1 ")),
    "digits with full stops": (12_500, _repeated("1.")),
    "dates": (12_500, _repeated("12 mei ")),
    "short dates": (12_500, _repeated("1-1-20 ")),
    "a feast": (25_000, _repeated("kerst")),
    "phone prefixes": (12_500, _repeated("+31(0)")),
    "phone numbers": (12_500, _repeated("06-12345678 ")),
    "BSN": (12_500, _repeated("BSN 999904413, ")),
    "IBAN": (12_500, _repeated("NL91ABNA0417164300 ")),
    "record numbers": (12_500, _repeated("zaaknr. AB/12-3456 ")),
    "at signs": (12_500, _repeated("a@a.")),
    "e-mail addresses": (12_500, _repeated("a@b.nl ")),
    "spelt e-mail addresses": (12_500, _repeated("a at b punt ")),
    "slashes": (12_500, _repeated("http://")),
    "web addresses": (12_500, _repeated("www.")),
    "one web address": (25_000, _between("https://a.nl/", "Jan/", "")),
    "streets": (12_500, _repeated("Kerkstraat 1 ")),
    "streets without a number": (12_500, _repeated("Straat ")),
    "towns": (12_500, _repeated("in Ede ")),
    "organisations": (12_500, _repeated("GGZ Ede ")),
    "companies": (12_500, _repeated("Aap & ")),
    "origins near places": (12_500, _repeated("Syrische man in Ede, 37 jaar. ")),
    "account names": (12_500, _repeated("@jan_x ")),
    "pseudonyms": (12_500, _repeated("Persoon A ")),
    "different words": (12_500, _different("{0} {1} ")),
    "different initials with surnames": (12_500, _different("J. {0}. ")),
    "different organisations": (12_500, _different("GGZ {0}, ")),
    "different streets": (12_500, _different("{0}straat 5, ")),
    "different addresses": (12_500, _different("{0}@{1}.nl ")),
    "different names": (10_000, _different("mw. {0} {1}, ")),
    "different given names": (10_000, _different("mw. {0}. ")),
    "different aliases": (10_000, _different("dhr. {0} zegt “{1}” ")),
}
"""Makers of hostile text, each with a first size that is large enough to show how the work grows."""
RISKY = (
    *("enige ", "de enige ", "maar een ", "is er maar een ", "eerste Syrische ", "hele dorp ", "kinderen "),
    *(
        "met 9 kinderen ",
        "€ 1.234,56 ",
        "1.1.1.1.",
        "1",
        "111.",
        "' ",
        "'a",
        '"',
        "“",
        "«",
        "\n",
        " ",
        "a",
    ),
    "z'n 'a'b ",
    *("dorp Syrische ", "moord op ", "won de ", "richtte ", "brand ", "vermoord ", "op de tv was ", "12 maart "),
    *("3.17 uur brand ", "é", "½", "\u0301", "İ", "plaats A ", "Persoon A ", "beroep A enige ", "zelfde gezin als "),
    *("tatoeage ", "kerk woont "),
)
"""What the assessment of indirect identifiers is given over and over; it needs more of it before time can be told."""
RISKY_SIZE = 50_000


def protected(analyser: Analyser) -> Callable[[str], object]:
    """Return everything that is done with one text."""
    return lambda text: protect(text, analyser.find(text))


def assessed(text: str) -> object:
    """Look for what singles a person out in a text without marks."""
    return assess(text, ())


def work(run: Callable[[str], object], text: str) -> float:
    """Return the processor seconds that one text takes."""
    began = time.process_time()
    run(text)
    return time.process_time() - began


def ratio(run: Callable[[str], object], size: int, make: Callable[[int], str]) -> tuple[float, float]:
    """Return how many times the work four times the text costs, and its milliseconds per 1,000 characters."""
    small, large = make(size), make(4 * size)
    ratios: list[float] = []
    while not ratios or (len(ratios) < 3 and min(ratios) >= SUSPECT):
        took = work(run, large)
        ratios.append(took / max(work(run, small), FLOOR))
    return min(ratios), 1e6 * took / len(large)


def main() -> int:
    """Measure every kind of text; print a line for each and return 1 when one is not linear."""
    find = protected(Analyser.load())
    work(find, "Jan Bos belde.")
    work(assessed, "enige")
    runs = [(name, find, size, make) for name, (size, make) in HOSTILE.items()]
    runs += [(f"risk: {piece!r}", assessed, RISKY_SIZE, _repeated(piece)) for piece in RISKY]
    slow = 0
    print("kind | 4 x the text costs | ms per 1,000 characters")
    for name, run, size, make in runs:
        grows, cost = ratio(run, size, make)
        slow += grows >= LINEAR
        print(f"{name} | {grows:.1f} x | {cost:.1f}", flush=True)
    print(f"not linear: {slow} of {len(runs)}")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
