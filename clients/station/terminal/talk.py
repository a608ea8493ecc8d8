"""What is said and asked in a terminal. Text of a case is shown as it is, but can do nothing to the terminal."""

from __future__ import annotations

import contextlib
import getpass
import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from rich.console import Console
from rich.text import Text

from clients.station.documents.clean import clean

LONGEST_LINE = 256 * 1024
"""Bytes of one answer; a longer one is refused without being kept."""
PATIENCE = 20
"""So many wrong answers to one question in a row come from a program that will never give a right one."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
TOO_LONG = "Dit is te lang. Kort het in en probeer het opnieuw."
UNREADABLE = "Dit is niet te lezen. Typ het opnieuw."


class Unreadable(Exception):
    """A line cannot be taken as an answer; the message is Dutch and says why."""


class Reader(Protocol):
    """Where answers come from. Both raise EOFError at the end, and Unreadable for what is no line of text."""

    def line(self, prompt: str) -> str: ...
    def hidden(self, prompt: str) -> str: ...


def harmless(text: str) -> str:
    """Return the text with every sign replaced that would move the cursor, ring, or turn a line around."""
    return "".join(
        "\ufffd" if (unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n\t") or one in _TURNING else one
        for one in text
    )


def answer_of(line: str) -> str:
    """Return what was typed on one line, without control characters and what keys for moving leave behind."""
    return clean(_ESCAPES.sub("", line.replace("\t", " "))).replace("\n", " ").strip()


@dataclass(slots=True)
class Talk:
    """Says on standard output, warns on standard error, and asks."""

    reader: Reader
    out: Console
    err: Console

    def say(self, text: str | Text = "", style: str = "") -> None:
        """Show one thing. A string is text as it is, never markup."""
        shown = Text(harmless(text), style=style) if isinstance(text, str) else text
        # Without a terminal lines stay whole, so that what reads them can find a sentence.
        self.out.print(shown, soft_wrap=not self.out.is_terminal)

    def warn(self, sentence: str) -> None:
        """Show a sentence on standard error."""
        self.err.print(Text(harmless(sentence)), soft_wrap=not self.err.is_terminal)

    def ask(self, question: str) -> str:
        """Return an answer of one line, cleaned.

        Raises:
            EOFError: there is none, or only unreadable ones.
        """
        return answer_of(self._read(self.reader.line, question))

    def ask_hidden(self, question: str) -> str:
        """Return a passphrase or a password as it was typed.

        Raises:
            EOFError: there is none.
        """
        return self._read(self.reader.hidden, question)

    def _read(self, read: Callable[[str], str], question: str) -> str:
        for _time in range(PATIENCE):
            try:
                return read(f"{question}: ")
            except Unreadable as wrong:
                self.warn(str(wrong))
        raise EOFError


class Keyboard:
    """Reads from standard input or, when a text came in that way, from the terminal itself."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self._stream = stream
        if stream is None and sys.stdin.isatty():
            with contextlib.suppress(ImportError):
                # Without it a pasted line of more than 4,096 bytes is cut by the terminal.
                import readline

                readline.set_auto_history(False)

    def line(self, prompt: str) -> str:
        """Read one line."""
        if self._stream is None and sys.stdin.isatty():
            try:
                return _bounded(input(prompt))
            except UnicodeDecodeError:
                raise Unreadable(UNREADABLE) from None
        sys.stdout.write(prompt)
        sys.stdout.flush()
        return self._raw()

    def hidden(self, prompt: str) -> str:
        """Read one line that is not shown."""
        if self._stream is not None or sys.stdin.isatty():
            try:
                return _bounded(getpass.getpass(prompt))
            except UnicodeDecodeError:
                raise Unreadable(UNREADABLE) from None
        sys.stdout.write(prompt)
        sys.stdout.flush()
        return self._raw()

    def _raw(self) -> str:
        source = self._stream or sys.stdin.buffer
        data = source.readline(LONGEST_LINE + 1)
        if not data:
            raise EOFError
        if len(data) > LONGEST_LINE:
            while not data.endswith(b"\n") and (data := source.readline(LONGEST_LINE)):
                pass
            raise Unreadable(TOO_LONG)
        if self._stream is None:
            sys.stdout.write("\n")  # nobody pressed Enter on this screen
        return data.decode("utf-8", "replace").rstrip("\r\n")


def _bounded(line: str) -> str:
    if len(line) > LONGEST_LINE:
        raise Unreadable(TOO_LONG)
    return line


class Nobody:
    """Answers nothing: the text of a case comes in where answers would, and there is no terminal beside it."""

    def line(self, prompt: str) -> str:  # noqa: ARG002 - a reader's signature
        """End."""
        raise EOFError

    def hidden(self, prompt: str) -> str:  # noqa: ARG002 - the same
        """End."""
        raise EOFError


def of_process(*, text_comes_in: bool = False) -> Talk:
    """Return the talk of this process. What the terminal's alphabet lacks becomes a question mark, never an error.

    With `text_comes_in` a pipe on standard input is the text of a case: no line of it may be taken for an answer.
    """
    reader: Reader = _beside() if text_comes_in and not sys.stdin.isatty() else Keyboard()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    return Talk(reader, _console(), _console(stderr=True))


def _beside() -> Reader:
    """Return who sits at the terminal that this process was started from, when there is one."""
    try:
        return Keyboard(open("/dev/tty", "rb"))
    except OSError:
        return Nobody()


def _console(*, stderr: bool = False) -> Console:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)
