"""What odd requests are about: things that exist, with the keys to them, so that the requests get to the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import urlsplit
from uuid import uuid4

from tests.support.api import Api
from tests.support.conferences import (
    COCKTAIL,
    GENERAL,
    OrganizedConference,
    conference_details,
    edited_details,
    seat_type_details,
)
from tests.support.contract import operations
from tests.support.odd_requests import GoodRequests
from tests.support.registrants import Registrant, at_once, person

ORDERS = SEAT_TYPES = 16
MANAGEMENT = [each.id for each in operations().values() if each.tag == "management"]
GROWING = ["createSeatType", "deleteSeatType"]
ASSIGNMENTS = [each.id for each in operations().values() if each.tag == "assignments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealThings:
    """`managed` is for its organizer to change at will, `growing` for seats to come and, as nobody saw them, to go."""

    booked: OrganizedConference
    managed: OrganizedConference
    growing: OrganizedConference
    pending: Sequence[Registrant]
    confirmed: Sequence[Registrant]
    paying: Registrant
    turning_back: Registrant
    forgotten: Registrant

    @classmethod
    def made(cls, api: Api) -> RealThings:
        """Make them."""
        booked = OrganizedConference.published(api, {GENERAL: 100_000, COCKTAIL: 100_000})
        managed = OrganizedConference.published(api, {GENERAL: 100, COCKTAIL: 100})
        registrants = [Registrant(booked) for _ in range(2 * ORDERS + 3)]
        confirmed, others = registrants[: ORDERS + 1], registrants[ORDERS + 1 :]
        at_once(confirmed, lambda registrant: registrant.registers({GENERAL: 2}))
        at_once(others, lambda registrant: registrant.comes_to_pay({GENERAL: 1}))
        growing = OrganizedConference.create(api)
        for number in range(SEAT_TYPES):
            growing.add_seat_type(f"Row {number}", 1)
        return cls(
            booked=booked,
            managed=managed,
            growing=growing,
            pending=others[2:],
            confirmed=confirmed[1:],
            paying=others[0],
            turning_back=others[1],
            forgotten=confirmed[0],
        )

    def good_requests(self) -> GoodRequests:
        """A request that succeeds, for every operation of the contract."""
        path = {
            "code": cycle([self.booked.code]),
            "orderId": cycle([each.order_id for each in self.pending]),
            "paymentId": cycle([self.paying.payment_id]),
            "position": cycle(["0", "1"]),
            "seatTypeId": cycle([self.managed.seat_types[GENERAL]]),
            "forgetRegistrant.orderId": cycle([self.forgotten.order_id]),
        }
        path |= {f"{operation}.code": cycle([self.managed.code]) for operation in MANAGEMENT}
        path |= {f"{operation}.code": cycle([self.growing.code]) for operation in GROWING}
        path["deleteSeatType.seatTypeId"] = cycle(self.growing.seat_types.values())
        path["cancelPayment.paymentId"] = cycle([self.turning_back.payment_id])
        confirmed = cycle([each.order_id for each in self.confirmed])
        path |= {f"{operation}.orderId": confirmed for operation in ASSIGNMENTS}
        headers = {
            "X-Payment-Signature": self.paying.signature,
            "cancelPayment.X-Payment-Signature": self.turning_back.signature,
            "X-Order-Access-Code": self.forgotten.order["accessCode"],
            "X-Forwarded-For": "192.0.2.1",
            **{f"{operation}.X-Organizer-Token": self.managed.token for operation in MANAGEMENT},
            **{f"{operation}.X-Organizer-Token": self.growing.token for operation in GROWING},
        }
        seats = {"seats": self.booked.wanted({GENERAL: 1})}
        she = self.confirmed[0]
        found = {"email": she.details["email"], "accessCode": she.order["accessCode"]}
        organizer = {"email": self.managed.owner_email, "accessCode": self.managed.access_code}
        bodies = {
            "registerToConference": lambda: {"orderId": self.paying.order_id} | seats,
            "updateOrder": lambda: seats,
            "assignRegistrant": person,
            "locateOrder": lambda: found,
            "assignSeat": person,
            "createConference": lambda: conference_details(slug=self.managed.code),
            "updateConference": edited_details,
            "signIn": lambda: organizer,
            "createSeatType": lambda: seat_type_details("Balcony", 5),
            "updateSeatType": lambda: seat_type_details(GENERAL, 100),
        }
        new_bodies = {
            "registerToConference": lambda: {"orderId": str(uuid4())} | seats,
            "createConference": conference_details,
        }
        host = urlsplit(self.booked.api.url).netloc.encode()
        return GoodRequests(host=host, path=path, headers=headers, bodies=bodies, new_bodies=new_bodies)
