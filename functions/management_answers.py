"""What organizers send and read, between the contract and the domain."""

from domain.conference_management.conference import Conference, SeatType
from domain.conference_management.events import ConferenceDetails
from domain.conference_management.use_cases import SignedIn
from domain.kernel.money import CURRENCY, format_money
from domain.registration.conference_view import ConferenceView
from functions.answers import Json, utc
from functions.schemas import EditConference


def details_of(body: EditConference) -> ConferenceDetails:
    """What the public reads about the conference."""
    return ConferenceDetails(
        name=body.name,
        description=body.description,
        location=body.location,
        tagline=body.tagline,
        twitter_search=body.twitter_search,
        start_date=body.start_date,
        end_date=body.end_date,
    )


def managed_conference(conference: Conference, view: ConferenceView | None = None) -> Json:
    """ManagedConference; its seat types with `availableQuantity` where `view`, which counts what is left, is there."""
    details = conference.details
    return {
        "id": str(conference.id),
        "code": conference.code,
        "name": details.name,
        "description": details.description,
        "location": details.location,
        "tagline": details.tagline,
        "twitterSearch": details.twitter_search,
        "startDate": details.start_date.isoformat(),
        "endDate": details.end_date.isoformat(),
        "ownerName": conference.owner_name,
        "ownerEmail": conference.owner_email,
        "isPublished": conference.is_published,
        "wasEverPublished": conference.was_ever_published,
        "seatTypes": [
            managed_seat_type(seat_type) | ({"availableQuantity": view.available(seat_type.id)} if view else {})
            for seat_type in conference.seat_types
        ],
    }


def managed_seat_type(seat_type: SeatType) -> Json:
    """ManagedSeatType."""
    return {
        "id": str(seat_type.id),
        "name": seat_type.name,
        "description": seat_type.description,
        "quantity": seat_type.quantity,
        "price": format_money(seat_type.price),
        "currency": CURRENCY,
    }


def signed_in(answer: SignedIn, token: str) -> Json:
    """What sign-in gives."""
    return {"token": token, "expiresAt": utc(answer.expires_at), "code": answer.code}
