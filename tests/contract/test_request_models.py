"""The pydantic models of the HTTP edge take and refuse what the contract's schemas do, and what its prose adds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pydantic
import pytest
from hypothesis import HealthCheck, given, settings

from functions import schemas
from tests.support.contract import document, validator_of
from tests.support.odd_bodies import bodies

Body = dict[str, Any]

SEAT_TYPE = "5ea70000-0000-4000-8000-000000000001"
ANOTHER_SEAT_TYPE = "5EA70000-0000-4000-8000-00000000000A"
PERSON: Body = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com"}
SEATS: Body = {"seats": [{"seatType": SEAT_TYPE, "quantity": 2}, {"seatType": ANOTHER_SEAT_TYPE, "quantity": 0}]}
EDIT_CONFERENCE: Body = {
    "name": "CQRS summit",
    "description": "Two days",
    "location": "Redmond",
    "tagline": None,
    "twitterSearch": "#cqrs",
    "startDate": "2027-05-02",
    "endDate": "2027-05-03",
}
CREATE_CONFERENCE: Body = EDIT_CONFERENCE | {"slug": "cqrs-1", "ownerName": "Olive", "ownerEmail": "olive@example.com"}
EDIT_SEAT_TYPE: Body = {"name": "General", "description": "All talks", "quantity": 100, "price": "199.00"}


def seats_make_sense(body: Body) -> bool:
    """Each seat type at most once; at least one quantity above zero."""
    ids = [seat["seatType"].lower() for seat in body["seats"]]
    return len(set(ids)) == len(ids) and any(seat["quantity"] for seat in body["seats"])


def ends_after_it_starts(body: Body) -> bool:
    """endDate: on or after startDate."""
    return date.fromisoformat(body["startDate"]) <= date.fromisoformat(body["endDate"])


def price_is_allowed(body: Body) -> bool:
    """price: at most 50000.00."""
    return float(body["price"]) <= 50000


def anything(body: Body) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A model, the schema it stands for, a body that both take, and what the contract says in words only."""

    model: type[pydantic.BaseModel]
    schema: Body
    body: Body
    prose: Callable[[Body], bool] = anything

    def contract_accepts(self, body: Any) -> bool:
        return bool(validator_of(self.schema).is_valid(body)) and self.prose(body)

    def model_faults(self, body: Any) -> list[str]:
        """Where the model finds fault, as an HTTP request would."""
        try:
            self.model.model_validate_json(json.dumps(body), strict=True)
        except pydantic.ValidationError as error:
            return ["/".join(map(str, fault["loc"])) for fault in error.errors()]
        return []


UPDATE_ORDER = document()["paths"]["/api/orders/{orderId}/items"]["put"]["requestBody"]["content"]["application/json"]


def component(name: str) -> Body:
    return {"$ref": f"#/components/schemas/{name}"}


CASES = {
    "PlaceOrder": Case(
        model=schemas.PlaceOrder,
        schema=component("PlaceOrder"),
        body=SEATS | {"orderId": SEAT_TYPE},
        prose=seats_make_sense,
    ),
    "UpdateOrder": Case(model=schemas.UpdateOrder, schema=UPDATE_ORDER["schema"], body=SEATS, prose=seats_make_sense),
    "Person": Case(model=schemas.Person, schema=component("Person"), body=PERSON),
    "Locator": Case(
        model=schemas.Locator,
        schema=component("Locator"),
        body={"email": "ada@example.com", "accessCode": "ABC234"},
    ),
    "EditConference": Case(
        model=schemas.EditConference,
        schema=component("EditConference"),
        body=EDIT_CONFERENCE,
        prose=ends_after_it_starts,
    ),
    "CreateConference": Case(
        model=schemas.CreateConference,
        schema=component("CreateConference"),
        body=CREATE_CONFERENCE,
        prose=ends_after_it_starts,
    ),
    "EditSeatType": Case(
        model=schemas.EditSeatType,
        schema=component("EditSeatType"),
        body=EDIT_SEAT_TYPE,
        prose=price_is_allowed,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_model_takes_the_example(name: str) -> None:
    case = CASES[name]
    assert case.contract_accepts(case.body)
    assert case.model_faults(case.body) == []


@pytest.mark.parametrize("name", CASES)
def test_a_model_takes_and_refuses_what_the_contract_does(name: str) -> None:
    case = CASES[name]

    @settings(max_examples=1500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(bodies(case.body))
    def agrees(body: Any) -> None:
        faults = case.model_faults(body)
        assert (not faults) == case.contract_accepts(body), f"{body!r}: the model finds fault with {faults}"

    agrees()


@pytest.mark.parametrize("name", CASES)
def test_a_model_names_every_wrong_member_at_once(name: str) -> None:
    case = CASES[name]
    wrong = dict.fromkeys(case.body, 3.5) | {"more": 1}
    assert set(case.model_faults(wrong)) >= set(wrong)


@pytest.mark.parametrize("name", CASES)
def test_a_model_names_every_missing_member_at_once(name: str) -> None:
    case = CASES[name]
    schema = case.schema if "$ref" not in case.schema else document()["components"]["schemas"][name]
    assert set(case.model_faults({})) == set(schema["required"])


@pytest.mark.parametrize(
    ("name", "changes", "path"),
    [
        ("PlaceOrder", {"orderId": None}, "orderId"),
        ("PlaceOrder", {"seats": [*SEATS["seats"], SEATS["seats"][0]]}, "seats"),
        ("PlaceOrder", {"seats": [{"seatType": SEAT_TYPE, "quantity": 0}]}, "seats"),
        ("UpdateOrder", {"seats": [{"seatType": SEAT_TYPE, "quantity": 21}]}, "seats/0/quantity"),
        ("EditConference", {"endDate": "2027-05-01"}, "endDate"),
        ("CreateConference", {"endDate": "2027-05-01"}, "endDate"),
        ("EditSeatType", {"price": "50000.01"}, "price"),
    ],
)
def test_a_model_names_the_member_that_the_prose_forbids(name: str, changes: Body, path: str) -> None:
    case = CASES[name]
    assert case.model_faults(case.body | changes) == [path]


def test_what_is_wrong_with_single_seats_and_with_all_of_them_is_named_at_once() -> None:
    none, many = ({"seatType": SEAT_TYPE, "quantity": quantity} for quantity in (0, 21))
    assert CASES["PlaceOrder"].model_faults({"seats": [none, none]}) == ["seats", "seats"]
    assert CASES["PlaceOrder"].model_faults({"seats": [many, none]}) == ["seats/0/quantity", "seats"]
