"""Regression cases: places of what was sent, whatever the analyser finds today, and what counts as found."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anonymisation.analyser import Analyser
from anonymisation.document import EntityType, Span
from anonymisation.known import Known
from clients.station import missed
from clients.station.desk import Desk
from clients.station.draft import Draft, DraftState
from clients.station.preparation import Act, Material, Preparation, Ruling
from clients.station.vault import Vault
from server.protocol.http import MissedAnswer
from tests.support.vaults import new_vault, reopen

NOW = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
FIELDS = {
    "text": "Wim Jansen 👩‍👧 woont bij Truus. Het kwibuswijf belt\x1e Wim vaak.",
    "question": "Wie helpt Wim en het kwibuswijf?",
}
SEEN = ("Wim Jansen", "Truus", "Wim")


class Words(Analyser):
    """An analyser that knows a list of words and nothing else; it counts how often it looked."""

    def __init__(self, *words: str, certain: bool = True) -> None:
        self.words, self.certain, self.looks = words, certain, 0

    def find(self, text: str, known: Known | None = None) -> tuple[Span, ...]:  # noqa: ARG002 - as the real one
        """Return every word of the list, the longest first where they overlap."""
        self.looks += 1
        found: list[Span] = []
        for word in sorted(self.words, key=len, reverse=True):
            start = text.find(word)
            while start >= 0:
                span = Span(start, start + len(word), EntityType.PERSON, 0.9, self.certain, "test")
                if not any(span.overlaps(one) for one in found):
                    found.append(span)
                start = text.find(word, start + 1)
        return tuple(sorted(found, key=lambda one: one.start))


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    opened = new_vault(tmp_path / "kluis")
    yield opened
    opened.lock()


def sent_draft(fields: Mapping[str, str] = FIELDS, *, rulings: tuple[Ruling, ...] = ()) -> tuple[Draft, Preparation]:
    """Return a case as an earlier analyser let it go out, and its preparation of then."""
    prepared = Preparation(Material.of(Words(*SEEN), fields), rulings, NOW.date())
    draft = Draft(
        id=secrets.token_hex(12),
        author="gp",
        begun_at=NOW,
        changed_at=NOW,
        state=DraftState.SENT,
        case="c" * 32,
        fields=dict(fields),
        rulings=rulings,
        replaced=prepared.protected.replacements,
    )
    return Draft.from_bytes(draft.to_bytes()), prepared


def answer(protected: Mapping[str, str], field: str, words: str, **changes: object) -> MissedAnswer:
    """Return a report of words in a protected field."""
    start = protected[field].index(words)
    values = {"id": "a" * 32, "start": start, "end": start + len(words), "label": "PERSON"} | changes
    return MissedAnswer(field=field, reported_at=NOW, **values)  # type: ignore[arg-type]


def desk_with(vault: Vault, analyser: Analyser) -> Desk:
    """Return a desk with this analyser."""
    return Desk(vault, "gp", lambda: analyser, lambda: NOW)


def test_what_left_is_told_without_the_analyser_of_then() -> None:
    omitted = Ruling(Act.OMIT, "text", FIELDS["text"].index("woont"), FIELDS["text"].index(" bij"))
    draft, prepared = sent_draft(rulings=(omitted,))
    kept = missed.as_sent(draft)
    assert kept is not None
    assert kept.fields == prepared.fields
    assert "Persoon A" in kept.fields["text"]
    assert missed.as_sent(Draft(id="x", author="gp", begun_at=NOW, changed_at=NOW)) is None


@pytest.mark.parametrize("field", ["text", "question"])
def test_the_place_is_that_of_the_sent_text_also_after_an_update(vault: Vault, field: str) -> None:
    draft, prepared = sent_draft()
    desk = desk_with(vault, Words("Wim", "woont", "kwibuswijf", "belt", "helpt"))
    assert desk.preparation(draft).fields != prepared.fields
    assert desk.keep_missed(draft, [answer(prepared.fields, field, "kwibuswijf")]) == 1
    [one] = desk.missed()
    assert (one.field, one.words) == (field, "kwibuswijf")
    assert len(one.text) == len(FIELDS[field])


def test_an_older_versions_case_is_prepared_again(vault: Vault) -> None:
    draft, prepared = sent_draft()
    older = Draft.from_bytes(draft.to_bytes().replace(b'"replaced":[', b'"was":['))
    assert older.replaced is None
    desk = desk_with(vault, Words(*SEEN))
    desk.keep_missed(older, [answer(prepared.fields, "text", "kwibuswijf")])
    assert [one.words for one in desk.missed()] == ["kwibuswijf"]


def test_a_place_that_touches_a_pseudonym_takes_all_of_the_name(vault: Vault) -> None:
    draft, prepared = sent_draft()
    desk = desk_with(vault, Words())
    report = answer(prepared.fields, "text", f"{prepared.fields['text'].split('.')[0][-1]}. Het kwibuswijf")
    desk.keep_missed(draft, [report])
    assert [one.words for one in desk.missed()] == ["Truus. Het kwibuswijf"]


def test_what_a_strange_service_sends_is_passed_over_or_bounded(vault: Vault) -> None:
    draft, prepared = sent_draft()
    desk = desk_with(vault, Words())
    good = answer(prepared.fields, "text", "kwibuswijf", id="../../kluis\0\ud800")
    length = len(prepared.fields["text"])
    wrong = [
        answer(prepared.fields, "text", "kwibuswijf", id="b", label="NAME"),
        answer(prepared.fields, "text", "kwibuswijf", id="c", end=length + 1),
        answer(prepared.fields, "text", "kwibuswijf", id="d", start=-1),
        answer(prepared.fields, "text", "kwibuswijf", id="e", end=0),
        MissedAnswer("f", "tried", 0, 1, "PERSON", NOW),
        MissedAnswer("g", "nergens", 0, 1, "PERSON", NOW),
    ]
    assert desk.keep_missed(draft, [*wrong, good]) == 1
    assert desk.keep_missed(draft, [good]) == 0
    many = [answer(prepared.fields, "text", "kwibuswijf", id=str(number)) for number in range(500)]
    assert desk.keep_missed(draft, many) == missed.MOST
    vault.check()


@pytest.mark.parametrize(
    ("words", "certain", "found"),
    [
        (("kwibuswijf",), True, True),
        (("kwibuswijf",), False, True),
        (("Het kwibuswijf belt",), True, True),
        (("kwibus", "wijf"), True, True),
        (("kwibus",), True, False),
        ((), True, False),
    ],
)
def test_found_means_every_letter_of_it(vault: Vault, words: tuple[str, ...], certain: bool, found: bool) -> None:
    draft, prepared = sent_draft()
    analyser = Words(*words, certain=certain)
    desk = desk_with(vault, analyser)
    assert desk.recheck_missed() == []
    reports = [
        answer(prepared.fields, "text", "kwibuswijf"),
        answer(prepared.fields, "text", "kwibuswijf", id="b", label="LOCATION"),
    ]
    desk.keep_missed(draft, reports)
    for _ in range(2):
        assert [one.found for one in desk.recheck_missed()] == [found, found]
    assert analyser.looks == 1, "one text is looked at once"


def test_one_damaged_record_hides_no_other(vault: Vault, tmp_path: Path) -> None:
    draft, prepared = sent_draft()
    desk = desk_with(vault, Words())
    desk.keep_missed(draft, [answer(prepared.fields, "text", "kwibuswijf")])
    vault.write("missed-other", missed.KIND, b'{"id":"missed-other"}')
    assert [one.words for one in desk.missed()] == ["kwibuswijf"]
    vault.lock()
    again = reopen(tmp_path / "kluis")
    assert [one.words for one in desk_with(again, Words()).missed()] == ["kwibuswijf"]
    again.lock()
