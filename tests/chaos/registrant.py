"""A registrant in troubled times: what she wants, what she does on the way, and what she was told has happened."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from uuid import UUID

from domain.registration.personal_info import PersonalInfo
from tests.simulation.promises import Promises
from tests.support.api import Answer, Api, Json
from tests.support.conferences import OrganizedConference
from tests.support.persistent import PersistentRegistrant, is_not_seen_yet
from tests.support.registrants import person

REFUSALS = frozenset(
    {
        "seats-unavailable",
        "partially-reserved",
        "order-expired",
        "order-settled",
        "payment-rejected",
        "payment-accepted",
        "registrant-missing",
    }
)
"""Words of the contract that may well be said to somebody whose requests get lost. Any other is a fault."""
SETTLED = ("confirmed", "rejected")
LOOK_SECONDS = 2


class Refused(Exception):
    """She was told no, in words that the contract has."""


class Whim(StrEnum):
    """What she does."""

    PAYS = "pays"
    PAYS_TWICE = "pays twice"
    PAYS_LATE = "pays when her time is up"
    TURNS_BACK_ONCE = "turns back once, then pays"
    TURNS_BACK = "turns back at the processor"
    CHANGES_SEATS = "changes her seats, then pays"
    LEAVES_AT_ONCE = "goes away at once"
    LEAVES_AT_THE_PROCESSOR = "goes away at the processor"


WHIMS = {
    Whim.PAYS: 56,
    Whim.PAYS_TWICE: 8,
    Whim.PAYS_LATE: 4,
    Whim.TURNS_BACK_ONCE: 8,
    Whim.TURNS_BACK: 4,
    Whim.CHANGES_SEATS: 8,
    Whim.LEAVES_AT_ONCE: 6,
    Whim.LEAVES_AT_THE_PROCESSOR: 6,
}
"""How many of a hundred."""
FLEXIBLE_PERCENT = 70
"""So many take what they can get when not all was to be had."""

FORGOTTEN_PERCENT = 8
"""So many of those who got what they wanted ask to be forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What she has in mind when she comes."""

    conference: OrganizedConference
    seats: Mapping[str, int]
    other_seats: Mapping[str, int]
    whim: Whim
    is_flexible: bool
    seats_people: int
    wants_to_be_forgotten: bool


def draw_wish(draw: Random, conference: OrganizedConference) -> Wish:
    """A wish for some seats of this conference."""
    kinds = list(conference.seat_types)

    def some() -> Mapping[str, int]:
        chosen = draw.sample(kinds, draw.randint(1, min(2, len(kinds))))
        return {kind: draw.choice([1, 1, 2, 3]) for kind in chosen}

    return Wish(
        conference=conference,
        seats=some(),
        other_seats=some(),
        whim=draw.choices(list(WHIMS), list(WHIMS.values()))[0],
        is_flexible=draw.randrange(100) < FLEXIBLE_PERCENT,
        seats_people=draw.choice([0, 1, 2]),
        wants_to_be_forgotten=draw.randrange(100) < FORGOTTEN_PERCENT,
    )


class ChaosRegistrant(PersistentRegistrant):
    """Lives her wish. `promises` is where she writes down what the system acknowledged."""

    def __init__(self, wish: Wish, api: Api, promises: Promises, *, patience: float) -> None:
        super().__init__(wish.conference)
        self.api, self.wish, self.patience = api, wish, patience
        self._promises = promises

    def lives(self) -> str:
        """How it ended, in a few words. Raises AssertionError when she was answered as nobody should be."""
        try:
            self._places_an_order()
            if self.wish.whim is Whim.LEAVES_AT_ONCE:
                return "went away"
            return self._registers()
        except Refused as refusal:
            return f"refused: {refusal}"

    def _places_an_order(self) -> None:
        self._insists(lambda: self.asks_for(self.wish.seats))
        self._promises.orders.add(UUID(self.order_id))

    def _registers(self) -> str:
        if self.wish.whim is Whim.CHANGES_SEATS:
            self._insists(lambda: self.asks_instead_for(self.wish.other_seats))
        if self._sees_it("reserved")["state"] == "partiallyReserved" and not self._takes_what_there_is():
            return "wanted all or nothing"
        if self._insists(self.says_who_she_is).status == 200:
            self._promises.registrants.add((UUID(self.order_id), _info(self.details)))
        if not self._pays():
            return "did not pay"
        state = str(self._sees_it("settled")["state"])
        if state == "confirmed":
            self._seats_people()
            if self.wish.wants_to_be_forgotten:
                self._is_forgotten()
        return state

    def _takes_what_there_is(self) -> bool:
        held = self.reserved()
        if not held or not self.wish.is_flexible:
            return False
        self._insists(lambda: self.asks_instead_for(held))
        self._sees_it("reserved")
        return True

    def _pays(self) -> bool:
        """Whether her order may be confirmed now."""
        self._insists(self.goes_to_pay)
        if not self.payment_id:
            return True
        match self.wish.whim:
            case Whim.LEAVES_AT_THE_PROCESSOR:
                return False
            case Whim.TURNS_BACK:
                self._insists(self.rejects_the_payment)
                return False
            case Whim.TURNS_BACK_ONCE:
                self._insists(self.rejects_the_payment)
                self._insists(self.goes_to_pay)
            case Whim.PAYS_LATE:
                self._sees_it("settled")
        self._accepts()
        if self.wish.whim is Whim.PAYS_TWICE:
            self._accepts()
        return True

    def _accepts(self) -> None:
        if self._insists(self.accepts_the_payment).status == 200:
            self._promises.payments.add(UUID(self.payment_id))

    def _seats_people(self) -> None:
        places = sum(line["reservedQuantity"] for line in self.order["lines"])
        for position in range(min(self.wish.seats_people, places)):
            attendee = person("Ada", "Attendee")
            seat = functools.partial(self.api.assign_seat, self.order_id, position, attendee)
            if self._insists(seat).status == 200:
                self._promises.attendees.add((UUID(self.order_id), position, _info(attendee)))

    def _is_forgotten(self) -> None:
        code = self.order["accessCode"]
        self._insists(lambda: self.api.forget_registrant(self.order_id, access_code=code))
        self._promises.forgotten.add(UUID(self.order_id))

    def _sees_it(self, until: str) -> Json:
        """The order, once it is as far as that or has come to its end."""
        self.order = self.persistently(
            lambda: self._looks(until), lambda answer: not self._is_far_enough(answer, until)
        ).body
        return self.order

    def _looks(self, until: str) -> Answer:
        return self.api.order(
            self.order_id, until=until, wait=LOOK_SECONDS, after_version=self.order.get("version", 1) - 1
        )

    def _is_far_enough(self, answer: Answer, until: str) -> bool:
        if is_not_seen_yet(answer):
            return False
        order = answer.expect(200)
        if order["version"] < self.order.get("version", 0):
            return False
        return order["state"] in SETTLED or (until == "reserved" and order["state"] != "pendingReservation")

    def _insists(self, ask: Callable[[], Answer]) -> Answer:
        """The answer that ends it. Raises Refused, and AssertionError for what nobody should be told."""
        answer = self.persistently(ask, is_not_seen_yet)
        if (refusal := answer.refusal()) in REFUSALS:
            raise Refused(refusal)
        answer.expect(200, 201, 202, 204)
        return answer


def _info(details: Json) -> PersonalInfo:
    return PersonalInfo(first_name=details["firstName"], last_name=details["lastName"], email=details["email"])
