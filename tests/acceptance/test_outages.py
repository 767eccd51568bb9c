"""Each store and the bus is away for a while under load: nothing is given up, and all catches up.

`python -m tests.chaos --outage … --seconds 180` does the same for longer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.plan import OUTAGES, Plan
from tests.chaos.run import run

ORDERS, SECONDS = 60, 10.0


@pytest.mark.takes_long
@pytest.mark.timeout(600)
def test_what_was_away_for_a_while_is_caught_up_with(tmp_path: Path) -> None:
    plan = Plan(orders=ORDERS, seed=1, outages=OUTAGES, outage_seconds=SECONDS, reservation_seconds=30)
    report = run(plan, tmp_path)

    assert report.violations == [], report.as_markdown()
    assert report.parked == []
    assert report.orders.total() >= ORDERS
    assert set(report.troubles) == {f"outage {component}" for component in OUTAGES}
    assert report.cut_connections
    assert report.refusals.total()
