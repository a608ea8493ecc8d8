"""Five hundred messages that name somebody, typed by all at once: what the guard holds reaches its author alone."""

from __future__ import annotations

import asyncio

from clients.api import new_key
from clients.errors import CommandRefused
from clients.live import LiveSession
from server.protocol import codec, live
from tests.support.service import Service
from tests.support.table import sitting
from tests.usecases.test_guard_quality import STILL_PASSES, planted_lines, planted_words

ORDINARY = "Laten we eerst de huisarts vragen wat er al geprobeerd is."
AT_ONCE = 4
"""Messages that each member has under way."""


async def typed(author: LiveSession, lines: list[tuple[str, int, str]]) -> list[tuple[str, int]]:
    """Type these lines and return which of them went out."""
    went = []
    while lines:
        name, number, text = lines.pop()
        try:
            await author.send(live.Contribute(new_key(), text), seconds=300)
        except CommandRefused as refused:
            if refused.code == "held":
                continue
            raise
        went.append((name, number))
    return went


async def test_what_names_somebody_is_delivered_to_nobody(service: Service) -> None:
    everything = planted_lines()
    assert len(everything) == 500
    async with sitting(service) as table:
        await table.open_case()
        await table.at["ggz"].send(live.NextPhase(new_key()))
        waiting = list(everything)
        went = await asyncio.gather(*(typed(room, waiting) for room in list(table.at.values()) * AT_ONCE))
        said = await table.at["gp"].send(live.Contribute(new_key(), ORDINARY))
        await table.everyone_has(said)
        passed = {place for part in went for place in part}
        assert passed <= {(name, number) for name, numbers in STILL_PASSES.items() for number in numbers}
        for room in table.at.values():
            assert room.view is not None
            received = codec.encode(room.view).decode() + "".join(codec.encode(one).decode() for one in room.events)
            assert ORDINARY in received
            for name, number, text in everything:
                if (name, number) not in passed:
                    assert text not in received, (name, number)
                    # Words of two letters, and common ones, are in anything.
                    named = [one for one in planted_words(name, number) if len(one) > 8]
                    assert not [one for one in named if one in received], (name, number)
