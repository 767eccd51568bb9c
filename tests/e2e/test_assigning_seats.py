"""A group registers, and each seat gets a name."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.support.api import Api, Json
from tests.support.conferences import COCKTAIL, GENERAL, OrganizedConference
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person
from tests.support.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Group:
    """Two seats of one kind and one of another."""

    registrant: Registrant
    page: str

    def attendees(self) -> list[str | None]:
        """The first names on the seats, as they are stored."""
        seats: list[Json] = self.registrant.api.assignments(self.registrant.order_id, wait=10).expect(200)["seats"]
        return [seat["attendee"]["firstName"] if seat["attendee"] else None for seat in seats]


@pytest.fixture
def group(api: Api) -> Group:
    registrant = Registrant(OrganizedConference.published(api, {GENERAL: 5, COCKTAIL: 5}))
    registrant.registers({GENERAL: 2, COCKTAIL: 1})
    return Group(registrant, f"/orders/{registrant.order_id}/seats")


def test_a_group_registers_and_takes_its_seats(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 5, COCKTAIL: 5})
    visitor.asks_for(conference.code, {GENERAL: 2, COCKTAIL: 1})
    visitor.pays(person("Rita"))
    visitor.follows("Assign seats")
    visitor.sees("Who sits where?")
    assigned = visitor.page.locator("#assigned")
    expect(assigned).to_have_text("0 of 3 seats assigned")

    visitor.presses("I take the first free seat")
    expect(visitor.page.locator("#seat-0-firstName")).to_have_value("Rita")
    visitor.fills(**seat(1, person("Anna")))
    visitor.presses("Save all changes")
    visitor.reads("All changes are saved.")
    expect(assigned).to_have_text("2 of 3 seats assigned")

    visitor.page.locator("#seat-0").get_by_role("button", name="Unassign").click()
    expect(assigned).to_have_text("1 of 3 seats assigned")
    visitor.reloads()
    expect(assigned).to_have_text("1 of 3 seats assigned")
    expect(visitor.page.locator("#seat-1-firstName")).to_have_value("Anna")


def test_a_seat_is_saved_by_itself(visitor: Visitor, group: Group) -> None:
    visitor.opens(group.page)
    visitor.fills(**seat(2, person("Carla")))
    visitor.page.locator("#seat-2").get_by_role("button", name="Save", exact=True).click()
    expect(visitor.page.locator("#assigned")).to_have_text("1 of 3 seats assigned")
    eventually(lambda: group.attendees() == [None, None, "Carla"], "Carla on the third seat")


def test_what_is_not_saved_is_not_lost_by_accident(visitor: Visitor, group: Group) -> None:
    visitor.opens(group.page)
    visitor.fills(**seat(0, person("Anna")))
    visitor.follows("Back to the order")
    visitor.presses("Stay")
    expect(visitor.page.locator("#seat-0-firstName")).to_have_value("Anna")
    visitor.follows("Back to the order")
    visitor.presses("Leave")
    visitor.sees("See you there, Rita!")
    assert group.attendees() == [None, None, None]


def test_every_seat_gets_a_ticket_on_paper(visitor: Visitor, group: Group) -> None:
    group.registrant.api.assign_seat(group.registrant.order_id, 0, person("Anna", "Attendee")).expect(200, 202, 204)
    eventually(lambda: group.attendees()[0] == "Anna", "Anna on the first seat")
    visitor.opens(group.page)
    tickets = visitor.page.locator(".print-ticket")
    expect(tickets.first).to_be_hidden()
    visitor.page.emulate_media(media="print")
    expect(tickets).to_have_count(3)
    expect(tickets.first).to_be_visible()
    expect(tickets.first).to_contain_text("Anna Attendee")
    expect(tickets.first).to_contain_text("CQRS summit")
    expect(tickets.nth(2)).to_contain_text("Nobody yet")
    expect(visitor.page.locator(".site-header")).to_be_hidden()
    expect(visitor.button("Print tickets")).to_be_hidden()


def seat(position: int, attendee: Json) -> dict[str, str]:
    """What to type where for this seat."""
    return {f"seat-{position}-{name}": text for name, text in attendee.items()}
