"""One whole registration over HTTP, as the last word on whether a release works.

    python -m delivery.smoke --base-url https://func-contoso-staging.azurewebsites.net --release v3.0.42

It makes a conference of its own, which says what it is and is open for as long as the test takes, books a seat, pays,
seats somebody, finds the order again and takes the conference off the site. No real conference loses a seat, and no
credentials are needed: whoever makes a conference gets its access code. What stays is one unpublished conference and
one order. The payment goes to this system's own stand-in for a payment processor.

Before a swap it is told the URL of the staging slot. There only the HTTP functions run, those of the new release;
what they write is handled by production's functions, those of the last release: both work on the same storage, and
whatever is between two releases must be understood by both. After the swap the new release handles it all.

Exit code 0: all went well; 1: a step failed, and says where to look; 2: the arguments are wrong.
"""

from __future__ import annotations

import argparse
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from delivery.json_api import ApiError, Json, JsonApi

PATIENCE_SECONDS = 90.0
"""For each step. A slot that was just deployed starts cold, and so does a serverless database."""
_PAUSE_SECONDS = 0.25
_BETWEEN_TRIES_SECONDS = 25.0
"""Only five wrong tries are allowed to find an order."""
_WAIT_SECONDS = 10
_SEATS, _PRICE = 50, "1.00"
"""So many that what is left of them is read afresh every time."""
_AHEAD = timedelta(days=3650)
"""Whoever sees the conference in the seconds of its life sees it last in the list."""


class SmokeTestError(Exception):
    """A step did not come to its end. The text says where to look."""


