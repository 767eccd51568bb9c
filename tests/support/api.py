"""A client of the contract. It holds every answer it gets against the contract."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from tests.support.contract import operations, violations

Json = dict[str, Any]
TIMEOUT_SECONDS = 40.0


class ContractViolation(AssertionError):
    """An answer that the contract does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered to `asked`. `body` is the parsed JSON, or None where there was none."""

    asked: str
    status: int
    body: Any
    headers: Mapping[str, str] = field(repr=False)

    def expect(self, *statuses: int) -> Any:
        """The body, if the status is one of these. Raises AssertionError with the whole answer."""
        assert self.status in statuses, f"{self.asked} answered {self.status}, not {statuses}: {self.body}"
        return self.body

    def refused(self, status: int, problem_type: str) -> Json:
        """The problem, if it is of this status and type."""
        problem: Json = self.expect(status)
        assert problem["type"] == problem_type, f"{self.asked} answered {problem}, not {problem_type}"
        return problem

    def refusal(self) -> str | None:
        """The type of the problem, or None when it went well."""
        return self.body["type"] if self.status >= 400 else None


class Api:
    """One method per operation of the contract. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False)
        self.url = url

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def call(
        self,
        operation_id: str,
        *,
        path: Mapping[str, object] | None = None,
        query: Mapping[str, str | int | float] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """Ask one operation. `content` is sent as it is, in place of `body` as JSON.

        Raises ContractViolation, also for any answer of status 500: that is never right.
        """
        operation = operations()[operation_id]
        url = operation.path.format(**{name: quote(str(value), safe="") for name, value in (path or {}).items()})
        sent = {"Content-Type": "application/json"} if content is None and body is not None else {}
        if content is None and body is not None:
            content = json.dumps(body).encode()
        request = self._client.build_request(
            operation.method, url, params=query, content=content, headers={**sent, **(headers or {})}
        )
        response = self._client.send(request)
        answer = _answer(f"{operation.method} {response.request.url.raw_path.decode()}", response)
        faults = violations(operation_id, answer.status, answer.headers, answer.body)
        if faults or answer.status == 500:
            raise ContractViolation(f"{answer}: {'; '.join(faults)}")
        return answer

    def raw(self, method: str, path: str, *, content: bytes | None = None, **headers: str) -> Answer:
        """Ask what may not be in the contract at all."""
        return _answer(f"{method} {path}", self._client.request(method, path, content=content, headers=headers))

    # catalogue

    def conferences(self) -> Answer:
        return self.call("listConferences")

    def conference(self, code: str) -> Answer:
        return self.call("getConference", path={"code": code})

    # registration

    def place_order(self, code: str, seats: Sequence[Json], order_id: str | None = None) -> Answer:
        body = {"seats": seats} if order_id is None else {"orderId": order_id, "seats": seats}
        return self.call("registerToConference", path={"code": code}, body=body)

    def order(
        self, order_id: str, *, after_version: int | None = None, until: str | None = None, wait: float | None = None
    ) -> Answer:
        given = {"afterVersion": after_version, "until": until, "wait": wait}
        query = {name: value for name, value in given.items() if value is not None}
        return self.call("getOrder", path={"orderId": order_id}, query=query)

    def update_order(self, order_id: str, seats: Sequence[Json]) -> Answer:
        return self.call("updateOrder", path={"orderId": order_id}, body={"seats": seats})

    def assign_registrant(self, order_id: str, person: Json) -> Answer:
        return self.call("assignRegistrant", path={"orderId": order_id}, body=person)

    def forget_registrant(self, order_id: str, *, access_code: str | None = None, token: str | None = None) -> Answer:
        code = {"X-Order-Access-Code": access_code} if access_code is not None else {}
        return self.call("forgetRegistrant", path={"orderId": order_id}, headers=code | _bearer(token))

    def locate_order(self, email: str, access_code: str) -> Answer:
        return self.call("locateOrder", body={"email": email, "accessCode": access_code})

    # payments

    def start_payment(self, order_id: str) -> Answer:
        return self.call("startPayment", path={"orderId": order_id})

    def payment(self, payment_id: str) -> Answer:
        return self.call("getPayment", path={"paymentId": payment_id})

    def complete_payment(self, payment_id: str, signature: str | None) -> Answer:
        return self.call("completePayment", path={"paymentId": payment_id}, headers=_signed(signature))

    def cancel_payment(self, payment_id: str, signature: str | None) -> Answer:
        return self.call("cancelPayment", path={"paymentId": payment_id}, headers=_signed(signature))

    # assignments

    def assignments(self, order_id: str, *, wait: float = 0) -> Answer:
        return self.call("getAssignments", path={"orderId": order_id}, query={"wait": wait})

    def assign_seat(self, order_id: str, position: int, person: Json) -> Answer:
        return self.call("assignSeat", path={"orderId": order_id, "position": position}, body=person)

    def unassign_seat(self, order_id: str, position: int) -> Answer:
        return self.call("unassignSeat", path={"orderId": order_id, "position": position})

    # management

    def create_conference(self, conference: Json) -> Answer:
        return self.call("createConference", body=conference)

    def sign_in(self, email: str, access_code: str) -> Answer:
        return self.call("signIn", body={"email": email, "accessCode": access_code})

    def managed_conference(self, code: str, token: str | None) -> Answer:
        return self.call("getManagedConference", path={"code": code}, headers=_bearer(token))

    def update_conference(self, code: str, token: str | None, conference: Json) -> Answer:
        return self.call("updateConference", path={"code": code}, headers=_bearer(token), body=conference)

    def publish(self, code: str, token: str | None) -> Answer:
        return self.call("publishConference", path={"code": code}, headers=_bearer(token))

    def unpublish(self, code: str, token: str | None) -> Answer:
        return self.call("unpublishConference", path={"code": code}, headers=_bearer(token))

    def create_seat_type(self, code: str, token: str | None, seat_type: Json) -> Answer:
        return self.call("createSeatType", path={"code": code}, headers=_bearer(token), body=seat_type)

    def update_seat_type(self, code: str, token: str | None, seat_type_id: str, seat_type: Json) -> Answer:
        where = {"code": code, "seatTypeId": seat_type_id}
        return self.call("updateSeatType", path=where, headers=_bearer(token), body=seat_type)

    def delete_seat_type(self, code: str, token: str | None, seat_type_id: str) -> Answer:
        return self.call("deleteSeatType", path={"code": code, "seatTypeId": seat_type_id}, headers=_bearer(token))

    def orders(
        self, code: str, token: str | None, *, limit: int | None = None, continuation: str | None = None
    ) -> Answer:
        given = {"limit": limit, "continuation": continuation}
        query = {name: value for name, value in given.items() if value is not None}
        return self.call("listOrders", path={"code": code}, headers=_bearer(token), query=query)


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token is not None else {}


def _signed(signature: str | None) -> dict[str, str]:
    return {"X-Payment-Signature": signature} if signature is not None else {}


def _answer(asked: str, response: httpx.Response) -> Answer:
    is_json = response.headers.get("content-type", "").partition(";")[0].endswith("json")
    body = response.json() if is_json and response.content else None
    return Answer(asked=asked, status=response.status_code, body=body, headers=response.headers)
