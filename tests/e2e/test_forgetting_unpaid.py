"""Whoever did not pay in time wants to be forgotten, on a stack where time is short."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.forgetting import (
    DONE,
    HOW,
    RITA,
    asks_to_be_forgotten,
    is_forgotten,
    is_forgotten_in_the_list,
)
from tests.support.looks import is_for_everybody
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.stack import Stack
from tests.support.visitor import Visitor


@pytest.fixture
def api(hasty_stack: Stack) -> Iterator[Api]:
    client = Api(hasty_stack.api_url)
    yield client
    client.close()


@pytest.fixture
def visitor(browser: Browser, hasty_stack: Stack) -> Iterator[Visitor]:
    visitor = Visitor(browser, hasty_stack.web_url)
    yield visitor
    visitor.close()


def test_whoever_did_not_pay_is_forgotten_as_well(visitor: Visitor, api: Api) -> None:
    registrant = _named(OrganizedConference.published(api, {GENERAL: 4}))
    assert registrant.waits_for_the_end()["state"] == "rejected"
    visitor.opens(f"/orders/{registrant.order_id}")
    visitor.sees("Your reservation has expired")
    visitor.page.get_by_text(HOW).click()
    assert visitor.access_code() == registrant.order["accessCode"]
    is_for_everybody(visitor, "forget-expired")
    visitor.fills(**{"forget-code": visitor.access_code()})
    visitor.presses("Forget my data")
    visitor.presses("Forget them for good")
    visitor.reads(DONE)
    visitor.sees("Your reservation has expired")
    is_for_everybody(visitor, "forgotten-expired")
    assert is_forgotten(api, registrant.order_id)


def test_whoever_is_owed_money_is_forgotten_and_still_owed(visitor: Visitor, api: Api, hasty_stack: Stack) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 4})
    registrant = _owed(conference, BusInspector(hasty_stack.bus_connection))
    visitor.opens(f"/orders/{registrant.order_id}")
    visitor.sees("Your money will be returned")
    asks_to_be_forgotten(visitor, visitor.access_code())
    visitor.presses("Forget them for good")
    visitor.reads(DONE)
    visitor.sees("Your money will be returned")
    expect(visitor.page.locator("main")).not_to_contain_text("rita@example.com")
    is_for_everybody(visitor, "forgotten-refund")
    eventually(lambda: is_forgotten_in_the_list(conference, registrant.order_id), "the list without her name")
    visitor.signs_in(conference.owner_email, conference.access_code)
    visitor.page.get_by_role("link", name="Orders", exact=True).click()
    visitor.reads("the names were forgotten, the payment processor knows whose payment it was")


def _named(conference: OrganizedConference) -> Registrant:
    """Somebody who is about to pay."""
    registrant = Registrant(conference)
    registrant.details = RITA
    registrant.comes_to_pay({GENERAL: 3})
    return registrant


def _owed(conference: OrganizedConference, bus: BusInspector) -> Registrant:
    """Her money came after her time, when somebody else had her seats."""
    registrant = _named(conference)
    with bus.held_up("payment-commands", registrant.payment_id):
        registrant.waits_for_the_end()
        conference.wait_until_left({GENERAL: 4})
        Registrant(conference).registers({GENERAL: 2})
        registrant.accepts_the_payment().expect(200, 202)
    bus.close()
    eventually(lambda: conference.api.order(registrant.order_id).expect(200).get("refundDue"), "her refund")
    return registrant
