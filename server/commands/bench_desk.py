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
from server.commands.bench_report import BenchError, Figure
from server.commands.serving import opened
from server.privacy.model import Question
from server.privacy.service import PAGE, entries_of
from server.protocol.words import Domain, Role
from server.settings import Settings
from server.storage.audit_log import Sequencer, inclusions
from server.storage.database import ENTRIES
from server.storage.store import Store
from server.storage.tables import MemberRow, OrganisationRow

DESK_ENTRIES = 100_000
ORGANISATIONS, MEMBERS = 5, 200
ASKED = 60
"""Times that each question is put."""
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
            "een lid": Question(member="m0"),
            "een lid in een maand": Question(member="m0", until=middle, since=middle - timedelta(days=30)),
        }
        figures = [Figure(f"{entries} vermeldingen", "filled_s", filled, "s", "schrijven en nummeren")]
        for name, question in asked.items():
            times = sorted([await _ask(store, question) for _turn in range(ASKED)])
            for percent in (50, 99):
                value = 1000 * times[min(len(times) - 1, len(times) * percent // 100)]
                figures.append(
                    Figure(name, f"p{percent}_ms", value, "ms", f"eerste bladzijde met bewijzen, p{percent}")
                )
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
                objects=[ObjectRef(ObjectKind.CASE, f"case-{number % 997}")],
                purpose="read_case",
                agreement="art26/1",
            )
        )


async def _ask(store: Store, question: Question) -> float:
    roles = frozenset({Role.MEMBER, Role.PRIVACY_OFFICER})
    until = datetime.now(UTC) + timedelta(hours=1)
    officer = Actor("m0", "r0", "Lid 0", "o0", "Organisatie 0", Domain.GP, roles, "bench", until)
    began = time.perf_counter()
    page = await entries_of(store.database, officer, question)
    async with store.database.transaction() as uow:
        proofs = await inclusions(uow, [one.number for one in page.lines])
    took = time.perf_counter() - began
    if len(proofs) != len(page.lines) or len(proofs) < min(PAGE, 1):
        raise BenchError("er kwam geen bladzijde terug om te bewijzen")
    return took
