"""Many runs on all processors, and what came of them in a few lines."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice

from tests.simulation.controls import CONTROLS
from tests.simulation.exhaustive import Case, Story, tell
from tests.simulation.faults import COMPLETION_LOST, LATE, TIME_LEAPS, TWICE, Fault
from tests.simulation.simulation import run

_KINDS = {
    **{str(fault): fault.name.lower().replace("_", " ") for fault in Fault},
    LATE: "messages late",
    TWICE: "messages sent twice",
    COMPLETION_LOST: "completions lost",
    TIME_LEAPS: "leaps of time",
}

SEEDS_AT_A_TIME = 20
CASES_AT_A_TIME = 200


@dataclass(slots=True)
class Tally:
    """What some runs came to; `failed` has those in which an invariant did not hold."""

    counts: Counter[str] = field(default_factory=Counter)
    failed: list[int | str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


def silence() -> None:
    """Log nothing: failures and redeliveries are what this is about."""
    logging.disable(logging.CRITICAL)


def run_seeds(seeds: range, without: str | None = None) -> Tally:
    """Run them all, or up to the first that fails."""
    tally = Tally()
    for seed in seeds:
        result = run(seed, mechanisms=CONTROLS[without] if without else None)
        tally.counts += result.counts
        tally.counts["runs"] += 1
        tally.counts.update(_kind(incident) for incident in result.incidents)
        if result.violation is not None:
            tally.failed.append(seed)
            tally.violations.append(str(result.violation))
            break
    return tally


def _kind(incident: str) -> str:
    return next((kind for words, kind in _KINDS.items() if incident.endswith(words)), "whims of people")


def tell_cases(story: Story, cases: list[Case]) -> Tally:
    """Play them all, or up to the first that fails."""
    tally = Tally()
    for case in cases:
        tally.counts["cases"] += 1
        if (violation := tell(story, case).violation) is not None:
            tally.failed.append(f"{story.name}: {case}")
            tally.violations.append(str(violation))
            break
    return tally


def in_parallel(
    work: Callable[..., Tally], pieces: Iterable[tuple[object, ...]], enough: Callable[[Tally], bool]
) -> Iterator[Tally]:
    """The tally so far after each of `pieces`, until there is `enough` or one has failed."""
    waiting, total = iter(pieces), Tally()
    processes = os.cpu_count() or 1
    with ProcessPoolExecutor(processes, initializer=silence) as pool:
        running: set[Future[Tally]] = {pool.submit(work, *piece) for piece in islice(waiting, 2 * processes)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                part = future.result()
                total.counts += part.counts
                total.failed += part.failed
                total.violations += part.violations
            yield total
            if total.failed or enough(total):
                for future in running:
                    future.cancel()
                return
            running |= {pool.submit(work, *piece) for piece in islice(waiting, len(done))}


class Progress:
    """A line every ten seconds, and a summary."""

    SECONDS = 10.0

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()

    def show(self, tally: Tally, unit: str, of: int) -> None:
        """How far it is."""
        if time.monotonic() - self._last > self.SECONDS:
            self._last = time.monotonic()
            done, seconds = tally.counts[unit], time.monotonic() - self._began
            print(f"{seconds:7.0f} s  {done:9,} of {of:,} {unit}, {done / seconds:,.0f} a second", flush=True)

    def summary(self, tally: Tally) -> str:
        """All that was counted."""
        seconds = time.monotonic() - self._began
        steps = tally.counts.get("steps", 0)
        lines = [f"  {count:12,}  {what}" for what, count in sorted(tally.counts.items(), key=lambda pair: -pair[1])]
        return "\n".join([f"{seconds:.0f} seconds, {steps / seconds:,.0f} steps a second", *lines])
