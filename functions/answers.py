"""What the system knows, as the contract puts it: camelCase, money as decimal strings, times in RFC 3339 UTC."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.kernel.money import CURRENCY, format_money
from domain.payments.payment_view import PaymentView
from domain.payments.third_party_processor_payment import ThirdPartyProcessorPayment
from domain.registration.conference_view import ConferenceView
from domain.registration.managed_orders import ManagedOrder
from domain.registration.order_views import AssignmentsView, OrderView
from domain.registration.personal_info import PersonalInfo

Json = dict[str, Any]


def utc(moment: datetime) -> str:
    """2027-03-01T09:30:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def accepted(order_id: UUID) -> Json:
    """Accepted."""
    return {"orderId": str(order_id)}


def person(info: PersonalInfo | None) -> Json | None:
    """Person, or null."""
    return {"firstName": info.first_name, "lastName": info.last_name, "email": info.email} if info else None


def order(view: OrderView) -> Json:
    """Order, with its marks."""
    answer = {
        "orderId": str(view.order_id),
        "conferenceCode": view.conference_code,
        "state": view.state.value,
        "version": view.version,
        "accessCode": view.access_code,
        "reservationExpiresAt": view.reservation_expires_at and utc(view.reservation_expires_at),
        "lines": [
            {
                "seatType": str(line.seat_type),
                "description": line.description,
                "requestedQuantity": line.requested_quantity,
                "reservedQuantity": line.reserved_quantity,
                "unitPrice": format_money(line.unit_price),
                "lineTotal": format_money(line.line_total),
            }
            for line in view.lines
        ],
        "total": format_money(view.total),
        "currency": CURRENCY,
        "isFreeOfCharge": view.is_free_of_charge,
        "registrant": person(view.registrant),
        "assignmentsId": view.assignments_id and str(view.assignments_id),
    }
    return answer | _marks(view)


def _marks(view: OrderView | ManagedOrder) -> Json:
    """Members that are there only where they are true: money must be given back, and how much; she was forgotten."""
    marks: Json = {"registrantForgotten": True} if view.registrant_forgotten else {}
    if view.refund_due:
        # A document of the release before has no amount. What she paid for was, as a rule, the whole order.
        marks |= {"refundDue": True, "refundAmount": format_money(view.refund_amount or view.total)}
    return marks


def assignments(view: AssignmentsView) -> Json:
    """Assignments."""
    return {
        "assignmentsId": str(view.assignments_id),
        "orderId": str(view.order_id),
        "seats": [
            {
                "position": seat.position,
                "seatType": str(seat.seat_type),
                "seatName": seat.seat_name,
                "attendee": person(seat.attendee),
            }
            for seat in view.seats
        ],
    }


def payment(view: PaymentView) -> Json:
    """Payment."""
    return {
        "paymentId": str(view.payment_id),
        "orderId": str(view.order_id),
        "description": view.description,
        "totalAmount": format_money(view.total_amount),
        "currency": CURRENCY,
        "state": view.state.value,
    }


def payment_state(state: ThirdPartyProcessorPayment) -> Json:
    """Payment, as the aggregate has it: what the view will come to."""
    assert state.initiated is not None
    return payment(
        PaymentView(
            payment_id=state.initiated.payment_id,
            order_id=state.initiated.order_id,
            description=state.initiated.description,
            total_amount=state.initiated.total_amount,
            state=state.state,
        )
    )


def conference_alias(view: ConferenceView) -> Json:
    """ConferenceAlias."""
    return {
        "code": view.code,
        "name": view.details.name,
        "tagline": view.details.tagline,
        "location": view.details.location,
        "startDate": view.details.start_date.isoformat(),
        "endDate": view.details.end_date.isoformat(),
    }


def conference(view: ConferenceView) -> Json:
    """Conference."""
    return conference_alias(view) | {
        "id": str(view.conference_id),
        "description": view.details.description,
        "twitterSearch": view.details.twitter_search,
        "seatTypes": [
            {
                "id": str(seat_type.id),
                "name": seat_type.name,
                "description": seat_type.description,
                "price": format_money(seat_type.price),
                "currency": CURRENCY,
                "quantity": seat_type.quantity,
                "availableQuantity": view.available(seat_type.id),
            }
            for seat_type in view.seat_types
        ],
    }


def managed_order(view: ManagedOrder) -> Json:
    """ManagedOrder, with its marks and when it was placed."""
    registrant = view.registrant
    answer = {
        "orderId": str(view.order_id),
        "placedAt": utc(view.placed_at),
        "accessCode": view.access_code,
        "registrantName": registrant and f"{registrant.last_name}, {registrant.first_name}",
        "registrantEmail": registrant and registrant.email,
        "totalAmount": format_money(view.total),
        "currency": CURRENCY,
        "status": view.status.value,
        "attendees": [
            {"position": seat.position, "seatName": seat.seat_name, "attendee": person(seat.attendee)}
            for seat in view.seats
        ],
    }
    return answer | _marks(view)
