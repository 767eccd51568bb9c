"""Sixty processes are killed while three hundred orders are placed, and others are paused, throttled and cut off.

No order is lost, no seat is sold twice: all that `tests.simulation.invariants` asks for holds in what the stores have.
`python -m tests.chaos` does the same at length.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.chaos.plan import Plan
from tests.chaos.run import run

ORDERS, KILLS = 300, 60
FEWER_ORDERS, FEWER_KILLS = 60, 20
RESERVATION_SECONDS = 22
SECONDS_BETWEEN_CUTS = 20.0
"""Reconnecting costs processor time; test_faults cuts more often."""


@pytest.mark.takes_long
@pytest.mark.timeout(600)
def test_killed_processes_lose_no_order_and_sell_no_seat_twice(tmp_path: Path) -> None:
    """CRASH_SEED repeats the troubles of a run."""
    report = run(_plan(orders=ORDERS, kills=KILLS), tmp_path)

    assert report.violations == [], report.as_markdown()
    assert report.orders.total() >= ORDERS
    assert report.kills == KILLS
    assert sum(report.restarts.values()) == KILLS
    assert report.cut_connections
    assert report.refusals.total()


@pytest.mark.takes_long
@pytest.mark.timeout(600)
def test_what_storage_forgets_when_it_is_killed_the_local_azure_mends(tmp_path: Path) -> None:
    """Azurite forgets seconds of writes, which table storage does not; the events can give them back."""
    report = run(_plan(orders=FEWER_ORDERS, kills=FEWER_KILLS, kills_storage=True), tmp_path)

    assert report.violations == [], report.as_markdown()
    assert report.troubles["kill storage"] > 0


def _plan(*, orders: int, kills: int, kills_storage: bool = False) -> Plan:
    return Plan(
        orders=orders,
        kills=kills,
        kills_storage=kills_storage,
        seed=int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(10**6)),
        seconds_between_cuts=SECONDS_BETWEEN_CUTS,
        reservation_seconds=RESERVATION_SECONDS,
    )
