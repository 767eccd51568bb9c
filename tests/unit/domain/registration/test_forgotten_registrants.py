"""Who registered is forgotten when she asks for it: once her order is over, for good, and everywhere."""

from functools import reduce

import pytest

from domain.kernel.errors import NotFound
from domain.registration.managed_orders import MANAGED_ORDERS
from domain.registration.order import ORDER
from domain.registration.order_messages import (
    AssignRegistrantDetails,
    ForgetRegistrant,
    OrderRegistrantForgotten,
    RejectOrder,
)
from domain.registration.order_views import ORDERS
from tests.support import orders
from tests.support.backend import Backend
from tests.support.catalogue import caller
from tests.support.given_when_then import given, refused, refused_because
from tests.support.orders import confirmed, expired, placed, registrant_assigned, reservation_completed
from tests.support.vocabulary import JANE, JOHN, ORDER_ID, recorded, said, seats

ONE = seats(general=1)
FORGET = ForgetRegistrant(order_id=ORDER_ID)
FORGOTTEN = OrderRegistrantForgotten(order_id=ORDER_ID)
JOHN_REGISTERS = AssignRegistrantDetails(order_id=ORDER_ID, registrant=JOHN)

UNDER_WAY = (*placed(ONE), registrant_assigned(JANE))
RESERVED = (*UNDER_WAY, reservation_completed(ONE))
EXPIRED = (*RESERVED, expired())
CONFIRMED = (*RESERVED, confirmed(ONE))

# The order


@pytest.mark.parametrize("history", [EXPIRED, CONFIRMED], ids=["expired", "confirmed"])
def test_the_registrant_of_an_order_that_is_over_is_forgotten_once(history) -> None:
    forgetting = given(ORDER, *history).when(FORGET)
    forgetting.then(FORGOTTEN)
    assert forgetting.state_after().registrant is None
    given(ORDER, *history, FORGOTTEN).when(FORGET).then_nothing()


@pytest.mark.parametrize("history", [UNDER_WAY, RESERVED], ids=["pending", "reserved"])
def test_the_registrant_of_an_order_under_way_is_still_needed(history) -> None:
    given(ORDER, *history).when(FORGET).then_refused_because("order-open")


@pytest.mark.parametrize("history", [EXPIRED, CONFIRMED], ids=["expired", "confirmed"])
def test_nobody_is_written_down_again_where_somebody_was_forgotten(history) -> None:
    given(ORDER, *history, FORGOTTEN).when(JOHN_REGISTERS).then_refused_because("registrant-forgotten")


def test_without_an_order_there_is_nobody_to_forget() -> None:
    given(ORDER).when(FORGET).then_refused(NotFound)


# What is shown of it


@pytest.mark.parametrize("view", [ORDERS, MANAGED_ORDERS], ids=["registrant", "organizer"])
def test_an_order_shows_that_its_registrant_was_forgotten_and_nothing_else_of_her(view) -> None:
    before, after = (
        reduce(view.evolve, recorded(ORDER.stream_id(ORDER_ID), *history), None)
        for history in (CONFIRMED, (*CONFIRMED, FORGOTTEN))
    )
    assert (before.registrant, before.registrant_forgotten) == (JANE, False)
    assert (after.registrant, after.registrant_forgotten) == (None, True)


# She asks for it


async def place_and_expire(backend: Backend) -> None:
    await backend.worker().execute(ORDER, ORDER_ID, said(orders.register(ONE), "place"))
    await backend.worker().execute(ORDER, ORDER_ID, said(RejectOrder(order_id=ORDER_ID), "expire"))


async def test_her_key_is_kept_while_her_order_is_under_way(registration, backend, sealer) -> None:
    await backend.worker().execute(ORDER, ORDER_ID, said(orders.register(ONE)))
    await registration.assign_registrant(caller(), order_id=ORDER_ID, registrant=JANE)
    with refused_because("order-open"):
        await registration.forget_registrant(caller(), order_id=ORDER_ID)
    assert sealer.keys == {ORDER_ID}


async def test_a_registrant_forgotten_twice_is_forgotten_once(registration, backend, sealer) -> None:
    await place_and_expire(backend)
    for _ in range(2):
        await registration.forget_registrant(caller(), order_id=ORDER_ID)
    assert backend.events.events(ORDER.stream_id(ORDER_ID)).count(FORGOTTEN) == 1
    assert sealer.destroyed == {ORDER_ID}


async def test_nobody_registers_for_an_order_whose_registrant_was_forgotten(registration, backend) -> None:
    await place_and_expire(backend)
    await registration.forget_registrant(caller(), order_id=ORDER_ID)
    with refused_because("registrant-forgotten"):
        await registration.assign_registrant(caller(), order_id=ORDER_ID, registrant=JANE)


async def test_an_unknown_order_has_no_registrant_to_forget(registration, sealer) -> None:
    with refused(NotFound):
        await registration.forget_registrant(caller(), order_id=ORDER_ID)
    assert sealer.destroyed == set()
