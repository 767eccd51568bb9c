"""A registrant's way from the conference to her access code, and what may come in between."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import COCKTAIL, GENERAL, OrganizedConference
from tests.support.registrants import Registrant, person
from tests.support.visitor import NewVisitor, Visitor

FREE = "Student"
RITA = "Rita"


@pytest.fixture
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 20, COCKTAIL: 5})


def test_she_registers_and_pays(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.opens(f"/conferences/{conference.code}")
    expect(visitor.page.locator("#total")).to_have_text("$0.00")
    visitor.chooses({GENERAL: 2})
    visitor.page.get_by_role("button", name=f"One more: {COCKTAIL}").click()
    expect(visitor.page.locator("#total")).to_have_text("$448.00")
    visitor.presses("Continue")

    visitor.sees("Almost there")
    expect(visitor.page.locator("#order-total")).to_have_text("$448.00")
    visitor.reads("Your seats are reserved.")
    visitor.says_who_she_is(person(RITA))
    visitor.goes_to_pay()

    expect(visitor.page.locator("#payment-amount")).to_have_text("$448.00")
    visitor.presses("Accept payment")
    visitor.sees("See you there, Rita!")
    assert re.fullmatch("[A-Z0-9]{6}", visitor.access_code())
    conference.wait_until_left({GENERAL: 18, COCKTAIL: 4})


def test_what_is_free_is_confirmed_without_a_payment(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.create(api)
    conference.add_seat_type(FREE, 5, price="0.00")
    conference.publish()
    conference.wait_until_offered()
    visitor.asks_for(conference.code, {FREE: 1})
    visitor.reads("Nothing to pay")
    visitor.says_who_she_is(person(RITA))
    visitor.presses("Confirm registration")
    visitor.sees("See you there, Rita!")


def test_a_rejected_payment_can_be_tried_again(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.asks_for(conference.code, {GENERAL: 1})
    visitor.says_who_she_is(person(RITA))
    visitor.goes_to_pay()
    visitor.presses("Reject payment")
    visitor.sees("Almost there")
    visitor.reads("The payment was not made")
    expect(visitor.page.locator("#firstName")).to_have_value(RITA)
    visitor.goes_to_pay()
    visitor.presses("Accept payment")
    visitor.sees("See you there, Rita!")
    conference.wait_until_left({GENERAL: 19, COCKTAIL: 5})


def test_she_leaves_the_processor_without_paying_and_comes_back(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    visitor.asks_for(conference.code, {GENERAL: 1})
    visitor.says_who_she_is(person(RITA))
    visitor.goes_to_pay()
    visitor.follows("Back to Contoso Conferences")
    visitor.sees("Almost there")
    visitor.goes_to_pay()


def test_she_finds_her_order_again(visitor: Visitor, conference: OrganizedConference) -> None:
    registrant = Registrant(conference)
    order = registrant.registers({GENERAL: 1})
    visitor.opens("/find-order")
    visitor.fills(email=registrant.details["email"], accessCode=order["accessCode"].lower())
    visitor.presses("Find my order")
    visitor.sees("See you there, Rita!")
    assert visitor.order_id() == registrant.order_id
    assert visitor.access_code() == order["accessCode"]


def test_a_wrong_code_finds_nothing(visitor: Visitor, conference: OrganizedConference) -> None:
    registrant = Registrant(conference)
    registrant.registers({GENERAL: 1})
    visitor.opens("/find-order")
    visitor.fills(email=registrant.details["email"], accessCode="AAAAAA")
    visitor.presses("Find my order")
    visitor.reads("We found no such order")


def test_she_takes_the_seats_that_could_be_reserved(visitor: Visitor, api: Api, bus: BusInspector) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 4})
    with bus.held_up("seats-availability-commands", conference.id) as held:
        Registrant(conference).asks_for({GENERAL: 3}).expect(201)
        held.wait_for_messages(1)
        visitor.asks_for(conference.code, {GENERAL: 2})
        visitor.reads("Reserving your seats. You can go on meanwhile.")
        held.wait_for_messages(2)
    visitor.sees("Fewer seats than you asked for")
    visitor.reads("Could not reserve all the requested seats.")
    visitor.reads(f"{GENERAL}: 1 of 2 reserved.")
    expect(visitor.seats_of(GENERAL)).to_have_value("1")
    visitor.presses("Take these seats")
    visitor.sees("Almost there")
    expect(visitor.page.locator("#order-total")).to_have_text("$199.00")
    visitor.pays(person(RITA))


def test_she_chooses_among_what_is_left_when_somebody_was_faster(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    visitor.opens(f"/conferences/{conference.code}")
    visitor.chooses({COCKTAIL: 3})
    Registrant(conference).registers({COCKTAIL: 4})
    conference.wait_until_left({GENERAL: 20, COCKTAIL: 1})
    visitor.presses("Continue")
    visitor.reads("There are not enough seats left")
    visitor.reads(f"{COCKTAIL}: you asked for 3, 1 left.")
    expect(visitor.seats_of(COCKTAIL)).to_have_value("1")
    visitor.presses("Continue")
    visitor.sees("Almost there")


def test_what_is_sold_out_cannot_be_chosen(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 2, COCKTAIL: 1})
    Registrant(conference).registers({COCKTAIL: 1})
    conference.wait_until_left({GENERAL: 2, COCKTAIL: 0})
    visitor.opens(f"/conferences/{conference.code}")
    visitor.reads("Sold out")
    expect(visitor.seats_of(GENERAL)).to_be_visible()
    expect(visitor.seats_of(COCKTAIL)).to_have_count(0)


def test_she_is_told_which_fields_to_mend(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.opens(f"/conferences/{conference.code}")
    visitor.presses("Continue")
    expect(visitor.page.locator("#seats-fault")).to_have_text("Choose at least one seat.")
    visitor.asks_for(conference.code, {GENERAL: 1})
    visitor.says_who_she_is(person("", email="rita"))
    visitor.presses("Proceed to payment")
    expect(visitor.page.locator("#firstName-fault")).to_have_text("Please fill this in.")
    expect(visitor.page.locator("#email-fault")).to_contain_text("not an e-mail address")
    expect(visitor.page.locator("#firstName")).to_be_focused()


def test_her_time_runs_out_while_she_looks(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.page.clock.install()
    visitor.asks_for(conference.code, {GENERAL: 1})
    visitor.page.clock.fast_forward("16:00")
    visitor.sees("Your reservation has expired")


def test_two_browsers_race_for_the_last_seat(visitor: Visitor, new_visitor: NewVisitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 1})
    racers = [visitor, new_visitor()]
    for racer in racers:
        racer.opens(f"/conferences/{conference.code}")
        racer.chooses({GENERAL: 1})
    for racer in racers:
        racer.presses("Continue")
    told = "Your seats are reserved.|There are not enough seats left|Could not reserve all the requested seats."
    for racer in racers:
        expect(racer.page.locator("main")).to_contain_text(re.compile(told))
    winners = [racer for racer in racers if racer.page.get_by_text("Your seats are reserved.").is_visible()]
    assert len(winners) == 1
    winners[0].pays(person(RITA))
    conference.wait_until_left({GENERAL: 0})


def test_a_double_click_makes_one_order(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.opens(f"/conferences/{conference.code}")
    visitor.chooses({GENERAL: 1})
    visitor.button("Continue").dblclick()
    visitor.sees("Almost there")
    visitor.pays(person(RITA))
    conference.wait_until_left({GENERAL: 19, COCKTAIL: 5})
