"""The values of this room: circles with their seats, members as others see them, agreements in short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.protocol.words import Domain, SeatFunction


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of a circle. `deputies` are (member id, name)."""

    id: str
    domain: Domain
    function: SeatFunction
    holder: str
    holder_name: str
    organisation: str
    organisation_name: str
    deputies: tuple[tuple[str, str], ...]

    def may_be_taken_by(self, member: str) -> bool:
        """Is this member its holder or a named deputy?"""
        return member == self.holder or any(member == one for one, _name in self.deputies)


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle with its fixed composition, seats in their order."""

    id: str
    name: str
    frequency: str
    preset: str
    seats: tuple[Seat, ...]

    def seat_of(self, member: str) -> Seat | None:
        """Return the seat that this member holds or, failing that, may take as a deputy."""
        held = next((seat for seat in self.seats if seat.holder == member), None)
        return held or next((seat for seat in self.seats if seat.may_be_taken_by(member)), None)

    @property
    def complete(self) -> bool:
        """Are all three domains in the composition?"""
        return {seat.domain for seat in self.seats} == set(Domain)


@dataclass(frozen=True, slots=True)
class NewSeat:
    """What is needed for a seat."""

    domain: Domain
    function: SeatFunction
    holder: str
    deputies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewMember:
    """What is needed for a member. The password is never shown."""

    login_name: str
    name: str
    password: str
    organisation: str
    roles: tuple[str, ...]
    profession: str = ""

    def __repr__(self) -> str:
        return "NewMember(***)"


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What a member is called from now on, their function and all their roles."""

    name: str
    profession: str
    roles: tuple[str, ...]

    def __repr__(self) -> str:
        return "MemberChange(***)"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A planned or past session of a circle, in short."""

    id: str
    circle: str
    circle_name: str
    starts_at: datetime
    stage: str
    cases: int
