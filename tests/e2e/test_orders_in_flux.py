"""An order is paid, changed, queued or left while a page of it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.looks import fits_in_german, is_for_everybody
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person
from tests.support.visitor import Visitor

RITA = person("Rita")
HOME = "Good talks. Good company. A seat with your name on it."
SEATS = 20


@pytest.fixture
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: SEATS})


# It is paid


def test_a_paid_order_is_no_longer_under_way_while_it_is_being_confirmed(
    visitor: Visitor, conference: OrganizedConference, bus: BusInspector
) -> None:
    with _is_being_confirmed(visitor, conference, bus):
        visitor.opens(f"/conferences/{conference.code}")
        expect(visitor.button("Continue")).to_be_visible()
        visitor.page.go_back()
        visitor.sees("Confirming your registration")
    visitor.sees("See you there, Rita!")


def test_money_for_seats_that_were_changed_meanwhile_is_returned_and_she_pays_anew(
    visitor: Visitor, conference: OrganizedConference, bus: BusInspector
) -> None:
    with _is_being_confirmed(visitor, conference, bus) as order_id:
        conference.api.update_order(order_id, conference.wanted({GENERAL: 2})).expect(200)
    visitor.sees("Almost there")
    visitor.reads("$199.00 will be returned to you")
    expect(visitor.page.locator("#order-total")).to_have_text("$398.00")
    visitor.reads("Your seats are reserved.")
    is_for_everybody(visitor, "refund-in-checkout")
    visitor.speaks("de")
    fits_in_german(visitor, "refund-in-checkout")
    visitor.speaks("en")
    visitor.pays(RITA)
    visitor.reads("$199.00 will be returned to you")
    conference.wait_until_left({GENERAL: SEATS - 2})


def test_a_tab_that_missed_the_payment_shows_the_paid_order_and_starts_no_other(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    elsewhere = Registrant(conference)
    elsewhere.order_id = _has_reserved(visitor, conference, 2)
    elsewhere.pays()
    elsewhere.waits_for_the_end()
    visitor.page.go_back()
    visitor.reads("You have an order under way")
    visitor.chooses({GENERAL: 3})
    visitor.presses("Change my seats")
    visitor.sees("See you there, Rita!")
    assert visitor.order_id() == elsewhere.order_id
    assert [order["orderId"] for order in conference.orders()] == [elsewhere.order_id]


# What she sent waits in its queue


def test_other_seats_are_waited_for_while_they_are_queued(visitor: Visitor, conference: OrganizedConference) -> None:
    order_id = _has_reserved(visitor, conference, 1)
    visitor.page.go_back()
    visitor.reads("You have an order under way")
    visitor.chooses({GENERAL: 3})
    with visitor.answered("**/api/orders/*/items", 202, {"orderId": order_id}):
        visitor.presses("Change my seats")
        visitor.sees("We have your order")
    conference.api.update_order(order_id, conference.wanted({GENERAL: 3})).expect(200)
    visitor.sees("Almost there")
    expect(visitor.page.locator("#order-total")).to_have_text("$597.00")


def test_nobody_is_asked_again_who_registers_while_that_is_queued(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    order_id = _has_reserved(visitor, conference, 1)
    visitor.says_who_she_is(RITA)
    with (
        visitor.answered("**/api/orders/*/registrant", 202, {"orderId": order_id}),
        visitor.page.expect_request("**/api/orders/*"),
    ):
        visitor.presses("Proceed to payment")
    conference.api.assign_registrant(order_id, RITA).expect(200)
    visitor.sees("Confirm your payment")


# The page is left


def test_whoever_goes_back_to_change_her_seats_is_not_taken_to_the_bank(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    _has_reserved(visitor, conference, 1)
    visitor.says_who_she_is(RITA)
    with visitor.unanswered("**/api/orders/*/payment", lambda: visitor.presses("Proceed to payment")):
        visitor.follows("Change the seats")
        visitor.reads("You have an order under way")
        visitor.chooses({GENERAL: 2})
    visitor.presses("Change my seats")
    visitor.sees("Almost there")
    expect(visitor.page.locator("#order-total")).to_have_text("$398.00")


def asks_for_seats(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.opens(f"/conferences/{conference.code}")
    visitor.chooses({GENERAL: 1})
    visitor.presses("Continue")


def looks_for_an_order(visitor: Visitor, conference: OrganizedConference) -> None:
    registrant = Registrant(conference)
    order = registrant.registers({GENERAL: 1})
    visitor.opens("/find-order")
    visitor.fills(email=registrant.details["email"], accessCode=order["accessCode"])
    visitor.presses("Find my order")


@pytest.mark.parametrize(
    ("call", "act"),
    [("**/api/conferences/*/orders", asks_for_seats), ("**/api/orders/locate", looks_for_an_order)],
    ids=["asking for seats", "looking for an order"],
)
def test_whoever_leaves_before_the_answer_is_not_called_to_the_order(
    visitor: Visitor,
    conference: OrganizedConference,
    call: str,
    act: Callable[[Visitor, OrganizedConference], None],
) -> None:
    with visitor.unanswered(call, lambda: act(visitor, conference)):
        visitor.page.get_by_role("link", name="Conferences", exact=True).click()
        visitor.sees(HOME)
    assert visitor.page.evaluate("location.pathname") == "/"


# The conference is taken off the site


def test_what_was_reserved_of_a_conference_that_was_unpublished_can_be_taken(
    visitor: Visitor, api: Api, bus: BusInspector
) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 4})
    with bus.held_up("seats-availability-commands", conference.id) as held:
        Registrant(conference).asks_for({GENERAL: 3}).expect(201)
        held.wait_for_messages(1)
        visitor.asks_for(conference.code, {GENERAL: 2})
        held.wait_for_messages(2)
    visitor.sees("Fewer seats than you asked for")
    conference.unpublish()
    eventually(lambda: not conference.left(), "the end of the public page")
    visitor.reloads()
    visitor.sees("Fewer seats than you asked for")
    expect(visitor.seats_of(GENERAL)).to_have_value("1")
    visitor.presses("Take these seats")
    visitor.sees("Almost there")
    expect(visitor.page.locator("#order-total")).to_have_text("$199.00")
    visitor.pays(RITA)


def _has_reserved(visitor: Visitor, conference: OrganizedConference, quantity: int) -> str:
    visitor.asks_for(conference.code, {GENERAL: quantity})
    visitor.reads("Your seats are reserved.")
    return visitor.order_id()


@contextmanager
def _is_being_confirmed(visitor: Visitor, conference: OrganizedConference, bus: BusInspector) -> Iterator[str]:
    """She has paid for one seat, and her order, which is what it gives the id of, hears of it when this ends."""
    order_id = _has_reserved(visitor, conference, 1)
    visitor.says_who_she_is(RITA)
    visitor.goes_to_pay()
    with bus.held_up("order-commands", order_id):
        visitor.presses("Accept payment")
        visitor.sees("Confirming your registration")
        yield order_id
