"""Somebody wants to be forgotten, and asks for it on her order's page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.forgetting import (
    ANNA,
    DONE,
    HOW,
    RITA,
    asks_to_be_forgotten,
    attendees,
    is_forgotten,
    registered_with_a_guest,
)
from tests.support.looks import GERMAN, fits_in_german, is_for_everybody
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.visitor import NewVisitor, Visitor

MOST_WRONG_TRIES = 10
MOST_STOPS = 40


@pytest.fixture(scope="module")
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 100})


@pytest.fixture
def registrant(conference: OrganizedConference) -> Registrant:
    return registered_with_a_guest(conference)


def test_she_is_forgotten_and_keeps_her_seats(visitor: Visitor, registrant: Registrant) -> None:
    visitor.opens(f"/orders/{registrant.order_id}")
    asks_to_be_forgotten(visitor, registrant.order["accessCode"].lower())
    is_for_everybody(visitor, "forget-question")
    visitor.presses("Forget them for good")
    visitor.reads(DONE)
    visitor.sees("You are registered")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
    expect(visitor.page.locator("main")).not_to_contain_text(RITA["email"])
    expect(visitor.page.get_by_text(HOW)).to_have_count(0)
    is_for_everybody(visitor, "forgotten-thank-you")
    assert attendees(registrant) == [None, None]
    assert is_forgotten(registrant.api, registrant.order_id)
    visitor.reloads()
    visitor.reads(DONE)
    visitor.sees("You are registered")


def test_the_seats_of_a_forgotten_order_can_be_seen_and_printed_and_have_no_names(
    visitor: Visitor, registrant: Registrant
) -> None:
    _forgotten(registrant)
    visitor.opens(f"/orders/{registrant.order_id}")
    visitor.follows("Show the seats")
    visitor.sees("Your seats")
    visitor.reads(DONE)
    visitor.reads("Nobody can be named on them any more.")
    expect(visitor.page.locator("main li.seat-editor")).to_have_count(2)
    expect(visitor.page.locator("main").get_by_role("textbox")).to_have_count(0)
    is_for_everybody(visitor, "forgotten-seats")
    visitor.page.emulate_media(media="print")
    tickets = visitor.page.locator(".print-ticket")
    expect(tickets).to_have_count(2)
    expect(tickets.first).to_contain_text("Name forgotten")
    expect(tickets.first).to_contain_text(registrant.order["accessCode"])


def test_seats_that_were_open_in_a_window_meanwhile_say_why_nobody_can_be_named(
    visitor: Visitor, registrant: Registrant
) -> None:
    visitor.opens(f"/orders/{registrant.order_id}/seats")
    _forgotten(registrant)
    seat = visitor.page.locator("#seat-1")
    visitor.fills(**{f"seat-1-{name}": text for name, text in ANNA.items()})
    seat.get_by_role("button", name="Save", exact=True).click()
    expect(seat).to_contain_text("The names of this order were forgotten")


def test_nothing_is_forgotten_without_a_second_yes(visitor: Visitor, registrant: Registrant) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.method))
    visitor.opens(f"/orders/{registrant.order_id}")
    asks_to_be_forgotten(visitor, registrant.order["accessCode"])
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(visitor.button("Forget my data")).to_be_focused()
    assert "DELETE" not in asked
    assert registrant.api.order(registrant.order_id).expect(200)["registrant"] == RITA


def test_a_wrong_code_is_said_at_the_field_and_the_right_one_does_it(visitor: Visitor, registrant: Registrant) -> None:
    right = registrant.order["accessCode"]
    visitor.opens(f"/orders/{registrant.order_id}")
    visitor.page.get_by_text(HOW).click()
    visitor.presses("Forget my data")
    code, fault = visitor.page.locator("#forget-code"), visitor.page.locator("#forget-code-fault")
    expect(fault).to_have_text("Please fill this in.")
    code.fill("AAAAAA" if right != "AAAAAA" else "BBBBBB")
    visitor.presses("Forget my data")
    visitor.presses("Forget them for good")
    expect(fault).to_have_text("This is not the access code of this order.")
    expect(code).to_be_focused()
    is_for_everybody(visitor, "forget-wrong-code")
    code.fill(right)
    expect(fault).to_be_empty()
    visitor.presses("Forget my data")
    visitor.presses("Forget them for good")
    visitor.reads(DONE)


def test_too_many_wrong_codes_have_to_wait(visitor: Visitor, registrant: Registrant) -> None:
    for _ in range(MOST_WRONG_TRIES):
        registrant.api.forget_registrant(registrant.order_id, access_code="WRONG2").refused(401, "unauthorized")
    visitor.opens(f"/orders/{registrant.order_id}")
    asks_to_be_forgotten(visitor, registrant.order["accessCode"])
    visitor.presses("Forget them for good")
    visitor.reads("Too many wrong tries")
    expect(visitor.page.get_by_role("timer")).to_have_text(re.compile(r"1[0-5]:[0-5]\d"))
    expect(visitor.button("Forget my data")).to_have_attribute("aria-disabled", "true")
    is_for_everybody(visitor, "forget-too-many-tries")


def test_an_order_that_is_not_over_yet_says_when_to_ask_again(visitor: Visitor, registrant: Registrant) -> None:
    def is_open(route: Route) -> None:
        route.fulfill(status=409, content_type="application/problem+json", json={"type": "order-open", "status": 409})

    visitor.page.route(f"**/api/orders/{registrant.order_id}/registrant", is_open)
    visitor.opens(f"/orders/{registrant.order_id}")
    asks_to_be_forgotten(visitor, registrant.order["accessCode"])
    visitor.presses("Forget them for good")
    visitor.reads("This order is still under way")
    visitor.reads("in half an hour at the latest")


def test_a_lost_network_is_said_and_trying_again_needs_no_second_question(
    visitor: Visitor, registrant: Registrant
) -> None:
    visitor.opens(f"/orders/{registrant.order_id}")
    with visitor.offline():
        asks_to_be_forgotten(visitor, registrant.order["accessCode"])
        visitor.presses("Forget them for good")
        visitor.reads("You are offline")
    visitor.presses("Try again")
    visitor.reads(DONE)


def test_she_is_forgotten_with_the_keyboard_alone(visitor: Visitor, registrant: Registrant) -> None:
    keyboard = visitor.page.keyboard
    visitor.opens(f"/orders/{registrant.order_id}")
    _tabs_to(visitor, visitor.page.locator("summary"))
    keyboard.press("Enter")
    _tabs_to(visitor, visitor.page.locator("#forget-code"))
    keyboard.type(registrant.order["accessCode"])
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    visitor.reads(DONE)
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()


def test_it_is_said_in_german_on_the_narrowest_screen(new_visitor: NewVisitor, registrant: Registrant) -> None:
    visitor = new_visitor(locale="de-DE", viewport=GERMAN.size)
    visitor.opens(f"/orders/{registrant.order_id}")
    visitor.page.get_by_text("Was das bedeutet und wie es geht").click()
    fits_in_german(visitor, "forget")
    visitor.fills(**{"forget-code": registrant.order["accessCode"]})
    visitor.presses("Meine Daten vergessen")
    fits_in_german(visitor, "forget-question")
    visitor.presses("Für immer vergessen")
    visitor.reads("Die Namen und E-Mail-Adressen sind vergessen")
    fits_in_german(visitor, "forgotten")


def _forgotten(registrant: Registrant) -> None:
    code = registrant.order["accessCode"]
    registrant.api.forget_registrant(registrant.order_id, access_code=code).expect(204)
    eventually(lambda: is_forgotten(registrant.api, registrant.order_id), "her order without her name")


def _tabs_to(visitor: Visitor, target: Locator) -> None:
    """Press Tab until `target` has the focus, which must then show."""
    for _ in range(MOST_STOPS):
        visitor.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate("element => element.matches(':focus-visible')")
            return
    raise AssertionError(f"{target} is not reached by {MOST_STOPS} times Tab")
