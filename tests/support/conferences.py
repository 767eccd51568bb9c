"""An organizer and her conference, over HTTP. Prices are those of the reference's acceptance tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from tests.support.api import Api, Json
from tests.support.patience import eventually

GENERAL, WORKSHOP, COCKTAIL = "General admission", "CQRS Workshop", "Additional cocktail party"
PRICES = {GENERAL: "199.00", WORKSHOP: "500.00", COCKTAIL: "50.00"}


def conference_details(**changes: object) -> Json:
    """The body of createConference, with a slug that nobody has."""
    slug = f"cqrs-{uuid4().hex[:12]}"
    return {
        "name": "CQRS summit",
        "description": "Two days of events",
        "location": "Redmond",
        "tagline": "Command, query, repeat",
        "twitterSearch": "#cqrs",
        "startDate": "2027-05-02",
        "endDate": "2027-05-03",
        "slug": slug,
        "ownerName": "Olive Organizer",
        "ownerEmail": f"olive@{slug}.example",
    } | changes


def edited_details(**changes: object) -> Json:
    """The body of updateConference."""
    created = conference_details(**changes)
    return {name: value for name, value in created.items() if name not in ("slug", "ownerName", "ownerEmail")}


def seat_type_details(name: str, quantity: int, **changes: object) -> Json:
    """The body of createSeatType and updateSeatType."""
    return {
        "name": name,
        "description": f"{name} for one",
        "quantity": quantity,
        "price": PRICES.get(name, "100.00"),
    } | changes


class OrganizedConference:
    """A conference, as the organizer who has its token knows it."""

    def __init__(self, api: Api, created: Json) -> None:
        self.api = api
        self.id: str = created["id"]
        self.code: str = created["code"]
        self.owner_email: str = created["ownerEmail"]
        self.access_code: str = created["accessCode"]
        self.token: str = created["token"]
        self.seat_types: dict[str, str] = {}
        self.quantities: dict[str, int] = {}

    @classmethod
    def create(cls, api: Api, **changes: object) -> OrganizedConference:
        """Create one, unpublished and without seats."""
        return cls(api, api.create_conference(conference_details(**changes)).expect(201))

    @classmethod
    def published(cls, api: Api, quantities: Mapping[str, int]) -> OrganizedConference:
        """Create and publish one with so many seats of each kind, and wait until they can be booked."""
        conference = cls.create(api)
        for name, quantity in quantities.items():
            conference.add_seat_type(name, quantity)
        conference.publish()
        conference.wait_until_offered()
        return conference

    def add_seat_type(self, name: str, quantity: int, **changes: object) -> Json:
        """Offer a kind of seat."""
        details = seat_type_details(name, quantity, **changes)
        seat_type: Json = self.api.create_seat_type(self.code, self.token, details).expect(201)
        self.seat_types[name] = seat_type["id"]
        self.quantities[name] = quantity
        return seat_type

    def change_quantity(self, name: str, quantity: int) -> None:
        """Offer so many of a kind."""
        details = seat_type_details(name, quantity)
        self.api.update_seat_type(self.code, self.token, self.seat_types[name], details).expect(200)
        self.quantities[name] = quantity

    def publish(self) -> None:
        """Let it be read and booked."""
        assert self.api.publish(self.code, self.token).expect(200)["isPublished"] is True

    def unpublish(self) -> None:
        """Take it off the site."""
        assert self.api.unpublish(self.code, self.token).expect(200)["isPublished"] is False

    def wait_until_offered(self) -> None:
        """Wait until the public sees all seats of a conference that has sold none yet."""
        self.wait_until_left(self.quantities)

    def wait_until_left(self, quantities: Mapping[str, int]) -> None:
        """Wait until the public sees so many seats as left."""
        try:
            eventually(lambda: self.left() == quantities, f"{quantities} left")
        except AssertionError as error:
            raise AssertionError(f"{error}; the public sees {self.left()}") from None

    def left(self) -> dict[str, int]:
        """What the public sees as left, by name; nothing while the conference is not public."""
        answer = self.api.conference(self.code)
        if answer.status == 404:
            return {}
        return {each["name"]: each["availableQuantity"] for each in answer.expect(200)["seatTypes"]}

    def wanted(self, seats: Mapping[str, int]) -> Sequence[Json]:
        """Seats by name, as the contract asks for them."""
        return [{"seatType": self.seat_types[name], "quantity": quantity} for name, quantity in seats.items()]

    def orders(self, *, page_size: int = 1000) -> list[Json]:
        """All orders, as the organizer sees them, page by page."""
        orders: list[Json] = []
        continuation: str | None = None
        while True:
            page = self.api.orders(self.code, self.token, limit=page_size, continuation=continuation).expect(200)
            assert len(page["orders"]) <= page_size
            orders += page["orders"]
            continuation = page.get("continuation")
            if continuation is None:
                return orders

    def order(self, order_id: str) -> Json | None:
        """One order, as the organizer sees it."""
        return next((order for order in self.orders() if order["orderId"] == order_id), None)

    def seats_sold(self) -> int:
        """How many seats there are on paid orders."""
        return sum(len(order["attendees"]) for order in self.orders() if order["status"] == "paid")
