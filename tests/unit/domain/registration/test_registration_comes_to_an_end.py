"""All of registration together, whatever is repeated, late, out of order, expired or lost: a little of the simulation.

`tests/simulation` runs thousands of seeds; these few are for whoever changes a rule and wants to know at once.
"""

import pytest

from tests.simulation.simulation import run

SEEDS = 40


@pytest.mark.parametrize("seed", range(SEEDS))
def test_it_ends_well_whatever_happens_on_the_way(seed, caplog) -> None:
    caplog.set_level("CRITICAL")
    assert run(seed).violation is None
