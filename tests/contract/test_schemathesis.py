"""Whatever is asked, in or out of the contract's schemas, the running system answers as the contract says."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.api import Api
from tests.support.conferences import COCKTAIL, GENERAL, OrganizedConference
from tests.support.contract import document
from tests.support.registrants import Registrant
from tests.support.stack import Stack

CONTRACT = schemathesis.openapi.from_dict(copy.deepcopy(document()))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
WAIT_FOR_WHAT_MAY_STILL_COME = ["startPayment", "getPayment"]
"""With ids of nothing these wait for seconds before they answer 404, so they are asked with real ones only."""

LONGEST_WAIT_SECONDS = 0.1

bounded = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


pytestmark = pytest.mark.takes_long

Case = schemathesis.Case[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealThings:
    """Ids, a token and a signature that open doors. `managed` is for the organizer to change at will."""

    booked: OrganizedConference
    managed: OrganizedConference
    pending: Registrant
    confirmed: Registrant

    def put_into(self, case: Case) -> None:
        """Let the request be about something that exists."""
        operation_id = case.operation.definition.raw["operationId"]
        is_management = "management" in case.path
        wants_confirmed = "assignments" in case.path
        conference = self.managed if is_management else self.booked
        order = self.confirmed if wants_confirmed else self.pending
        known = {
            "code": conference.code,
            "seatTypeId": conference.seat_types[GENERAL],
            "orderId": order.order_id,
            "paymentId": self.pending.payment_id,
            "position": 0,
        }
        for name in case.path_parameters or {}:
            case.path_parameters[name] = known[name]
        if is_management:
            case.headers["X-Organizer-Token"] = conference.token
        if operation_id in ("completePayment", "cancelPayment"):
            case.headers["X-Payment-Signature"] = self.pending.signature
        if isinstance(case.body, dict) and isinstance(seats := case.body.get("seats"), list):
            for seat in seats[:1]:
                if isinstance(seat, dict):
                    seat["seatType"] = self.booked.seat_types[GENERAL]


@pytest.fixture(scope="module")
def real(api: Api) -> RealThings:
    booked = OrganizedConference.published(api, {GENERAL: 5000, COCKTAIL: 5000})
    managed = OrganizedConference.published(api, {GENERAL: 100})
    pending, confirmed = Registrant(booked), Registrant(booked)
    confirmed.registers({GENERAL: 2})
    pending.comes_to_pay({GENERAL: 1})
    return RealThings(booked=booked, managed=managed, pending=pending, confirmed=confirmed)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def ask(case: Case, stack: Stack, session: requests.Session) -> None:
    """Ask without waiting for what cannot come, and hold the answer against the contract."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        case.query["wait"] = min(float(case.query["wait"]), LONGEST_WAIT_SECONDS)
    response = case.call(base_url=stack.api_url, session=session)
    case.validate_response(response, checks=CHECKS)


@CONTRACT.exclude(operation_id=WAIT_FOR_WHAT_MAY_STILL_COME).parametrize()
@bounded
def test_any_request_is_answered_as_the_contract_says(case: Case, stack: Stack, session: requests.Session) -> None:
    ask(case, stack, session)


@CONTRACT.parametrize()
@bounded
def test_any_request_about_real_things_is_answered_as_the_contract_says(
    case: Case, stack: Stack, session: requests.Session, real: RealThings
) -> None:
    real.put_into(case)
    ask(case, stack, session)
