"""Keys that open one door do not open another, and what was used once does nothing the second time."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from uuid import UUID, uuid4

import pytest

from tests.support.api import Answer, Api
from tests.support.conferences import GENERAL, OrganizedConference, edited_details, seat_type_details
from tests.support.patience import eventually
from tests.support.registrants import Registrant, at_once, person
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 1000})


@pytest.fixture(scope="module")
def paying(conference: OrganizedConference) -> Registrant:
    """About to pay for one seat, as long as nobody gets anywhere with what is not her signature."""
    registrant = Registrant(conference)
    registrant.comes_to_pay({GENERAL: 1})
    return registrant


@pytest.fixture(scope="module")
def confirmed(conference: OrganizedConference) -> Registrant:
    return _confirmed(conference)


@pytest.fixture(scope="module")
def stranger(conference: OrganizedConference) -> Registrant:
    """With an order of her own."""
    return _confirmed(conference)


def _confirmed(conference: OrganizedConference) -> Registrant:
    registrant = Registrant(conference)
    registrant.registers({GENERAL: 2})
    eventually(lambda: registrant.api.assignments(registrant.order_id).status == 200, "her seats")
    return registrant


# Payments


def test_the_signature_of_a_payment_is_good_for_no_other_id(api: Api, paying: Registrant) -> None:
    altered = UUID(int=UUID(paying.payment_id).int ^ 1)
    for payment_id in (str(altered), paying.order_id, str(uuid4())):
        api.complete_payment(payment_id, paying.signature).refused(403, "payment-signature")
        api.cancel_payment(payment_id, paying.signature).refused(403, "payment-signature")
    assert api.payment(paying.payment_id).expect(200)["state"] == "initiated"


@pytest.mark.parametrize(
    "alter",
    [
        lambda signature: signature.upper(),
        lambda signature: signature[:-1],
        lambda signature: signature + "0",
        lambda signature: f"{signature},{signature}",
        lambda signature: f'"{signature}"',
        lambda signature: signature[::-1],
        lambda signature: "",
    ],
    ids=["capitals", "one short", "one more", "twice", "quoted", "backwards", "empty"],
)
def test_a_signature_is_good_letter_by_letter(api: Api, paying: Registrant, alter: Callable[[str], str]) -> None:
    signature = alter(paying.signature)
    api.complete_payment(paying.payment_id, signature).refused(403, "payment-signature")
    assert api.payment(paying.payment_id).expect(200)["state"] == "initiated"


def test_a_callback_replayed_at_once_and_later_takes_the_money_and_the_seats_once(api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 10})
    registrant = Registrant(conference)
    registrant.comes_to_pay({GENERAL: 3})
    for answer in at_once([registrant] * 12, Registrant.accepts_the_payment):
        assert answer.expect(200, 202)["orderId"] == registrant.order_id
    assert registrant.waits_for_the_end()["state"] == "confirmed"
    conference.wait_until_left({GENERAL: 7})
    eventually(conference.seats_sold, "the seats sold")
    before = api.order(registrant.order_id).expect(200)
    for _ in range(3):
        registrant.accepts_the_payment().expect(200)
    registrant.rejects_the_payment().refused(409, "payment-accepted")
    assert api.order(registrant.order_id).expect(200) == before
    assert conference.left() == {GENERAL: 7}
    assert conference.seats_sold() == 3


def test_a_callback_of_a_payment_that_was_rejected_pays_for_nothing_later(
    api: Api, conference: OrganizedConference
) -> None:
    registrant = Registrant(conference)
    registrant.comes_to_pay({GENERAL: 1})
    rejected = registrant.payment_id, registrant.signature
    registrant.rejects_the_payment().expect(200)
    api.complete_payment(*rejected).refused(409, "payment-rejected")
    registrant.goes_to_pay().expect(201)
    assert registrant.payment_id != rejected[0]
    api.complete_payment(*rejected).refused(409, "payment-rejected")
    api.complete_payment(registrant.payment_id, rejected[1]).refused(403, "payment-signature")
    assert api.payment(registrant.payment_id).expect(200)["state"] == "initiated"
    assert api.order(registrant.order_id).expect(200)["state"] == "reservationCompleted"


# Organizers


MANAGEMENT: dict[str, Callable[[OrganizedConference, str | None], Answer]] = {
    "getManagedConference": lambda hers, token: hers.api.managed_conference(hers.code, token),
    "updateConference": lambda hers, token: hers.api.update_conference(hers.code, token, edited_details()),
    "publishConference": lambda hers, token: hers.api.publish(hers.code, token),
    "unpublishConference": lambda hers, token: hers.api.unpublish(hers.code, token),
    "createSeatType": lambda hers, token: hers.api.create_seat_type(hers.code, token, seat_type_details("Balcony", 5)),
    "updateSeatType": lambda hers, token: hers.api.update_seat_type(
        hers.code, token, hers.seat_types[GENERAL], seat_type_details(GENERAL, 1)
    ),
    "deleteSeatType": lambda hers, token: hers.api.delete_seat_type(hers.code, token, hers.seat_types[GENERAL]),
    "listOrders": lambda hers, token: hers.api.orders(hers.code, token),
}

TOKENS: dict[str, Callable[[OrganizedConference], str]] = {
    "her access code": lambda hers: hers.access_code,
    "her e-mail address": lambda hers: hers.owner_email,
    "her conference's id": lambda hers: hers.id,
    "the hash that is stored": lambda hers: hashlib.sha256(hers.token.encode()).hexdigest(),
    "her token in other letters": lambda hers: hers.token.swapcase(),
    "her token and more": lambda hers: hers.token + "A",
    "most of her token": lambda hers: hers.token[:-1],
    "her token twice": lambda hers: f"{hers.token},{hers.token}",
    "a wildcard": lambda hers: "%",
    "SQL": lambda hers: "' OR '1'='1",
    "a web token that nobody signed": lambda hers: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvbGl2ZSJ9.",
    "a token of 8,000 letters": lambda hers: "A" * 8_000,
}


@pytest.fixture
def as_it_was(conference: OrganizedConference) -> Iterator[None]:
    """Nothing of the conference changes."""
    before = conference.api.managed_conference(conference.code, conference.token).expect(200)
    yield
    assert conference.api.managed_conference(conference.code, conference.token).expect(200) == before


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("operation", MANAGEMENT)
def test_no_other_organizers_token_manages_her_conference(conference: OrganizedConference, operation: str) -> None:
    other = OrganizedConference.create(conference.api)
    MANAGEMENT[operation](conference, other.token).refused(401, "unauthorized")


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("kind", TOKENS)
def test_what_is_no_token_manages_nothing(conference: OrganizedConference, kind: str) -> None:
    token = TOKENS[kind](conference)
    for ask in MANAGEMENT.values():
        ask(conference, token).refused(401, "unauthorized")


def test_a_token_that_has_expired_manages_nothing(api: Api, stack: Stack) -> None:
    hers = OrganizedConference.published(api, {GENERAL: 10})
    token_hash = hashlib.sha256(hers.token.encode()).hexdigest()
    with closing(sqlite3.connect(stack.state_directory / "contoso.db", timeout=30)) as database, database:
        spent = "UPDATE organizer_tokens SET expires_at = '2020-01-01T00:00:00.000000Z' WHERE token_hash = ?"
        assert database.execute(spent, [token_hash]).rowcount == 1
    for ask in MANAGEMENT.values():
        ask(hers, hers.token).refused(401, "unauthorized")
    again = api.sign_in(hers.owner_email, hers.access_code).expect(200)
    api.managed_conference(hers.code, again["token"]).expect(200)


def test_where_another_organizers_listing_went_on_leads_to_none_of_her_orders(
    conference: OrganizedConference, confirmed: Registrant, stranger: Registrant
) -> None:
    """A continuation is the client's word: it must not open the partition it names."""
    api, other = conference.api, OrganizedConference.published(conference.api, {GENERAL: 10})
    mine = Registrant(other)
    mine.registers({GENERAL: 1})
    eventually(lambda: len(conference.orders()) >= 2 and other.orders(), "the orders listed")
    continuation = api.orders(conference.code, conference.token, limit=1).expect(200)["continuation"]
    assert continuation
    answer = api.orders(other.code, other.token, continuation=continuation)
    listed = [order["orderId"] for order in answer.body["orders"]] if answer.status == 200 else []
    assert answer.status == 422 or set(listed) <= {mine.order_id}


