"""What a run comes to, as numbers and as a table."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.open_loop import Load, Run
from tests.bench.registration import STEPS

PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Latencies in milliseconds by step and percentile; CPU in milliseconds per confirmed order, by component."""

    offered_rate: float
    achieved_rate: float
    offered: int
    confirmed: int
    errors: Mapping[str, int]
    latencies: Mapping[str, Mapping[str, float]]
    cpu_per_order: Mapping[str, float]
    latest_start: float
    workers: int

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return {
            "offeredPerSecond": round(self.offered_rate, 2),
            "achievedPerSecond": round(self.achieved_rate, 2),
            "offered": self.offered,
            "confirmed": self.confirmed,
            "errors": dict(self.errors),
            "milliseconds": {step: dict(values) for step, values in self.latencies.items()},
            "cpuMillisecondsPerOrder": dict(self.cpu_per_order),
            "latestStartMilliseconds": self.latest_start,
            "workers": self.workers,
            "cores": os.cpu_count(),
        }

    def as_table(self) -> str:
        """For a reader."""
        total, cores, failed = sum(self.cpu_per_order.values()), os.cpu_count() or 1, sum(self.errors.values())
        head = "".join(f"{name:>10}" for name in (*(f"p{each}" for each in PERCENTILES), "max"))
        lines = [
            f"offered   {self.offered_rate:8.2f} orders/s   {self.offered} orders, {self.workers} worker process(es)",
            f"achieved  {self.achieved_rate:8.2f} orders/s   {self.confirmed} confirmed, {failed} failed",
            *(f"          {count:8}  {error}" for error, count in self.errors.items()),
            "",
            f"{'ms after the order was due':28}{head}",
            *(
                f"{step:28}{''.join(f'{value:10.0f}' for value in values.values())}"
                for step, values in self.latencies.items()
            ),
            f"(the load generator started no order more than {self.latest_start:.0f} ms late)",
            "",
            f"{'CPU per order':28}{'ms':>10}{'share':>10}",
            *(f"{name:28}{value:10.1f}{value / total:10.0%}" for name, value in self.cpu_per_order.items()),
            f"{'in all':28}{total:10.1f}",
            f"so {cores} cores would do {1000 * cores / total:.0f} orders/s at most",
        ]
        return "\n".join(lines)


def make_report(load: Load, run: Run, cpu: Mapping[str, float], workers: int) -> Report:
    """Sum up a run; `cpu` is what the components used, in seconds."""
    confirmed = [timings for timings in run.timings if timings.error is None]
    all_cpu = {**cpu, "load generator": run.generator_cpu_seconds}
    return Report(
        offered_rate=load.rate,
        achieved_rate=len(confirmed) / run.seconds,
        offered=len(run.timings),
        confirmed=len(confirmed),
        errors=Counter(timings.error for timings in run.timings if timings.error is not None),
        latencies={
            step: _percentiles([each.reached[step] for each in run.timings if step in each.reached]) for step in STEPS
        },
        cpu_per_order={
            name: round(seconds * 1000 / max(len(confirmed), 1), 2)
            for name, seconds in sorted(all_cpu.items(), key=lambda item: -item[1])
        },
        latest_start=round(run.latest_start * 1000, 1),
        workers=workers,
    )


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """By nearest rank, in milliseconds; NaN where nothing was measured."""
    ordered = sorted(seconds) or [float("nan")]
    ranks = {f"p{percent}": max(0, -(-len(ordered) * percent // 100) - 1) for percent in PERCENTILES}
    picked = {name: ordered[rank] for name, rank in ranks.items()} | {"max": ordered[-1]}
    return {name: round(value * 1000, 1) for name, value in picked.items()}
