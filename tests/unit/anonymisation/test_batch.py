"""Lines in, lines out: every bad line is answered by a code and stops nothing."""

from __future__ import annotations

import io
import json

import pytest

from anonymisation.analyser import Analyser
from anonymisation.batch import MAX_LINE_BYTES, run_jsonl, run_plain
from anonymisation.errors import InvalidLine, TextTooLarge
from anonymisation.known import Known

CANARY = "Zwaluwstaart"


def answers(analyser: Analyser, *lines: bytes) -> tuple[int, list[dict[str, object]]]:
    """Run some lines and read the answers."""
    out = io.StringIO()
    bad = run_jsonl(lines, out, analyser)
    return bad, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_answered_with_offsets_of_its_own_text(analyser: Analyser) -> None:
    text = "😀 mw. Marleen de Vries, BSN 999904413"
    bad, (answer,) = answers(analyser, json.dumps({"id": "x", "text": text}).encode())
    assert bad == 0
    assert list(answer) == ["id", "text", "spans", "risk"]
    assert answer["text"] == "😀 mw. Persoon A, BSN [BSN verwijderd]"
    spans = answer["spans"]
    assert isinstance(spans, list)
    assert [text[span["start"] : span["end"]] for span in spans] == ["Marleen de Vries", "999904413"]
    assert set(spans[0]) == {"start", "end", "label", "replacement", "score", "certain"}


def test_known_values_and_risks_are_used(analyser: Analyser) -> None:
    line = {"id": 7, "text": "wiske is de enige smid", "known": {"names": ["Wiske Blik"], "bsn": None}}
    _, (answer,) = answers(analyser, json.dumps(line).encode())
    assert answer["text"] == "Persoon A is de enige smid"
    assert answer["risk"]


@pytest.mark.parametrize(
    ("line", "identity", "code"),
    [
        (b"Zwaluwstaart", None, "invalid_json"),
        (b"\xff\xfe", None, "invalid_utf8"),
        (b"[1]", None, "wrong_type"),
        (b'{"id":"a"}', "a", "missing_text"),
        (b'{"id":"a","text":null}', "a", "missing_text"),
        (b'{"id":"a","text":5}', "a", "wrong_type"),
        (b'{"id":"a","text":"\\ud800 Zwaluwstaart"}', "a", "invalid_text"),
        (b'{"id":"\\ud800","text":"x"}', None, "invalid_id"),
        (b'{"id":["Zwaluwstaart"],"text":"x"}', None, "invalid_id"),
        (b'{"id":true,"text":"x"}', None, "invalid_id"),
        (b'{"id":1.5,"text":"x"}', None, "invalid_id"),
        (b'{"id":"a","text":"x","known":{"Zwaluwstaart":1}}', "a", "invalid_known"),
        (b'{"id":"a","text":"x","known":["Zwaluwstaart"]}', "a", "invalid_known"),
        (b'{"id":"a","text":"x","known":{"birth_date":"31-02-1988"}}', "a", "invalid_known"),
        (b'{"id":"a","text":"x","known":{"names":["\\ud800"]}}', "a", "invalid_known"),
        (b'{"id":"a","text":"' + b"a" * 1_100_001 + b'"}', "a", "text_too_large"),
        (b"[" * 100_000, None, "invalid_json"),
        (b'{"id":' + b"9" * 5_000 + b',"text":"x"}', None, "invalid_json"),
        (b"x" * (MAX_LINE_BYTES + 1), None, "line_too_large"),
    ],
)
def test_a_bad_line_is_answered_by_a_code(analyser: Analyser, line: bytes, identity: object, code: str) -> None:
    bad, (answer, after) = answers(analyser, line, b'{"id":"next","text":"goed"}')
    assert bad == 1
    assert answer == {"id": identity, "error": code}
    assert after["text"] == "goed"
    assert CANARY not in json.dumps(answer)


def test_empty_lines_empty_texts_double_ids_and_further_fields_are_fine(analyser: Analyser) -> None:
    bad, found = answers(
        analyser, b"\n", b"  ", b'{"id":"a","text":"","more":[1]}\r\n', b'\xef\xbb\xbf{"id":"a","text":" "}'
    )
    assert bad == 0
    assert [one["text"] for one in found] == ["", " "]


def test_the_plain_form_replaces_and_counts_without_repeating(analyser: Analyser) -> None:
    text, summary = run_plain(f"mw. {CANARY} belt 06-12345678", analyser, Known(others=("belt",)))
    assert CANARY not in text + summary
    assert "PHONE_NUMBER 1" in summary


def test_the_plain_form_says_when_nothing_was_found(analyser: Analyser) -> None:
    assert run_plain("slaapt slecht", analyser) == (
        "slaapt slecht",
        "Vervangen: niets.\nTwijfelachtig, ook vervangen: 0.",
    )


def test_the_plain_form_refuses_what_it_cannot_read(analyser: Analyser) -> None:
    with pytest.raises(InvalidLine):
        run_plain("\ud800", analyser)
    with pytest.raises(TextTooLarge):
        run_plain("a" * 1_100_001, analyser)


ENGLISH = "The patient was referred because of low mood. She lives with her two children and has no work."


def test_a_line_in_another_language_is_answered_with_a_warning(analyser: Analyser) -> None:
    lines = [json.dumps({"id": n, "text": text}).encode() for n, text in enumerate((ENGLISH, "slaapt slecht", ""))]
    bad, found = answers(analyser, *lines)
    assert bad == 0
    assert found[0]["warnings"] == ["not_dutch"]
    assert [list(one) for one in found[1:]] == [["id", "text", "spans", "risk"]] * 2


def test_the_plain_form_says_first_that_a_text_is_in_another_language(analyser: Analyser) -> None:
    text, summary = run_plain(ENGLISH, analyser)
    assert text == ENGLISH
    first, *rest = summary.splitlines()
    assert first == (
        "Let op: deze tekst lijkt niet in het Nederlands geschreven. Namen en plaatsen kunnen gemist zijn; "
        "laat iemand hem helemaal nalezen."
    )
    assert rest == ["Vervangen: niets.", "Twijfelachtig, ook vervangen: 0."]