# Orders


def test_the_ids_of_other_things_are_no_orders(
    api: Api, conference: OrganizedConference, confirmed: Registrant
) -> None:
    others = {
        "payment": confirmed.payment_id,
        "assignments": confirmed.order["assignmentsId"],
        "conference": conference.id,
        "seat type": conference.seat_types[GENERAL],
    }
    for other_id in others.values():
        for answer in (
            api.order(other_id),
            api.update_order(other_id, conference.wanted({GENERAL: 1})),
            api.assign_registrant(other_id, person()),
            api.forget_registrant(other_id, access_code=confirmed.order["accessCode"]),
            api.start_payment(other_id),
            api.assignments(other_id),
            api.assign_seat(other_id, 0, person()),
            api.unassign_seat(other_id, 0),
        ):
            answer.refused(404, "not-found")


def test_the_ids_of_other_things_are_no_payments(api: Api, confirmed: Registrant) -> None:
    for other_id in (confirmed.order_id, confirmed.order["assignmentsId"]):
        api.payment(other_id).refused(404, "not-found")
        api.complete_payment(other_id, confirmed.signature).refused(403, "payment-signature")


def test_the_access_code_of_one_order_does_not_open_another(
    api: Api, confirmed: Registrant, stranger: Registrant
) -> None:
    code = stranger.order["accessCode"]
    api.forget_registrant(confirmed.order_id, access_code=code).refused(401, "unauthorized")
    api.locate_order(confirmed.details["email"], code).refused(404, "not-found")
    assert api.order(confirmed.order_id).expect(200)["registrant"] == confirmed.details


