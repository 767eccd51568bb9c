"""Registrants, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from tests.support.api import Answer, Api, Json
from tests.support.conferences import OrganizedConference
from tests.support.patience import eventually

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 32
WAIT_SECONDS = 10


def at_once(people: Sequence[T], act: Callable[[T], R]) -> list[R]:
    """What each of them gets who all act at the same time, up to 32 of them."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(act, people))


def person(first_name: str = "Rita", last_name: str = "Registrant", email: str | None = None) -> Json:
    """A registrant or attendee; with an address of her own if none is given."""
    return {"firstName": first_name, "lastName": last_name, "email": email or f"{uuid4().hex}@example.com"}


class Registrant:
    """Somebody with an order of her own. What she sees last is in `order`."""

    def __init__(self, conference: OrganizedConference) -> None:
        self.conference = conference
        self.api: Api = conference.api
        self.order_id = str(uuid4())
        self.details = person()
        self.order: Json = {}
        self.payment_id = ""
        self.signature = ""

    def asks_for(self, seats: Mapping[str, int]) -> Answer:
        """Place her order."""
        answer = self.api.place_order(self.conference.code, self.conference.wanted(seats), self.order_id)
        if answer.status == 201:
            self.order = answer.body
        return answer

    def asks_instead_for(self, seats: Mapping[str, int]) -> Answer:
        """Change the seats of her order."""
        answer = self.api.update_order(self.order_id, self.conference.wanted(seats))
        if answer.status == 200:
            self.order = answer.body
        return answer

    def waits_for_reservation(self) -> Json:
        """The order, once it is no longer pending."""
        return self._waits("reserved", lambda order: order["state"] != "pendingReservation")

    def waits_for_the_end(self) -> Json:
        """The order, once it is confirmed or expired."""
        return self._waits("settled", lambda order: order["state"] in ("confirmed", "rejected"))

    def _waits(self, until: str, is_over: Callable[[Json], bool]) -> Json:
        def look() -> Json | None:
            answer = self.api.order(
                self.order_id, until=until, wait=WAIT_SECONDS, after_version=self.order.get("version", 1) - 1
            )
            return answer.body if answer.status == 200 and is_over(answer.body) else None

        self.order = eventually(look, f"order {self.order_id} until {until}")
        return self.order

    def says_who_she_is(self) -> Answer:
        """Give her details."""
        answer = self.api.assign_registrant(self.order_id, self.details)
        if answer.status == 200:
            self.order = answer.body
        return answer

    def goes_to_pay(self) -> Answer:
        """Start a payment, and remember it."""
        answer = self.api.start_payment(self.order_id)
        if answer.status == 201:
            self.payment_id = answer.body["paymentId"]
            page = parse_qs(urlsplit(answer.body["paymentUrl"]).query)
            assert page["paymentId"] == [self.payment_id]
            (self.signature,) = page["signature"]
        return answer

    def accepts_the_payment(self) -> Answer:
        """The processor took her money."""
        return self.api.complete_payment(self.payment_id, self.signature)

    def rejects_the_payment(self) -> Answer:
        """She turned back at the processor's page."""
        return self.api.cancel_payment(self.payment_id, self.signature)

    def comes_to_pay(self, seats: Mapping[str, int]) -> None:
        """From the choice of seats to the processor's page, with the seats reserved."""
        self.asks_for(seats).expect(201)
        self.waits_for_reservation()
        self.says_who_she_is().expect(200)
        self.goes_to_pay().expect(201)

    def pays(self) -> None:
        """All the way from her details to the money, or to nothing where nothing is due."""
        self.says_who_she_is().expect(200, 202)
        if self.goes_to_pay().expect(200, 201) and self.payment_id:
            self.accepts_the_payment().expect(200, 202)

    def registers(self, seats: Mapping[str, int]) -> Json:
        """From the choice of seats to the confirmed order."""
        self.asks_for(seats).expect(201)
        self.pays()
        order = self.waits_for_the_end()
        assert order["state"] == "confirmed", order
        return order

    def reserved(self) -> dict[str, int]:
        """What she holds, by name of the seat, without zeros."""
        return {
            line["description"]: line["reservedQuantity"] for line in self.order["lines"] if line["reservedQuantity"]
        }
