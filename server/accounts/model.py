"""The values of this room: who acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.protocol.words import Domain, Role
from server.storage.audit_log import Who


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in member. `ref` is the reference that the audit log uses; `login` names this login, not its token."""

    member: str
    ref: str
    name: str
    organisation: str
    organisation_name: str
    domain: Domain
    roles: frozenset[Role]
    login: str
    expires_at: datetime

    def has(self, role: Role) -> bool:
        """Has this member the role?"""
        return role in self.roles

    @property
    def who(self) -> Who:
        """This member as the audit log knows them."""
        order = (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.COORDINATOR, Role.MANDATE_HOLDER)
        role = next((one for one in order if one in self.roles), Role.MEMBER)
        return Who(ref=self.ref, role=role.value, organisation=self.organisation, access_point=f"login:{self.login}")


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A fresh login. `token` is shown once and stored nowhere."""

    token: str
    actor: Actor

    def __repr__(self) -> str:
        return "NewLogin(***)"
