"""What must hold when everything has come to its end. Each function is an invariant; its docstring is its name.

All is counted from events, rows and entities as they are stored, with no regard to what any worker believes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

from domain.kernel.messages import Commit
from domain.payments.third_party_processor_payment import (
    PAYMENT,
    PaymentCompleted,
    PaymentState,
)
from domain.registration.order import ORDER, OrderState
from domain.registration.order_messages import (
    OrderPlaced,
    OrderRefundRequired,
    OrderUpdated,
    RegisterToConference,
)
from domain.registration.pricing import calculate_total
from domain.registration.registration_process import ProcessState
from domain.registration.seat_assignments import (
    SEAT_ASSIGNMENTS,
    SeatAssignmentsCreated,
    assignments_id,
)
from domain.registration.seats import by_type
from infra.bus_routes import PARKED_MESSAGES
from tests.simulation.acknowledged import promises_are_kept, the_forgotten_are_forgotten
from tests.simulation.aftermath import Aftermath
from tests.simulation.ledger import Violation

MAY_BE_REFUSED_LATER = frozenset({"RegisterToConference", "AssignRegistrantDetails", "AssignSeat", "UnassignSeat"})
"""Commands of people: one that had to wait in its queue, because a store did not answer, may come too late."""


def seats_offered(after: Aftermath) -> Iterator[str]:
    """the seats offered are those the organizer offers"""
    for _, conference in after.world.conferences.rows.values():
        if not conference.was_ever_published:
            continue
        for seat_type in conference.seat_types:
            offered = after.world.ledger.offered[seat_type.id]
            if offered != seat_type.quantity:
                yield f"{offered} of {seat_type.name}, not {seat_type.quantity}"


def orders_end(after: Aftermath) -> Iterator[str]:
    """every order ends confirmed or rejected"""
    for order_id in after.ids(ORDER.category):
        state = after.order(order_id).state
        if state not in (OrderState.CONFIRMED, OrderState.REJECTED):
            yield f"order {order_id} is {state}"


def exactly_its_seats(after: Aftermath) -> Iterator[str]:
    """a confirmed order has exactly its seats, and no other order has any"""
    ledger = after.world.ledger
    for order_id in after.ids(ORDER.category):
        order = after.order(order_id)
        wanted = by_type(order.seats) if order.state is OrderState.CONFIRMED else {}
        sold, held = dict(ledger.sold.get(order_id, {})), dict(+ledger.held[order_id])
        if (sold, held) != (wanted, {}):
            yield f"order {order_id} ({order.state}) has bought {sold} and still holds {held}, not {wanted}"


def paid_once(after: Aftermath) -> Iterator[str]:
    """a confirmed order is paid once and to the cent, or is free"""
    for order_id in after.ids(ORDER.category):
        order = after.order(order_id)
        if order.state is OrderState.CONFIRMED:
            price, paid = _price(after, order_id), _taken(after, order.payment_id)
            if price != paid:
                yield f"order {order_id} costs {price} and {paid} was paid"


def _price(after: Aftermath, order_id: UUID) -> int:
    """By the prices she was shown when she last said which seats."""
    commits = after.world.events.streams[ORDER.stream_id(order_id)]
    asked = [commit for commit in commits if isinstance(commit.events[0], OrderPlaced | OrderUpdated)][-1]
    command: RegisterToConference = asked.cause.message
    return calculate_total(asked.events[0].seats, command.prices).total


def _taken(after: Aftermath, payment_id: UUID | None) -> int:
    completed = after.events(PAYMENT.stream_id(payment_id)) if payment_id else ()
    return sum(event.total_amount for event in completed if isinstance(event, PaymentCompleted))


def one_assignments(after: Aftermath) -> Iterator[str]:
    """a confirmed order has a place for everybody, and no other order has"""
    for order_id in after.ids(ORDER.category):
        order = after.order(order_id)
        wanted = Counter(by_type(order.seats)) if order.state is OrderState.CONFIRMED else Counter()
        events = after.events(SEAT_ASSIGNMENTS.stream_id(assignments_id(order_id)))
        created = [event for event in events if isinstance(event, SeatAssignmentsCreated)]
        places = Counter(seat.seat_type for event in created for seat in event.seats)
        if places != wanted:
            yield f"order {order_id} has places {dict(places)}, not {dict(wanted)}"


def money_is_accounted_for(after: Aftermath) -> Iterator[str]:
    """money is never kept without seats or an open refund case"""
    for payment_id in after.ids(PAYMENT.category):
        payment = after.payment(payment_id)
        if payment.state is not PaymentState.ACCEPTED or payment.initiated is None:
            continue
        order_id, amount = payment.initiated.order_id, payment.initiated.total_amount
        refunds = [
            event.amount
            for event in after.events(ORDER.stream_id(order_id))
            if isinstance(event, OrderRefundRequired) and event.payment_id == payment_id
        ]
        order = after.order(order_id)
        bought = order.state is OrderState.CONFIRMED and order.payment_id == payment_id
        if refunds != ([] if bought else [amount]):
            did = "bought" if bought else "did not buy"
            yield f"payment {payment_id} of {amount} {did} its order; refunds {refunds}"


def no_open_payment(after: Aftermath) -> Iterator[str]:
    """no payment of an order that is over can still be accepted"""
    for payment_id in after.ids(PAYMENT.category):
        payment = after.payment(payment_id)
        if payment.initiated is None:
            yield f"payment {payment_id} has not begun"
        elif payment.state is PaymentState.INITIATED:
            yield f"payment {payment_id} of order {payment.initiated.order_id} is open"


def processes_end(after: Aftermath) -> Iterator[str]:
    """every order has one process, and it has ended as its order has"""
    ends = {OrderState.CONFIRMED: ProcessState.CONFIRMED, OrderState.REJECTED: ProcessState.EXPIRED}
    states, orders = after.world.processes.states, set(after.ids(ORDER.category))
    for order_id in sorted(orders | states.keys()):
        order, process = after.order(order_id), states.get(order_id)
        if order_id in after.world.processes.doubled:
            yield f"order {order_id} has two processes"
        if process is None or process.state != ends.get(order.state):
            yield f"order {order_id} is {order.state}, its process {process.state if process else 'missing'}"


def nothing_is_given_up(after: Aftermath) -> Iterator[str]:
    """nothing is dead-lettered, and nothing parked but what people said too late"""
    for copy in after.world.bus.dead:
        yield f"{copy.message.subject} is dead in {copy.place.path}"
    for copy in after.world.bus.waiting[PARKED_MESSAGES]:
        if copy.message.subject not in MAY_BE_REFUSED_LATER:
            yield f"{copy.message.subject} is parked"


def streams_are_whole(after: Aftermath) -> Iterator[str]:
    """every stream is numbered without a gap, and every message stands in it once"""
    streams = after.world.events.streams | after.world.conferences.events.streams
    for stream_id, commits in streams.items():
        last = 0
        for commit in commits:
            if commit.version != last + 1:
                yield f"{stream_id}: {commit.version} follows {last}"
            last = commit.last_version
        if len({commit.message_id for commit in commits}) != len(commits):
            yield f"{stream_id}: a message was handled twice"


def log_is_complete(after: Aftermath) -> Iterator[str]:
    """the message log has every commit, as it is stored"""
    stored: dict[tuple[str, str], Commit] = {}
    for streams in (after.world.events.streams, after.world.conferences.events.streams):
        for stream_id, commits in streams.items():
            stored |= {(commit.message_id, stream_id): commit for commit in commits}
    logged = after.world.log.rows
    for key in stored.keys() | logged.keys():
        if key not in logged or key not in stored or replace(stored[key], pending=True) != logged[key]:
            yield f"{key} is {'not the same' if key in logged and key in stored else 'missing'}"


def views_equal_a_rebuild(after: Aftermath) -> Iterator[str]:
    """views equal a rebuild from the events, byte for byte"""
    grown = after.world.tables.entities
    for key in sorted(grown.keys() | after.rebuilt.keys()):
        one, other = grown.get(key), after.rebuilt.get(key)
        if one is None or other is None:
            yield f"{key} is only in the {'rebuild' if one is None else 'view'}"
        elif (one.document, one.versions) != (other.document, other.versions):
            yield f"{key} is {one.document!r} at {one.versions}, rebuilt {other.document!r} at {other.versions}"


INVARIANTS: tuple[Callable[[Aftermath], Iterator[str]], ...] = (
    seats_offered,
    orders_end,
    exactly_its_seats,
    paid_once,
    one_assignments,
    money_is_accounted_for,
    no_open_payment,
    processes_end,
    promises_are_kept,
    the_forgotten_are_forgotten,
    nothing_is_given_up,
    streams_are_whole,
    log_is_complete,
    views_equal_a_rebuild,
)


def check(after: Aftermath) -> None:
    """Raises Violation for the first invariant that does not hold."""
    for invariant in INVARIANTS:
        for detail in invariant(after):
            raise Violation(str(invariant.__doc__), detail)
