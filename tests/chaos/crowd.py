"""Registrants, one after another and many at once, until as many orders are placed as asked for."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from random import Random

import httpx

from tests.chaos.plan import Plan
from tests.chaos.registrant import ChaosRegistrant, draw_wish
from tests.simulation.promises import Promises
from tests.support.api import Api
from tests.support.conferences import COCKTAIL, GENERAL, WORKSHOP, OrganizedConference, seat_type_details
from tests.support.persistent import PATIENCE_SECONDS, persistently

FREE = "Keynote"
TIMEOUT_SECONDS = 15.0
"""Somebody who does not get an answer for so long presses the button again."""
QUANTITY_CHANGES = 6
SHARES = {"roomy": 40, "tight": 30, "tiny": 10, "free": 20}
"""How many of a hundred registrants come to each conference."""


class ImpatientApi(Api):
    """A client that does not wait for an answer for ever: half a connection may lead to a process that is paused."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._client.timeout = httpx.Timeout(TIMEOUT_SECONDS)


class Crowd:
    """Conferences, and those who come to them. `promises` is what they were told; `outcomes` how it ended for them."""

    def __init__(self, plan: Plan, api_url: str) -> None:
        self._plan, self._api = plan, ImpatientApi(api_url)
        self._patience = PATIENCE_SECONDS + plan.longest_wait
        self._conferences = _conferences(self._api, plan.orders)
        self._numbers = count(1)
        self._stopped = threading.Event()
        self._changing = threading.Lock()
        self._pool = ThreadPoolExecutor(plan.at_once, thread_name_prefix="registrant")
        self._threads: list[Future[None]] = []
        self.promises = Promises()
        self.outcomes: Counter[str] = Counter()
        self.changes = 0
        """How often the organizer offered more seats, or fewer."""
        self.complaints: list[str] = []
        """Answers that nobody should have got."""

    def start(self) -> None:
        """They begin to come."""
        self._threads = [self._pool.submit(self._come) for _ in range(self._plan.at_once)]

    @property
    def share(self) -> float:
        """Which part of the orders is placed."""
        return len(self.promises.orders) / self._plan.orders

    @property
    def is_gone(self) -> bool:
        """Everybody has come and gone."""
        return all(thread.done() for thread in self._threads)

    def stop(self) -> None:
        """Nobody comes any more; wait for those who are here. Raises what went wrong in this code itself."""
        self._stopped.set()
        self._pool.shutdown()
        self._api.close()
        for thread in self._threads:
            thread.result()

    def _come(self) -> None:
        while self.share < 1 and not self._stopped.is_set() and not self.complaints:
            draw = Random(f"{self._plan.seed} registrant {next(self._numbers)}")
            conference = self._conferences[draw.choices(list(SHARES), list(SHARES.values()))[0]]
            wish = draw_wish(draw, conference)
            registrant = ChaosRegistrant(wish, self._api, self.promises, patience=self._patience)
            try:
                self.outcomes[registrant.lives()] += 1
                self._change_quantities()
            except AssertionError as complaint:
                self.complaints.append(f"{wish.whim}, order {registrant.order_id}: {complaint}")

    def _change_quantities(self) -> None:
        """The organizer of the tight conference offers more seats now, fewer then."""
        with self._changing:
            done = self.changes
            if self.share * QUANTITY_CHANGES < done + 1:
                return
            self.changes += 1
        draw = Random(f"{self._plan.seed} change {done}")
        conference, name = self._conferences["tight"], draw.choice([GENERAL, WORKSHOP])
        quantity = max(0, conference.quantities[name] + draw.randint(-8, 8))
        details, seat_type = seat_type_details(name, quantity), conference.seat_types[name]
        persistently(
            lambda: self._api.update_seat_type(conference.code, conference.token, seat_type, details),
            seconds=self._patience,
            about=f"the organizer of {conference.code}",
        ).expect(200)
        conference.quantities[name] = quantity


def _conferences(api: Api, orders: int) -> dict[str, OrganizedConference]:
    """One with seats for all, one with seats for some, one with seats for few, and one where seats are free."""
    tight = max(10, orders // 8)
    free = OrganizedConference.create(api)
    free.add_seat_type(FREE, 2 * orders, price="0.00")
    free.add_seat_type(COCKTAIL, 2 * orders)
    free.publish()
    free.wait_until_offered()
    return {
        "roomy": OrganizedConference.published(api, {GENERAL: 4 * orders, WORKSHOP: 4 * orders}),
        "tight": OrganizedConference.published(api, {GENERAL: tight, WORKSHOP: tight}),
        "tiny": OrganizedConference.published(api, {GENERAL: 5, COCKTAIL: 5}),
        "free": free,
    }
