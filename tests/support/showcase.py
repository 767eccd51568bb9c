"""One of everything that the site shows: addresses of all its pages, and what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import COCKTAIL, GENERAL, WORKSHOP, OrganizedConference
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person

# Filled in by Showcase.address_of.
PAGES = {
    "home": "/",
    "conference": "/conferences/{conference}",
    "sold-out": "/conferences/{sold_out}",
    "checkout": "/orders/{pending}",
    "rejected-payment": "/orders/{pending}?payment=rejected",
    "payment-processor": "/payment-processor?paymentId={payment}&orderId={pending}&signature={signature}",
    "fewer-seats": "/orders/{partial}",
    "thank-you": "/orders/{settled}",
    "assign-seats": "/orders/{settled}/seats",
    "find-order": "/find-order",
    "unknown-conference": "/conferences/no-such-conference",
    "unknown-order": "/orders/00000000-0000-4000-8000-000000000000",
    "unknown-payment": "/payment-processor?paymentId=00000000-0000-4000-8000-000000000000",
    "unknown-page": "/no/such/page",
    "organizer-start": "/organizer",
    "create-conference": "/organizer/create/conference",
    "sign-in": "/organizer/{sold_out}",
    "overview": "/organizer/{conference}",
    "details": "/organizer/{conference}/details",
    "seat-types": "/organizer/{conference}/seat-types",
    "orders": "/organizer/{conference}/orders",
}


@dataclass(frozen=True, slots=True)
class Showcase:
    """A conference with a paid and a pending order, and one that is sold out."""

    conference: OrganizedConference
    places: Mapping[str, str]

    def address_of(self, page: str) -> str:
        """The path of one of PAGES."""
        return PAGES[page].format(**self.places)


def showcase(api: Api, bus: BusInspector) -> Showcase:
    """Set it all up, and wait until everybody sees it."""
    conference = OrganizedConference.published(api, {GENERAL: 50, WORKSHOP: 5, COCKTAIL: 1})
    sold_out = OrganizedConference.published(api, {GENERAL: 1})
    Registrant(sold_out).registers({GENERAL: 1})
    settled, pending = Registrant(conference), Registrant(conference)
    settled.registers({GENERAL: 2, COCKTAIL: 1})
    api.assignments(settled.order_id, wait=10).expect(200)
    api.assign_seat(settled.order_id, 0, person("Anna", "Attendee")).expect(200, 202, 204)
    pending.comes_to_pay({GENERAL: 1, WORKSHOP: 2})
    sold_out.wait_until_left({GENERAL: 0})
    eventually(lambda: conference.seats_sold() == 3, "three seats sold")
    places = {
        "conference": conference.code,
        "sold_out": sold_out.code,
        "pending": pending.order_id,
        "partial": _partially_reserved(api, bus).order_id,
        "settled": settled.order_id,
        "payment": pending.payment_id,
        "signature": pending.signature,
    }
    return Showcase(conference, places)


def _partially_reserved(api: Api, bus: BusInspector) -> Registrant:
    """Somebody who asked for more than there was left once it was her turn."""
    conference = OrganizedConference.published(api, {GENERAL: 4})
    first, second = Registrant(conference), Registrant(conference)
    with bus.held_up("seats-availability-commands", conference.id) as held:
        first.asks_for({GENERAL: 3}).expect(201)
        held.wait_for_messages(1)
        second.asks_for({GENERAL: 2}).expect(201)
        held.wait_for_messages(2)
    assert second.waits_for_reservation()["state"] == "partiallyReserved"
    return second
