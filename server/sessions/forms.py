"""The entries that a busy room writes for everything that is said, made once per room and filled in after that."""

from __future__ import annotations

from dataclasses import dataclass, field

from audit.events import Event
from server.storage.audit_log import SERVICE, Who
from server.storage.database import UnitOfWork
from server.storage.entry_forms import EntryForm

MAX_RECEIVERS = 100
"""Receivers in one entry; more get another one. An entry holds at most 128 objects."""

MAX_FORMS = 256
"""Forms kept per room: people come and go, and a form is made again when it is needed."""


@dataclass(slots=True)
class Forms:
    """The forms of one session's entries."""

    session: str
    _kept: dict[object, EntryForm] = field(default_factory=dict)

    def command(self, uow: UnitOfWork, who: Who, reason: str) -> EntryForm:
        """Return the form of the entry that `who` gave a command; `reason` is the kind of event that it caused."""
        form = self._kept.get((who, reason))
        return form or self._keep((who, reason), EntryForm(uow, Event.ROOM_COMMAND, who, self.session, reason=reason))

    def delivered(self, uow: UnitOfWork, receivers: tuple[str, ...]) -> EntryForm:
        """Return the form of the entry that events go to these members."""
        form = self._kept.get(receivers)
        if form is not None:
            return form
        members = tuple(("member", ref) for ref in receivers)
        return self._keep(
            receivers, EntryForm(uow, Event.ROOM_EVENT_DELIVERED, SERVICE, self.session, rest=members, reason=None)
        )

    def _keep(self, name: object, form: EntryForm) -> EntryForm:
        while len(self._kept) >= MAX_FORMS:
            del self._kept[next(iter(self._kept))]
        self._kept[name] = form
        return form
