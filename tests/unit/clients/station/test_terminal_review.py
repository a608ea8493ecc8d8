"""The review in the terminal: the keys of the browser, every decision kept at once, marks seen without colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from anonymisation.document import EntityType
from anonymisation.review import ReasonCode
from clients.errors import NotNow, StationError
from clients.station.desk import Desk
from clients.station.draft import DraftState
from clients.station.preparation import Act, Place
from clients.station.terminal.review import KEYS, NEVER, NOT_HERE, review
from clients.station.vault import Vault
from clients.station.web.state import State, state_of
from tests.support.station import analyser
from tests.support.terminal import Heard, heard
from tests.support.vaults import WORKER, new_vault, reopen

TEXT = (
    "Saskia Ribbers, BSN 999958379, belt met Bloem. Bloem is boos. De buurman Kees Kwak hoort het. "
    "Saskia Ribbers vraagt rust."
)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An empty vault."""
    made = new_vault(tmp_path / "kluis")
    yield made
    made.lock()


@pytest.fixture
def desk(vault: Vault) -> Desk:
    """A worker at the vault."""
    return Desk(vault, WORKER, analyser, lambda: datetime(2026, 12, 3, 13, 0, tzinfo=UTC))


@pytest.fixture
def case(desk: Desk) -> str:
    """A case with certain and doubtful marks."""
    return desk.begin(TEXT).id


def reviewed(desk: Desk, case: str, *answers: str, colour: bool = False) -> tuple[Heard, State]:
    """Review with these answers and then stop."""
    one = heard(*answers, "k", colour=colour)
    return one, review(one.talk, desk, case)


def marked(desk: Desk, case: str, words: str) -> str:
    """Mark words that the analyser may or may not have found; return the case."""
    reviewed(desk, case, "m", words, "1")
    return case


def doubted(desk: Desk, case: str, *words: str) -> None:
    """Let a second look doubt these words, whatever the model thinks of them."""
    places = [Place("text", TEXT.index(one), TEXT.index(one) + len(one)) for one in words]
    found = tuple((one, EntityType.ORGANIZATION) for one in places)
    desk.keep(msgspec.structs.replace(desk.draft(case), found=found))


def states(state: State, words: str) -> list[str]:
    """Return how the marks on these words stand."""
    return [one.state for one in state.items if one.words == words and one.kind == "mark"]


def test_what_the_circle_reads_is_shown_with_signs_and_without_colour(desk: Desk, case: str) -> None:
    one, _ = reviewed(desk, case)
    assert "<Persoon A>, BSN <[BSN verwijderd]>" in one.said
    assert "\x1b" not in one.said
    coloured, _ = reviewed(desk, case, colour=True)
    assert "\x1b[32m<Persoon A>" in coloured.said


def test_help_names_every_key(desk: Desk, case: str) -> None:
    one, _ = reviewed(desk, case, "?")
    for key, name in KEYS:
        assert f"  {key}  {name}" in one.said


def test_the_whole_text_is_shown_on_both_sides(desk: Desk, case: str) -> None:
    one, _ = reviewed(desk, case, "t")
    assert "Zo schreef u het" in one.said
    assert "<Saskia Ribbers>, BSN <999958379>" in one.said


def test_one_doubt_after_another_is_decided(desk: Desk, case: str) -> None:
    doubted(desk, case, "boos", "rust")
    one, state = reviewed(desk, case, "n", "n", "v", "l", "1")
    shown = [line for line in one.said.splitlines() if "?boos?" in line or "?rust?" in line]
    assert ["boos" if "?boos?" in line else "rust" for line in shown] == ["boos", "rust", "boos", "rust"]
    assert (states(state, "boos"), states(state, "rust"), state.open) == (["accepted"], ["rejected"], 0)
    assert "Nog 2 besluiten" in one.said
    assert "Nog één besluit" in one.said
    assert "Alles is beslist" in one.said
    assert "lijkt op organisatie en wordt ‘organisatie A’ (nog te beslissen)" in one.said


