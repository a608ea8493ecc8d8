"""Officers' keys and member cards over the HTTP API: what crosses it is public or sealed."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from server.errors import BadRequest
from server.privacy import keys, sealed
from server.protocol import cards, http
from server.web.routing import Call, Endpoint

B = TypeVar("B", bound=Struct)


def _body(call: Call, kind: type[B]) -> B:
    if not isinstance(call.body, kind):
        raise BadRequest
    return call.body


async def list_keys(call: Call) -> cards.OfficerKeysAnswer:
    """The keys of my organisation's officers, with fingerprint and state; looking is itself logged."""
    found = await keys.keys_of(call.context.store.database, call.who())
    views = tuple(
        cards.OfficerKeyView(
            id=one.id,
            holder=one.holder,
            mine=one.mine,
            fingerprint=one.fingerprint,
            public=one.public,
            state=one.state.value,
            in_use=one.in_use,
            added_at=one.added_at,
            confirmed_at=one.confirmed_at,
            ended_at=one.ended_at,
            cards=one.cards,
            left=one.left,
        )
        for one in found.lines
    )
    return cards.OfficerKeysAnswer(views, found.only_old, found.people)


async def add_key(call: Call) -> http.Created:
    """Hand in the public half of my key; cards are sealed to it once its fingerprint is confirmed."""
    body = _body(call, cards.OfficerKeyRequest)
    return http.Created(await keys.offer_key(call.context.store.database, call.who(), body.public))


async def confirm_key(call: Call) -> cards.SealedNow:
    """Confirm my key with the fingerprint that my own tool shows; the members' cards are sealed to it at once."""
    body = _body(call, cards.FingerprintRequest)
    database = call.context.store.database
    return cards.SealedNow(await keys.confirm_key(database, call.who(), call.path["key"], body.fingerprint))


async def revoke_key(call: Call) -> None:
    """Seal nothing to a key of my organisation any more."""
    await keys.revoke_key(call.context.store.database, call.who(), call.path["key"])


async def fetch_cards(call: Call) -> cards.CardsFile:
    """The cards that are sealed to my keys, for my own tool to open; fetching is logged."""
    return await sealed.cards_of(call.context.store.database, call.who())


async def give_cards(call: Call) -> cards.Taken:
    """Bring cards back that I sealed anew for a key in use."""
    return await sealed.take_resealed(call.context.store.database, call.who(), _body(call, cards.CardsFile))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/audit/keys", "Sleutels van de privacyfunctionarissen", list_keys, gives=cards.OfficerKeysAnswer),
    Endpoint("POST", "/audit/keys", "Publieke sleutel inleveren", add_key, cards.OfficerKeyRequest, http.Created, 201),
    Endpoint(
        "POST",
        "/audit/keys/{key}/confirmation",
        "Eigen sleutel bevestigen met de vingerafdruk",
        confirm_key,
        cards.FingerprintRequest,
        cards.SealedNow,
    ),
    Endpoint("POST", "/audit/keys/{key}/revocation", "Sleutel intrekken", revoke_key),
    Endpoint("GET", "/audit/cards", "Verzegelde kaarten ophalen", fetch_cards, gives=cards.CardsFile),
    Endpoint(
        "POST",
        "/audit/cards",
        "Herverzegelde kaarten terugbrengen",
        give_cards,
        cards.CardsFile,
        cards.Taken,
        most_bytes=cards.MOST_FILE_BYTES,
    ),
)
