"""The page of keys and cards: hand a key in, compare its fingerprint, revoke it; fetch cards and bring them back."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from server.accounts.model import Actor
from server.errors import BadRequest, Conflict, NotAllowed, ServiceError, TooLarge
from server.network.cards import KeyState
from server.privacy import keys, sealed
from server.privacy.model import KeyLine
from server.protocol.cards import MOST_FILE_BYTES, CardsFile
from server.web.context import context_of, signed_in
from server.web.pages_forms import read_file
from server.web.pages_login import read_form
from server.web.pages_render import HEADERS, render
from server.web.pages_words import NOTICES_NL
from server.web.routing import decode

WRONG = (BadRequest, Conflict, NotAllowed, TooLarge)
"""What an officer can put right on the same page."""


async def index(request: Request) -> Response:
    """Show the keys of the officer's organisation and what can be done with them."""
    return await _index(request, await signed_in(request))


async def _index(request: Request, actor: Actor, problem: ServiceError | None = None, at: str = "") -> Response:
    found = await keys.keys_of(context_of(request).store.database, actor)
    mine = [one for one in found.lines if one.mine]
    return render(
        request,
        "oversight_keys.html",
        actor=actor,
        status=problem.status if problem else 200,
        keys=found,
        own=sum(one.cards for one in mine),
        waiting=next((one for one in mine if one.state is KeyState.WAITING), None),
        problem=problem.message if problem else "",
        problem_at=at,
        notice="" if problem else NOTICES_NL.get(request.query_params.get("gelukt", ""), ""),
    )


def _done(word: str) -> Response:
    return RedirectResponse(f"/toezicht/sleutels?gelukt={word}", 303, headers=HEADERS)


async def offer(request: Request) -> Response:
    """Take the public half of a key; what cannot be one brings the page back with what is wrong, and nothing else."""
    actor = await signed_in(request)
    try:
        fields = await read_form(request)
        await keys.offer_key(context_of(request).store.database, actor, fields.get("sleutel", ""))
    except WRONG as problem:
        return await _index(request, actor, problem, "sleutel")
    return _done("ingeleverd")


async def confirm(request: Request) -> Response:
    """Confirm a key with the fingerprint that was typed."""
    actor = await signed_in(request)
    fields = await read_form(request)
    database, key = context_of(request).store.database, request.path_params["key"]
    try:
        await keys.confirm_key(database, actor, key, fields.get("vingerafdruk", ""))
    except WRONG as problem:
        return await _index(request, actor, problem, "vingerafdruk")
    return _done("bevestigd")


async def ask_revocation(request: Request) -> Response:
    """Ask once more before a key is revoked."""
    actor = await signed_in(request)
    return render(request, "oversight_key_revoke.html", actor=actor, one=await _line(request, actor))


async def revoke(request: Request) -> Response:
    """Revoke a key."""
    actor = await signed_in(request)
    try:
        await keys.revoke_key(context_of(request).store.database, actor, request.path_params["key"])
    except WRONG as problem:
        return await _index(request, actor, problem)
    return _done("sleutel-ingetrokken")


async def public(request: Request) -> Response:
    """Give the public half of a key, for a colleague who seals cards anew for it."""
    actor = await signed_in(request)
    line = await _line(request, actor)
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{line.fingerprint[:8]}.pub"'}
    return PlainTextResponse(line.public + "\n", headers=headers)


async def _line(request: Request, actor: Actor) -> KeyLine:
    return await keys.key_of(context_of(request).store.database, actor, request.path_params["key"])


async def fetch(request: Request) -> Response:
    """Give the sealed cards as a file."""
    actor = await signed_in(request)
    try:
        found = await sealed.cards_of(context_of(request).store.database, actor)
    except WRONG as problem:
        return await _index(request, actor, problem)
    headers = HEADERS | {"Content-Disposition": 'attachment; filename="kaarten.json"'}
    return Response(msgspec.json.encode(found), media_type="application/json", headers=headers)


async def bring(request: Request) -> Response:
    """Take a file of resealed cards."""
    actor = await signed_in(request)
    try:
        file = decode(await read_file(request, "bestand", most_bytes=MOST_FILE_BYTES), CardsFile)
        await sealed.take_resealed(context_of(request).store.database, actor, file)
    except WRONG as problem:
        return await _index(request, actor, problem, "bestand")
    return _done("teruggebracht")
