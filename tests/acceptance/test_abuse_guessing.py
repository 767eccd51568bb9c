"""Guessing access codes: so many wrong tries per client, and no answer tells what was wrong."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from uuid import uuid4

import pytest

from tests.support.api import Answer, Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.odd_clients import Client, new_address
from tests.support.patience import eventually
from tests.support.registrants import Registrant, at_once
from tests.support.stack import Stack, running_stack
from tests.support.vocabulary import NOBODYS_CODE

MOST_TRIES, MOST_TRIES_AT_ONE = 15, 10
TRY_AGAIN_SECONDS = 15 * 60
REFUSAL_SECONDS = 0.3
GuessAt = Callable[[Api, int], Answer]
"""A client makes her guess number so and so, each at another secret."""


@pytest.fixture(scope="module")
def limiting_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"WRONG_TRIES_PER_CLIENT": MOST_TRIES, "TRUSTED_PROXIES": 2}
    with running_stack(tmp_path_factory.mktemp("limiting-stack"), **settings) as running:
        yield running


@pytest.fixture(scope="module")
def conference(limiting_stack: Stack) -> Iterator[OrganizedConference]:
    api = Api(limiting_stack.api_url)
    yield OrganizedConference.published(api, {GENERAL: 1000})
    api.close()


@pytest.fixture(scope="module")
def somebody(conference: OrganizedConference) -> Registrant:
    """With an order that can be found."""
    registrant = Registrant(conference)
    registrant.registers({GENERAL: 1})
    where = registrant.details["email"], registrant.order["accessCode"]
    eventually(lambda: registrant.api.locate_order(*where).status == 200, "her order found")
    return registrant


def guess_at_locating(api: Api, number: int) -> Answer:
    return api.locate_order(f"guess-{number}-{uuid4().hex}@example.com", NOBODYS_CODE)


def guess_at_signing_in(api: Api, number: int) -> Answer:
    return api.sign_in(f"guess-{number}-{uuid4().hex}@example.com", NOBODYS_CODE)


def guess_at_forgetting(conference: OrganizedConference) -> GuessAt:
    """At orders of several people."""
    registrants = [Registrant(conference) for _ in range(4)]
    for registrant in registrants:
        registrant.asks_for({GENERAL: 1}).expect(201)
        registrant.waits_for_reservation()
    order_ids = [registrant.order_id for registrant in registrants]
    return lambda api, number: api.forget_registrant(order_ids[number % 4], access_code=NOBODYS_CODE)


@pytest.fixture(params=["locate", "sign in", "forget"])
def guess(request: pytest.FixtureRequest, conference: OrganizedConference) -> GuessAt:
    """Each way to guess an access code, with so many targets that none is guarded by its own limit."""
    if request.param == "forget":
        return guess_at_forgetting(conference)
    return {"locate": guess_at_locating, "sign in": guess_at_signing_in}[request.param]


def test_one_client_guesses_so_often_and_no_more_at_whomever(
    client_at: Callable[[str], Client], address: str, another_client: Client, guess: GuessAt
) -> None:
    client = client_at(address)
    answers = at_once(range(MOST_TRIES + 5), lambda number: guess(client, number))
    refusals = Counter(answer.refusal() for answer in answers)
    (wrong,) = set(refusals) - {"too-many-requests"}
    assert refusals == {wrong: MOST_TRIES, "too-many-requests": 5}
    for spelling in ("{}", "198.51.100.77, {}", "{}:1234"):
        answer = guess(client_at(spelling.format(address)), 0)
        answer.refused(429, "too-many-requests")
        assert 0 < int(answer.headers["Retry-After"]) <= TRY_AGAIN_SECONDS
    assert guess(another_client, 0).refusal() == wrong


def test_a_client_who_guessed_too_often_is_refused_with_the_right_code_and_nobody_else_is(
    client: Client, another_client: Client, somebody: Registrant
) -> None:
    at_once(range(MOST_TRIES), lambda number: guess_at_locating(client, number).refused(404, "not-found"))
    where = somebody.details["email"], somebody.order["accessCode"]
    client.locate_order(*where).refused(429, "too-many-requests")
    another_client.locate_order(*where).expect(200)


def test_right_codes_are_not_counted(client: Client, conference: OrganizedConference, somebody: Registrant) -> None:
    for _ in range(MOST_TRIES + 1):
        client.locate_order(somebody.details["email"], somebody.order["accessCode"]).expect(200)
        client.sign_in(conference.owner_email, conference.access_code).expect(200)


def test_an_unknown_address_and_a_wrong_code_are_answered_alike(
    client: Client, conference: OrganizedConference, somebody: Registrant
) -> None:
    nobody, email, code = f"{uuid4().hex}@example.com", somebody.details["email"], somebody.order["accessCode"]
    located = [client.locate_order(*guess) for guess in ((nobody, NOBODYS_CODE), (email, NOBODYS_CODE), (nobody, code))]
    owner, key = conference.owner_email, conference.access_code
    signed_in = [client.sign_in(*guess) for guess in ((nobody, NOBODYS_CODE), (owner, NOBODYS_CODE), (nobody, key))]
    for answers in (located, signed_in):
        told = [(answer.status, answer.body, _without_date(answer)) for answer in answers]
        assert told == [told[0]] * len(told)


def test_an_unknown_address_is_guarded_like_a_known_one(
    client_at: Callable[[str], Client], conference: OrganizedConference
) -> None:
    """Else who is refused with 429 would know that the address is one of ours."""
    known = Registrant(conference)
    known.asks_for({GENERAL: 1}).expect(201)
    known.says_who_she_is().expect(200)
    for email in (f"{uuid4().hex}@example.com", known.details["email"]):
        guessers = [client_at(new_address()) for _ in range(12)]
        answers = at_once(guessers, partial(Client.locate_order, email=email, access_code=NOBODYS_CODE))
        refusals = Counter(answer.refusal() for answer in answers)
        assert refusals == {"not-found": MOST_TRIES_AT_ONE, "too-many-requests": 12 - MOST_TRIES_AT_ONE}


def test_every_wrong_guess_takes_a_while(client: Client, guess: GuessAt) -> None:
    """Longer than finding out takes, so that the time tells nothing; and too many are not refused any faster."""

    def seconds(number: int) -> float:
        started = time.monotonic()
        assert guess(client, number).status in (401, 404, 429)
        return time.monotonic() - started

    assert min(at_once(range(MOST_TRIES + 3), seconds)) >= REFUSAL_SECONDS


def _without_date(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.lower() != "date"}
