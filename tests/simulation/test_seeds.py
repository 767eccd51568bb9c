"""Twenty thousand orders, each run of them with faults of its own: whatever happens, every invariant holds.

`make simulate` runs a million; `make simulate SEED=…` one seed that failed, made small.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.report import run_seeds
from tests.simulation.shrink import shrink

ORDERS_IN_A_PART = 1_000
SEEDS_IN_A_PART = 250
"""More than enough: a seed has seven orders on average."""
PARTS = 20

pytestmark = [pytest.mark.takes_long, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def in_silence(caplog: pytest.LogCaptureFixture) -> None:
    """Failures and redeliveries are what this is about; a hundred thousand warnings of them help nobody."""
    caplog.set_level("CRITICAL")


def everything_holds(part: int) -> None:
    """In as many runs as a thousand orders take."""
    counts: Counter[str] = Counter()
    for seed in range(part * SEEDS_IN_A_PART, (part + 1) * SEEDS_IN_A_PART):
        tally = run_seeds(range(seed, seed + 1))
        if tally.failed:
            pytest.fail(str(shrink(seed)), pytrace=False)
        counts += tally.counts
        if counts["orders"] >= ORDERS_IN_A_PART:
            break
    assert counts["orders"] >= ORDERS_IN_A_PART
    assert counts["crashes"] > 100
    assert counts["redeliveries"] > 100


class TestOneHalfOfTheOrders:
    @pytest.mark.parametrize("part", range(0, PARTS, 2))
    def test_ends_well_whatever_happens_on_the_way(self, part: int) -> None:
        everything_holds(part)


class TestTheOtherHalf:
    @pytest.mark.parametrize("part", range(1, PARTS, 2))
    def test_ends_well_whatever_happens_on_the_way(self, part: int) -> None:
        everything_holds(part)
