"""Makes a failure small: fewer registrants, fewer incidents, the same invariant.

Every decision hangs on its own name alone (see `chance`), so what is left out changes only what follows from it.
Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002), algorithm ddmin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.simulation.ledger import Violation
from tests.simulation.mechanisms import Mechanisms
from tests.simulation.script import readable, without_readers
from tests.simulation.simulation import run, scenario_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """The smallest run found that fails as the first did."""

    seed: int
    violation: Violation
    registrants: Sequence[int]
    incidents: Sequence[str]
    script: Sequence[str]

    def __str__(self) -> str:
        head = [
            f"Seed {self.seed} fails: {self.violation}",
            f"Made small: registrants {', '.join(map(str, self.registrants))}; {len(self.incidents)} incidents.",
            f"Replay it whole: make simulate SEED={self.seed}",
        ]
        return readable("\n".join([*head, "", *self.script]), self.registrants)


def shrink(seed: int, mechanisms: Mechanisms | None = None) -> Failure | None:
    """The failure of a seed made small; None when it does not fail."""
    first = run(seed, mechanisms=mechanisms).violation
    if first is None:
        return None
    invariant = first.invariant

    def fails(registrants: Sequence[int], incidents: Sequence[str] | None) -> bool:
        found = run(seed, registrants=registrants, only=incidents, mechanisms=mechanisms).violation
        return found is not None and found.invariant == invariant

    registrants = smallest(scenario_of(seed).registrants, lambda some: fails(some, None))
    happened = run(seed, registrants=registrants, mechanisms=mechanisms).incidents
    incidents = smallest(tuple(dict.fromkeys(happened)), lambda some: fails(registrants, some))
    registrants = smallest(registrants, lambda some: fails(some, incidents))
    script: list[str] = []
    last = run(seed, registrants=registrants, only=incidents, mechanisms=mechanisms, script=script).violation
    assert last is not None
    about_readers = any(word in invariant for word in ("views", "log"))
    return Failure(seed, last, registrants, incidents, script if about_readers else without_readers(script))


def smallest(items: Sequence[T], fails: Callable[[Sequence[T]], bool]) -> Sequence[T]:
    """Some of `items` that still fail, none of which can be left out. All of them are known to fail."""
    parts = 2
    while items:
        size = max(1, len(items) // parts)
        for start in range(0, len(items), size):
            rest = (*items[:start], *items[start + size :])
            if fails(rest):
                items, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                return items
            parts = min(2 * parts, len(items))
    return items
