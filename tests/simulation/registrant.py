"""Registrants: each wants some seats, and does what people do on the way to them.

She orders, changes her mind, says who she is, pays, pays twice, pays late, turns back, goes away, and seats people.
What the system has acknowledged she remembers (`Promises`), and in the end it must have happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

from domain.kernel.errors import DomainError, NotPossible
from domain.payments.third_party_processor_payment import PaymentState
from domain.payments.use_cases import NothingToPay, PaymentDue
from domain.registration.catalogue import SeatsUnavailable
from domain.registration.order import OrderState
from domain.registration.order_views import ORDERS, OrderView
from domain.registration.personal_info import PersonalInfo
from domain.registration.seats import Seats, as_seats
from tests.simulation.app import SETTINGS
from tests.simulation.people import GaveUp, Person
from tests.simulation.promises import Promises, order_id_of
from tests.simulation.world import World
from tests.support.vocabulary import CODE, NAMES

TRIES = 12
MOST_DISAPPOINTMENTS = 2
LATE_SECONDS = (600.0, 2700.0)
"""Some of them come before the order expires, some after."""
GIVEN_UP_AFTER_SECONDS = SETTINGS.reservation_expiry_seconds + SETTINGS.reservation_grace_seconds
LAST_MOMENT_SECONDS = 6.0
"""Before or after, as nobody's clock is quite right."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What brings people here: they `come` between so many seconds, for seats of these kinds."""

    come: tuple[float, float]
    kinds: Sequence[UUID]


