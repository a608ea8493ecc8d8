"""The shipped pipeline loads, keeps its contract on any text, and finds what it was made for."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from anonymisation.document import EntityType
from anonymisation.errors import ModelUnavailable
from anonymisation.model import FOLDER


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(FOLDER)


TEXTS = [
    "",
    " \n\r\n\t",
    "Mw. Selam Tewelde (37) uit Velp belde op 12-11-2025, 06-12345678.",
    "👩‍👩‍👧 met Dennis van\nder Heijden 👍 in Lichtenvoorde",
    "\u202eاسمه محمد\u202c bij GGZ Veluwezoom\x00einde",
    "a" * 5000 + " Jan",
    "e\u0301e\u0301n keer naar Groenlo; geb. 14-03-1988",
]


@pytest.mark.parametrize("text", TEXTS)
def test_spans_and_scores_keep_the_contract(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    group = doc.spans["pii"]
    scores = group.attrs["scores"]
    assert len(scores) == len(group)
    assert all(0 <= score <= 1 for score in scores)
    position = 0
    for span in group:
        assert position <= span.start_char < span.end_char <= len(text)
        assert EntityType(span.label_)
        position = span.end_char


def test_plain_cases_are_certain(nlp: Language) -> None:
    text = (
        "Gesproken met mevrouw Marijke ten Brinke, huisarts in Lichtenvoorde, over haar zoon Jayden. Bel 0544-123 456."
    )
    doc = nlp(text)
    scored = zip(doc.spans["pii"], doc.spans["pii"].attrs["scores"], strict=True)
    certain = {(span.text, span.label_) for span, score in scored if score >= 0.5}
    assert {("Marijke ten Brinke", "PERSON"), ("Lichtenvoorde", "LOCATION"), ("Jayden", "PERSON")} <= certain


def test_a_text_without_identifiers_stays_unmarked(nlp: Language) -> None:
    text = "S: moe en kortademig. O: RR 140/90, pols 72. E: hypertensie. P: amlodipine 5 mg, controle over 3 weken."
    doc = nlp(text)
    assert [score for score in doc.spans["pii"].attrs["scores"] if score >= 0.5] == []


def test_a_long_text_is_marked_like_its_parts(nlp: Language) -> None:
    line = "Op woensdag belde mevrouw Truus Ribbers uit Groenlo over haar kleinzoon.\n\n"
    doc = nlp(line * 40)
    found = [span.text for span in doc.spans["pii"] if span.label_ == "PERSON"]
    assert found.count("Truus Ribbers") == 40


def test_the_pipeline_survives_the_disk(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "copy")
    again = spacy.load(tmp_path / "copy")
    for text in TEXTS:
        one, two = nlp(text), again(text)
        assert [(s.start_char, s.end_char, s.label_) for s in one.spans["pii"]] == [
            (s.start_char, s.end_char, s.label_) for s in two.spans["pii"]
        ]


def test_a_damaged_folder_is_refused(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "copy")
    (tmp_path / "copy" / "casuskring_tagger" / "judge.json.gz").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelUnavailable):
        spacy.load(tmp_path / "copy")


def test_the_shipped_pipeline_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 25_000_000
