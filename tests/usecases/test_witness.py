"""A station watches the log of the real service: growth passes, and whatever an owner of its database and key does to
what was already seen is noticed at the next contact.
"""

from __future__ import annotations

import secrets as chance
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import delete, update

from audit.checkpoint import Signer, VerifierKey, open_note
from clients.api import Client
from clients.errors import Unreachable
from clients.station.witness import Alarm, Seen, evidence, observe
from server.storage.tables import AuditLogRow, AuditNodeRow
from server.web.routing import PREFIX
from tests.support.service import Service, free_port
from tests.support.tampering import grow, rewritten, settled, tamper


async def contact(service: Service, seen: Seen | None = None, *, pinned: str = "") -> Seen | Alarm:
    """Let a station that is not even signed in look at the log."""
    async with Client(service.origin) as client:
        return await observe(client, seen, now=datetime.now(UTC), pinned_key=pinned)


async def good_contact(service: Service, seen: Seen | None = None) -> Seen:
    """Look, and return what must have been found in order."""
    result = await contact(service, seen)
    assert isinstance(result, Seen), result
    return result


async def alarm_at(service: Service, seen: Seen, code: str) -> Alarm:
    """Look, and return the alarm that must have been raised, with both notes in it."""
    result = await contact(service, seen)
    assert isinstance(result, Alarm)
    assert (result.code, result.old) == (code, seen.checkpoint)
    assert result.new != result.old
    return result


def size_of(seen: Seen) -> int:
    """Return how many entries a kept checkpoint counts."""
    return open_note(seen.checkpoint, [VerifierKey.parse(seen.key)]).size


async def test_a_log_that_only_grows_passes_at_every_contact(service: Service) -> None:
    await settled(service)
    seen = await good_contact(service)
    sizes = [size_of(seen)]
    for times in (1, 3, 0, 8, 2):
        await grow(service, times)
        seen = await good_contact(service, seen)
        sizes.append(size_of(seen))
    assert sizes == sorted(sizes)
    assert sizes[-1] >= sizes[0] + 14


async def test_putting_the_same_log_back_is_no_tampering(service: Service) -> None:
    await grow(service, 5)
    seen = await good_contact(service)
    await tamper(service, lambda lines: lines)
    seen = await good_contact(service, seen)
    await grow(service, 3)
    await good_contact(service, seen)


@pytest.mark.parametrize("growth", [0, 4])
@pytest.mark.parametrize("place", [0, -1])
async def test_a_rewritten_entry_is_a_forked_log(service: Service, place: int, growth: int) -> None:
    await grow(service, 5)
    seen = await good_contact(service)
    await tamper(service, rewritten(place % size_of(seen)))
    if growth:
        await grow(service, growth)
    alarm = await alarm_at(service, seen, "forked")
    # Who never kept a checkpoint sees nothing: the new one is signed with the real key, and from here on it fits.
    later = await good_contact(service)
    await grow(service, 2)
    await good_contact(service, later)
    await alarm_at(service, seen, "forked")
    files = evidence(alarm)
    key = VerifierKey.parse(files["log.pub"].decode())
    assert open_note(files["old-checkpoint"], [key]).size <= open_note(files["new-checkpoint"], [key]).size


async def test_an_entry_added_in_the_past_is_a_forked_log(service: Service) -> None:
    await grow(service, 5)
    seen = await good_contact(service)
    await grow(service, 3)
    await tamper(service, lambda lines: [lines[-1], *lines[:-1]])
    await alarm_at(service, seen, "forked")


async def test_a_shorter_log_is_noticed_until_it_has_grown_and_then_too(service: Service) -> None:
    size = await grow(service, 6)
    seen = await good_contact(service)
    await tamper(service, lambda lines: lines[: size - 4])
    await alarm_at(service, seen, "shrunk")
    await grow(service, 7)
    await alarm_at(service, seen, "forked")


async def test_another_key_is_noticed_unless_people_confirmed_it(service: Service) -> None:
    await grow(service, 2)
    seen = await good_contact(service)
    signer = Signer(service.settings.log_origin, chance.token_bytes(32))
    service.app.state.context = replace(service.app.state.context, log_key=str(signer.verifier_key))
    await tamper(service, lambda lines: lines, signer=signer)
    alarm = await alarm_at(service, seen, "key_changed")
    assert evidence(alarm)["offered.pub"].decode().strip() == str(signer.verifier_key)
    confirmed = await contact(service, seen, pinned=str(signer.verifier_key))
    assert isinstance(confirmed, Seen)


async def test_a_log_of_another_name_is_noticed(service: Service) -> None:
    await grow(service, 2)
    seen = await good_contact(service)
    async with service.store.database.transaction() as uow:
        await uow.rows.execute(update(AuditLogRow).values(origin="test.example/log2"))
    await grow(service, 1)
    await alarm_at(service, seen, "origin_changed")


async def test_a_tree_with_a_hole_gives_no_proof(service: Service) -> None:
    await grow(service, 2)
    seen = await good_contact(service)
    await grow(service, 2)
    async with service.store.database.transaction() as uow:
        await uow.rows.execute(delete(AuditNodeRow))
    await alarm_at(service, seen, "no_proof")


async def test_a_service_that_is_not_there_is_no_alarm(service: Service) -> None:
    await settled(service)
    seen = await good_contact(service)
    async with Client(f"http://127.0.0.1:{free_port()}") as client:
        with pytest.raises(Unreachable):
            await observe(client, seen, now=datetime.now(UTC))


async def test_sizes_that_are_none_are_refused_with_a_code_and_a_sentence(service: Service) -> None:
    size = await settled(service)
    async with httpx.AsyncClient(base_url=service.origin + PREFIX, trust_env=False) as http_client:
        for query, status, code in (
            ("", 400, "bad_number"),
            ("?from=1", 400, "bad_number"),
            ("?to=1", 400, "bad_number"),
            ("?from=0&to=1", 400, "bad_number"),
            ("?from=-1&to=1", 400, "bad_number"),
            ("?from=1&to=1.0", 400, "bad_number"),
            ("?from=1&to=%D9%A1", 400, "bad_number"),
            ("?from=1&to=kwelgeest", 400, "bad_number"),
            ("?from=%00&to=1", 400, "bad_number"),
            ("?from=1&to=" + "9" * 5000, 400, "bad_number"),
            ("?from=2&to=1", 400, "sizes_out_of_order"),
            (f"?from=1&to={size + 1000}", 404, "log_too_short"),
            (f"?from={2**63 - 1}&to={10**19 - 1}", 404, "log_too_short"),
        ):
            answer = await http_client.get("/audit/consistency" + query)
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (status, code), query
            assert problem["detail"].endswith(".")
            assert "kwelgeest" not in answer.text
        same = await http_client.get(f"/audit/consistency?from={size}&to={size}")
        assert same.json() == {"from_size": size, "to_size": size, "hashes": [], "origin": "test.example/log"}
