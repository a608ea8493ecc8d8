"""Privacy officers of an invented organisation, and steps that tests of their desk take."""

from __future__ import annotations

import base64

from audit.checkpoint import VerifierKey, open_note
from audit.tree import leaf_hash, verify_inclusion
from clients.api import Client
from server.demo.network import ADMINISTRATOR, PASSWORD
from server.protocol import http
from server.protocol.words import Role
from tests.support.service import Service


def officer_login(organisation: str) -> str:
    """Return the login name of an organisation's officer."""
    return f"functionaris.{organisation}@voorbeeld.nl"


async def appoint(service: Service, organisation: str = "vlier") -> Client:
    """Give an organisation a privacy officer and return their signed-in client."""
    administrator = await service.sign_in_as(ADMINISTRATOR.login)
    where = service.network.organisations[organisation]
    login = officer_login(organisation)
    name = f"Functionaris {organisation.capitalize()}"
    await administrator.add_member(http.MemberRequest(login, name, PASSWORD, where, roles=(Role.PRIVACY_OFFICER,)))
    return await service.sign_in_as(login)


async def everything(client: Client, **asked: str) -> list[http.AuditEntryView]:
    """Return every entry that answers a question, page by page."""
    found: list[http.AuditEntryView] = []
    before: int | None = None
    while True:
        page = await client.audit_entries(case=asked.get("case"), member=asked.get("member"), before=before)
        found += page.entries
        if page.before is None:
            return found
        before = page.before


def verified(answer: http.InclusionAnswer) -> bytes:
    """Check a proof as an outsider does, and return the entry's line."""
    checkpoint = open_note(answer.checkpoint, [VerifierKey.parse(answer.key)])
    assert checkpoint.size == answer.size
    line = answer.line.encode()
    leaf = base64.b64decode(answer.leaf)
    if line:
        assert leaf == leaf_hash(line)
    hashes = [base64.b64decode(one) for one in answer.hashes]
    verify_inclusion(leaf, answer.number, answer.size, hashes, checkpoint.root)
    return line