class Registrant(Person):
    """Number `number` of those who come to the conference."""

    def __init__(self, world: World, number: int, *, wish: Wish, promises: Promises, draw: Random) -> None:
        super().__init__(world, f"registrant {number}", draw)
        self.order_id = order_id_of(number)
        self._comes_after = draw.uniform(*wish.come)
        self._placed_at = 0.0
        self._kinds = list(wish.kinds)
        self._promises = promises

    async def lives(self) -> None:
        """From her coming to her going, whatever happens."""
        await self.world.loop.pause(self._comes_after)
        try:
            await self._registers()
        except GaveUp as gave_up:
            self.world.note(str(gave_up))

    async def _registers(self) -> None:
        if not await self._places_an_order():
            return
        if self.feels_like("changes her mind at once", 0.2):
            await self._asks_for_other_seats()
        await self.waits(0.0, 30.0)
        if self.feels_like("goes away at once", 0.05):
            return
        await self._says_who_she_is()
        if self.feels_like("changes her mind", 0.15):
            await self._asks_for_other_seats()
        if await self._pays():
            await self._seats_people()
        if self.feels_like("wants to be forgotten", 0.15):
            await self._is_forgotten()

    # Ordering

    async def _places_an_order(self) -> bool:
        wanted, disappointed = self._some_seats(), 0
        for _ in range(TRIES):
            try:
                await self._places(wanted)
            except SeatsUnavailable as unavailable:
                disappointed += 1
                wanted = tuple(seat for seat in unavailable.available if seat.quantity) or wanted
            except DomainError as refusal:  # not open yet, or closed for a while
                self.world.note(f"{self.name}: is refused ({refusal})")
            else:
                return True
            if disappointed == MOST_DISAPPOINTMENTS:
                return False
            await self.waits(1.0, 20.0)
        return False

    async def _places(self, wanted: Seats) -> None:
        async def place(again: str = "") -> OrderView | None:
            return await self.ask(
                f"wants {_words(wanted)}{again}",
                lambda app, caller: app.registration.place_order(
                    caller,
                    order_id=self.order_id,
                    code=CODE,
                    seats=wanted,
                    access_code="ABC234",
                    expiry_seconds=SETTINGS.reservation_expiry_seconds,
                ),
            )

        if self.feels_like("clicks twice", 0.1):
            await self.does_both(place, lambda: place(", again"))
        else:
            await place()
        self._promises.orders.add(self.order_id)
        self._placed_at = self.world.loop.time()

    async def _asks_for_other_seats(self) -> None:
        await self._updates(self._some_seats())

    async def _updates(self, wanted: Seats) -> bool:
        try:
            await self.ask(
                f"wants {_words(wanted)} instead",
                lambda app, caller: app.registration.update_order(caller, order_id=self.order_id, seats=wanted),
            )
        except DomainError as refusal:
            self.world.note(f"{self.name}: is refused ({refusal})")
            return False
        return True

    async def _says_who_she_is(self) -> None:
        person = PersonalInfo(first_name="Jane", last_name=self.name, email=f"{self.name}@example.com".replace(" ", ""))
        try:
            view = await self.ask(
                "says who she is",
                lambda app, caller: app.registration.assign_registrant(
                    caller, order_id=self.order_id, registrant=person
                ),
            )
        except DomainError as refusal:
            self.world.note(f"{self.name}: is refused ({refusal})")
            return
        if view is not None:
            self._promises.registrants.add((self.order_id, person))

    # Paying

    async def _pays(self) -> bool:
        """Whether it may be worth her while to look for her seats."""
        for number in range(TRIES):
            try:
                due = await self.ask("goes to pay", lambda app, caller: app.payments.start(caller, self.order_id))
            except NotPossible as refusal:
                if not await self._overcomes(refusal.reason):
                    return refusal.reason == "order-settled"
                continue
            except DomainError:  # a 202 that has not come to be yet
                await self.waits(1.0, 10.0)
                continue
            if isinstance(due, NothingToPay):
                return True
            if await self._at_the_processor(due, number):
                return True
        return False

    async def _overcomes(self, reason: str) -> bool:
        await self.waits(0.5, 40.0)
        if reason == "registrant-missing":
            await self._says_who_she_is()
        if reason != "partially-reserved":
            return reason in ("reservation-pending", "registrant-missing")
        view = await self.ask("looks at her order", lambda app, _: app.views.get(ORDERS, str(self.order_id)))
        if view is None or view.state is not OrderState.PARTIALLY_RESERVED:
            return True
        held = as_seats({line.seat_type: line.reserved_quantity or 0 for line in view.lines})
        return bool(held) and not self.feels_like("wants all or nothing", 0.3) and await self._updates(held)

    async def _at_the_processor(self, due: PaymentDue, number: int) -> bool:
        """Whether she has done all she will do."""
        where = f"at the processor ({number})"
        if self.feels_like(f"goes away {where}", 0.1):
            return True
        if self.feels_like(f"takes her time {where}", 0.12):
            await self.waits(*LATE_SECONDS)
        elif self.feels_like(f"waits for the last moment {where}", 0.12):
            left = self._placed_at + GIVEN_UP_AFTER_SECONDS - self.world.loop.time()
            await self.waits(max(0.0, left - LAST_MOMENT_SECONDS), max(0.0, left + LAST_MOMENT_SECONDS))
        else:
            await self.waits(0.5, 20.0)
        if self.feels_like(f"turns back {where}", 0.15):
            return not await self._settles(due, accept=False)
        if self.feels_like(f"accepts and turns back at once {where}", 0.05):
            await self.does_both(lambda: self._settles(due, accept=True), lambda: self._settles(due, accept=False))
        elif self.feels_like(f"clicks twice {where}", 0.1):
            await self.does_both(lambda: self._settles(due, accept=True), lambda: self._settles(due, accept=True))
        elif self.feels_like(f"pays and changes her mind at once {where}", 0.05):
            await self.does_both(lambda: self._settles(due, accept=True), self._asks_for_other_seats)
        else:
            return await self._settles(due, accept=True)
        return True

    async def _settles(self, due: PaymentDue, *, accept: bool) -> bool:
        """Whether the processor could do what she wanted."""
        try:
            payment = await self.ask(
                "accepts the payment" if accept else "turns back at the processor",
                lambda app, caller: (app.payments.complete if accept else app.payments.cancel)(caller, due.payment_id),
            )
        except DomainError as refusal:
            self.world.note(f"{self.name}: is refused ({refusal})")
            return False
        if payment is not None and payment.state is PaymentState.ACCEPTED:
            self._promises.payments.add(due.payment_id)
        return True

    # Seating

    async def _seats_people(self) -> None:
        await self.waits(1.0, 60.0)
        for _ in range(self.draw.choice([0, 1, 2])):
            position, attendee = self.draw.choice([0, 0, 1]), self._somebody()
            try:
                view = await self.ask(
                    f"puts somebody on seat {position}",
                    lambda app, caller, position=position, attendee=attendee: app.registration.assign_seat(  # type: ignore[misc]
                        caller, order_id=self.order_id, position=position, attendee=attendee
                    ),
                )
            except DomainError as refusal:
                self.world.note(f"{self.name}: is refused ({refusal})")
                await self.waits(1.0, 30.0)
                continue
            if view is not None and attendee:
                self._promises.attendees.add((self.order_id, position, attendee))

    async def _is_forgotten(self) -> None:
        await self.waits(0.0, 60.0)
        try:
            await self.ask(
                "wants to be forgotten",
                lambda app, caller: app.registration.forget_registrant(caller, order_id=self.order_id),
            )
        except DomainError as refusal:
            self.world.note(f"{self.name}: is refused ({refusal})")
        else:
            self._promises.forgotten.add(self.order_id)

    def _somebody(self) -> PersonalInfo | None:
        name = self.draw.choice(["Ann", "Bea", "Cleo", "Dora", ""])
        return PersonalInfo(first_name=name, last_name="Doe", email=f"{name}@example.com") if name else None

    def _some_seats(self) -> Seats:
        kinds = self.draw.sample(self._kinds, min(self.draw.choice([1, 1, 2]), len(self._kinds)))
        return as_seats({kind: self.draw.choice([1, 1, 2, 3]) for kind in kinds})


def _words(seats: Seats) -> str:
    return " and ".join(f"{seat.quantity} {NAMES[seat.seat_type]}" for seat in seats)