def test_seats_are_assigned_on_the_one_order_alone_and_only_those_it_has(
    api: Api, confirmed: Registrant, stranger: Registrant
) -> None:
    before = api.assignments(confirmed.order_id).expect(200)
    api.assign_seat(stranger.order_id, 0, person()).expect(200)
    for position in (2, 3, 999_999_999):
        api.assign_seat(stranger.order_id, position, person()).refused(404, "not-found")
        api.unassign_seat(stranger.order_id, position).refused(404, "not-found")
    assert api.assignments(confirmed.order_id).expect(200) == before


def test_an_order_takes_no_seats_of_another_conference(api: Api, conference: OrganizedConference) -> None:
    other = OrganizedConference.published(api, {GENERAL: 10})
    registrant = Registrant(conference)
    foreign = other.wanted({GENERAL: 1})
    api.place_order(conference.code, foreign).refused(422, "invalid")
    registrant.asks_for({GENERAL: 1}).expect(201)
    api.update_order(registrant.order_id, foreign).refused(422, "invalid")
    assert other.left() == {GENERAL: 10}


# Bodies


def test_a_body_with_thousands_of_faults_is_answered_with_a_hundred(api: Api, confirmed: Registrant) -> None:
    """Else small requests would be answered with large ones."""
    wrong = dict.fromkeys((f"odd{number}" for number in range(4_000)), 0)
    errors = api.assign_registrant(confirmed.order_id, person() | wrong).refused(422, "invalid")["errors"]
    assert len(errors) == 100
