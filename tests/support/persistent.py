"""A registrant who does not give up: whatever fails, she sends it again, as browsers and processors do."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from tests.support.api import Answer, Json
from tests.support.registrants import Registrant

PATIENCE_SECONDS = 150.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 2.0
TRY_AGAIN = ("unavailable", "reservation-pending")


class PersistentRegistrant(Registrant):
    """Goes all the way through crashes. At the end `order` is what came of it; empty when she was refused one."""

    patience = PATIENCE_SECONDS
    """Seconds for each thing she asks."""

    def registers_whatever_happens(self, seat_type: str) -> None:
        """Order one seat, pay for it if she got it, and see how it ends."""
        placed = self.persistently(lambda: self.asks_for({seat_type: 1}))
        if placed.refusal() == "seats-unavailable":
            return
        placed.expect(201, 202)
        if self._until("reserved")["state"] == "partiallyReserved":
            return
        self.persistently(self.says_who_she_is).expect(200, 202)
        self.persistently(self.goes_to_pay, is_not_seen_yet).expect(201)
        self.persistently(self.accepts_the_payment).expect(200, 202)
        self._until("settled")

    def _until(self, until: str) -> Json:
        not_yet = {
            "reserved": ("pendingReservation",),
            "settled": ("pendingReservation", "partiallyReserved", "reservationCompleted"),
        }[until]
        answer = self.persistently(
            lambda: self.api.order(self.order_id, until=until, wait=2),
            lambda answer: is_not_seen_yet(answer) or answer.expect(200)["state"] in not_yet,
        )
        self.order = answer.expect(200)
        return self.order

    def persistently(
        self, ask: Callable[[], Answer], is_not_enough: Callable[[Answer], bool] = lambda answer: False
    ) -> Answer:
        """What she gets in the end, as the function of the same name has it."""
        return persistently(ask, is_not_enough, seconds=self.patience, about=f"order {self.order_id}")


def persistently(
    ask: Callable[[], Answer],
    is_not_enough: Callable[[Answer], bool] = lambda answer: False,
    *,
    seconds: float = PATIENCE_SECONDS,
    about: str,
) -> Answer:
    """The first answer that is neither an outage nor `is_not_enough`, asked for with growing pauses.

    Raises AssertionError with what was seen last when `seconds` are over.
    """
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE_SECONDS
    while True:
        try:
            answer = ask()
        except httpx.TransportError as error:
            seen = repr(error)
        else:
            if answer.refusal() not in TRY_AGAIN and not is_not_enough(answer):
                return answer
            seen = str(answer)
        assert time.monotonic() < deadline, f"{about} did not get on; seen last: {seen}"
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def is_not_seen_yet(answer: Answer) -> bool:
    """Views may lag behind a crash: an order that was accepted is not gone."""
    return answer.status == 404
