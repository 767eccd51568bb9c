"""Orders that are not paid in time, on a stack where time is short."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_bdd import given, scenarios, then, when

from tests.acceptance.scene import Scene
from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.patience import eventually
from tests.support.stack import Stack, running_stack

scenarios("features/expiry.feature")

EXPIRY_SECONDS, GRACE_SECONDS = 3, 1


@pytest.fixture(scope="module")
def hasty_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A local Azure where a reservation lasts for seconds."""
    settings = {"RESERVATION_EXPIRY_SECONDS": EXPIRY_SECONDS, "RESERVATION_GRACE_SECONDS": GRACE_SECONDS}
    with running_stack(tmp_path_factory.mktemp("hasty-stack"), **settings) as running:
        yield running


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


@then("nobody is owed a refund")
def nobody_is_owed_a_refund(scene: Scene) -> None:
    assert not [order for order in scene.conference.orders() if "refundDue" in order]


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
