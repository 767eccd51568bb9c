"""One full registration, as a browser and a payment processor would make it, with the time that each step took."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import aiohttp

Json = dict[str, Any]
WAIT_SECONDS = 10
PATIENCE_SECONDS = 60.0
STEPS = ("placed", "priced", "reserved", "payment started", "paid", "confirmed")


class RegistrationError(Exception):
    """An answer that a registrant cannot go on from. The text groups errors of one kind."""


@dataclass(slots=True)
class Timings:
    """Seconds from the moment the order was due to each of STEPS, and what went wrong, if anything."""

    due: float
    reached: dict[str, float] = field(default_factory=dict)
    error: str | None = None

    def reach(self, step: str) -> None:
        """The step is done now."""
        self.reached[step] = time.monotonic() - self.due


@dataclass(frozen=True, slots=True)
class Conference:
    """What is booked: `seats` is the body's member of that name."""

    code: str
    seats: list[Json]


class Registration:
    """A registrant's way through the API on a shared session."""

    def __init__(self, session: aiohttp.ClientSession, conference: Conference, due: float) -> None:
        self._session, self._conference = session, conference
        self._order_id = str(uuid4())
        self.timings = Timings(due)

    async def run(self) -> Timings:
        """Go all the way. An error is kept in the timings; nothing is retried."""
        try:
            await self._register()
        except RegistrationError as error:
            self.timings.error = str(error)
        except (aiohttp.ClientError, TimeoutError) as error:
            self.timings.error = type(error).__name__
        return self.timings

    async def _register(self) -> None:
        body = {"orderId": self._order_id, "seats": self._conference.seats}
        status, order = await self._call("POST", f"/api/conferences/{self._conference.code}/orders", body)
        self.timings.reach("placed")
        if status == 201 and order["total"]:
            self.timings.reach("priced")
        order = await self._order_until("reserved", "pendingReservation")
        if "priced" not in self.timings.reached:
            self.timings.reach("priced")
        self.timings.reach("reserved")
        if order["state"] != "reservationCompleted":
            raise RegistrationError(f"reserved as {order['state']}")
        await self._pay()
        order = await self._order_until("settled", "pendingReservation", "reservationCompleted")
        if order["state"] != "confirmed":
            raise RegistrationError(f"settled as {order['state']}")
        self.timings.reach("confirmed")

    async def _pay(self) -> None:
        person = {"firstName": "Rita", "lastName": "Registrant", "email": f"{self._order_id}@example.com"}
        await self._call("PUT", f"/api/orders/{self._order_id}/registrant", person)
        _, payment = await self._call("POST", f"/api/orders/{self._order_id}/payment")
        self.timings.reach("payment started")
        (signature,) = parse_qs(urlsplit(payment["paymentUrl"]).query)["signature"]
        headers = {"X-Payment-Signature": signature}
        await self._call("POST", f"/api/payments/{payment['paymentId']}/complete", headers=headers)
        self.timings.reach("paid")

    async def _order_until(self, until: str, *not_yet: str) -> Json:
        deadline = time.monotonic() + PATIENCE_SECONDS
        path = f"/api/orders/{self._order_id}?until={until}&wait={WAIT_SECONDS}"
        while time.monotonic() < deadline:
            status, order = await self._call("GET", path, expect=(200, 404))
            if status == 200 and order["state"] not in not_yet:
                return order
        raise RegistrationError(f"not {until} within {PATIENCE_SECONDS:g} s")

    async def _call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        headers: dict[str, str] | None = None,
        expect: tuple[int, ...] = (200, 201, 202),
    ) -> tuple[int, Json]:
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if body is not None else {}
        async with self._session.request(method, path, data=data, headers=sent | (headers or {})) as response:
            content = await response.read()
        answer: Json = json.loads(content) if content else {}
        if response.status not in expect:
            raise RegistrationError(f"{method} answered {response.status} {answer.get('type', '')}")
        return response.status, answer