class SmokeTest:
    """A registration against `api`, told step by step on standard output."""

    def __init__(self, api: JsonApi, *, release: str | None = None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """`release`: what the health check must say is running; None takes any."""
        self._api = api
        self._release = release
        self._patience_seconds = patience_seconds
        self._name = _slug(release or "any")
        self._person = {"firstName": "Smoke", "lastName": "Test", "email": f"{self._name}@contoso.example"}

    def run(self) -> None:
        """Raises SmokeTestError or ApiError. Once made, the conference is taken off the site in any case."""
        with _step("ready"):
            self._wait_until_ready()
        with _step(f"conference {self._name} created"):
            token = self._create_conference()
        try:
            self._register(self._offer(token))
        finally:
            with _step("conference unpublished"):
                self._manage("POST", "/unpublish", token)

    def _wait_until_ready(self) -> None:
        def look() -> tuple[bool, str]:
            try:
                answer = self._api.call("GET", "/api/health/ready", expect=(200, 503))
            except ApiError as error:
                return False, str(error)
            running = answer.body.get("release")
            is_right = answer.status == 200 and self._release in (None, running)
            return is_right, f"release {running} says {answer.body.get('checks') or answer.body}"

        what = f"release {self._release} healthy" if self._release else "healthy"
        self._eventually(look, f"{self._api.base_url} is not {what}")

    def _create_conference(self) -> str:
        day = (datetime.now(UTC) + _AHEAD).date().isoformat()
        created = self._api.call(
            "POST",
            "/api/management/conferences",
            {
                "name": "Smoke test (not a conference)",
                "description": "Made by the test of a release, which takes it away again within a minute.",
                "location": "Nowhere",
                "startDate": day,
                "endDate": day,
                "slug": self._name,
                "ownerName": "Smoke test",
                "ownerEmail": self._person["email"],
            },
            expect=(201,),
        )
        return str(created.body["token"])

    def _offer(self, token: str) -> str:
        """The id of the seat type that can be booked now."""
        seat = {"name": "Smoke test seat", "description": "Nobody sits here", "quantity": _SEATS, "price": _PRICE}
        with _step("seats offered"):
            seat_type = str(self._manage("POST", "/seat-types", token, seat)["id"])
            self._manage("POST", "/publish", token)
        with _step("seats seen by the public"):
            self._eventually(self._look_for_seats, f"conference {self._name} cannot be booked", _PROJECTIONS)
        return seat_type

    def _look_for_seats(self) -> tuple[bool, str]:
        answer = self._api.call("GET", f"/api/conferences/{self._name}", expect=(200, 404))
        seat_types = answer.body.get("seatTypes", [])
        return [each["availableQuantity"] for each in seat_types] == [_SEATS], str(answer.body)

    def _register(self, seat_type: str) -> None:
        order_id = str(uuid4())
        with _step(f"order {order_id} placed"):
            seats = {"orderId": order_id, "seats": [{"seatType": seat_type, "quantity": 1}]}
            self._api.call("POST", f"/api/conferences/{self._name}/orders", seats, expect=(201,))
        with _step("seat reserved"):
            self._wait_for_order(order_id, "reserved", "reservationCompleted")
        with _step("registrant's details taken"):
            self._api.call("PUT", f"/api/orders/{order_id}/registrant", self._person)
        with _step("paid"):
            self._pay(order_id)
        with _step("order confirmed"):
            order = self._wait_for_order(order_id, "settled", "confirmed")
        with _step("somebody seated"):
            self._seat_somebody(order_id)
        with _step("order found by its access code"):
            self._find(order)

    def _pay(self, order_id: str) -> None:
        payment = self._api.call("POST", f"/api/orders/{order_id}/payment", expect=(201,)).body
        (signature,) = parse_qs(urlsplit(payment["paymentUrl"]).query)["signature"]
        path = f"/api/payments/{payment['paymentId']}/complete"
        self._api.call("POST", path, headers={"X-Payment-Signature": signature}, expect=(200, 202))

    def _wait_for_order(self, order_id: str, until: str, state: str) -> Json:
        path = f"/api/orders/{order_id}?until={until}&wait={min(_WAIT_SECONDS, self._patience_seconds):g}"
        order: Json = {}

        def look() -> tuple[bool, str]:
            answer = self._api.call("GET", path, expect=(200, 404))
            order.update(answer.body)
            return order.get("state") == state, f"its state is {answer.body.get('state', 'not known yet')}"

        self._eventually(look, f"order {order_id} is not {state}", _PROCESS)
        return order

    def _seat_somebody(self, order_id: str) -> None:
        path = f"/api/orders/{order_id}/assignments"

        def look() -> tuple[bool, str]:
            answer = self._api.call("GET", f"{path}?wait=1", expect=(200, 404))
            return answer.status == 200, str(answer.body)

        self._eventually(look, f"order {order_id} has no seats to assign", _PROJECTIONS)
        self._api.call("PUT", f"{path}/0", self._person, expect=(200, 202))

    def _find(self, order: Json) -> None:
        locator = {"email": self._person["email"], "accessCode": order["accessCode"]}

        def look() -> tuple[bool, str]:
            answer = self._api.call("POST", "/api/orders/locate", locator, expect=(200, 404))
            return answer.body.get("orderId") == order["orderId"], str(answer.body)

        self._eventually(
            look, f"order {order['orderId']} is not found", _PROJECTIONS, pause_seconds=_BETWEEN_TRIES_SECONDS
        )

    def _manage(self, method: str, path: str, token: str, body: Json | None = None) -> Json:
        # Static Web Apps puts a token of its own into Authorization.
        headers = {"X-Organizer-Token": token}
        path = f"/api/management/conferences/{self._name}{path}"
        return self._api.call(method, path, body, headers=headers, expect=(200, 201)).body

    def _eventually(
        self,
        look: Callable[[], tuple[bool, str]],
        fault: str,
        where_to_look: str = "",
        *,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        """Look until it is so. Raises SmokeTestError with `fault` and what was seen last."""
        deadline = time.monotonic() + self._patience_seconds
        while True:
            is_so, seen = look()
            if is_so:
                return
            left = deadline - time.monotonic()
            if left <= 0:
                raise SmokeTestError(f"{fault} after {self._patience_seconds:g} s: {seen}. {where_to_look}".rstrip())
            time.sleep(min(pause_seconds, left))


_DEAD = "and is anything in parked-messages or in a dead-letter queue?"
_PROJECTIONS = (
    f"Look at production: do the functions ConferenceViewsOf…, OrderViews and SeatAssignmentsOf… run, {_DEAD}"
)
_PROCESS = f"Look at production: do the functions RegistrationProcess… and SeatsAvailabilityCommands run, {_DEAD}"


@contextmanager
def _step(what: str) -> Iterator[None]:
    """Say what was done and how long it took, or that it failed."""
    start = time.monotonic()
    outcome = "FAILED"
    try:
        yield
        outcome = "ok"
    finally:
        print(f"{outcome:<7}{(time.monotonic() - start) * 1000:>8.0f} ms  {what}", flush=True)


def _slug(release: str) -> str:
    """`smoke-v3-0-42-20270301-093000-a1b2`: unlike any other, and everybody sees what it is."""
    name = re.sub(r"[^a-z0-9]+", "-", release.lower()).strip("-")[:30]
    return f"smoke-{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m delivery.smoke", description="One whole registration over HTTP.")
    parser.add_argument("--base-url", required=True, help="where the API is, without /api")
    parser.add_argument("--release", help="what /api/health/ready must say is running")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        help="seconds for each step (%(default)g)",
        metavar="SECONDS",
    )
    given = parser.parse_args(arguments)
    if urlsplit(given.base_url).scheme not in ("http", "https"):
        parser.error(f"--base-url must be an http or https URL, not {given.base_url!r}")
    start = time.monotonic()
    print(f"smoke test of {given.base_url}", flush=True)
    try:
        SmokeTest(JsonApi(given.base_url), release=given.release, patience_seconds=given.patience).run()
    except (SmokeTestError, ApiError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"all is well, {time.monotonic() - start:.1f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
