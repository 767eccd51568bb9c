"""What people were told has happened, which in the end must have happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.kernel.ids import derive
from domain.registration.personal_info import PersonalInfo


def order_id_of(number: int) -> UUID:
    """The one order of a registrant."""
    return derive("simulation", f"order {number}")


@dataclass(slots=True)
class Promises:
    """What people were told has happened."""

    orders: set[UUID] = field(default_factory=set)
    payments: set[UUID] = field(default_factory=set)
    registrants: set[tuple[UUID, PersonalInfo]] = field(default_factory=set)
    attendees: set[tuple[UUID, int, PersonalInfo]] = field(default_factory=set)
    forgotten: set[UUID] = field(default_factory=set)
