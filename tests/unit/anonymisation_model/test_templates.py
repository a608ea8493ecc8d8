"""The template format is read strictly, and mistakes say where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from anonymisation.document import EntityType
from anonymisation.model.training.errors import TemplateError
from anonymisation.model.training.examples import corpus
from anonymisation.model.training.templates import parse, read, read_all


def test_parse_tells_literals_slots_and_marked_texts_apart() -> None:
    template = parse(r"Mw. {last#1} uit {LOCATION=Ter\nApel} belt.", "x:1")
    kinds = [(p.text, p.label, p.slot, p.number) for p in template.pieces]
    assert kinds == [
        ("Mw. ", None, None, None),
        ("", EntityType.PERSON, "last", 1),
        (" uit ", None, None, None),
        ("Ter\nApel", EntityType.LOCATION, None, None),
        (" belt.", None, None, None),
    ]


@pytest.mark.parametrize(
    "text", ["{unknown_slot}", "{NO_LABEL=x}", "{PERSON=}", "{PERSON= Jan}", "{first_f", "last}", "{first#x}", "{}"]
)
def test_parse_refuses_what_breaks_the_format(text: str) -> None:
    with pytest.raises(TemplateError, match=r"^f\.txt:7: "):
        parse(text, "f.txt:7")


def test_an_error_never_repeats_the_text() -> None:
    with pytest.raises(TemplateError) as caught:
        parse("{kanarie-7391}", "f.txt:1")
    assert "kanarie" not in str(caught.value)
    assert caught.value.code == "invalid_template"


def test_notes_are_separated_by_a_line_of_dashes(tmp_path: Path) -> None:
    path = tmp_path / "notes_x.txt"
    path.write_text("eerste regel\ntweede {city}\n---\n\nderde\n---\n", encoding="utf-8")
    first, second = read(path)
    assert first.note
    assert (first.where, second.where) == ("notes_x.txt:1", "notes_x.txt:4")
    assert first.source == "eerste regel\ntweede {city}"
    assert second.source == "derde"


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "sentences_a.txt").write_text("{x}\ngoed\n{y}\n", encoding="utf-8")
    (tmp_path / "sentences_b.txt").write_text("{z}\n", encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        read_all(tmp_path.glob("*.txt"))
    places = [line.rsplit(":", 1)[0] for line in str(caught.value).splitlines()]
    assert places == ["sentences_a.txt:1", "sentences_a.txt:3", "sentences_b.txt:1"]


def test_the_corpus_of_the_project_follows_the_format() -> None:
    assert len(corpus()) > 1000
