"""The limit on unpaid orders per client: nobody holds a whole conference and pays for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from tests.support.api import Answer, Api
from tests.support.conferences import GENERAL, WORKSHOP, OrganizedConference
from tests.support.odd_clients import Client
from tests.support.registrants import Registrant, at_once
from tests.support.stack import Stack, running_stack

MOST_ORDERS = 3
EXPIRY_SECONDS, GRACE_SECONDS = 12, 1
"""Long enough to place a handful of orders on a busy machine."""
SETTINGS = {
    "OPEN_HOLDS_PER_CLIENT": MOST_ORDERS,
    "TRUSTED_PROXIES": 2,
    "RESERVATION_EXPIRY_SECONDS": EXPIRY_SECONDS,
    "RESERVATION_GRACE_SECONDS": GRACE_SECONDS,
}


@pytest.fixture(scope="module")
def limiting_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("limiting-stack"), **SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def conference(limiting_stack: Stack) -> Iterator[OrganizedConference]:
    api = Api(limiting_stack.api_url)
    yield OrganizedConference.published(api, {GENERAL: 1000, WORKSHOP: 1})
    api.close()


def registrant_at(api: Api, conference: OrganizedConference) -> Registrant:
    registrant = Registrant(conference)
    registrant.api = api
    return registrant


def places_an_order(api: Api, conference: OrganizedConference) -> Registrant:
    registrant = registrant_at(api, conference)
    registrant.asks_for({GENERAL: 1}).expect(201)
    return registrant


def has_all_she_may(api: Api, conference: OrganizedConference) -> list[Registrant]:
    return [places_an_order(api, conference) for _ in range(MOST_ORDERS)]


def is_refused_another(api: Api, conference: OrganizedConference) -> Answer:
    refused = registrant_at(api, conference)
    answer = refused.asks_for({GENERAL: 1})
    answer.refused(429, "too-many-open-orders")
    api.order(refused.order_id).refused(404, "not-found")
    return answer


def test_one_unpaid_order_too_many_is_refused_until_the_first_expires(
    client: Client, conference: OrganizedConference
) -> None:
    first, *_ = has_all_she_may(client, conference)
    answer = is_refused_another(client, conference)
    assert 0 < int(answer.headers["Retry-After"]) <= EXPIRY_SECONDS + GRACE_SECONDS
    assert answer.headers["Retry-After"] in answer.body["detail"]
    assert first.waits_for_the_end()["state"] == "rejected"
    places_an_order(client, conference)


def test_an_order_that_was_paid_makes_room_for_one(client: Client, conference: OrganizedConference) -> None:
    first, *_ = has_all_she_may(client, conference)
    is_refused_another(client, conference)
    first.pays()
    assert first.waits_for_the_end()["state"] == "confirmed"
    places_an_order(client, conference)
    is_refused_another(client, conference)


def test_of_many_orders_at_once_as_many_are_placed_as_one_client_may_have(
    client: Client, conference: OrganizedConference
) -> None:
    registrants = [registrant_at(client, conference) for _ in range(MOST_ORDERS * 4)]
    answers = at_once(registrants, lambda registrant: registrant.asks_for({GENERAL: 1}))
    outcomes = Counter((answer.status, answer.refusal()) for answer in answers)
    assert outcomes == {(201, None): MOST_ORDERS, (429, "too-many-open-orders"): MOST_ORDERS * 3}


def test_other_clients_place_theirs(client: Client, another_client: Client, conference: OrganizedConference) -> None:
    has_all_she_may(client, conference)
    is_refused_another(client, conference)
    has_all_she_may(another_client, conference)


def test_nobody_becomes_another_client_by_saying_so(
    client_at: Callable[[str], Client], address: str, conference: OrganizedConference
) -> None:
    has_all_she_may(client_at(address), conference)
    for spelling in ("198.51.100.77, {}", "198.51.100.78,198.51.100.79 , {}", ",,{}", "{}:1234", "unknown, {}:4321"):
        is_refused_another(client_at(spelling.format(address)), conference)


def test_nobody_becomes_another_client_by_telling_the_site(
    limiting_stack: Stack, conference: OrganizedConference
) -> None:
    visitors = [Client(limiting_stack.web_url, f"198.51.100.{number}") for number in range(MOST_ORDERS + 1)]
    for visitor in visitors[:-1]:
        places_an_order(visitor, conference)
    is_refused_another(visitors[-1], conference)
    for visitor in visitors:
        visitor.close()


def test_the_same_order_sent_again_counts_once(client: Client, conference: OrganizedConference) -> None:
    orders = has_all_she_may(client, conference)
    for registrant in orders:
        registrant.asks_for({GENERAL: 1}).expect(201)
    is_refused_another(client, conference)


def test_an_order_that_was_refused_does_not_count(client: Client, conference: OrganizedConference) -> None:
    for _ in range(MOST_ORDERS):
        registrant_at(client, conference).asks_for({WORKSHOP: 2}).refused(409, "seats-unavailable")
        client.place_order("nobodys", conference.wanted({GENERAL: 1})).refused(404, "not-found")
        client.place_order(conference.code, [{"seatType": str(uuid4()), "quantity": 1}]).refused(422, "invalid")
    has_all_she_may(client, conference)
    is_refused_another(client, conference)


def test_nobody_else_makes_room_for_a_client(
    client: Client, another_client: Client, conference: OrganizedConference
) -> None:
    """Two clients in league must not hold more than each of them alone may."""
    for registrant in has_all_she_may(client, conference):
        other_seats = conference.wanted({GENERAL: 2})
        another_client.place_order(conference.code, other_seats, registrant.order_id).refused(409, "order-exists")
    is_refused_another(client, conference)
