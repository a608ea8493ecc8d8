"""No step of the detection reaches for the network: the whole chain runs where every socket is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BLOCKED = """
import socket

tries = []

def refuse(*args, **kwargs):
    tries.append(args)
    raise OSError("no network in this test")

class Refused(socket.socket):
    def __init__(self, *args, **kwargs):
        refuse(*args)

socket.socket = Refused
for name in ("create_connection", "create_server", "getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr",
             "getnameinfo", "socketpair", "fromfd"):
    setattr(socket, name, refuse)
"""
"""Runs before anything else is imported; `tries` is how the script shows that the block works, and was not needed."""

CHAIN = """
import io
import json
import sys

from anonymisation.analyser import Analyser
from anonymisation.batch import run_jsonl, run_plain
from anonymisation.guard import AllowList, check
from anonymisation.known import Known
from anonymisation.pseudonyms import protect, translate_back
from anonymisation.review import Choice, Decision, ReasonCode, Review
from anonymisation.risk import assess

import socket

# urllib3, which spaCy brings in, asks at its import whether the machine knows IPv6: a local question, sent nowhere.
others = [one for one in tries if one != (socket.AF_INET6,)]
tries.clear()

NOTE = (
    "Op 12 mei 2025 belde mw. Marijke ten Brinke (37) met 06-12345678 over haar zoon Daan. BSN 999904413. "
    "Zij woont aan de Kerkstraat 12 in Ede, mailt met m.brinke@voorbeeld.nl en leest www.voorbeeld.nl/hulp. "
    "Marijke is de enige smid van het dorp."
)
CHAT = "hoi met wiske, me zus zit bij het wijkteam, bel me op 06 87654321"
OUTCOME = "Persoon A belt de huisarts; daarna volgt een gesprek."

analyser = Analyser.load()
told = {"model": analyser.has_model}
for name, text, known in (("note", NOTE, None), ("chat", CHAT, Known(names=("Wiske Blik",), phones=("0687654321",)))):
    spans = analyser.find(text, known)
    told[name] = sorted({f"{span.label.value}:{text[span.start:span.end]}" for span in spans if span.certain})
    review = Review.of(text, spans)
    for span in review.pending():
        review = review.decide(Decision(Choice.REJECT, span.start, span.end, reason=ReasonCode.ORDINARY_WORD))
    protected = protect(text, review.finish(), known=known)
    told[name + " protected"] = protected.text
    told[name + " back"] = translate_back(OUTCOME, protected.mapping)
    told[name + " risks"] = [risk.test.value for risk in assess(protected.text, [])]
verdict = check(analyser, "Marijke ten Brinke belt vanaf 06-12345678", AllowList())
told["guard"] = [verdict.held, verdict.hard, verdict.proposal]
told["guard lets go"] = check(analyser, "Persoon A belt morgen terug", AllowList()).held
lines = [json.dumps({"id": 1, "text": NOTE}).encode(), b"not JSON", json.dumps({"id": 2, "text": CHAT}).encode()]
out = io.StringIO()
told["bad lines"] = run_jsonl(lines, out, analyser)
told["answers"] = [json.loads(line) for line in out.getvalue().splitlines()]
told["plain"] = run_plain(CHAT, analyser)[1]

told["needed"] = len(others) + len(tries)
tries.clear()
for reach, *args in (
    (socket.socket,),
    (socket.create_connection, ("127.0.0.1", 9)),
    (socket.getaddrinfo, "voorbeeld.nl", 80),
):
    try:
        reach(*args)
    except OSError:
        pass
told["refused"] = len(tries)
print(json.dumps(told))
"""


def test_the_whole_chain_runs_without_a_network() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED + CHAIN], cwd=root, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    # Nothing asked for a socket, and whoever had asked would have been refused.
    assert told["needed"] == 0
    assert told["refused"] == 3
    assert told["model"] is True
    assert {
        "DATE_TIME:12 mei 2025",
        "PERSON:Marijke ten Brinke",
        "AGE:37",
        "PHONE_NUMBER:06-12345678",
        "PERSON:Daan",
        "NL_BSN:999904413",
        "STREET_ADDRESS:Kerkstraat 12",
        "LOCATION:Ede",
        "EMAIL_ADDRESS:m.brinke@voorbeeld.nl",
        "PERSON:Marijke",
    } <= set(told["note"])
    assert any(mark.startswith("URL:www.voorbeeld.nl") for mark in told["note"])
    assert {"PERSON:wiske", "PHONE_NUMBER:06 87654321"} <= set(told["chat"])
    for secret in ("Marijke", "Brinke", "06-12345678", "999904413", "Kerkstraat", "m.brinke"):
        assert secret not in told["note protected"]
    assert "[BSN verwijderd]" in told["note protected"]
    assert "wiske" not in told["chat protected"]
    assert told["note back"] == "Marijke ten Brinke belt de huisarts; daarna volgt een gesprek."
    assert told["chat back"] == "wiske belt de huisarts; daarna volgt een gesprek."
    assert "SINGLING_OUT" in told["note risks"]
    held, hard, proposal = told["guard"]
    assert (held, hard, proposal) == (True, True, "Persoon A belt vanaf telefoonnummer A")
    assert told["guard lets go"] is False
    assert told["bad lines"] == 1
    first, bad, second = told["answers"]
    assert (first["id"], second["id"]) == (1, 2)
    assert bad == {"id": None, "error": "invalid_json"}
    assert "NL_BSN" in {span["label"] for span in first["spans"]}
    assert "warnings" not in first
    assert "PHONE_NUMBER 1" in told["plain"]
