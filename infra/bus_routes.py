"""Which message goes where, in which session. `servicebus.json` describes the places themselves.

A session is an aggregate, so whoever receives from one sees its messages in order and alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.conference_management.events import CATEGORY as CONFERENCE_CATEGORY
from domain.kernel.messages import RecordedEvent
from domain.payments import third_party_processor_payment as payment
from domain.registration import order, order_messages, registration_process, seat_assignments, seats_availability


@dataclass(frozen=True, slots=True)
class Route:
    """A queue or topic, and the session in it that a message belongs to; None where it has no sessions."""

    entity: str
    session_id: Callable[[Any], str | None]


ORDER_COMMANDS = Route("order-commands", lambda command: str(command.order_id))
SEATS_AVAILABILITY_COMMANDS = Route("seats-availability-commands", lambda command: str(command.conference_id))
SEAT_ASSIGNMENTS_COMMANDS = Route("seat-assignments-commands", lambda command: str(command.assignments_id))
PAYMENT_COMMANDS = Route("payment-commands", lambda command: str(command.payment_id))
REGISTRATION_PROCESS_COMMANDS = Route("registration-process-commands", lambda command: None)

PARKED_MESSAGES = "parked-messages"

COMMAND_ROUTES: dict[type[Any], Route] = {
    order_messages.RegisterToConference: ORDER_COMMANDS,
    order_messages.MarkSeatsAsReserved: ORDER_COMMANDS,
    order_messages.AssignRegistrantDetails: ORDER_COMMANDS,
    order_messages.ConfirmOrder: ORDER_COMMANDS,
    order_messages.RejectOrder: ORDER_COMMANDS,
    order_messages.ReinstateOrder: ORDER_COMMANDS,
    order_messages.RequireRefund: ORDER_COMMANDS,
    order_messages.ForgetRegistrant: ORDER_COMMANDS,
    seats_availability.AddSeats: SEATS_AVAILABILITY_COMMANDS,
    seats_availability.RemoveSeats: SEATS_AVAILABILITY_COMMANDS,
    seats_availability.MakeSeatReservation: SEATS_AVAILABILITY_COMMANDS,
    seats_availability.CommitSeatReservation: SEATS_AVAILABILITY_COMMANDS,
    seats_availability.CancelSeatReservation: SEATS_AVAILABILITY_COMMANDS,
    seat_assignments.CreateSeatAssignments: SEAT_ASSIGNMENTS_COMMANDS,
    seat_assignments.AssignSeat: SEAT_ASSIGNMENTS_COMMANDS,
    seat_assignments.UnassignSeat: SEAT_ASSIGNMENTS_COMMANDS,
    payment.InitiateThirdPartyProcessorPayment: PAYMENT_COMMANDS,
    payment.CompleteThirdPartyProcessorPayment: PAYMENT_COMMANDS,
    payment.CancelThirdPartyProcessorPayment: PAYMENT_COMMANDS,
    registration_process.ExpireRegistrationProcess: REGISTRATION_PROCESS_COMMANDS,
}


def _aggregate_id(event: RecordedEvent[Any]) -> str:
    return event.stream_id.partition("-")[2]


def _order_id(event: RecordedEvent[Any]) -> str:
    return str(event.message.order_id)


EVENT_ROUTES: dict[str, Route] = {
    order.ORDER.category: Route("order-events", _aggregate_id),
    # In the session of their order: a view made from both sees the confirmation before its seats.
    seat_assignments.SEAT_ASSIGNMENTS.category: Route("order-events", _order_id),
    seats_availability.SEATS_AVAILABILITY.category: Route("availability-events", _aggregate_id),
    payment.PAYMENT.category: Route("payment-events", _aggregate_id),
    CONFERENCE_CATEGORY: Route("conference-events", _aggregate_id),
}
"""By the category of the stream."""

QUEUES = frozenset({route.entity for route in COMMAND_ROUTES.values()} | {PARKED_MESSAGES})
TOPICS = frozenset(route.entity for route in EVENT_ROUTES.values())


def command_route(command: Any) -> Route:
    """Where a command goes. Raises LookupError for one that nobody has given a queue."""
    try:
        return COMMAND_ROUTES[type(command)]
    except KeyError:
        raise LookupError(f"{type(command).__qualname__} is missing from infra.bus_routes.COMMAND_ROUTES") from None


def event_route(stream_id: str) -> Route:
    """Where the events of a stream go. Raises LookupError for a category that nobody has given a topic."""
    category = stream_id.partition("-")[0]
    try:
        return EVENT_ROUTES[category]
    except KeyError:
        raise LookupError(f"streams {category}-… are missing from infra.bus_routes.EVENT_ROUTES") from None
