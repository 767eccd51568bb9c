"""getOrder can wait, so that clients need no timers of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import pytest

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.registrants import Registrant

LONG = 10


@pytest.fixture
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 100})


@pytest.fixture
def held(conference: OrganizedConference, bus: BusInspector) -> Iterator[ExitStack]:
    """No reservation is made until it is closed."""
    with ExitStack() as stack:
        stack.enter_context(bus.held_up("seats-availability-commands", conference.id))
        yield stack


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@contextmanager
def before_the_wait_runs_out() -> Iterator[None]:
    """Whoever asks in this context is answered in it, and had no need to wait for so LONG."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < LONG


def test_it_answers_as_soon_as_the_seats_are_reserved(
    conference: OrganizedConference, held: ExitStack, threads: ThreadPoolExecutor
) -> None:
    registrant = Registrant(conference)
    registrant.asks_for({GENERAL: 1}).expect(201)
    with before_the_wait_runs_out():
        waiting = threads.submit(conference.api.order, registrant.order_id, until="reserved", wait=LONG)
        assert conference.api.order(registrant.order_id).expect(200)["state"] == "pendingReservation"
        assert not waiting.done()
        held.close()
        assert waiting.result().expect(200)["state"] == "reservationCompleted"


def test_when_the_wait_runs_out_the_order_is_answered_as_it_is(
    conference: OrganizedConference, held: ExitStack
) -> None:
    registrant = Registrant(conference)
    registrant.asks_for({GENERAL: 1}).expect(201)
    conference.api.order(registrant.order_id, wait=LONG).expect(200)
    for until in ("reserved", "settled"):
        began = time.monotonic()
        order = conference.api.order(registrant.order_id, until=until, wait=0.5).expect(200)
        assert order["state"] == "pendingReservation"
        assert time.monotonic() - began >= 0.5


def test_it_answers_as_soon_as_there_is_a_newer_version(
    conference: OrganizedConference, held: ExitStack, threads: ThreadPoolExecutor
) -> None:
    registrant = Registrant(conference)
    version = registrant.asks_for({GENERAL: 1}).expect(201)["version"]
    order = conference.api.order(registrant.order_id, after_version=version - 1, wait=LONG).expect(200)
    assert order["version"] == version
    with before_the_wait_runs_out():
        waiting = threads.submit(conference.api.order, registrant.order_id, after_version=version, wait=LONG)
        assert conference.api.order(registrant.order_id).expect(200)["version"] == version
        assert not waiting.done()
        registrant.says_who_she_is().expect(200)
        newer = waiting.result().expect(200)
    assert newer["version"] > version
    assert newer["registrant"] == registrant.details


def test_it_answers_as_soon_as_the_order_is_known(api: Api, conference: OrganizedConference) -> None:
    registrant = Registrant(conference)
    registrant.asks_for({GENERAL: 1}).expect(201)
    with before_the_wait_runs_out():
        assert api.order(registrant.order_id, wait=LONG).expect(200)["orderId"] == registrant.order_id


def test_it_answers_as_soon_as_the_order_is_settled(api: Api, conference: OrganizedConference) -> None:
    registrant = Registrant(conference)
    registrant.asks_for({GENERAL: 1}).expect(201)
    registrant.pays()
    with before_the_wait_runs_out():
        order = api.order(registrant.order_id, until="settled", wait=LONG).expect(200)
    assert order["state"] == "confirmed"


def test_an_order_that_stays_unknown_is_answered_404_when_the_wait_runs_out(api: Api) -> None:
    began = time.monotonic()
    api.order(str(uuid4()), wait=0.5).refused(404, "not-found")
    assert time.monotonic() - began >= 0.5


def test_what_is_known_already_needs_no_wait(api: Api, conference: OrganizedConference) -> None:
    registrant = Registrant(conference)
    registrant.asks_for({GENERAL: 1}).expect(201)
    registrant.waits_for_reservation()
    with before_the_wait_runs_out():
        api.order(registrant.order_id, until="reserved", wait=LONG).expect(200)
