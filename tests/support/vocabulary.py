"""The conference, the seats, the people and the times that the tests talk about.

Prices are those of the reference's acceptance tests: general admission 199, CQRS workshop 500, cocktail party 50.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.conference_management.events import ConferenceDetails
from domain.kernel.messages import Envelope, RecordedEvent
from domain.registration.personal_info import PersonalInfo
from domain.registration.seats import SeatPrice, SeatQuantity, Seats

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
EXPIRY_SECONDS = 15 * 60
EXPIRES = NOW + timedelta(seconds=EXPIRY_SECONDS)
GRACE = timedelta(minutes=14)

CONFERENCE = UUID("c0000000-0000-0000-0000-000000000001")
ANOTHER_CONFERENCE = UUID("c0000000-0000-0000-0000-000000000002")
CODE = "cqrs-summit"
DETAILS = ConferenceDetails(
    name="CQRS summit",
    description="Two days of events",
    location="Redmond",
    tagline=None,
    twitter_search=None,
    start_date=date(2027, 5, 2),
    end_date=date(2027, 5, 3),
)

GENERAL = UUID("5ea70000-0000-0000-0000-000000000001")
WORKSHOP = UUID("5ea70000-0000-0000-0000-000000000002")
COCKTAIL = UUID("5ea70000-0000-0000-0000-000000000003")
FREE = UUID("5ea70000-0000-0000-0000-000000000004")
UNKNOWN_SEAT_TYPE = UUID("5ea70000-0000-0000-0000-0000000000ff")

_KINDS = {"general": GENERAL, "workshop": WORKSHOP, "cocktail": COCKTAIL, "free": FREE}
NAMES = {
    GENERAL: "General admission",
    WORKSHOP: "CQRS Workshop",
    COCKTAIL: "Additional cocktail party",
    FREE: "Free seat",
}
UNIT_PRICES = {GENERAL: 199_00, WORKSHOP: 500_00, COCKTAIL: 50_00, FREE: 0}
PRICES = tuple(
    SeatPrice(seat_type=seat_type, description=NAMES[seat_type], unit_price=price)
    for seat_type, price in UNIT_PRICES.items()
)

ORDER_ID = UUID("0d000000-0000-0000-0000-000000000001")
ANOTHER_ORDER_ID = UUID("0d000000-0000-0000-0000-000000000002")
ACCESS_CODE = "ABC234"
NOBODYS_CODE = "ZZZZZZ"
PAYMENT_ID = UUID("9a000000-0000-0000-0000-000000000001")
ANOTHER_PAYMENT_ID = UUID("9a000000-0000-0000-0000-000000000002")

JANE = PersonalInfo(first_name="Jane", last_name="Doe", email="jane@example.com")
JOHN = PersonalInfo(first_name="John", last_name="Smith", email="john@example.com")


def seats(**quantities: int) -> Seats:
    """`seats(general=3, cocktail=1)`; zeros and negative numbers are kept as they are."""
    return tuple(SeatQuantity(seat_type=_KINDS[kind], quantity=quantity) for kind, quantity in quantities.items())


def said(
    message: Any, message_id: str = "a message", *, causation_id: str = "a cause", time: datetime = NOW
) -> Envelope[Any]:
    """`message` on its way, in the conversation about the one order."""
    return Envelope(
        message=message,
        message_id=message_id,
        correlation_id=str(ORDER_ID),
        causation_id=causation_id,
        time=time,
    )


def recorded(stream_id: str, *events: Any, first_version: int = 1, time: datetime = NOW) -> list[RecordedEvent[Any]]:
    """`events` as the event store would number them."""
    return [
        RecordedEvent(
            message=event,
            message_id=f"{stream_id}:{version}",
            correlation_id=str(ORDER_ID),
            causation_id=f"command {version}",
            time=time,
            stream_id=stream_id,
            version=version,
        )
        for version, event in enumerate(events, first_version)
    ]
