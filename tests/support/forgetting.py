"""Somebody who wants to be forgotten, in the words of the site."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.support.api import Api, Json
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person
from tests.support.visitor import Visitor

RITA, ANNA = person("Rita", "Registrant", "rita@example.com"), person("Anna", "Attendee", "anna@example.com")
HOW = "What that means, and how to do it"
DONE = "The names and e-mail addresses are forgotten"


def registered_with_a_guest(conference: OrganizedConference) -> Registrant:
    """Rita, confirmed, with Anna on the first of her two seats."""
    registrant = Registrant(conference)
    registrant.details = RITA
    registrant.registers({GENERAL: 2})
    registrant.api.assignments(registrant.order_id, wait=10).expect(200)
    registrant.api.assign_seat(registrant.order_id, 0, ANNA).expect(200, 202)
    eventually(lambda: attendees(registrant)[0] == ANNA, "Anna on the first seat")
    return registrant


def attendees(registrant: Registrant) -> list[Any]:
    """Who is on her seats, None for nobody."""
    seats = registrant.api.assignments(registrant.order_id).expect(200)["seats"]
    return [seat["attendee"] for seat in seats]


def is_forgotten(api: Api, order_id: str) -> bool:
    """Whether the order says that nobody knows any more who registered."""
    order: Json = api.order(order_id).expect(200)
    return order["registrant"] is None and bool(order.get("registrantForgotten"))


def is_forgotten_in_the_list(conference: OrganizedConference, order_id: str) -> bool:
    """Whether the organizer's list says so."""
    order = conference.order(order_id) or {}
    return bool(order.get("registrantForgotten"))


def asks_to_be_forgotten(visitor: Visitor, access_code: str) -> None:
    """From the order's page to the question."""
    visitor.page.get_by_text(HOW).click()
    visitor.fills(**{"forget-code": access_code})
    visitor.presses("Forget my data")
    expect(visitor.page.get_by_role("dialog")).to_contain_text("Forget the names and e-mail addresses?")
