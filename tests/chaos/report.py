"""What a run came to, as text for a reader."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from http import HTTPStatus

from tests.chaos.plan import Plan


@dataclass(slots=True, kw_only=True)
class Report:
    """Everything that was counted. `violations` is empty when every invariant held."""

    plan: Plan
    storm_seconds: float = 0.0
    calm_seconds: float = 0.0
    troubles: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    cut_connections: int = 0
    refusals: Counter[HTTPStatus] = field(default_factory=Counter)
    """By Cosmos, since it was last started: a process that is killed takes its counters with it."""
    outcomes: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    orders: Counter[str] = field(default_factory=Counter)
    commits: int = 0
    seats_sold: int = 0
    documents: int = 0
    log_rows: int = 0
    parked: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan, rounds: Sequence[Report]) -> Report:
        """All rounds of `plan` together."""
        report = cls(plan=plan)
        for counted in fields(cls):
            if counted.name != "plan":
                nothing = getattr(report, counted.name)
                setattr(report, counted.name, sum((getattr(each, counted.name) for each in rounds), start=nothing))
        return report

    @property
    def kills(self) -> int:
        """How many processes were killed, outages not counted."""
        return sum(count for name, count in self.troubles.items() if name.startswith("kill "))

    def as_markdown(self) -> str:
        """A table of all counts, and the verdict."""
        plan = self.plan
        rows = [
            ("orders placed", f"{self.orders.total():,} ({_listed(self.orders)})"),
            ("registrants", _listed(self.outcomes)),
            ("times the organizer changed a quantity", f"{self.changes}"),
            ("processes killed", f"{self.kills:,}"),
            ("troubles", _listed(self.troubles)),
            ("restarts", _listed(self.restarts)),
            ("connections cut", f"{self.cut_connections:,}, every {plan.seconds_between_cuts:g} s"),
            (
                "requests refused by Cosmos since its last start",
                f"{self.refusals[HTTPStatus.TOO_MANY_REQUESTS]:,} with 429 ({plan.throttled_percent} %), "
                f"{self.refusals[HTTPStatus.SERVICE_UNAVAILABLE]:,} with 503 ({plan.unavailable_percent} %)",
            ),
            ("commits", f"{self.commits:,}"),
            ("seats sold", f"{self.seats_sold:,}"),
            ("documents compared with a rebuild", f"{self.documents:,}"),
            ("rows of the message log compared with the events", f"{self.log_rows:,}"),
            ("commands parked because they came too late", _listed(Counter(self.parked)) or "none"),
            ("rounds, first seed, cores", f"{len(plan.rounds())}, {plan.seed}, {os.cpu_count()}"),
            ("load, then until all had come to its end", f"{self.storm_seconds:.0f} s, {self.calm_seconds:.0f} s"),
        ]
        verdict = "\n".join(f"- {violation}" for violation in self.violations) or "Every invariant held."
        return "\n".join(
            ["| what | how much |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in rows), "", verdict, ""]
        )


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]) if count)
