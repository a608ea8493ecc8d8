"""What is said and asked in a terminal: text can do nothing to it, and no answer is lost in a wrong one."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest
from rich.text import Text

from clients.station.terminal.talk import LONGEST_LINE, TOO_LONG, Keyboard, Unreadable, answer_of, harmless, of_process
from tests.support.terminal import heard


class Pipe(io.TextIOWrapper):
    """A standard input that is no terminal."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Keyboard]:
    """Make a keyboard that reads these bytes."""

    def make(data: bytes) -> Keyboard:
        monkeypatch.setattr(sys, "stdin", Pipe(data))
        return Keyboard()

    return make


def test_text_can_do_nothing_to_the_terminal() -> None:
    text = "Jan\x1b[2J\x07\x9bm\u202eneiP\ud800\tx\ny"
    shown = harmless(text)
    assert len(shown) == len(text)
    assert shown == "Jan\ufffd[2J\ufffd\ufffdm\ufffdneiP\ufffd\tx\ny"


def test_text_is_never_markup_nor_an_emoji() -> None:
    one = heard(colour=True)
    one.talk.say("[bold]Jan[/bold] :smile: [link=file:///etc]x[/link]")
    assert "[bold]Jan[/bold] :smile: [link=file:///etc]x[/link]" in one.said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  ja ", "ja"),
        ("\x1b[A\x1b[1;5Cja", "ja"),
        ("\x1b]0;titel\x07ja", "ja"),
        ("j\x00a\x7f", "ja"),
        ("a\tb", "a b"),
        ("e\u0301", "é"),
        ("\x1b", ""),
        ("", ""),
    ],
)
def test_an_answer_is_cleaned(typed: str, meant: str) -> None:
    assert answer_of(typed) == meant


def test_a_pipe_is_read_line_by_line_and_ends(keyboard: Callable[[bytes], Keyboard]) -> None:
    read = keyboard("één\r\ntwee".encode())
    assert (read.line("? "), read.hidden("? ")) == ("één", "twee")
    with pytest.raises(EOFError):
        read.line("? ")


def test_a_huge_line_is_refused_and_the_next_one_is_read(keyboard: Callable[[bytes], Keyboard]) -> None:
    read = keyboard(b"x" * (3 * LONGEST_LINE) + b"\nja\n")
    with pytest.raises(Unreadable) as refused:
        read.line("? ")
    assert (str(refused.value), read.line("? ")) == (TOO_LONG, "ja")


def test_bytes_that_are_no_text_are_an_answer_like_any_other(keyboard: Callable[[bytes], Keyboard]) -> None:
    assert keyboard(b"\xff\xfe\n").line("? ") == "\ufffd\ufffd"


def test_an_unreadable_answer_is_asked_again_but_not_for_ever() -> None:
    one = heard(Unreadable(TOO_LONG), "ja")
    assert one.talk.ask("Goed") == "ja"
    assert TOO_LONG in one.warned
    with pytest.raises(EOFError):
        heard(*[Unreadable(TOO_LONG)] * 100).talk.ask_hidden("Goed")


def test_no_colour_when_the_person_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with_colour = heard(colour=True)
    with_colour.talk.say(Text("zo", style="bold red"))
    assert "\x1b[1;31m" in with_colour.said
    monkeypatch.setenv("NO_COLOR", "1")
    without = heard(colour=True)
    without.talk.say(Text("zo", style="red"))
    assert "\x1b[31m" not in without.said
    piped = heard()
    piped.talk.say(Text("zo", style="bold red"))
    assert piped.said == "zo\n"


def test_what_the_alphabet_of_the_terminal_lacks_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdin", Pipe(b""))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    of_process().say("één ‘casus’")
    out.flush()
    assert out.buffer.getvalue() == b"??n ?casus?\n"


def test_a_text_that_comes_in_is_never_taken_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_terminal(*_: object) -> object:
        raise OSError

    monkeypatch.setattr(sys, "stdin", Pipe(b"Saskia Ribbers belt.\n"))
    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", no_terminal)
        reader = of_process(text_comes_in=True).reader
    for ask in (reader.line, reader.hidden):
        with pytest.raises(EOFError):
            ask("Wachtzin: ")
    assert sys.stdin.buffer.read() == b"Saskia Ribbers belt.\n"
