"""E-mail: headers on top, the best body, files listed and not opened."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from clients.errors import DocumentRefused
from clients.station.documents import ExtraKind, open_document
from tests.support.papers import mail, texts


def test_headers_stand_on_top_in_a_fixed_order() -> None:
    data = mail(
        "Beste Anja,\n\nMarijke is ziek.\n",
        Cc="Anja <anja@x.nl>",
        To="Jürgen Şahin <j@x.nl>",
        Date="Mon, 02 Jun 2025 10:00:00 +0200",
        Bcc="stil@x.nl",
        X_Mailer="Post 1",
    )
    opened = open_document("a.eml", data)
    assert opened.text == (
        "Van: huisarts@voorbeeld.nl\nAan: Jürgen Şahin <j@x.nl>\nCc: Anja <anja@x.nl>\nOnderwerp: Overleg\n"
        "Datum: Mon, 02 Jun 2025 10:00:00 +0200\n\nBeste Anja,\n\nMarijke is ziek."
    )
    assert texts(opened, ExtraKind.METADATA) == ["stil@x.nl", "Post 1"]


@pytest.mark.parametrize("way", ["7bit", "8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-7", "bestaat-niet", "punycode"])
def test_every_way_of_writing(way: str, charset: str) -> None:
    import base64
    import quopri

    known = charset in {"utf-8", "iso-8859-1", "windows-1252"}
    body = "Zoë is ziek".encode(charset if known else "utf-8")
    packed = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(way, bytes)(body)
    head = f"From: a@x.nl\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {way}\r\n\r\n"
    assert open_document("a.eml", head.encode() + packed).text == "Van: a@x.nl\n\nZoë is ziek"


def test_headers_in_every_way_of_writing() -> None:
    data = (
        b"From: =?iso-8859-1?q?Zo=EB?= Jansen <z@x.nl>\r\nTo: Zo\xc3\xab\r\nCc: Zo\xeb\r\n"
        b"Subject: =?utf-8?B?Wm/Dqw==?=\r\n =?utf-8?Q?_is_ziek?= =?utf-8?b?!!?=\r\nDate: gisteren\r\n\r\nTekst"
    )
    lines = open_document("a.eml", data).text.split("\n")
    assert lines[:3] == ["Van: Zoë Jansen <z@x.nl>", "Aan: Zoë", "Cc: Zoë"]
    assert lines[3].startswith("Onderwerp: Zoë is ziek")


def test_files_pictures_and_nested_messages_are_listed() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Eerder"
    inner.set_content("Geheim van binnen")
    message = EmailMessage()
    message["From"], message["Subject"] = "a@x.nl", "Met bijlagen"
    message.set_content("Zie bijlage.")
    message.add_alternative(
        "<p>Zie <b>bijlage</b>.</p><img alt='logo'><span style='display:none'>stil</span>", subtype="html"
    )
    message.add_attachment(b"x" * 3000, maintype="application", subtype="pdf", filename="brief Zoë.pdf")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="foto.png")
    message.add_attachment("los", filename="los.txt")
    message.add_attachment(inner)
    opened = open_document("a.eml", message.as_bytes())
    assert opened.text == "Van: a@x.nl\nOnderwerp: Met bijlagen\n\nZie bijlage."
    assert texts(opened, ExtraKind.ATTACHMENT) == ["brief Zoë.pdf (3 kB)", "los.txt (4 bytes)", "bericht: Eerder"]
    assert texts(opened, ExtraKind.IMAGE) == ["logo", "foto.png (1 bytes)"]
    assert texts(opened, ExtraKind.HIDDEN) == ["stil"]
    assert [one.place for one in opened.extras if one.kind is ExtraKind.ATTACHMENT] == [
        "bijlage 1",
        "bijlage 2",
        "bijlage 3",
    ]


def test_html_alone_reads_as_its_reader_sees_it() -> None:
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><script>kwaad()</script><!-- stil -->"
        "<p>Beste&nbsp;Anja,<br>Marijke\n is   ziek.</p><ul><li><p>een</p></li><li>twee</li></ul>"
        "<table><tr><th>Naam</th><td>Marijke</td></tr><tr><td>Plaats</td><td>Zwolle</td></tr></table>"
        "<div hidden>verborgen <b>deel</b></div><a href='mailto:k@x.nl'>Kees</a><div>Groet</div></body></html>"
    )
    message = EmailMessage()
    message["From"] = "a@x.nl"
    message.set_content(page, subtype="html")
    opened = open_document("a.eml", message.as_bytes())
    assert opened.text == (
        "Van: a@x.nl\n\nBeste Anja,\nMarijke is ziek.\n\n- een\n- twee\n\n"
        "Naam | Marijke\nPlaats | Zwolle\n\nKees\nGroet"
    )
    assert texts(opened, ExtraKind.HIDDEN) == ["verborgen deel"]
    assert texts(opened, ExtraKind.METADATA) == ["mailto:k@x.nl"]


def test_an_empty_plain_version_gives_way() -> None:
    message = EmailMessage()
    message["From"] = "a@x.nl"
    message.set_content("\n")
    message.add_alternative("<p>Hier staat het</p>", subtype="html")
    assert open_document("a.eml", message.as_bytes()).text.endswith("Hier staat het")


def test_quoted_messages_stay_and_are_listed() -> None:
    body = (
        "Dank!\n> eerder één\n> eerder twee\nGroet\n\nOp 2 juni 2025 om 10:00 schreef Anja <a@x.nl>:\n\nVorige vraag\n"
    )
    opened = open_document("a.eml", mail(body))
    assert opened.text.endswith("Vorige vraag")
    quoted = texts(opened, ExtraKind.QUOTED)
    assert quoted[0] == "> eerder één\n> eerder twee"
    assert quoted[1].startswith("Op 2 juni")
    assert quoted[1].endswith("Vorige vraag")


def test_lines_that_the_program_broke_are_joined() -> None:
    data = b"From: a@x.nl\nContent-Type: text/plain; format=flowed\n\nEen lange \nregel.\n-- \nKees\n"
    assert open_document("a.eml", data).text == "Van: a@x.nl\n\nEen lange regel.\n-- \nKees"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"From: a@x.nl\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n", "password"),
        (b"X-Spam: nee\n\n \n", "empty"),
        (b"Beste Anja, dit is geen bericht.\n", "wrong_kind"),
        (b"From: a@x.nl\nContent-Type: text/html\n\n" + b"<div>" * 400 + b"diep", "damaged"),
    ],
)
def test_refusals(data: bytes, code: str) -> None:
    with pytest.raises(DocumentRefused) as caught:
        open_document("a.eml", data)
    assert caught.value.code == code


def test_parts_in_one_another_without_end() -> None:
    lines = ["From: a@x.nl"]
    for depth in range(3000):
        lines += [f"Content-Type: multipart/mixed; boundary=b{depth}", "", f"--b{depth}"]
    with pytest.raises(DocumentRefused) as caught:
        open_document("a.eml", "\n".join([*lines, "", "diep"]).encode())
    assert caught.value.code == "damaged"
