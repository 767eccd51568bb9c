"""Negative controls: without any one of these mechanisms the simulation must fail, or it would prove nothing.

Each is taken out alone, and seeds are run until an invariant says no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.simulation.ledger import Violation
from tests.simulation.mechanisms import (
    Mechanisms,
    Omission,
    WithoutGapRepair,
    WithoutMemory,
    WithoutVerification,
    react_without_correlation,
)
from tests.simulation.simulation import run

SEEDS = 1000
"""So many must be enough for each; most need one."""


def _without(what: Omission) -> Mechanisms:
    return Mechanisms(omitted=frozenset({what}))


CONTROLS: Mapping[str, Mechanisms] = {
    "optimistic-concurrency": _without(Omission.EVENT_VERSIONS),
    "event-inbox": _without(Omission.EVENT_INBOX),
    "event-outbox": _without(Omission.EVENT_OUTBOX),
    "process-versions": _without(Omission.PROCESS_VERSIONS),
    "process-inbox": _without(Omission.PROCESS_INBOX),
    "process-outbox": _without(Omission.PROCESS_OUTBOX),
    "order-id-index": _without(Omission.ORDER_INDEX),
    "conference-outbox": _without(Omission.CONFERENCE_OUTBOX),
    "correlation-check": Mechanisms(react=react_without_correlation),
    "verify-before-no-op": Mechanisms(aggregates=WithoutVerification),
    "gap-repair": Mechanisms(projections=WithoutGapRepair),
    "seen-versions": Mechanisms(projections=WithoutMemory),
    "view-tokens": _without(Omission.VIEW_TOKENS),
}
"""By name: the product without it."""


@dataclass(frozen=True, slots=True)
class Caught:
    """Which invariant noticed first, and in which seed."""

    seed: int
    violation: Violation


def catch(control: str, seeds: range = range(SEEDS)) -> Caught | None:
    """The first of `seeds` that fails without it; None when none does."""
    for seed in seeds:
        if violation := run(seed, mechanisms=CONTROLS[control]).violation:
            return Caught(seed, violation)
    return None
