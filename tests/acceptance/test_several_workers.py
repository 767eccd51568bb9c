"""Several processes run the app, as instances do in Azure: what one of them hears of, the others must not deny."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from tests.support.api import Api
from tests.support.conferences import COCKTAIL, GENERAL, OrganizedConference
from tests.support.patience import eventually
from tests.support.persistent import PersistentRegistrant
from tests.support.registrants import Registrant, at_once, person
from tests.support.stack import Stack, running_stack

WORKERS = 2
CONNECTIONS = 12
"""The kernel spreads connections over the processes; a dozen miss one of two once in 2,048 times."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A local Azure with two functions host processes."""
    with running_stack(tmp_path_factory.mktemp("workers"), FUNCTIONS_WORKER_PROCESS_COUNT=WORKERS) as running:
        assert len(running.component("functions")["pids"]) == WORKERS
        yield running


@pytest.fixture(scope="module")
def apis(stack: Stack) -> Iterator[list[Api]]:
    """Clients with a connection of its own each, which stays with one process."""
    clients = [Api(stack.api_url) for _ in range(CONNECTIONS)]
    yield clients
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def api(apis: list[Api]) -> Api:
    return apis[0]


def test_a_conference_that_everybody_looked_for_too_early_is_soon_seen_by_all(apis: list[Api]) -> None:
    conference = OrganizedConference.create(apis[0])
    conference.add_seat_type(GENERAL, 1000)

    def seen_by(each: Api) -> dict[str, int]:
        answer = each.conference(conference.code)
        seat_types = answer.body["seatTypes"] if answer.status == 200 else []
        return {seat_type["name"]: seat_type["availableQuantity"] for seat_type in seat_types}

    assert [seen_by(each) for each in apis] == [{}] * CONNECTIONS
    conference.publish()
    for each in apis:
        eventually(lambda each=each: seen_by(each) == {GENERAL: 1000}, "its seats on offer")  # type: ignore[misc]


def test_who_waits_is_told_what_another_process_knows(apis: list[Api]) -> None:
    registrant = Registrant(OrganizedConference.published(apis[0], {GENERAL: 100}))
    registrant.registers({GENERAL: 1})

    def on_her_seat(each: Api, wait: float = 0) -> object:
        return each.assignments(registrant.order_id, wait=wait).body["seats"][0]["attendee"]

    def is_on_her_seat(attendee: object) -> bool:
        return on_her_seat(apis[0]) == attendee

    assert apis[0].assignments(registrant.order_id, wait=10).status == 200
    for attendee in [person() for _ in range(8)]:  # now one process writes it down, now the other
        apis[0].assign_seat(registrant.order_id, 0, attendee).expect(200, 202)
        eventually(partial(is_on_her_seat, attendee), "the attendee")
        assert [on_her_seat(each, wait=10) for each in apis] == [attendee] * CONNECTIONS


def test_two_processes_sell_no_seat_twice(api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 30, COCKTAIL: 1000})
    clients = [Api(api.url) for _ in range(60)]
    registrants = [PersistentRegistrant(conference) for _ in clients]
    for registrant, client in zip(registrants, clients, strict=True):
        registrant.api = client
    at_once(registrants, lambda registrant: registrant.registers_whatever_happens(GENERAL))
    for client in clients:
        client.close()

    states = Counter(registrant.order.get("state", "refused") for registrant in registrants)
    assert states["confirmed"] == 30, states
    eventually(lambda: conference.seats_sold() >= 30, "30 seats sold")
    assert conference.seats_sold() == 30
