"""Reloads, lost networks and the back button, at every step of a registration."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.registrants import Registrant, person
from tests.support.visitor import Visitor

RITA = person("Rita", email="rita@example.com")


@pytest.fixture
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 9})


def test_a_reload_at_every_step_loses_nothing(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.asks_for(conference.code, {GENERAL: 1})
    visitor.reloads()
    visitor.sees("Almost there")
    visitor.says_who_she_is(RITA)
    visitor.reloads()
    for name, text in RITA.items():
        expect(visitor.page.locator(f"#{name}")).to_have_value(text)
    visitor.goes_to_pay()
    visitor.reloads()
    visitor.sees("Confirm your payment")
    visitor.presses("Accept payment")
    visitor.sees("See you there, Rita!")
    code = visitor.access_code()
    visitor.reloads()
    visitor.sees("See you there, Rita!")
    assert visitor.access_code() == code
    visitor.follows("Assign seats")
    visitor.sees("Who sits where?")
    visitor.reloads()
    visitor.sees("Who sits where?")


def test_a_network_lost_at_every_step_is_said_and_loses_nothing(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    visitor.opens(f"/conferences/{conference.code}")
    visitor.chooses({GENERAL: 1})
    _tries_offline_then_again(visitor, lambda: visitor.presses("Continue"))
    visitor.sees("Almost there")
    visitor.reads("Your seats are reserved.")
    visitor.says_who_she_is(RITA)
    _tries_offline_then_again(visitor, lambda: visitor.presses("Proceed to payment"))
    visitor.sees("Confirm your payment")
    _tries_offline_then_again(visitor, lambda: visitor.presses("Accept payment"))
    visitor.sees("See you there, Rita!")
    visitor.follows("Assign seats")
    visitor.presses("I take the first free seat")
    save = visitor.page.locator("#seat-0").get_by_role("button", name="Save", exact=True)
    _tries_offline_then_again(visitor, save.click)
    expect(visitor.page.locator("#assigned")).to_have_text("1 of 1 seats assigned")
    conference.wait_until_left({GENERAL: 8})


def test_a_page_that_cannot_be_loaded_offline_is_loaded_when_asked_again(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    visitor.opens(f"/conferences/{conference.code}")
    with visitor.offline():
        visitor.page.get_by_role("link", name="Your order").click()
        visitor.sees("You are offline")
    visitor.presses("Try again")
    visitor.sees("Find your order")


def test_a_page_of_a_newer_release_than_the_tab_is_loaded_with_the_whole_site(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    def is_renewed(route: Route) -> None:
        module = 'import { addedSince } from "/app/dom.js"; export const page = addedSince;'
        route.fulfill(body=module, content_type="text/javascript")

    visitor.opens(f"/conferences/{conference.code}")
    visitor.page.route("**/app/pages/find-order.js", is_renewed)
    visitor.page.get_by_role("link", name="Your order").click()
    visitor.sees("This page could not be loaded")
    visitor.reads("The site was probably renewed since you opened it.")
    visitor.page.unroute("**/app/pages/find-order.js")
    visitor.presses("Try again")
    visitor.sees("Find your order")


def test_an_answer_that_got_lost_is_asked_for_again_and_is_the_same_order(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().text())
        return route.abort("connectionreset")

    visitor.page.route(f"**/api/conferences/{conference.code}/orders", lose_the_first_answer)
    visitor.asks_for(conference.code, {GENERAL: 2})
    assert visitor.order_id() in lost[0]
    visitor.pays(RITA)
    conference.wait_until_left({GENERAL: 7})


def test_going_back_from_the_checkout_changes_the_same_order(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.asks_for(conference.code, {GENERAL: 1})
    order_id = visitor.order_id()
    visitor.page.go_back()
    visitor.reads("You have an order under way")
    visitor.chooses({GENERAL: 3})
    visitor.presses("Change my seats")
    visitor.sees("Almost there")
    assert visitor.order_id() == order_id
    expect(visitor.page.locator("#order-total")).to_have_text("$597.00")
    visitor.pays(person("Rita"))
    conference.wait_until_left({GENERAL: 6})


def test_an_order_is_picked_up_in_another_browser_by_its_address(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    registrant = Registrant(conference)
    registrant.asks_for({GENERAL: 1}).expect(201)
    visitor.opens(f"/orders/{registrant.order_id}")
    visitor.sees("Almost there")
    visitor.pays(person("Rita"))
    assert registrant.waits_for_the_end()["accessCode"] == visitor.access_code()


def test_addresses_that_lead_nowhere_say_so(visitor: Visitor) -> None:
    headings = {
        "/conferences/no-such-conference": "There is no such conference",
        "/orders/00000000-0000-4000-8000-000000000000": "We do not know this order",
        "/no/such/page": "There is no such page",
        "/payment-processor?paymentId=00000000-0000-4000-8000-000000000000": "We do not know this payment",
    }
    for path, heading in headings.items():
        visitor.opens(path)
        visitor.sees(heading)


def _tries_offline_then_again(visitor: Visitor, act: Callable[[], None]) -> None:
    with visitor.offline():
        act()
        visitor.reads("You are offline")
    visitor.presses("Try again")