def test_what_the_service_did_not_take_is_told_first(desk: Desk, case: str) -> None:
    desk.keep(msgspec.structs.replace(desk.draft(case), refused="Er staat nog een naam in."))
    assert "Er staat nog een naam in." in reviewed(desk, case)[0].warned


def test_words_are_marked_by_typing_them_everywhere_or_once(desk: Desk, case: str) -> None:
    _, state = reviewed(desk, case, "m", "BOOS", "1", "o", "m", "bloem", "1")
    assert states(state, "boos") == ["accepted"]
    assert states(state, "Bloem") == ["accepted", "accepted"]
    protected = desk.preparation(desk.draft(case)).fields["text"]
    assert "Bloem" not in protected
    assert "boos" not in protected


def test_of_words_that_stand_there_more_than_once_the_place_is_asked(desk: Desk, case: str) -> None:
    one, _ = reviewed(desk, case, "m", "Bloem", "2", "1")
    assert "Dit staat er 2 keer" in one.said
    [ruling] = desk.draft(case).rulings
    assert (ruling.act, ruling.start) == (Act.ADD, TEXT.index("Bloem is"))
    _, _ = reviewed(desk, case, "m", "Bloem", "", "m", "Bloem", "1", "", "m", "")
    assert len(desk.draft(case).rulings) == 1, "Enter is toch niet"


@pytest.mark.parametrize("words", ["Piet", "..", "[weggelaten]", "\x00", "x" * 5000])
def test_words_that_are_not_there_cannot_be_marked(desk: Desk, case: str, words: str) -> None:
    one, _ = reviewed(desk, case, "m", words)
    assert desk.draft(case).rulings == ()
    assert words not in one.warned


def test_leaving_asks_a_reason_and_a_hard_kind_never_stays(desk: Desk, case: str) -> None:
    marked(desk, case, "boos")
    one, _state = to(desk, case, "boos", "l", "9", "1")
    assert "Typ een nummer" in one.warned
    ruling = desk.draft(case).rulings[-1]
    assert (ruling.act, ruling.reason) == (Act.REJECT, next(iter(ReasonCode)))
    assert "boos" in desk.preparation(desk.draft(case)).fields["text"]
    before = desk.draft(case).rulings
    hard, _ = to(desk, case, "999958379", "l")
    assert NEVER in hard.warned
    assert desk.draft(case).rulings == before


def to(desk: Desk, case: str, words: str, *answers: str) -> tuple[Heard, State]:
    """Go to the mark on these words and give the answers there."""
    state = state_of(desk, desk.draft(case))
    at = next((index for index, one in enumerate(state.items) if one.state == "open"), 0)
    goal = next(index for index, one in enumerate(state.items) if one.words == words)
    return reviewed(desk, case, *["p"] * ((at - goal) % len(state.items)), *answers)


def test_replacing_omitting_another_kind_and_back(desk: Desk, case: str) -> None:
    marked(desk, case, "boos")
    _, state = to(desk, case, "boos", "w")
    assert states(state, "boos") == ["omitted"]
    assert "[weggelaten]" in desk.preparation(desk.draft(case)).fields["text"]
    _, state = to(desk, case, "boos", "u")
    assert states(state, "boos") == ["accepted"]
    to(desk, case, "Saskia Ribbers", "o", "s", "6")
    assert "Saskia" not in desk.preparation(desk.draft(case)).fields["text"]
    assert desk.draft(case).rulings[-1].everywhere
    _, state = to(desk, case, "boos", "v")
    assert desk.draft(case).rulings[-1].act is Act.ACCEPT
    count = len(desk.draft(case).rulings)
    one, _ = reviewed(desk, case, *["u"] * (count + 1))
    assert "niets om terug te draaien" in one.warned
    assert desk.draft(case).rulings == ()


