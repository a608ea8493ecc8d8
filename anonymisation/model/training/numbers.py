"""Draws dates, numbers, addresses on the network and codes in the many forms in which people write them."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

Draw = random.Random
MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
SHORT = (
    ("jan", "jan."),
    ("feb", "feb.", "febr."),
    ("mrt", "mrt.", "maart"),
    ("apr", "apr."),
    ("mei",),
    ("jun", "juni", "jun."),
    ("jul", "juli", "jul."),
    ("aug", "aug."),
    ("sep", "sept", "sept.", "sep."),
    ("okt", "okt."),
    ("nov", "nov."),
    ("dec", "dec."),
)
DAYS = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
DAYS_SHORT = ["ma", "di", "wo", "do", "vr", "za", "zo"]
_RANGE = ("t/m", "tot", "tot en met", "-", "en", "of")
_COUNTRIES = ("32", "49", "48", "90", "212", "963", "44", "597", "5999")
_PLATES = (
    *("XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX"),
    *("99-XXX-9", "9-XXX-99", "XX-999-X", "X-999-XX", "XXX-99-X"),
)


def _month(rng: Draw, m: int) -> str:
    name = MONTHS[m - 1] if rng.random() < 0.6 else rng.choice(SHORT[m - 1])
    return name.capitalize() if rng.random() < 0.03 else name


def _year(rng: Draw) -> int:
    return rng.randint(1932, 2011) if rng.random() < 0.35 else rng.randint(2012, 2026)


def _year_text(rng: Draw, year: int) -> str:
    kind = rng.random()
    if kind < 0.72:
        return str(year)
    return f"{rng.choice(chr(39) + '’')}{year % 100:02d}" if kind < 0.88 else f"{year % 100:02d}"


def date(rng: Draw) -> str:
    """A date with day, month and year in any written form, now and then with its weekday or as a range."""
    y, m, d = _year(rng), rng.randint(1, 12), rng.randint(1, 28)
    kind = rng.random()
    sep = rng.choice("----//..")
    if kind < 0.24:
        text = f"{d:02d}{sep}{m:02d}{sep}{y}"
    elif kind < 0.32:
        text = f"{d}{sep}{m}{sep}{y}"
    elif kind < 0.44:
        text = f"{d:02d}{sep}{m:02d}{sep}{y % 100:02d}"
    elif kind < 0.50:
        text = f"{d}{sep}{m}{sep}{_year_text(rng, y)}"
    elif kind < 0.55:
        text = f"{y}-{m:02d}-{d:02d}"
    elif kind < 0.58:
        text = f"{y}{m:02d}{d:02d}" if rng.random() < 0.6 else f"{d:02d}{m:02d}{y}"
    elif kind < 0.62:
        text = f"{d}-{rng.choice(SHORT[m - 1]).strip('.')}-{y if rng.random() < 0.6 else f'{y % 100:02d}'}"
    elif kind < 0.65:
        text = f"{d} {rng.choice(_RANGE)} {d + rng.randint(1, 3)} {_month(rng, m)} {y}"
    elif kind < 0.68:
        text = f"{d:02d} {sep} {m:02d} {sep} {y}"
    else:
        text = f"{d} {_month(rng, m)} {_year_text(rng, y)}"
    return _weekday(rng, text, 0.10)


def _weekday(rng: Draw, text: str, share: float) -> str:
    if rng.random() >= share:
        return text
    day = rng.choice(DAYS) if rng.random() < 0.5 else rng.choice(DAYS_SHORT) + rng.choice(["", "", "."])
    return f"{day} {text}"


def date_dm(rng: Draw) -> str:
    """A day with its month, no year."""
    m, d = rng.randint(1, 12), rng.randint(1, 31)
    kind = rng.random()
    if kind < 0.16:
        return f"{d}-{m}"
    if kind < 0.26:
        return f"{d:02d}-{m:02d}"
    if kind < 0.36:
        return f"{d}/{m}" if rng.random() < 0.7 else f"{d:02d}/{m:02d}"
    if kind < 0.39:
        return f"{d}.{m}."
    if kind < 0.45:
        return f"{d} {rng.choice(['t/m', 'tot', 'en', '-', 'of'])} {min(31, d + rng.randint(1, 8))} {_month(rng, m)}"
    if kind < 0.49:
        return f"{d}{rng.choice(['e', 'ste', 'de'])} {_month(rng, m)}"
    if kind < 0.52:
        return f"{d}{rng.choice(SHORT[m - 1]).strip('.')}"
    return _weekday(rng, f"{d} {_month(rng, m)}", 0.2)


def date_my(rng: Draw) -> str:
    """A month with its year."""
    y, m = _year(rng), rng.randint(1, 12)
    kind = rng.random()
    if kind < 0.10:
        return f"{m:02d}-{y}"
    if kind < 0.16:
        return f"{m}/{y}" if rng.random() < 0.6 else f"{m:02d}/{y % 100:02d}"
    if kind < 0.22:
        return f"{rng.choice(['eind', 'begin', 'half', 'medio'])} {_month(rng, m)} {y}"
    return f"{_month(rng, m)} {_year_text(rng, y)}"


def bsn(rng: Draw) -> str:
    """Nine digits that pass the eleven-test, in one of the groupings that people use."""
    while True:
        digits = [rng.randint(0, 9) for _ in range(8)]
        last = sum(d * w for d, w in zip(digits, range(9, 1, -1), strict=True)) % 11
        if last < 10:
            break
    s = "".join(map(str, [*digits, last]))
    kind = rng.random()
    if kind < 0.6:
        return s
    if kind < 0.75:
        return f"{s[:3]} {s[3:6]} {s[6:]}"
    if kind < 0.88:
        return f"{s[:4]}.{s[4:6]}.{s[6:]}"
    return rng.choice([f"{s[:4]} {s[4:6]} {s[6:]}", f"{s[:3]}.{s[3:6]}.{s[6:]}", f"{s[:3]}-{s[3:6]}-{s[6:]}"])


def _digits(rng: Draw, n: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(n))


def phone(rng: Draw) -> str:
    """A telephone number: mobile, fixed or foreign, with the separators that people use."""
    kind = rng.random()
    n = _digits(rng, 8)
    dash = rng.choice(["-", "-", "-", " ", " ", "", "", " - ", " – ", "–", ". ", "."])
    if kind < 0.5:
        prefix = rng.choice(["06", "06", "06", "06", "+31 6", "+316", "0031 6", "+31(0)6", "(06)"])
        body = rng.choice([n, n, f"{n[:4]} {n[4:]}", f"{n[:2]} {n[2:4]} {n[4:6]} {n[6:]}", f"{n[:3]} {n[3:5]} {n[5:]}"])
        return prefix + dash + body
    if kind < 0.88:
        if rng.random() < 0.5:
            area, body = f"0{_digits(rng, 2)}", n[:7]
            body = rng.choice([body, f"{body[:3]} {body[3:]}", f"{body[:3]} {body[3:5]} {body[5:]}"])
        else:
            area, body = f"0{_digits(rng, 3)}", n[:6]
            body = rng.choice([body, body, f"{body[:3]} {body[3:]}", f"{body[:2]} {body[2:4]} {body[4:]}"])
        area = rng.choice([area, area, area, f"({area})", f"+31 {area[1:]}"])
        return area + dash + body
    return f"+{rng.choice(_COUNTRIES)} {_digits(rng, 3)} {_digits(rng, 3)} {_digits(rng, 3)}"


def iban(rng: Draw) -> str:
    """An IBAN-shaped account number with valid check digits, spaced or not."""
    country = rng.choice(["NL"] * 8 + ["BE", "DE", "PL"])
    if country == "NL":
        body = (
            rng.choice(["ABNA", "INGB", "RABO", "SNSB", "TRIO", "ASNB", "BUNQ", "KNAB", "REVO"]) + "0" + _digits(rng, 9)
        )
    else:
        body = _digits(rng, {"BE": 12, "DE": 18, "PL": 24}[country])
    number = int("".join(str(int(c, 36)) for c in body + country + "00"))
    text = f"{country}{98 - number % 97:02d}{body}"
    kind = rng.random()
    if kind < 0.5:
        return text
    spaced = " ".join(text[i : i + 4] for i in range(0, len(text), 4))
    return spaced if kind < 0.9 else spaced.lower()


def plate(rng: Draw) -> str:
    """A Dutch number plate of any series."""
    letters = "BDFGHJKLNPRSTVXZ"
    pattern = rng.choice(_PLATES)
    text = "".join(rng.choice(letters) if c == "X" else rng.choice(string.digits) if c == "9" else c for c in pattern)
    kind = rng.random()
    return text if kind < 0.75 else text.lower() if kind < 0.85 else text.replace("-", rng.choice(["", " "]))


def postcode(rng: Draw) -> str:
    """A Dutch postcode with or without its space."""
    letters = "".join(rng.choice("ABCDEGHJKLMNPRSTVWXZ") for _ in range(2))
    text = f"{rng.randint(1011, 9999)}{rng.choice([' ', ' ', ''])}{letters}"
    return text.lower() if rng.random() < 0.05 else text


def _code(rng: Draw, forms: str) -> str:
    out = ""
    for c in rng.choice(forms.split()):
        out += rng.choice(string.ascii_uppercase) if c == "X" else rng.choice(string.digits) if c == "9" else c
    return out.replace("YYYY", str(rng.randint(2017, 2026))).replace("YY", f"{rng.randint(17, 26)}").replace("_", " ")


_CODES = {
    "patient_nr": "99999 999999 9999999 99999999 0099999 HIS_999999 XX9999999 999.999 P-99999 999-999-9 X9999999",
    "dossier_nr": "YYYY-99999 YYYY/9999 XX/YY-99999 XX-YYYY-999999 X.YY.99999 YY-99999 9999999"
    " ZK-YY-99999 XXX/YYYY/99999 Z/YY/999999 D-99999 YYYY.9999 99/YY/9999 YYYY-XX-9999 C/99/999999"
    " XX99999 999999 Z99-999999",
    "police_nr": "PL9999-YYYY999999 PLYY99-YYYY999999 YYYY999999 PL9999/YYYY/999999 VT-YY-9999 PL0600-YYYY999999"
    " YYYY-999999-9 BVH_YYYY999999 PV-YY99999 PL99XX/YY-999999",
    "policy_nr": "999999999 99999999 9999.99.999 999_999_999 99999999-99 X9999999 9999999999",
    "passport_nr": "XX9999999 XXXXX9999 XX_9999999 NX9XX9999 XX99XX999 9999999999 XXX999999",
    "agb_nr": "99999999 99-999999 9999_9999",
    "big_nr": "99999999999 99_999999_999 9999_9999_999 999.999.999.99 99999999999",
    "client_nr": "99999 999999 C-9999 XX-9999 CL99999 9999-99 XX9999 K99.9999 YYYY999 999-9999 C9999999",
}


def _coded(kind: str) -> Callable[[Draw], str]:
    return lambda rng: _code(rng, _CODES[kind])


def age(rng: Draw) -> str:
    """The digits of an age in years."""
    return str(rng.choice([rng.randint(0, 17), rng.randint(18, 64), rng.randint(18, 64), rng.randint(65, 99)]))


DRAW: dict[str, Callable[[Draw], str]] = {
    "date": date,
    "date_dm": date_dm,
    "date_my": date_my,
    "bsn": bsn,
    "phone": phone,
    "iban": iban,
    "plate": plate,
    "postcode": postcode,
    "age": age,
    **{kind: _coded(kind) for kind in _CODES},
}
"""The slots that need no list, with the function that draws one."""
