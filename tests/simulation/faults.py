"""What can go wrong, and how often.

Rates are chosen so that a message hardly ever fails twenty times in a row (MaxDeliveryCount), which the design answers
with the dead-letter queue and an operator; everything below that must mend itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """What can become of a call. The words finish the sentence "worker 1: events.append …"."""

    DIES_BEFORE = "is never made: the worker dies"
    DIES_AFTER = "is done: the worker dies before it knows"
    NO_ANSWER = "fails: nothing answers"
    LOST_ANSWER = "is done, but the answer is lost"
    REPEATED = "is done, the answer lost, and done again by the adapter"
    CONFLICT = "fails: somebody else was faster, it seems"
    STALLS = "takes longer than a lock is held"


LATE, TWICE = "comes late", "comes twice"
"""What can become of a message on its way. Nobody relies on duplicate detection, so the simulated bus has none."""

COMPLETION_LOST, TIME_LEAPS = "completion lost", "time leaps"

Rates = Mapping[str, float]

_DEATHS = {Fault.DIES_BEFORE: 0.0012, Fault.DIES_AFTER: 0.0018}
_SILENCE = {Fault.NO_ANSWER: 0.003}
_STALLS = {Fault.STALLS: 0.0015}
_LOSSES = {Fault.LOST_ANSWER: 0.003, Fault.REPEATED: 0.003}
_CONFLICTS = {Fault.CONFLICT: 0.003}

READS = (
    "events.read",
    "events.read_events",
    "events.handled",
    "events.pending",
    "snapshots.load",
    "processes.commit",
    "processes.unsent",
    "conferences.commit",
    "conferences.unpublished",
    "conferences.read_events",
    "keys.of",
    "views.read",
    "views.read_listed",
)
"""And what only lets time pass before a transaction is committed."""
WRITES = (
    "events.mark_published",
    "snapshots.save",
    "bus.deliver",
    "processes.delete_sent",
    "conferences.create",
    "conferences.mark_published",
    "keys.keep",
    "keys.destroy",
    "log.record",
)
CONDITIONAL_WRITES = ("events.append", "processes.transact", "conferences.change", "views.write")

LATENCY_SECONDS = (0.001, 0.02)
"""What a call takes when nothing is wrong."""
FOR_LONG = (61.0, 600.0)
"""Seconds that a stalled call takes: longer than any lock of a message."""
LATE_SECONDS = (60.0, 2400.0)
LEAP_SECONDS = (60.0, 2000.0)
MOST_SKEW_SECONDS = 5.0
"""Between the clock of a worker and the true time."""
_STRENGTHS = (0.0, 1.0, 1.0, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How likely each fault is. `calls` by port and call."""

    calls: Mapping[str, Rates]
    on_the_way: Rates
    completion_lost: float
    """A batch was handled, and comes again when its lock is over."""
    time_leaps: float
    """Per tick: everything stops, and goes on later."""


CALM = Weather(
    calls={call: {} for call in (*READS, *WRITES, *CONDITIONAL_WRITES)},
    on_the_way={},
    completion_lost=0.0,
    time_leaps=0.0,
)
"""Nothing happens by itself."""


def weather_of(seed: int) -> Weather:
    """Each kind of fault is absent, usual or frequent by itself, because rare meetings want many of the few.

    Source: Groce and others, "Swarm Testing" (ISSTA 2012).
    """
    draw = Random(f"{seed} weather")

    def some(rates: Mapping[Fault, float]) -> dict[str, float]:
        strength = draw.choice(_STRENGTHS)
        return {str(fault): rate * strength for fault, rate in rates.items()}

    read = some(_DEATHS) | some(_SILENCE) | some(_STALLS)
    write = read | some(_LOSSES)
    conditional = write | some(_CONFLICTS)
    return Weather(
        calls={
            **dict.fromkeys(READS, read),
            **dict.fromkeys(WRITES, write),
            **dict.fromkeys(CONDITIONAL_WRITES, conditional),
        },
        on_the_way={LATE: 0.006 * draw.choice(_STRENGTHS), TWICE: 0.015 * draw.choice(_STRENGTHS)},
        completion_lost=0.01 * draw.choice(_STRENGTHS),
        time_leaps=0.002 * draw.choice(_STRENGTHS),
    )
