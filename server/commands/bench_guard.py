"""`casuskring bench guard`: a steady stream of typed messages through the detector, beside the check without a pool."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date

from anonymisation.errors import AnonymisationError
from anonymisation.guard import AllowList, check
from server import settings as all_settings
from server.commands.bench_report import BenchError, Figure, Report, percentile
from server.detection import Detector, DetectorUnavailable

RATE = 50
"""Messages a second: far more than a table types."""
SECONDS = 20.0
LENGTH = 265
"""Code points that a message has at least; the sentence that reaches them is written out: 300 on average."""
TICK_SECONDS = 0.005
WARM = 25
"""Messages that are checked before anything is measured, in the pool and without it."""
MISSING = "de controle wilde niet werken; is het Nederlandse model er? (casuskring check-config)"

ALLOW = AllowList(
    names=frozenset({"Sanne de Graaf", "Bart Kuipers", "Fatima el Idrissi"}),
    organisations=frozenset({"Wijkteam De Brug", "GGZ Waterkant"}),
    contacts=frozenset({"0318-123000"}),
    dates_from=date(2026, 3, 10),
)
NAMES = (
    "Sanne de Graaf",
    "Persoon A",
    "Bart",
    "moeder van A",
    "de casemanager",
    "Fatima el Idrissi",
    "partner van B",
    "de huisarts",
    "mw. De Graaf",
    "iemand van GGZ Waterkant",
    "broer van A",
    "B. Kuipers",
    "Persoon C",
    "de wijkverpleging",
    "Fatima",
    "dhr. Van den Broek",
    "het wijkteam",
)
"""Who does it: the table itself and people under a pseudonym; one of them may not be named."""
SENTENCES = (
    "Ik stel voor dat {name} binnen {n} weken een huisbezoek doet, samen met de praktijkondersteuner.",
    "Volgens {name} is quetiapine {n} mg voor de nacht vooral een slaappil, dus graag afbouwen.",
    "wie houdt de regie als {name} over {n} mnd stopt? dat mis ik nog in t plan",
    "Wijkteam De Brug kan de Wmo-melding van {name} vandaag doen, het gesprek volgt binnen {n} dagen.",
    "De huurachterstand is {n} euro; {name} vraagt bij de kredietbank een stabilisatie aan.",
    "Lithiumspiegel 0,{n} en eGFR {n}, laat {name} eerst met de nefroloog overleggen.",
    "GGZ Waterkant wijst af op het IQ, de LVB-zorg op de verslaving: kan {name} {n} keer consult geven?",
    "bel {name} gerust op 0318-123000, ma t/m do, dan hoef je niet {n} wkn te wachten",
    "De evaluatie is op 12 mei; {name} schrijft vooraf een halve pagina, niet {n}.",
    "Er is een veiligheidsplan nodig en een belafspraak om de {n} dagen, {name} kan dat doen.",
    "Ik ben het niet eens met {name}: na {n} afwijzingen helpt een nieuwe verwijsbrief niet meer.",
    "Heeft {name} toestemming gegeven om de bewindvoerder te bellen? Leg dat vast in het dossier van week {n}.",
    "tsh, b12 en glucose nog prikken, {name} was {n} kg afgevallen en dat is niet alleen somber zijn",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The pool under the stream, in seconds: per tick how late the loop woke, per message the time to its verdict."""

    idle: tuple[float, ...]
    busy: tuple[float, ...]
    took: tuple[float, ...]
    held: int


def measure(*, rate: int = RATE, seconds: float = SECONDS) -> Report:
    """Send `rate` messages a second for so many seconds, then check the same ones without the pool.

    Raises:
        BenchError: the detector could not work.
    """
    texts = messages(max(1, round(rate * seconds)))
    model = all_settings.read(os.environ).spacy_model
    try:
        pooled = asyncio.run(_measure(texts, rate, model))
        direct = _direct(texts, model)
    except (DetectorUnavailable, AnonymisationError):
        raise BenchError(MISSING) from None
    return _report(pooled, direct, texts, rate)


