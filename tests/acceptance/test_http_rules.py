"""What the contract says of every request: the errors, and how they name what is wrong."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.contract import operations
from tests.support.registrants import Registrant

UNKNOWN = UUID("5d8e5d9c-7f5f-4b43-9ef3-0f6f0d5b7c11")

WITH_BODY = [each.id for each in operations().values() if "requestBody" in each.definition]
WITH_ORDER = [each.id for each in operations().values() if "{orderId}" in each.path]
WITH_PAYMENT = [each.id for each in operations().values() if "{paymentId}" in each.path]
WITH_TOKEN = [each.id for each in operations().values() if "security" in each.definition]

PERSON = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com"}
EDIT = {
    "name": "CQRS summit",
    "description": "Two days",
    "location": "Redmond",
    "startDate": "2027-05-02",
    "endDate": "2027-05-03",
}
SEAT_TYPE = {"name": "Balcony", "description": "Up there", "quantity": 5, "price": "10.00"}
SEATS = {"seats": [{"seatType": str(uuid4()), "quantity": 1}]}
GOOD_BODIES: dict[str, Any] = {
    "registerToConference": SEATS,
    "updateOrder": SEATS,
    "assignRegistrant": PERSON,
    "assignSeat": PERSON,
    "locateOrder": {"email": "ada@example.com", "accessCode": "ABC234"},
    "signIn": {"email": "ada@example.com", "accessCode": "ABC234"},
    "createConference": EDIT | {"slug": "rules", "ownerName": "Olive", "ownerEmail": "olive@example.com"},
    "updateConference": EDIT,
    "createSeatType": SEAT_TYPE,
    "updateSeatType": SEAT_TYPE,
}


@pytest.fixture(scope="module")
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 1000})


@pytest.fixture(scope="module")
def confirmed(conference: OrganizedConference) -> Registrant:
    registrant = Registrant(conference)
    registrant.registers({GENERAL: 1})
    return registrant


@pytest.fixture(scope="module")
def known(conference: OrganizedConference, confirmed: Registrant) -> dict[str, dict[str, Any]]:
    """For every operation a path to something that exists, and the token that opens it."""
    path = {
        "code": conference.code,
        "seatTypeId": conference.seat_types[GENERAL],
        "orderId": confirmed.order_id,
        "paymentId": confirmed.payment_id,
        "position": 0,
    }
    return {"path": path, "headers": {"X-Organizer-Token": conference.token}}


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("operation_id", WITH_BODY)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"seats": [}',
        b"nonsense",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
    ],
)
def test_malformed_json_is_answered_400(
    api: Api, known: dict[str, dict[str, Any]], operation_id: str, content: bytes
) -> None:
    headers = known["headers"] | JSON
    answer = api.call(operation_id, path=known["path"], headers=headers, content=content)
    assert answer.refused(400, "malformed-json")["detail"]


@pytest.mark.parametrize("operation_id", WITH_BODY)
@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_what_is_not_json_is_answered_415(
    api: Api, known: dict[str, dict[str, Any]], operation_id: str, media_type: str | None
) -> None:
    headers = known["headers"] | ({"Content-Type": media_type} if media_type else {})
    answer = api.call(operation_id, path=known["path"], headers=headers, content=b"{}")
    answer.refused(415, "unsupported-media-type")


@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_a_character_set_may_be_named(api: Api, known: dict[str, dict[str, Any]], operation_id: str) -> None:
    headers = known["headers"] | {"Content-Type": "Application/JSON; charset=utf-8"}
    api.call(operation_id, path=known["path"], headers=headers, content=b"{}").refused(422, "invalid")


@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_over_64_kib_are_answered_413(api: Api, known: dict[str, dict[str, Any]], operation_id: str) -> None:
    headers = known["headers"] | JSON
    just_small_enough, too_large = b" " * (64 * 1024), b" " * (64 * 1024 + 1)
    api.call(operation_id, path=known["path"], headers=headers, content=just_small_enough).expect(400)
    answer = api.call(operation_id, path=known["path"], headers=headers, content=too_large)
    answer.refused(413, "too-large")


@pytest.mark.parametrize("operation_id", ["startPayment", "completePayment", "publishConference", "deleteSeatType"])
def test_over_64_kib_are_answered_413_also_where_no_body_is_asked_for(
    api: Api, known: dict[str, dict[str, Any]], operation_id: str
) -> None:
    answer = api.call(operation_id, path=known["path"], headers=known["headers"], content=b" " * (64 * 1024 + 1))
    answer.refused(413, "too-large")


@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_every_wrong_field_is_named_at_once(api: Api, known: dict[str, dict[str, Any]], operation_id: str) -> None:
    good = GOOD_BODIES[operation_id]
    wrong = dict.fromkeys(good, 3.5) | {"nonsense": 1}
    answer = api.call(operation_id, path=known["path"], headers=known["headers"], body=wrong)
    errors = answer.refused(422, "invalid")["errors"]
    assert {error["path"] for error in errors} == set(wrong)
    assert all(error["message"] for error in errors)


def test_wrong_fields_are_named_with_their_place(api: Api, conference: OrganizedConference) -> None:
    body = {
        "orderId": "mine",
        "seats": [
            {"seatType": "best", "quantity": 21},
            {"seatType": conference.seat_types[GENERAL], "quantity": -1, "row": 3},
            {"quantity": "2"},
        ],
    }
    answer = api.call("registerToConference", path={"code": conference.code}, body=body)
    assert {error["path"] for error in answer.refused(422, "invalid")["errors"]} == {
        "orderId",
        "seats/0/seatType",
        "seats/0/quantity",
        "seats/1/quantity",
        "seats/1/row",
        "seats/2/seatType",
        "seats/2/quantity",
    }


@pytest.mark.parametrize("operation_id", ["registerToConference", "updateOrder"])
def test_seat_types_that_the_conference_does_not_have_are_named(
    api: Api, conference: OrganizedConference, operation_id: str
) -> None:
    order = api.place_order(conference.code, conference.wanted({GENERAL: 1})).expect(201)
    path = {"code": conference.code, "orderId": order["orderId"]}
    wanted = [{"seatType": str(unknown), "quantity": 1} for unknown in (UNKNOWN, conference.id)]
    errors = api.call(operation_id, path=path, body={"seats": wanted}).refused(422, "invalid")["errors"]
    assert [error["path"] for error in errors] == ["seats", "seats"]
    assert [error["message"].split()[0] for error in errors] == [each["seatType"] for each in wanted]


@pytest.mark.parametrize("body", [[], None, "seats", 1, {}])
def test_a_body_of_another_shape_is_answered_422(api: Api, conference: OrganizedConference, body: Any) -> None:
    content = json.dumps(body).encode()
    answer = api.call("registerToConference", path={"code": conference.code}, content=content, headers=JSON)
    answer.refused(422, "invalid")


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"wait": "11"}, "wait"),
        ({"wait": "-1"}, "wait"),
        ({"wait": "nan"}, "wait"),
        ({"wait": "soon"}, "wait"),
        ({"afterVersion": "-1"}, "afterVersion"),
        ({"afterVersion": "1.5"}, "afterVersion"),
        ({"until": "doomsday"}, "until"),
    ],
)
def test_a_wrong_query_is_answered_422(api: Api, confirmed: Registrant, query: dict[str, str], wrong: str) -> None:
    answer = api.call("getOrder", path={"orderId": confirmed.order_id}, query=query)
    assert [error["path"] for error in answer.refused(422, "invalid")["errors"]] == [wrong]


@pytest.mark.parametrize("limit", ["0", "1001", "many"])
def test_a_wrong_page_size_is_answered_422(api: Api, conference: OrganizedConference, limit: str) -> None:
    headers = {"X-Organizer-Token": conference.token}
    answer = api.call("listOrders", path={"code": conference.code}, query={"limit": limit}, headers=headers)
    assert [error["path"] for error in answer.refused(422, "invalid")["errors"]] == ["limit"]


@pytest.mark.parametrize("continuation", ["nonsense", "e30=", "é", "x" * 4000])
def test_a_made_up_continuation_is_answered_422(api: Api, conference: OrganizedConference, continuation: str) -> None:
    api.orders(conference.code, conference.token, continuation=continuation).refused(422, "invalid")


@pytest.mark.parametrize("operation_id", WITH_TOKEN)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic b2xpdmU6b2xpdmU="}, {"Authorization": "Bearer"}])
def test_without_a_token_is_answered_401(
    api: Api, known: dict[str, dict[str, Any]], operation_id: str, headers: dict[str, str]
) -> None:
    body = GOOD_BODIES.get(operation_id)
    api.call(operation_id, path=known["path"], headers=headers, body=body).expect(401)


def test_the_token_is_taken_from_either_header(api: Api, conference: OrganizedConference) -> None:
    path = {"code": conference.code}
    for headers in (
        {"Authorization": f"Bearer {conference.token}"},
        {"Authorization": f"bearer {conference.token}"},
        {"X-Organizer-Token": conference.token},
        {"X-Organizer-Token": conference.token, "Authorization": "Bearer of-the-static-web-app"},
    ):
        api.call("getManagedConference", path=path, headers=headers).expect(200)


@pytest.mark.parametrize("operation_id", WITH_ORDER)
@pytest.mark.parametrize(
    "order_id", ["5d8e5d9c-7f5f-4b43-9ef3-0f6f0d5b7c11", "mine", "5d8e5d9c7f5f4b439ef30f6f0d5b7c11"]
)
def test_an_unknown_order_is_answered_404(
    api: Api, conference: OrganizedConference, operation_id: str, order_id: str
) -> None:
    path = {"orderId": order_id, "position": 0}
    body = (
        {"seats": conference.wanted({GENERAL: 1})} if operation_id == "updateOrder" else GOOD_BODIES.get(operation_id)
    )
    api.call(operation_id, path=path, body=body).refused(404, "not-found")


@pytest.mark.parametrize("operation_id", ["completePayment", "cancelPayment"])
def test_an_unknown_payment_cannot_be_signed_for(api: Api, confirmed: Registrant, operation_id: str) -> None:
    headers = {"X-Payment-Signature": confirmed.signature}
    api.call(operation_id, path={"paymentId": str(uuid4())}, headers=headers).refused(403, "payment-signature")


@pytest.mark.parametrize("payment_id", ["d8e5d9c5-7f5f-4b43-9ef3-0f6f0d5b7c11", "mine"])
def test_an_unknown_payment_is_answered_404(api: Api, payment_id: str) -> None:
    api.payment(payment_id).refused(404, "not-found")


@pytest.mark.parametrize("code", ["nobodys", "a b", "a/b", "%", "é", "x" * 65])
def test_an_unknown_conference_is_answered_404(api: Api, code: str) -> None:
    api.conference(code).expect(404)
    api.place_order(code, SEATS["seats"]).expect(404)


@pytest.mark.parametrize("position", ["-1", "1.0", "first", "99999999999999999999"])
def test_an_impossible_position_is_answered_404(api: Api, confirmed: Registrant, position: str) -> None:
    path = {"orderId": confirmed.order_id, "position": position}
    api.call("assignSeat", path=path, body=PERSON).refused(404, "not-found")


@pytest.mark.parametrize("path", sorted({each.path for each in operations().values()}))
def test_another_method_is_answered_405_with_those_allowed(
    api: Api, known: dict[str, dict[str, Any]], path: str
) -> None:
    allowed = {each.method for each in operations().values() if each.path == path}
    if path == "/api/orders/locate":
        allowed |= {"GET"}  # then it is an order whose id is `locate`
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - allowed:
        answer = api.raw(method, path.format(**known["path"]))
        answer.refused(405, "method-not-allowed")
        assert set(answer.headers["Allow"].split(", ")) >= allowed


@pytest.mark.parametrize("path", ["/api/nothing", "/api/orders", "/api/conferences/a/b/c", "/api/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_answered_404(api: Api, method: str, path: str) -> None:
    api.raw(method, path).refused(404, "not-found")


def test_nothing_is_kept_by_caches(api: Api, conference: OrganizedConference, confirmed: Registrant) -> None:
    for answer in (api.conference(conference.code), api.order(confirmed.order_id), api.order(str(uuid4()))):
        assert answer.headers["Cache-Control"] == "no-store"
