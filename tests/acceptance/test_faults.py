"""Cosmos refuses every fifth request, and no line to bus or tables lasts two seconds: no registrant notices."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.faults import as_setting, breaking_lines, refusals
from tests.support.patience import eventually
from tests.support.registrants import Registrant, at_once
from tests.support.stack import Stack, running_stack

REGISTRANTS = int(os.environ.get("FAULTS_REGISTRANTS") or 40)
SECONDS_A_LINE_LASTS = 2.0
PERCENT_THROTTLED, PERCENT_UNAVAILABLE = 20, 2
PATIENCE_SECONDS = 120.0
"""A message that was on a line when it broke stays locked for a minute; what could not be published waits for half."""
WAIT_SECONDS = 10


@pytest.fixture(scope="module")
def faulty_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    state = tmp_path_factory.mktemp("faulty-stack")
    with (
        breaking_lines(state, SECONDS_A_LINE_LASTS) as detours,
        running_stack(
            state,
            DETOURS=as_setting(detours),
            COSMOS_THROTTLE_PERCENT=PERCENT_THROTTLED,
            COSMOS_UNAVAILABLE_PERCENT=PERCENT_UNAVAILABLE,
        ) as running,
    ):
        yield running
        assert all(detour.cuts for detour in detours.values()), "the lines were not cut"
        assert all(refusals(running).values()), "Cosmos refused nothing"


class WatchedApi(Api):
    """Remembers every answer that a registrant would have seen as an error."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.errors: list[Answer] = []

    def call(self, operation_id: str, **request: Any) -> Answer:
        answer = super().call(operation_id, **request)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            self.errors.append(answer)
        return answer


@pytest.fixture
def api(faulty_stack: Stack) -> Iterator[WatchedApi]:
    client = WatchedApi(faulty_stack.api_url)
    yield client
    client.close()


@pytest.fixture
def conference(faulty_stack: Stack) -> Iterator[OrganizedConference]:
    api = Api(faulty_stack.api_url)
    yield OrganizedConference.published(api, {GENERAL: REGISTRANTS})
    api.close()


def test_everybody_registers_without_seeing_an_error(
    faulty_stack: Stack, conference: OrganizedConference, api: WatchedApi
) -> None:
    registrants = [Registrant(conference) for _ in range(REGISTRANTS)]
    for each in registrants:
        each.api = api
    at_once(registrants, _registers)

    assert api.errors == []
    _the_organizer_sees_them_all(conference, registrants)
    _nothing_was_given_up(faulty_stack)


def _registers(registrant: Registrant) -> None:
    """From the choice of a seat to the confirmed order, as the site goes about it."""
    registrant.asks_for({GENERAL: 1}).expect(201, 202)
    _waits(registrant, "reserved", "reservationCompleted")
    registrant.pays()
    _waits(registrant, "settled", "confirmed")


def _waits(registrant: Registrant, until: str, state: str) -> None:
    def look() -> bool:
        answer = registrant.api.order(registrant.order_id, until=until, wait=WAIT_SECONDS)
        return bool(answer.status == HTTPStatus.OK and answer.body["state"] == state)

    eventually(look, f"order {registrant.order_id} {state}", seconds=PATIENCE_SECONDS)


def _the_organizer_sees_them_all(conference: OrganizedConference, registrants: list[Registrant]) -> None:
    def seated() -> set[str]:
        orders = conference.orders()
        return {order["orderId"] for order in orders if order["status"] == "paid" and len(order["attendees"]) == 1}

    wanted = {registrant.order_id for registrant in registrants}
    eventually(lambda: seated() == wanted, "every paid order with its seat", seconds=PATIENCE_SECONDS)
    eventually(lambda: conference.left() == {GENERAL: 0}, "nothing left", seconds=PATIENCE_SECONDS)
    assert conference.seats_sold() == REGISTRANTS


def _nothing_was_given_up(stack: Stack) -> None:
    inspector = BusInspector(stack.bus_connection)
    try:
        assert inspector.failed_messages() == []
    finally:
        inspector.close()
