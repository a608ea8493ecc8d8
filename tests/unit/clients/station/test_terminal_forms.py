"""The form in the terminal: wrong answers get the same question again, and what was answered is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from clients.station.desk import Desk
from clients.station.terminal import forms
from clients.station.terminal.talk import PATIENCE
from clients.station.vault import Vault
from server.protocol.words import BasisKind, ConsentHow, ConsentScope, OtherGround, RequestType, Trigger
from tests.support.station import analyser
from tests.support.terminal import heard
from tests.support.vaults import WORKER, new_vault, reopen

NOW = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)
GOOD = ["n", "1", "Wie helpt?", "De huur loopt af", "Gescheiden", "1", "j", "1", "2", "1-12-2026"]
"""Answers that fill in the whole form."""
NONSENSE = ["", "   ", "\x00\x07", "999", "-1", "1.5", "²", "x" * 100_000, "[bold]", "\ufffd"]


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An empty vault."""
    made = new_vault(tmp_path / "kluis")
    yield made
    made.lock()


@pytest.fixture
def desk(vault: Vault) -> Desk:
    """A worker at the vault."""
    return Desk(vault, WORKER, analyser, lambda: NOW)


def test_the_whole_form(desk: Desk) -> None:
    case = desk.begin("Een tekst.").id
    one = heard(*GOOD)
    assert forms.fill_in(one.talk, desk, case)
    draft = desk.draft(case)
    assert draft.missing() == ()
    assert (draft.trigger, draft.acute, draft.fields["question"]) == (Trigger.ASKS_FOR_HELP, False, "Wie helpt?")
    assert draft.basis is not None
    assert (draft.basis.kind, draft.basis.how, draft.basis.scope, draft.basis.on) == (
        BasisKind.CONSENT,
        ConsentHow.ORAL,
        ConsentScope.DISCUSSION_AND_FOLLOW_UP,
        date(2026, 12, 1),
    )
    assert forms.fill_in(heard().talk, desk, case), "what is there is not asked again"


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_nonsense_at_any_question_gets_the_question_again(desk: Desk, place: int) -> None:
    case = desk.begin("Een tekst.").id
    # At a question for words short nonsense is an answer; nothing, and too much, is not. At the day Enter takes today.
    wrong = [one for one in NONSENSE if place not in {2, 3, 4} or not one.strip("\x00\x07 ") or len(one) > 280]
    wrong = [one for one in wrong if place != 9 or one.strip("\x00\x07 ")]
    one = heard(*GOOD[:place], *wrong, *GOOD[place:])
    assert forms.fill_in(one.talk, desk, case)
    assert desk.draft(case).missing() == ()
    assert len([line for line in one.warned.splitlines() if line]) == len(wrong)
    assert "xxxx" not in one.warned


@pytest.mark.parametrize("error", [EOFError(), KeyboardInterrupt()])
@pytest.mark.parametrize("place", range(len(GOOD)))
def test_a_stop_at_any_question_loses_nothing(
    desk: Desk, vault: Vault, tmp_path: Path, place: int, error: BaseException
) -> None:
    case = desk.begin("Een tekst.").id
    with pytest.raises(type(error)):
        forms.fill_in(heard(*GOOD[:place], error).talk, desk, case)
    vault.lock()
    again = Desk(reopen(tmp_path / "kluis"), WORKER, analyser, lambda: NOW)
    # The ground is one answer of five questions: it starts anew, the rest goes on where it was.
    rest = GOOD[min(place, 5) :]
    one = heard(*rest)
    assert forms.fill_in(one.talk, again, case)
    assert one.script.answers == []
    assert again.draft(case).missing() == ()
    again.vault.lock()  # type: ignore[attr-defined]


def test_something_acute_stops_the_form_until_it_is_taken_up(desk: Desk) -> None:
    case = desk.begin("Een tekst.").id
    one = heard("j")
    assert not forms.fill_in(one.talk, desk, case)
    assert "0800-2000" in one.said
    assert "112" in one.said
    assert desk.draft(case).acute is True
    assert forms.fill_in(heard(*GOOD).talk, desk, case)


def test_consent_of_who_was_not_told_is_no_consent(desk: Desk) -> None:
    case = desk.begin("Een tekst.").id
    one = heard(*GOOD[:5], "1", "n", "2", "n", "3", "")
    assert forms.fill_in(one.talk, desk, case)
    assert "weet dat dit netwerk" in one.warned
    basis = desk.draft(case).basis
    assert basis is not None
    assert (basis.kind, basis.reason, basis.informed, basis.on) == (
        BasisKind.OTHER,
        OtherGround.LEGAL_OBLIGATION,
        False,
        NOW.date(),
    )


@pytest.mark.parametrize(
    "wrong", ["31-02-2026", "4-12-2026", "1-1-26", "morgen", "1-12", "0-0-0", "١-١-٢٠٢٦", "2026-13-01", "99999-1-1"]
)
def test_a_day_that_is_none_or_must_come_yet_is_asked_again(wrong: str) -> None:
    one = heard(wrong, "2026-12-01")
    assert forms.day_of(one.talk, "Dag", default=NOW.date(), latest=NOW.date()) == date(2026, 12, 1)
    assert one.warned


def test_who_goes_through_the_form_again_keeps_with_enter(desk: Desk) -> None:
    case = desk.begin("Een tekst.").id
    forms.fill_in(heard(*GOOD).talk, desk, case)
    before = desk.draft(case)
    assert forms.fill_in(heard("n", "", "", "Nu anders", "", "", "j", "1", "2", "").talk, desk, case, again=True)
    after = desk.draft(case)
    assert after.fields == before.fields | {"why_now": "Nu anders"}
    assert (after.trigger, after.basis) == (before.trigger, before.basis)


def test_the_rest_of_the_form_may_stay_empty(desk: Desk) -> None:
    case = desk.begin("Een tekst.").id
    forms.more(heard("").talk, desk, case)
    assert desk.draft(case).request_type is None
    forms.more(heard("j", "2", "35-39", *[""] * 8).talk, desk, case)
    draft = desk.draft(case)
    assert (draft.request_type, draft.fields["age_band"], draft.fields.get("tried", "")) == (
        RequestType.IN_OUTFLOW,
        "35-39",
        "",
    )


def test_a_program_that_never_answers_well_is_not_asked_for_ever() -> None:
    one = heard(*["y"] * 1000)
    with pytest.raises(EOFError):
        forms.choice(one.talk, "Welke?", {1: "een", 2: "twee"})
    assert len(one.script.asked) == PATIENCE
