"""Orders that are not paid in time, on a stack where time is short."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from domain.kernel.money import parse_money
from domain.registration.order import ORDER
from domain.registration.order_messages import OrderRefundRequired
from tests.acceptance.scene import Scene
from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.patience import eventually
from tests.support.stack import Stack
from tests.support.stores import Stores

scenarios("features/expiry.feature")


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


@pytest.fixture(scope="module")
def stores(hasty_stack: Stack) -> Iterator[Stores]:
    opened = Stores(hasty_stack)
    yield opened
    opened.close()


@given("what happens to her payment takes a while")
def payment_commands_take_a_while(scene: Scene) -> None:
    """So that the processor's news overtakes the cancellation that the expiry sends."""
    scene.brakes.enter_context(scene.bus.held_up("payment-commands", scene.registrant.payment_id))


@when("her time is up")
def her_time_is_up(scene: Scene) -> None:
    assert scene.registrant.waits_for_the_end()["state"] == "rejected"


@then("her order becomes confirmed")
def her_order_becomes_confirmed(scene: Scene) -> None:
    def confirmed() -> bool:
        return bool(scene.api.order(scene.registrant.order_id).expect(200)["state"] == "confirmed")

    eventually(confirmed, "the confirmation of an order that was paid late")


@when("everything has come to its end")
def everything_has_come_to_its_end(scene: Scene, stores: Stores) -> None:
    scene.brakes.close()
    eventually(lambda: not stores.left_to_do(), "a system at rest")


@then(parsers.parse("she is owed one refund of {amount}"))
def she_is_owed_one_refund(scene: Scene, stores: Stores, amount: str) -> None:
    order = ORDER.stream_id(UUID(scene.registrant.order_id))
    events = [event for commit in stores.commits()[order] for event in commit.events]
    refunds = [event.amount for event in events if isinstance(event, OrderRefundRequired)]
    assert refunds == [parse_money(amount)]


@then("she sees it herself")
def she_sees_it_herself(scene: Scene) -> None:
    def told() -> bool:
        return scene.api.order(scene.registrant.order_id).expect(200).get("refundDue") is True

    eventually(told, "her order with its refund")


@then("nobody is owed a refund")
def nobody_is_owed_a_refund(scene: Scene) -> None:
    assert not [order for order in scene.conference.orders() if "refundDue" in order]


@when("the organizer sees that she is owed a refund")
@then("the organizer sees that she is owed a refund")
def she_is_owed_a_refund(scene: Scene) -> None:
    def owed() -> bool:
        order = scene.conference.order(scene.registrant.order_id)
        return order is not None and order.get("refundDue") is True and order["status"] == "expired"

    eventually(owed, "her refund")


@then("she no longer finds her order by her e-mail address and access code")
def she_no_longer_finds_it(scene: Scene) -> None:
    she = scene.registrant
    scene.api.locate_order(she.details["email"], she.order["accessCode"]).refused(404, "not-found")
