"""An officer's questions to a large log: the first page of fifty entries, with the proof of each."""

from __future__ import annotations

import itertools
import secrets as chance
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from audit.entry import ObjectRef, Source, canonical, make
from audit.events import Event, ObjectKind
from server.accounts.model import Actor
from server.app import log_signer
from server.commands.bench_report import BenchError, Figure, percentile
from server.commands.serving import opened
from server.privacy.model import Question
from server.privacy.service import entries_of
from server.protocol.words import CaseState, Domain, Role
from server.settings import Settings
from server.storage.audit_log import Sequencer, inclusions
from server.storage.database import ENTRIES
from server.storage.store import Store
from server.storage.tables import CaseRow, CircleRow, MemberRow, OrganisationRow

DESK_ENTRIES = 100_000
ORGANISATIONS, MEMBERS, CASES = 5, 200, 997
ASKED = 200
"""Times that each question is put, in turns."""
AT_ONCE = 5000
STEP = timedelta(seconds=30)
SOURCE = Source("bench", "bench")


async def questions(settings: Settings, entries: int) -> tuple[Figure, ...]:
    """Fill a fresh log with this many entries and measure what an officer waits for.

    Raises:
        BenchError: a page came back with fewer entries than it must hold.
    """
    begin = datetime.now(UTC) - entries * STEP
    async with opened(settings, now=lambda: datetime.now(UTC), random_bytes=chance.token_bytes) as store:
        await _people(store)
        began = time.perf_counter()
        await _fill(store, entries, begin)
        sequencer = Sequencer(store.database, log_signer(settings))
        while await sequencer.sequence():
            pass
        filled = time.perf_counter() - began
        middle = (begin + entries // 2 * STEP).date()
        asked = {
            "nieuwste van de organisatie": Question(),
            "een casus": Question(case="case-0"),
            "een lid": Question(member="m0"),
            "een lid en een casus": Question(member="m0", case="case-0"),
            "een lid in een maand": Question(member="m0", until=middle, since=middle - timedelta(days=30)),
            "een maand": Question(until=middle, since=middle - timedelta(days=30)),
        }
        figures = [Figure(f"{entries} vermeldingen", "filled_s", filled, "s", "schrijven en nummeren")]
        took: dict[str, list[Took]] = {name: [] for name in asked}
        for _turn in range(ASKED):
            for name, question in asked.items():
                took[name].append(await _ask(store, question))
    for name, times in took.items():
        for share, told in ((0.5, "p50"), (0.99, "p99")):
            wall, cpu = (1000 * percentile(kind, share) for kind in zip(*times, strict=True))
            figures.append(Figure(name, f"{told}_ms", wall, "ms", f"eerste bladzijde met bewijzen, {told}"))
            figures.append(Figure(name, f"{told}_cpu_ms", cpu, "ms", "waarvan CPU"))
    return tuple(figures)


async def _people(store: Store) -> None:
    async with store.database.transaction() as uow:
        for number in range(ORGANISATIONS):
            row = OrganisationRow(id=f"o{number}", name=f"Organisatie {number}", domain="gp", created_at=uow.now)
            uow.rows.add(row)
        await uow.rows.flush()
        for number in range(MEMBERS):
            uow.rows.add(
                MemberRow(
                    id=f"m{number}",
                    ref=f"r{number}",
                    organisation_id=f"o{number % ORGANISATIONS}",
                    login_name=f"m{number}",
                    name=f"Lid {number}",
                    roles=["member"],
                    password_hash="",
                    created_at=uow.now,
                )
            )
        uow.rows.add(CircleRow(id="c0", name="Kring", frequency="wekelijks", preset="overlegtafel", created_at=uow.now))
        await uow.rows.flush()
        uow.rows.add_all(_case(number, uow.now) for number in range(CASES))


def _case(number: int, now: datetime) -> CaseRow:
    """Return a case of which only the owner matters."""
    return CaseRow(
        id=f"case-{number}",
        circle_id="c0",
        organisation_id=f"o{number % ORGANISATIONS}",
        submitter_id=f"m{number % ORGANISATIONS}",
        domain=Domain.GP.value,
        state=CaseState.RELEASED.value,
        key_id=f"key-{number}",
        form_box=b"",
        rejected=[],
        basis={},
        submission_key=f"key-{number}",
        created_at=now,
    )


async def _fill(store: Store, entries: int, begin: datetime) -> None:
    lines = _lines(entries, begin)
    while part := list(itertools.islice(lines, AT_ONCE)):
        async with store.database.transaction() as uow:
            connection = await uow.rows.connection()
            await connection.execute(insert(ENTRIES), [{"line": line} for line in part])


def _lines(entries: int, begin: datetime) -> Iterator[bytes]:
    for number in range(entries):
        member = number % MEMBERS
        yield canonical(
            make(
                Event.CASE_READ,
                actor=f"r{member}",
                organisation=f"o{member % ORGANISATIONS}",
                role="member",
                source=SOURCE,
                now=begin + number * STEP,
                random_bytes=chance.token_bytes,
                objects=[ObjectRef(ObjectKind.CASE, f"case-{number % CASES}")],
                purpose="read_case",
                agreement="art26/1",
            )
        )


Took = tuple[float, float]
"""Seconds on the clock, and of a processor."""


async def _ask(store: Store, question: Question) -> Took:
    roles = frozenset({Role.MEMBER, Role.PRIVACY_OFFICER})
    until = datetime.now(UTC) + timedelta(hours=1)
    officer = Actor("m0", "r0", "Lid 0", "o0", "Organisatie 0", Domain.GP, roles, "bench", until)
    began = time.perf_counter(), time.process_time()
    page = await entries_of(store.database, officer, question)
    async with store.database.transaction() as uow:
        proofs = await inclusions(uow, [one.number for one in page.lines])
    ended = time.perf_counter(), time.process_time()
    if len(proofs) != len(page.lines) or not proofs:
        raise BenchError("er kwam geen bladzijde terug om te bewijzen")
    return ended[0] - began[0], ended[1] - began[1]
