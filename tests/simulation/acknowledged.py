"""Invariants about what people were told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.payments.third_party_processor_payment import PaymentState
from domain.registration.order import ORDER
from domain.registration.order_messages import OrderRegistrantAssigned, OrderRegistrantForgotten
from domain.registration.seat_assignments import (
    SEAT_ASSIGNMENTS,
    SeatAssigned,
    SeatAssignmentUpdated,
    assignments_id,
)
from tests.simulation.aftermath import Aftermath


def promises_are_kept(after: Aftermath) -> Iterator[str]:
    """what people were told has happened, has happened"""
    promises = after.promises
    for order_id in sorted(promises.orders - set(after.ids(ORDER.category))):
        yield f"order {order_id} does not exist"
    for payment_id in sorted(promises.payments):
        if after.payment(payment_id).state is not PaymentState.ACCEPTED:
            yield f"payment {payment_id} was not accepted"
    for order_id, person in promises.registrants:
        registrant = after.sealed(order_id, person)
        if registrant and not _said(
            after.events(ORDER.stream_id(order_id)), OrderRegistrantAssigned, registrant=registrant
        ):
            yield f"order {order_id} does not know {person}"
    for order_id, position, attendee in promises.attendees:
        events = after.events(SEAT_ASSIGNMENTS.stream_id(assignments_id(order_id)))
        seated = after.sealed(order_id, attendee)
        if seated and not _said(events, SeatAssigned | SeatAssignmentUpdated, position=position, attendee=seated):
            yield f"{attendee} never got seat {position} of order {order_id}"


def _said(events: list[Any], kind: Any, **what: object) -> bool:
    return any(
        isinstance(event, kind) and all(getattr(event, name) == value for name, value in what.items())
        for event in events
    )


def the_forgotten_are_forgotten(after: Aftermath) -> Iterator[str]:
    """who asked to be forgotten has no key any more, and nobody else has lost hers"""
    forgotten = {
        order_id
        for order_id in after.ids(ORDER.category)
        if _said(after.events(ORDER.stream_id(order_id)), OrderRegistrantForgotten)
    }
    for order_id in sorted(after.promises.forgotten - forgotten):
        yield f"order {order_id} was not told to forget"
    destroyed = {order_id for order_id, key in after.world.keys.rows.items() if key is None}
    for order_id in sorted(forgotten ^ destroyed):
        yield f"order {order_id} {'still has its key' if order_id in forgotten else 'has lost its key'}"
