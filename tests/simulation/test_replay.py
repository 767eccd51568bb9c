"""A seed is all there is to know of a run: it can be played again, anywhere, and made small."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.simulation.chance import SeededChance
from tests.simulation.controls import CONTROLS, catch
from tests.simulation.shrink import shrink, smallest
from tests.simulation.simulation import run

PROJECT = Path(__file__).parents[2]
SEED = 5
_PRINT_THE_SCRIPT = f"""
import logging
logging.disable(logging.CRITICAL)
from tests.simulation.test_replay import digest_of
print(digest_of({SEED}))
"""


def digest_of(seed: int) -> str:
    """Of every line of the script."""
    script: list[str] = []
    assert run(seed, script=script).violation is None
    assert len(script) > 100
    return sha256("\n".join(script).encode()).hexdigest()


def test_a_seed_gives_the_same_script_in_every_process() -> None:
    """Whatever the hashes of strings are there, on which the order of a set hangs."""
    elsewhere = {
        subprocess.run(
            [sys.executable, "-c", _PRINT_THE_SCRIPT],
            cwd=PROJECT,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert elsewhere == {digest_of(SEED)}


def test_leaving_out_an_incident_leaves_all_other_decisions_as_they_were() -> None:
    everything, without = SeededChance(SEED), SeededChance(SEED, only={"b"})
    names = ["a", "b", "c", "d"]
    assert all(everything.happens(name, 1.0) for name in names)
    assert [without.happens(name, 1.0) for name in names] == [False, True, False, False]
    assert [everything.between(name, 0, 1) for name in names] == [without.between(name, 0, 1) for name in names]


def test_the_smallest_failing_part_is_found() -> None:
    assert list(smallest(range(40), lambda some: {3, 17, 31} <= set(some))) == [3, 17, 31]
    assert list(smallest(range(40), lambda some: True)) == []


@pytest.mark.parametrize("control", ["verify-before-no-op", "event-outbox"])
def test_a_failure_is_made_small_and_told_in_words(control: str) -> None:
    caught = catch(control)
    assert caught is not None
    whole = run(caught.seed, mechanisms=CONTROLS[control])
    failure = shrink(caught.seed, CONTROLS[control])
    assert failure is not None
    assert failure.violation.invariant == caught.violation.invariant
    assert len(failure.registrants) <= len(whole.scenario.registrants) // 2
    assert len(failure.incidents) <= len(whole.incidents) // 2
    told = str(failure)
    assert f"make simulate SEED={caught.seed}" in told
    assert "SeatsAvailabilityCommands <- " in told
    assert f"(order {failure.registrants[0]})" in told


def test_a_seed_that_holds_has_no_failure_to_be_made_small() -> None:
    assert shrink(SEED) is None
