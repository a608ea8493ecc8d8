"""Files that are broken, hostile or both: each gives a refusal or a document, never another error."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.errors import DocumentRefused
from clients.station.documents import Opened, open_document
from clients.station.documents.clean import clean
from tests.support.papers import ODF, SAMPLES, odt, odt_with, run, unzipped, word, word_with, zipped

FLIPS = 200
LAUGHS = (
    "<!DOCTYPE a [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};&a{n - 1};&a{n - 1};'>" for n in range(1, 20))
    + "]>"
)
OUTSIDE = "<!DOCTYPE a [<!ENTITY buiten SYSTEM 'file:///etc/hostname'>]>"


def outcome(name: str, data: bytes) -> Opened | str:
    """Return the document, or the code with which it is refused."""
    try:
        return open_document(name, data)
    except DocumentRefused as refused:
        return refused.code


def changed(data: bytes, seed: int) -> Iterator[bytes]:
    """Yield `data` with one bit turned, over and over."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, and no secret
    for _ in range(FLIPS):
        place = draw.randrange(len(data))
        yield data[:place] + bytes([data[place] ^ (1 << draw.randrange(8))]) + data[place + 1 :]


@pytest.mark.parametrize("name", SAMPLES)
def test_cut_at_many_places(name: str) -> None:
    data = SAMPLES[name]()
    step = max(1, len(data) // 300)
    for cut in (*range(0, len(data), step), *range(len(data) - 60, len(data))):
        outcome(name, data[:cut])
    if name.endswith((".docx", ".odt")):
        assert outcome(name, data[: len(data) // 2]) == "damaged"


@pytest.mark.parametrize("name", SAMPLES)
def test_bits_that_turned(name: str) -> None:
    for data in changed(SAMPLES[name](), seed=7):
        outcome(name, data)


@pytest.mark.parametrize("name", ["brief.docx", "brief.odt"])
def test_bits_that_turned_inside_the_parts(name: str) -> None:
    members = unzipped(SAMPLES[name]())
    part = "word/document.xml" if "word/document.xml" in members else "content.xml"
    for data in changed(members[part], seed=11):
        outcome(name, zipped(members | {part: data}))


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "start", [b"", b"PK\x03\x04", b"%PDF-1.7\n", b"From: a\n\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_noise(name: str, start: bytes) -> None:
    draw = random.Random(3)  # noqa: S311 - repeatable, and no secret
    for size in (1, 10, 1000, 50_000):
        outcome(name, start + draw.randbytes(size))


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_never_declared(doctype: str, encoding: str) -> None:
    entity = "&a19;" if doctype is LAUGHS else "&buiten;"
    head = f"<?xml version='1.0' encoding='{encoding}'?>" + doctype
    members = unzipped(word_with(f"<w:p>{run('TEKST')}</w:p>"))
    for part in ("word/document.xml", "word/styles.xml", "docProps/core.xml", "word/_rels/document.xml.rels"):
        body = (
            members[part].decode().partition("?>")[2] if members[part].startswith(b"<?xml") else members[part].decode()
        )
        hostile = (head + body.replace("TEKST", entity)).encode(encoding)
        assert outcome("a.docx", zipped(members | {part: hostile})) == "damaged"
    body = f"<office:body><office:text><text:p>{entity}</text:p></office:text></office:body>"
    content = (head + f"<office:document-content {ODF}>{body}</office:document-content>").encode(encoding)
    assert outcome("a.odt", odt_with("", more={"content.xml": content})) == "damaged"


def test_zip_bombs() -> None:
    members = unzipped(word())
    assert outcome("a.docx", zipped(members | {"word/media/a.bin": bytes(101 * 1024 * 1024)})) == "too_large"
    assert outcome("a.docx", zipped(members | {f"word/media/{n}.png": b"x" for n in range(2_000)})) == "too_large"
    spaces = members["word/document.xml"] + b" " * (51 * 1024 * 1024)
    assert outcome("a.docx", zipped(members | {"word/document.xml": spaces})) == "too_large"


def test_a_size_that_lies() -> None:
    data = zipped({"content.xml": "a" * 100_000})
    place = data.rindex(b"PK\x01\x02") + 24
    lying = data[:place] + (500).to_bytes(4, "little") + data[place + 4 :]
    assert outcome("a.odt", lying) == "damaged"


@pytest.mark.parametrize("path", ["../buiten.xml", "/etc/x", "word/../../x", "C:/x", "..\\x"])
def test_names_that_leave_the_archive(path: str) -> None:
    assert outcome("a.docx", zipped(unzipped(word()) | {path: b"x"})) == "damaged"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name() -> None:
    import io

    out = io.BytesIO(word())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/document.xml", b"<x/>")
    assert outcome("a.docx", out.getvalue()) == "damaged"


def test_other_ways_of_packing() -> None:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("content.xml", b"<x/>")
    assert outcome("a.odt", out.getvalue()) == "damaged"


@pytest.mark.parametrize("depth", [60, 240, 100_000])
def test_tables_in_tables_and_spans_in_spans(depth: int) -> None:
    nested = "<w:sdt><w:sdtContent>" * depth + f"<w:p>{run('diep')}</w:p>" + "</w:sdtContent></w:sdt>" * depth
    spans = "<text:p>" + "<text:span>" * depth + "diep" + "</text:span>" * depth + "</text:p>"
    tables = "<table:table><table:table-row><table:table-cell>" * depth + "<text:p>diep</text:p>"
    tables += "</table:table-cell></table:table-row></table:table>" * depth
    for name, data in (("a.docx", word_with(nested)), ("a.odt", odt_with(spans)), ("a.odt", odt_with(tables))):
        found = outcome(name, data)
        assert found == "damaged" if isinstance(found, str) else found.text == "diep"
        assert depth != 60 or isinstance(found, Opened)


def test_every_part_that_is_missing() -> None:
    for name in ("brief.docx", "brief.odt"):
        members = unzipped(SAMPLES[name]())
        for gone in members:
            outcome(name, zipped({key: data for key, data in members.items() if key != gone}))
            outcome(name, zipped(members | {gone: b""}))


PARAGRAPHS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40), max_size=6
)


@given(PARAGRAPHS)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_again(paragraphs: list[str]) -> None:
    whole = ["begin", *(one for one in paragraphs if not any("\ufdd0" <= sign <= "\ufdef" for sign in one)), "eind"]
    expected = "\n".join(clean(one) for one in whole)
    assert open_document("a.docx", word([clean(one) for one in whole])).text == expected
    assert open_document("a.odt", odt([clean(one) for one in whole])).text == expected


@given(st.sampled_from(sorted(SAMPLES)), st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes(name: str, data: bytes) -> None:
    outcome(name, data)
