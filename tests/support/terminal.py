"""A person at a terminal whose answers were written down before, and a keyring that forgets itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from rich.console import Console

from clients.station.terminal.talk import Talk

Answer = str | BaseException


@dataclass
class Script:
    """Gives its answers in turn; what is an error is raised. After the last one the input has ended."""

    answers: list[Answer]
    asked: list[str] = field(default_factory=list)

    def line(self, prompt: str) -> str:
        """Give the next answer."""
        self.asked.append(prompt)
        if not self.answers:
            raise EOFError
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def hidden(self, prompt: str) -> str:
        """Give the next answer."""
        return self.line(prompt)


@dataclass
class Heard:
    """A talk with a script, and what it said."""

    talk: Talk
    script: Script
    _out: io.StringIO
    _err: io.StringIO

    @property
    def said(self) -> str:
        """All on standard output so far."""
        return self._out.getvalue()

    @property
    def warned(self) -> str:
        """All on standard error so far."""
        return self._err.getvalue()


def heard(*answers: Answer, colour: bool = False) -> Heard:
    """Return a talk in which these answers will be given."""
    out, err, script = io.StringIO(), io.StringIO(), Script(list(answers))
    consoles = [
        Console(file=one, force_terminal=colour, width=10_000, highlight=False, markup=False, emoji=False)
        for one in (out, err)
    ]
    return Heard(Talk(script, *consoles), script, out, err)


class MemoryKeyring(KeyringBackend):
    """Keeps passwords while the test runs. `broken` makes it refuse all, `priority` is how much it is to be trusted."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = False

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept."""
        self._refuse(username)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self._refuse(password)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        self._refuse(username)
        if (service, username) not in self.kept:
            raise PasswordDeleteError(username)
        del self.kept[service, username]

    def _refuse(self, secret: str) -> None:
        if self.broken:
            raise RuntimeError(f"the bus is gone with {secret}")


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    """A keyring in memory in place of the system's."""
    before, made = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)
