"""Whatever is done to a vault, in whatever order, it holds what a dict would hold."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from clients import errors
from clients.station.vault import Vault
from tests.support.vaults import PASSPHRASE, WORKER, contents, new_vault, reopen

ids = st.sampled_from(["a", "A", "b", "con", "r-1", "_", "x" * 64]) | st.from_regex(
    r"[A-Za-z0-9_-]{1,64}", fullmatch=True
)
kinds = st.sampled_from(["draft", "login", "k"])
phrases = st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=20).filter(
    lambda text: len(text.strip()) == len(text) and text.isprintable() and text.isascii()
) | st.sampled_from([PASSPHRASE, "cafe\u0301 met brood erbij", "\ufb01jne lange wachtzin"])


class Life(RuleBasedStateMachine):
    """A vault beside a dict that holds the same."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp())
        self.folder = self.top / "kluis-0"
        self.vault: Vault = new_vault(self.folder)
        self.passphrase = PASSPHRASE
        self.secret: bytes | None = None
        self.model: dict[str, tuple[str, bytes]] = {}
        self.copies = 0

    @rule(name=ids, kind=kinds, data=st.binary(max_size=200))
    def write(self, name: str, kind: str, data: bytes) -> None:
        self.vault.write(name, kind, data)
        self.model[name] = (kind, data)

    @rule(name=ids)
    def delete(self, name: str) -> None:
        if name not in self.model:
            with pytest.raises(errors.RecordMissing):
                self.vault.delete(name)
            return
        self.vault.delete(name)
        del self.model[name]

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def delete_one_that_is_there(self, data: st.DataObject) -> None:
        self.delete(data.draw(st.sampled_from(sorted(self.model))))

    @rule()
    def reopen(self) -> None:
        self.vault.lock()
        self.vault = reopen(self.folder, self.passphrase)

    @precondition(lambda self: self.secret is not None)
    @rule()
    def reopen_with_secret(self) -> None:
        assert self.secret is not None
        self.vault.lock()
        self.vault = Vault.open_with_secret(self.folder, WORKER, self.secret, random_bytes=secrets.token_bytes)

    @rule(new=phrases)
    def change_passphrase(self, new: str) -> None:
        self.vault.change_passphrase(self.passphrase, new)
        self.passphrase = new

    @rule()
    def add_secret(self) -> None:
        self.secret = self.vault.add_secret(WORKER)

    @rule()
    def backup_and_restore(self) -> None:
        self.copies += 1
        assert self.vault.backup(self.top / f"kopie-{self.copies}") == len(self.model)
        self.vault.lock()
        self.folder = self.top / f"kluis-{self.copies}"
        Vault.restore(self.top / f"kopie-{self.copies}", self.folder)
        self.vault = reopen(self.folder, self.passphrase)

    @invariant()
    def holds_the_same(self) -> None:
        assert contents(self.vault) == self.model
        assert self.vault.ids() == tuple(self.model)
        drafts = tuple(name for name, (kind, _) in self.model.items() if kind == "draft")
        assert self.vault.ids("draft") == drafts
        assert len(list((self.folder / "stukken").iterdir())) == len(self.model)

    def teardown(self) -> None:
        self.vault.lock()
        shutil.rmtree(self.top)


def test_a_vault_behaves_like_a_dict() -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
