"""Only the note-taker types: others are marked present, which counts for the quorum and opens nothing."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.entry import Entry
from audit.events import Event
from clients.api import new_key
from clients.live import LiveSession
from server.protocol import live
from server.protocol.words import Domain, OutcomeKind
from server.storage.tables import AgreementRow, ApprovalRow, MemberRow, OutcomeRow
from tests.support.service import Service
from tests.support.table import ADVICE, entries, refusal, refused_code, sitting


def seat_of(at: LiveSession, domain: Domain) -> str:
    """Return the seat of a domain."""
    assert at.view is not None
    return next(one.seat for one in at.view.seats if one.domain is domain)


async def marked(at: LiveSession, *domains: Domain) -> live.SessionView:
    """Mark the holders of these domains present, and return the view after that."""
    seq = 0
    for domain in domains:
        seq = await at.send(live.MarkPresent(new_key(), seat_of(at, domain)))
    return await at.until(lambda view: view.seq >= seq)


async def led(at: LiveSession, case: str) -> None:
    """Lead a session as the only one with a connection, until an outcome is there."""
    await at.send(live.TakeChair(new_key()))
    await at.send(live.OpenSession(new_key()))
    await at.send(live.OpenCase(new_key(), case))
    for _phase in range(3):
        await at.send(live.NextPhase(new_key()))
    await at.send(live.RecordOutcome(new_key(), OutcomeKind.ADVICE, ADVICE, Domain.SOCIAL))


async def logged(service: Service, event: Event) -> list[Entry]:
    """Return the entries of one kind."""
    return [one for one in await entries(service.store) if one.event is event]


async def ref_of(service: Service, who: str) -> str:
    """Return how the log knows a member."""
    async with AsyncSession(service.store.database.engine) as rows:
        return (await rows.get_one(MemberRow, service.network.members[who])).ref


async def left_out(service: Service, who: str) -> None:
    """Take a member's organisation out of every agreement."""
    async with AsyncSession(service.store.database.engine) as rows:
        organisation = (await rows.get_one(MemberRow, service.network.members[who])).organisation_id
        await rows.execute(delete(ApprovalRow).where(ApprovalRow.organisation_id == organisation))
        for agreement in (await rows.scalars(select(AgreementRow))).all():
            agreement.parties = [one for one in agreement.parties if one != organisation]
        await rows.commit()


async def test_one_connection_and_two_marks_make_a_whole_case(service: Service) -> None:
    async with sitting(service, "social") as table:
        at = table.at["social"]
        view = await marked(at, Domain.GP, Domain.GGZ)
        assert {one.member for one in view.marked} == {service.network.members[one] for one in ("gp", "ggz")}
        assert [one.member for one in view.present] == [service.network.members["social"]]
        await led(at, table.case)
    gp, ggz, social = (seat_of(at, one) for one in (Domain.GP, Domain.GGZ, Domain.SOCIAL))
    async with AsyncSession(service.store.database.engine) as rows:
        outcome = (await rows.scalars(select(OutcomeRow))).one()
    assert outcome.quorum == [social, *(f"marked:{one}" for one in sorted((gp, ggz)))]
    entry = (await logged(service, Event.ATTENDANCE_MARKED))[0]
    assert entry.actor == await ref_of(service, "social")
    assert {(one.kind.value, one.ref) for one in entry.objects} >= {
        ("seat", gp),
        ("member", await ref_of(service, "gp")),
    }
    gp_ref, delivered = await ref_of(service, "gp"), await logged(service, Event.ROOM_EVENT_DELIVERED)
    assert not any(one.ref == gp_ref for entry in delivered for one in entry.objects), "a mark receives nothing"


async def test_who_comes_in_after_all_replaces_the_mark(service: Service) -> None:
    async with sitting(service, "social") as table:
        await marked(table.at["social"], Domain.GP, Domain.GGZ)
        ggz = await service.client("ggz")
        async with ggz.live(service.network.session):
            view = await table.at["social"].until(lambda view: len(view.present) == 2)
            assert [one.member for one in view.marked] == [service.network.members["gp"]]


async def test_who_does_not_belong_in_a_seat_is_not_marked_there(service: Service) -> None:
    async with sitting(service, "social", "gp") as table:
        at, members = table.at["social"], service.network.members
        ggz = seat_of(at, Domain.GGZ)
        for deputy in (members["gp"], members["social_deputy"], "nobody"):
            assert await refused_code(at.send(live.MarkPresent(new_key(), ggz, deputy))) == "not_of_this_seat"
        assert await refused_code(at.send(live.MarkPresent(new_key(), "elsewhere"))) == "not_of_this_seat"
        assert await refused_code(at.send(live.MarkPresent(new_key(), seat_of(at, Domain.GP)))) == "sits_there"
        note = live.MarkPresent(new_key(), ggz)
        assert await refused_code(table.at["gp"].send(note)) == "not_chair_or_note_taker"
    assert await logged(service, Event.ATTENDANCE_MARKED) == []


async def test_a_mark_needs_an_agreement_when_it_is_set_and_as_long_as_it_stands(service: Service) -> None:
    async with sitting(service, "social") as table:
        at = table.at["social"]
        await marked(at, Domain.GP, Domain.GGZ)
        await at.send(live.TakeChair(new_key()))
        gp = seat_of(at, Domain.GP)
        await left_out(service, "gp")
        # The note-taker's own agreement stands; the quorum is asked for before any round of checks.
        assert await refused_code(at.send(live.OpenSession(new_key()))) == "no_quorum"
        view = await at.until(lambda view: len(view.marked) == 1)
        assert [one.member for one in view.marked] == [service.network.members["ggz"]]
        assert await refused_code(at.send(live.MarkPresent(new_key(), gp))) == "no_agreement"
    (ended,) = await logged(service, Event.ATTENDANCE_ENDED)
    assert ("seat", gp) in {(one.kind.value, one.ref) for one in ended.objects}


async def test_the_round_of_checks_ends_a_mark_that_lapsed_and_leaves_the_others(service: Service) -> None:
    async with sitting(service, "social") as table:
        at = table.at["social"]
        await marked(at, Domain.GP, Domain.GGZ)
        await left_out(service, "gp")
        await service.app.state.context.hub.recheck()
        view = await at.until(lambda view: len(view.marked) == 1)
        assert [one.member for one in view.marked] == [service.network.members["ggz"]]


async def test_recused_on_their_word_they_read_nothing_and_the_log_tells_who_said_so(service: Service) -> None:
    async with sitting(service, "social") as table:
        at = table.at["social"]
        await marked(at, Domain.GP, Domain.GGZ)
        await led(at, table.case)
        ggz = seat_of(at, Domain.GGZ)
        await at.send(live.RecuseMarked(key=new_key(), seat=ggz))
        other = live.RecordOutcome(new_key(), OutcomeKind.ADVICE, ADVICE, Domain.GP)
        assert await refused_code(at.send(other)) == "no_quorum"
        client = await service.client("ggz")
        assert (await refusal(client.case(table.case))).code == "not_found"
        async with client.live(service.network.session) as late:
            assert late.view is not None
            assert late.view.discussion is not None
            assert late.view.discussion.hidden
    (entry,) = await logged(service, Event.MEMBER_RECUSED_ON_WORD)
    assert entry.actor == await ref_of(service, "social")
    assert ("member", await ref_of(service, "ggz")) in {(one.kind.value, one.ref) for one in entry.objects}
