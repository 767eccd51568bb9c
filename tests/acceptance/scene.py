"""What a scenario has come to so far, and the words that its steps share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.support.api import Answer, Api, Json
from tests.support.bus import BusInspector, HeldSession
from tests.support.conferences import OrganizedConference
from tests.support.registrants import Registrant

Table = Sequence[Sequence[str]]

STATES = {
    "reserved": "reservationCompleted",
    "partially reserved": "partiallyReserved",
    "confirmed": "confirmed",
    "expired": "rejected",
}

TOLD = {
    "not enough seats are left": (409, "seats-unavailable"),
    "only a part could be reserved": (409, "partially-reserved"),
    "the reservation is pending": (409, "reservation-pending"),
    "the registrant is missing": (409, "registrant-missing"),
    "the order is settled already": (409, "order-settled"),
    "the order has expired": (409, "order-expired"),
    "there is such an order already": (409, "order-exists"),
    "the payment was accepted": (409, "payment-accepted"),
    "the payment was rejected": (409, "payment-rejected"),
    "the address is taken": (409, "slug-taken"),
    "the seats were published": (409, "seat-type-published"),
    "there is no such thing": (404, "not-found"),
    "the request does not fit": (422, "invalid"),
}


@dataclass(kw_only=True)
class Scene:
    """`registrant` is whom the scenario calls her, `answer` the one she got last."""

    api: Api
    bus: BusInspector
    brakes: ExitStack
    conferences: list[OrganizedConference] = field(default_factory=list)
    registrants: list[Registrant] = field(default_factory=list)
    answer: Answer | None = None
    first_answer: Answer | None = None
    earlier_payment_id: str = ""
    held: HeldSession | None = None

    @property
    def conference(self) -> OrganizedConference:
        """The conference that the scenario is about."""
        return self.conferences[0]

    @property
    def other_conference(self) -> OrganizedConference:
        """The other one."""
        return self.conferences[1]

    @property
    def registrant(self) -> Registrant:
        """Whoever came last."""
        return self.registrants[-1]

    def new_registrant(self) -> Registrant:
        """Somebody comes."""
        self.registrants.append(Registrant(self.conference))
        return self.registrant

    def told(self) -> Answer:
        """The last answer."""
        assert self.answer is not None, "nobody asked anything yet"
        return self.answer


def seats_of(text: str) -> dict[str, int]:
    """`2 General admission and 1 Keynote` as quantities by name."""
    return {
        name: int(quantity) for quantity, name in (part.split(" ", 1) for part in re.split(r", | and ", text.strip()))
    }


def rows(table: Table) -> list[dict[str, str]]:
    """The rows of a table, by the words of its head."""
    head, *body = table
    return [dict(zip(head, row, strict=True)) for row in body]


def attendee_of(person: Json | None) -> str:
    """`Ada Lovelace <ada@example.com>`, or nothing for a free seat."""
    return f"{person['firstName']} {person['lastName']} <{person['email']}>" if person else ""


def holding(seats: Mapping[str, int]) -> dict[str, int]:
    """The same without zeros."""
    return {name: quantity for name, quantity in seats.items() if quantity}