def test_everything_at_once_then_enter_ends(desk: Desk, case: str) -> None:
    doubted(desk, case, "boos", "rust")
    _, state = reviewed(desk, case, "a")
    while state.open:
        state = reviewed(desk, case, "w")[1]
    ended = heard("")
    assert review(ended.talk, desk, case).open == 0
    assert "Alles is beslist" in ended.said


def test_a_warning_is_left_out_or_kept(desk: Desk) -> None:
    case = desk.begin("Hij is de enige burgemeester van het dorp en won in 2019 de loterij.").id
    _, state = reviewed(desk, case, "a")
    warnings = [one for one in state.items if one.kind == "warning"]
    assert warnings, "the text must have a warning for this test"
    one, state = reviewed(desk, case, "v", "s", "l")
    assert one.warned.count("Dit is een waarschuwing") == 2
    assert desk.draft(case).rulings[-1].act is Act.KEEP
    assert "kept" in [item.state for item in state.items]


@pytest.mark.parametrize("wrong", ["", "x", "vv", "\x00", "v" * 100_000, "[bold]", "1"])
def test_a_key_that_is_none_says_so_and_decides_nothing(desk: Desk, case: str, wrong: str) -> None:
    doubted(desk, case, "boos")  # Enter ends only what has nothing open
    one, _ = reviewed(desk, case, wrong)
    assert "Deze toets is er niet" in one.warned
    assert desk.draft(case).rulings == ()


def test_a_program_that_never_presses_a_key_is_not_asked_for_ever(desk: Desk, case: str) -> None:
    with pytest.raises(EOFError):
        review(heard(*["y"] * 1000).talk, desk, case)


@pytest.mark.parametrize("error", [EOFError(), KeyboardInterrupt()])
def test_a_stop_keeps_every_decision(desk: Desk, vault: Vault, case: str, tmp_path: Path, error: BaseException) -> None:
    one = heard("m", "boos", "1", "m", "rust", error)
    with pytest.raises(type(error)):
        review(one.talk, desk, case)
    vault.lock()
    again = reopen(tmp_path / "kluis")
    [ruling] = Desk(again, WORKER, analyser, desk.now).draft(case).rulings
    assert TEXT[ruling.start : ruling.end] == "boos"
    again.lock()


def test_a_case_without_marks_can_be_reviewed(desk: Desk) -> None:
    case = desk.begin("er is niets").id
    one, state = reviewed(desk, case, "n", "p", "v", "l", "w", "s", "a", "u")
    assert state.items == ()
    assert one.warned.count("geen plek om over te beslissen") == 4


def test_a_case_that_was_sent_is_not_reviewed(desk: Desk, case: str) -> None:
    desk.keep(msgspec.structs.replace(desk.draft(case), state=DraftState.SENT))
    with pytest.raises(NotNow):
        review(heard().talk, desk, case)


def test_a_decision_that_the_desk_refuses_is_told(desk: Desk, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from anonymisation.errors import InvalidDecision

    def refuse(*_: object) -> None:
        raise InvalidDecision("Saskia")

    monkeypatch.setattr(Desk, "decide", refuse)
    one, _ = to(desk, case, "Saskia Ribbers", "v")
    assert NOT_HERE in one.warned
    assert "Saskia" not in one.warned

    def deny(*_: object) -> None:
        raise StationError("Dat kan nu niet meer.")

    monkeypatch.setattr(Desk, "decide", deny)
    one, _ = to(desk, case, "Saskia Ribbers", "v")
    assert "Dat kan nu niet meer." in one.warned


def test_text_in_the_review_can_do_nothing_to_the_terminal(desk: Desk) -> None:
    case = desk.begin("Saskia Ribbers\x1b[2J zei [bold]niets[/bold].\u202e").id
    one, _ = reviewed(desk, case, "t")
    assert "\x1b" not in one.said
    assert "\u202e" not in one.said
    assert "[bold]niets[/bold]" in one.said
