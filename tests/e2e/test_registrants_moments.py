"""What registrants see only for a moment, for everybody and on every screen."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Route, expect

from domain.kernel.attempts import MAX_WRONG_TRIES
from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import COCKTAIL, GENERAL, OrganizedConference
from tests.support.moments import NOBODYS_CODE, Moment, Moments, Stage, tries
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person
from tests.support.visitor import Visitor

MOMENTS = Moments()


# A registrant waits


@MOMENTS.lasting
def queued_order(stage: Stage) -> Iterator[None]:
    """So many people book that the order waits in its queue. The site has this from a 202 and 404s."""
    waiting: list[Route] = []

    def is_queued(route: Route) -> None:
        route.fulfill(status=202, json={"orderId": route.request.post_data_json["orderId"]})

    def is_not_there_yet(route: Route) -> None:
        if "wait=1&" in f"{route.request.url}&":
            route.fulfill(status=404, json={"type": "not-found"})
        else:
            waiting.append(route)

    visitor, conference = stage.visitor, stage.conference()
    visitor.page.route("**/api/conferences/*/orders", is_queued)
    visitor.page.route("**/api/orders/*", is_not_there_yet)
    visitor.opens(f"/conferences/{conference.code}")
    visitor.chooses({GENERAL: 1})
    visitor.presses("Continue")
    visitor.sees("We have your order")
    yield
    for route in waiting:
        route.abort()


@MOMENTS.lasting
def reservation_under_way(stage: Stage) -> Iterator[None]:
    conference = stage.conference()
    with stage.bus.held_up("seats-availability-commands", conference.id):
        stage.visitor.asks_for(conference.code, {GENERAL: 1, COCKTAIL: 2})
        stage.visitor.reads("Reserving your seats. You can go on meanwhile.")
        yield
    stage.visitor.reads("Your seats are reserved.")


@MOMENTS.lasting
def settling(stage: Stage) -> Iterator[None]:
    """She has paid, and the confirmation takes a while."""
    visitor, conference = stage.visitor, stage.conference()
    visitor.asks_for(conference.code, {GENERAL: 1})
    visitor.says_who_she_is(person())
    order_id = visitor.order_id()
    visitor.goes_to_pay()
    with stage.bus.held_up("order-commands", order_id):
        visitor.presses("Accept payment")
        visitor.sees("Confirming your registration")
        visitor.reads("Your payment has arrived.")
        yield
    visitor.sees("See you there, Rita!")


@MOMENTS.passing
def hurry(stage: Stage) -> Iterator[None]:
    """Her time is nearly over."""
    stage.visitor.page.clock.install()
    stage.visitor.asks_for(stage.conference().code, {GENERAL: 1})
    stage.visitor.page.clock.fast_forward("13:30")
    expect(stage.visitor.page.locator(".count-down--hurry")).to_be_visible()
    yield


@MOMENTS.lasting
def nothing_to_pay(stage: Stage) -> Iterator[None]:
    conference = OrganizedConference.create(stage.api)
    conference.add_seat_type("Student", 5, price="0.00")
    conference.publish()
    conference.wait_until_offered()
    stage.visitor.asks_for(conference.code, {"Student": 1})
    stage.visitor.reads("Nothing to pay")
    yield


@MOMENTS.lasting
def order_under_way(stage: Stage) -> Iterator[None]:
    """She went back to the conference from the checkout."""
    stage.visitor.asks_for(stage.conference().code, {GENERAL: 1})
    stage.visitor.page.go_back()
    stage.visitor.reads("You have an order under way")
    yield


@MOMENTS.passing
def somebody_was_faster(stage: Stage) -> Iterator[None]:
    visitor, conference = stage.visitor, stage.conference()
    visitor.opens(f"/conferences/{conference.code}")
    visitor.chooses({COCKTAIL: 5})
    Registrant(conference).asks_for({COCKTAIL: 4}).expect(201)
    conference.wait_until_left({GENERAL: 20, COCKTAIL: 1})
    visitor.presses("Continue")
    visitor.reads("There are not enough seats left")
    yield


# Something is wrong


@MOMENTS.passing
def faults_in_the_checkout(stage: Stage) -> Iterator[None]:
    stage.visitor.asks_for(stage.conference().code, {GENERAL: 1})
    stage.visitor.says_who_she_is(person("", "", email="rita"))
    stage.visitor.presses("Proceed to payment")
    expect(stage.visitor.page.locator("#email-fault")).to_contain_text("not an e-mail address")
    yield


@MOMENTS.passing
def order_not_found(stage: Stage) -> Iterator[None]:
    tries(stage.visitor, "/find-order", f"{uuid4().hex}@example.com", "Find my order")
    stage.visitor.reads("We found no such order")
    yield


@MOMENTS.passing
def too_many_tries_for_an_order(stage: Stage) -> Iterator[None]:
    email = f"{uuid4().hex}@example.com"
    for _ in range(MAX_WRONG_TRIES):
        stage.api.locate_order(email, NOBODYS_CODE).refused(404, "not-found")
    tries(stage.visitor, "/find-order", email, "Find my order")
    stage.visitor.reads("Too many wrong tries")
    yield


@MOMENTS.lasting
def server_error(stage: Stage) -> Iterator[None]:
    with stage.visitor.answered("**/api/conferences/*", 500):
        stage.visitor.opens("/conferences/any")
        stage.visitor.sees("Something went wrong on our side")
        yield


@MOMENTS.passing
def server_error_in_a_form(stage: Stage) -> Iterator[None]:
    conference = stage.conference()
    with stage.visitor.answered("**/api/conferences/*/orders", 500):
        stage.visitor.opens(f"/conferences/{conference.code}")
        stage.visitor.chooses({GENERAL: 1})
        stage.visitor.presses("Continue")
        stage.visitor.reads("Something went wrong on our side")
        yield


@MOMENTS.passing
def offline_page(stage: Stage) -> Iterator[None]:
    stage.visitor.opens("/")
    with stage.visitor.offline():
        stage.visitor.page.get_by_role("link", name="Your order").click()
        stage.visitor.sees("You are offline")
        yield


@MOMENTS.passing
def offline_in_a_form(stage: Stage) -> Iterator[None]:
    stage.visitor.asks_for(stage.conference().code, {GENERAL: 1})
    stage.visitor.says_who_she_is(person())
    with stage.visitor.offline():
        stage.visitor.presses("Proceed to payment")
        stage.visitor.reads("You are offline")
        yield


# The processor, once it has the answer; it is another house, where no language can be chosen


@MOMENTS.passing
def payment_made(stage: Stage) -> Iterator[None]:
    registrant = _about_to_pay(stage)
    registrant.accepts_the_payment().expect(200, 202)
    registrant.waits_for_the_end()
    stage.visitor.opens(f"/payment-processor?paymentId={registrant.payment_id}")
    stage.visitor.sees("This is paid")
    yield


@MOMENTS.passing
def payment_cancelled(stage: Stage) -> Iterator[None]:
    registrant = _about_to_pay(stage)
    registrant.rejects_the_payment().expect(200, 202)
    stage.visitor.opens(f"/payment-processor?paymentId={registrant.payment_id}")
    stage.visitor.sees("This payment was cancelled")
    yield


# Nothing is there yet


@MOMENTS.lasting
def no_conferences(stage: Stage) -> Iterator[None]:
    with stage.visitor.answered("**/api/conferences", 200, []):
        stage.visitor.opens("/")
        stage.visitor.reads("No conference is open for registration")
        yield


@MOMENTS.lasting
def no_seats_to_book(stage: Stage) -> Iterator[None]:
    conference = OrganizedConference.create(stage.api)
    conference.publish()
    eventually(lambda: stage.api.conference(conference.code).status == 200, "the public page")
    stage.visitor.opens(f"/conferences/{conference.code}")
    stage.visitor.reads("There are no seats to book yet.")
    yield


@pytest.mark.parametrize("moment", MOMENTS.all, ids=lambda moment: moment.name)
def test_it_is_for_everybody_and_fits_every_screen(
    moment: Moment, visitor: Visitor, api: Api, bus: BusInspector
) -> None:
    moment.look_at(Stage(visitor, api, bus))


def _about_to_pay(stage: Stage) -> Registrant:
    registrant = Registrant(stage.conference())
    registrant.comes_to_pay({GENERAL: 1})
    return registrant