def messages(count: int) -> list[str]:
    """Return so many different messages, the same ones in every run."""
    names, sentences = itertools.cycle(NAMES), itertools.cycle(SENTENCES)
    result: list[str] = []
    for number in range(count):
        text = next(sentences).format(name=next(names), n=number + 2)
        while len(text) < LENGTH:
            text += " " + next(sentences).format(name=next(names), n=2 + (7 * number + len(text)) % 60)
        result.append(text)
    return result


async def _measure(texts: list[str], rate: int, model: str) -> Measured:
    detector = Detector(workers=1, model=model)
    try:
        await detector.start()
        for text in texts[:WARM]:
            await detector.check(text, ALLOW)
        idle = await _while_waking(asyncio.sleep(len(texts) / rate))
        checks: list[tuple[float, bool]] = []
        busy = await _while_waking(_stream(detector, texts, rate, checks))
    finally:
        detector.stop()
    return Measured(idle, busy, tuple(took for took, _ in checks), sum(held for _, held in checks))


async def _while_waking(work: Awaitable[None]) -> tuple[float, ...]:
    """Sleep in short ticks until the work is done; return how late each tick woke."""
    task = asyncio.ensure_future(work)
    late: list[float] = []
    while not task.done():
        due = time.perf_counter() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        late.append(time.perf_counter() - due)
    await task
    return tuple(late)


async def _stream(detector: Detector, texts: list[str], rate: int, checks: list[tuple[float, bool]]) -> None:
    """Send each message at its moment, whether or not those before it have their verdict."""

    async def one(text: str, due: float) -> None:
        verdict = await detector.check(text, ALLOW)
        checks.append((time.perf_counter() - due, verdict.held))

    began = time.perf_counter()
    tasks: list[asyncio.Task[None]] = []
    for number, text in enumerate(texts):
        due = began + number / rate
        await asyncio.sleep(due - time.perf_counter())
        tasks.append(asyncio.create_task(one(text, due)))
    await asyncio.gather(*tasks)


def _direct(texts: list[str], model: str) -> tuple[float, ...]:
    """Return how long the same check takes in this process, one message after the other."""
    from anonymisation.analyser import Analyser

    analyser = Analyser.load(model=model or None)
    for text in texts[:WARM]:
        check(analyser, text, ALLOW)
    took: list[float] = []
    for text in texts:
        began = time.perf_counter()
        check(analyser, text, ALLOW)
        took.append(time.perf_counter() - began)
    return tuple(took)


def _report(pooled: Measured, direct: Sequence[float], texts: list[str], rate: int) -> Report:
    us, inside, still = "casuskring, in een hulpproces", "dezelfde controle zonder hulpproces", "een lus zonder werk"
    figures = [
        *_spread(us, pooled.took),
        Figure(us, "loop_p99_ms", 1000 * percentile(pooled.busy, 0.99), "ms", "vertraging van de lus, p99"),
        Figure(us, "held_share", 100 * pooled.held / len(texts), "%", "tegengehouden berichten"),
        *_spread(inside, direct),
        Figure(still, "loop_p99_ms", 1000 * percentile(pooled.idle, 0.99), "ms", "vertraging van de lus, p99"),
    ]
    length = sum(map(len, texts)) / len(texts)
    return Report(
        "guard",
        f"{len(texts)} verschillende berichten van gemiddeld {length:.0f} tekens, {rate} per seconde",
        "de `Detector` van de dienst met een hulpproces, en de lus die intussen elke 5 ms wil ontwaken",
        "dezelfde controle van dezelfde berichten in het eigen proces, na elkaar; en dezelfde lus zonder berichten",
        tuple(figures),
        (
            "Met hulpproces loopt de tijd van het geplande moment van zenden tot het oordeel: wachten telt mee.",
            "De tijd zonder hulpproces is hoelang de lus telkens zou stilstaan als de dienst de controle zelf deed.",
        ),
    )


def _spread(of: str, took: Sequence[float]) -> list[Figure]:
    return [
        Figure(of, f"check_p{share}_ms", 1000 * percentile(took, share / 100), "ms", f"tijd per bericht, p{share}")
        for share in (50, 99)
    ]
