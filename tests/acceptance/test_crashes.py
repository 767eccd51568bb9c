"""A component is killed again and again while registrations are under way: no order is lost, no seat sold twice."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.patience import eventually
from tests.support.persistent import PersistentRegistrant
from tests.support.stack import Stack, running_stack

REGISTRANTS = 50
SEATS = 40
CRASHES = 5
LONGEST_PAUSE_SECONDS = 1.5
SETTLING_SECONDS = 120.0
"""What a crash left unpublished, the timer publishes when it is 30 seconds old."""


@pytest.fixture(scope="module")
def crashing_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("crashing-stack")) as running:
        yield running


@pytest.fixture
def moments() -> random.Random:
    """When to crash. CRASH_SEED repeats a run."""
    seed = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(10**6))
    print(f"CRASH_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def conference(crashing_stack: Stack) -> Iterator[OrganizedConference]:
    api = Api(crashing_stack.api_url)
    yield OrganizedConference.published(api, {GENERAL: SEATS})
    api.close()


@pytest.mark.parametrize("component", ["functions", "servicebus", "cosmos"])
def test_a_crash_loses_no_order_and_sells_no_seat_twice(
    crashing_stack: Stack, conference: OrganizedConference, moments: random.Random, component: str
) -> None:
    registrants = [PersistentRegistrant(conference) for _ in range(REGISTRANTS)]
    with ThreadPoolExecutor(REGISTRANTS) as threads:
        registrations = []
        for crash in range(CRASHES):
            for registrant in registrants[crash::CRASHES]:
                registrations.append(threads.submit(registrant.registers_whatever_happens, GENERAL))
            time.sleep(moments.uniform(0, LONGEST_PAUSE_SECONDS))
            crashing_stack.kill(component)
        for registration in registrations:
            registration.result()

    _everybody_who_could_was_confirmed(registrants)
    _the_organizer_sees_the_same(conference, registrants)
    _nothing_was_given_up(crashing_stack)


def _everybody_who_could_was_confirmed(registrants: list[PersistentRegistrant]) -> None:
    states = Counter(registrant.order.get("state", "refused") for registrant in registrants)
    assert states["confirmed"] == SEATS, states
    assert set(states) <= {"confirmed", "partiallyReserved", "refused"}, states


def _the_organizer_sees_the_same(conference: OrganizedConference, registrants: list[PersistentRegistrant]) -> None:
    confirmed = {each.order_id for each in registrants if each.order.get("state") == "confirmed"}

    def paid_with_one_seat() -> set[str]:
        orders = conference.orders()
        assert len({order["orderId"] for order in orders}) == len(orders)
        return {order["orderId"] for order in orders if order["status"] == "paid" and len(order["attendees"]) == 1}

    eventually(lambda: paid_with_one_seat() == confirmed, "every paid order with its seat", seconds=SETTLING_SECONDS)
    eventually(lambda: conference.left() == {GENERAL: 0}, "nothing left", seconds=SETTLING_SECONDS)
    assert conference.seats_sold() == SEATS
    assert not [order for order in conference.orders() if "refundDue" in order]


def _nothing_was_given_up(stack: Stack) -> None:
    inspector = BusInspector(stack.bus_connection)
    try:
        assert inspector.failed_messages() == []
    finally:
        inspector.close()
