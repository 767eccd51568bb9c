"""A registrant who takes too long, on a stack where time is short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.looks import fits_in_german, is_for_everybody
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.stack import Stack
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def api(hasty_stack: Stack) -> Iterator[Api]:
    client = Api(hasty_stack.api_url)
    yield client
    client.close()


@pytest.fixture(scope="module")
def bus(hasty_stack: Stack) -> Iterator[BusInspector]:
    inspector = BusInspector(hasty_stack.bus_connection)
    yield inspector
    inspector.close()


@pytest.fixture
def visitor(browser: Browser, hasty_stack: Stack) -> Iterator[Visitor]:
    visitor = Visitor(browser, hasty_stack.web_url)
    yield visitor
    visitor.close()


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody whose money came when her seats were gone."""

    conference: OrganizedConference
    registrant: Registrant


@pytest.fixture(scope="module")
def late(api: Api, bus: BusInspector) -> Late:
    conference = OrganizedConference.published(api, {GENERAL: 2})
    registrant = Registrant(conference)
    registrant.comes_to_pay({GENERAL: 1})
    with bus.held_up("payment-commands", registrant.payment_id):  # the money overtakes the cancellation
        assert registrant.waits_for_the_end()["state"] == "rejected"
        conference.wait_until_left({GENERAL: 2})
        Registrant(conference).registers({GENERAL: 2})
        registrant.accepts_the_payment().expect(200, 202)
    _wait_for_the_refund(conference, registrant)
    return Late(conference, registrant)


def test_her_seats_go_back_to_everybody_and_she_can_choose_again(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 2})
    visitor.opens(f"/conferences/{conference.code}")
    visitor.chooses({GENERAL: 2})
    visitor.presses("Continue")
    visitor.sees("Your reservation has expired")
    conference.wait_until_left({GENERAL: 2})
    visitor.reloads()
    visitor.sees("Your reservation has expired")
    is_for_everybody(visitor, "expired-order")
    _fits_in_german_too(visitor, "expired-order")
    visitor.follows("Choose seats again")
    visitor.sees("CQRS summit")
    visitor.chooses({GENERAL: 2})
    expect(visitor.page.locator("#total")).to_have_text("$398.00")
    expect(visitor.button("Continue")).to_be_enabled()


def test_she_gets_her_seats_after_all_if_her_money_is_late_and_they_can_be_had(
    visitor: Visitor, api: Api, bus: BusInspector
) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 2})
    registrant = Registrant(conference)
    registrant.comes_to_pay({GENERAL: 1})
    with bus.held_up("payment-commands", registrant.payment_id):
        visitor.opens(_payment_page(registrant))
        assert registrant.waits_for_the_end()["state"] == "rejected"
        visitor.presses("Accept payment")
        visitor.sees("See you there, Rita!")
    conference.wait_until_left({GENERAL: 1})


def test_she_is_told_of_her_refund_if_her_money_is_late_and_the_seats_are_gone(
    visitor: Visitor, api: Api, bus: BusInspector
) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 2})
    registrant = Registrant(conference)
    registrant.comes_to_pay({GENERAL: 1})
    with bus.held_up("payment-commands", registrant.payment_id):
        visitor.opens(_payment_page(registrant))
        assert registrant.waits_for_the_end()["state"] == "rejected"
        conference.wait_until_left({GENERAL: 2})
        Registrant(conference).registers({GENERAL: 2})
        with bus.held_up("order-commands", registrant.order_id):
            visitor.presses("Accept payment")
            visitor.sees("Your payment came too late")
            is_for_everybody(visitor, "late-payment")
            _fits_in_german_too(visitor, "late-payment")
        visitor.sees("Your money will be returned")
    visitor.reads("Your payment of $199.00 arrived after the reservation had expired")


def test_her_refund_is_on_her_page_wherever_she_opens_it(visitor: Visitor, late: Late) -> None:
    visitor.opens(f"/orders/{late.registrant.order_id}")
    visitor.sees("Your money will be returned")
    visitor.reads("Your payment of $199.00 arrived after the reservation had expired")
    assert visitor.access_code() == late.registrant.order["accessCode"]
    is_for_everybody(visitor, "refund")
    _fits_in_german_too(visitor, "refund")


def test_money_for_other_seats_than_she_asks_for_now_is_returned_for_that_reason(
    visitor: Visitor, api: Api, bus: BusInspector
) -> None:
    registrant = Registrant(OrganizedConference.published(api, {GENERAL: 3}))
    registrant.comes_to_pay({GENERAL: 1})
    with bus.held_up("order-commands", registrant.order_id):
        registrant.accepts_the_payment().expect(200, 202)
        registrant.asks_instead_for({GENERAL: 2}).expect(200)
    _wait_for_the_refund(registrant.conference, registrant)
    assert registrant.waits_for_the_end()["state"] == "rejected"
    visitor.opens(f"/orders/{registrant.order_id}")
    visitor.sees("Your money will be returned")
    visitor.reads("Your payment of $199.00 was not for the seats that this order had when it arrived")


def test_the_organizer_sees_whom_to_give_money_back(visitor: Visitor, late: Late) -> None:
    visitor.signs_in(late.conference.owner_email, late.conference.access_code)
    visitor.reads("A refund is due for one order")
    is_for_everybody(visitor, "refund-in-overview")
    _fits_in_german_too(visitor, "refund-in-overview")
    visitor.follows("Show the orders")
    visitor.sees("Orders")
    she = late.registrant
    visitor.reads(f"{she.order['accessCode']}: $199.00 to Registrant, Rita, {she.details['email']}")
    row = visitor.page.get_by_role("row").filter(has_text=she.order["accessCode"])
    expect(row).to_contain_text("expired")
    expect(row).to_contain_text("refund due: $199.00")
    is_for_everybody(visitor, "refund-in-orders")
    _fits_in_german_too(visitor, "refund-in-orders")


def _payment_page(registrant: Registrant) -> str:
    return f"/payment-processor?paymentId={registrant.payment_id}&signature={registrant.signature}"


def _wait_for_the_refund(conference: OrganizedConference, registrant: Registrant) -> None:
    def owed() -> bool:
        order = conference.order(registrant.order_id)
        return order is not None and order.get("refundDue") is True

    eventually(owed, "her refund")


def _fits_in_german_too(visitor: Visitor, what: str) -> None:
    visitor.speaks("de")
    fits_in_german(visitor, what)
    visitor.speaks("en")
