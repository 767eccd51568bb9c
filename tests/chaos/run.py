"""A run of chaos: a stack of its own, a crowd, a storm, a calm, and what the stores say then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from domain.registration.order import ORDER
from tests.chaos.aftermath import StoredWorld, read_world, violations
from tests.chaos.crowd import Crowd
from tests.chaos.plan import COMPONENTS, WORKERS, Plan
from tests.chaos.report import Report
from tests.chaos.storm import rage
from tests.chaos.troubles import Troublemaker
from tests.support.bus import BusInspector
from tests.support.faults import as_setting, breaking_lines, refusals
from tests.support.stack import Stack, running_stack
from tests.support.stores import Stores

CALM_SECONDS = 400.0
"""Long enough for everything to come to its end: what was left behind, locks of the dead, orders that expire."""
LOOK_SECONDS = 0.5

Say = Callable[[str], None]


def run(plan: Plan, directory: Path, say: Say = print) -> Report:
    """Run `plan` on a stack in `directory`. Raises StackError, and TimeoutError when orders do not get on."""
    with (
        breaking_lines(directory, plan.seconds_between_cuts) as lines,
        running_stack(
            directory,
            DETOURS=as_setting(lines),
            FUNCTIONS_WORKER_PROCESS_COUNT=WORKERS,
            COSMOS_THROTTLE_PERCENT=plan.throttled_percent,
            COSMOS_UNAVAILABLE_PERCENT=plan.unavailable_percent,
            RESERVATION_EXPIRY_SECONDS=plan.reservation_seconds,
            RESERVATION_GRACE_SECONDS=plan.grace_seconds,
        ) as stack,
    ):
        report = _survive(plan, stack, say)
        report.cut_connections = sum(line.cuts for line in lines.values())
    return report


def _survive(plan: Plan, stack: Stack, say: Say) -> Report:
    report = Report(plan=plan)
    crowd, maker, stores = Crowd(plan, stack.api_url), Troublemaker(stack, plan), Stores(stack)
    began = time.monotonic()
    try:
        crowd.start()
        rage(plan, crowd, maker, say)
    finally:
        maker.wake_up(all_of_them=True)
        crowd.stop()
    try:
        report.storm_seconds = time.monotonic() - began
        report.troubles, report.outcomes, report.changes = Counter(maker.made), crowd.outcomes, crowd.changes
        report.violations += crowd.complaints
        stack.wait_until_ready()
        report.violations += _calm_down(stores, report)
        say(f"at rest after {report.calm_seconds:.0f} s; reading the stores")
        report.refusals = refusals(stack)
        report.restarts = Counter({name: stack.component(name)["restarts"] for name in COMPONENTS})
        inspector = BusInspector(stack.bus_connection)
        try:
            world = read_world(stores, inspector.failed_messages())
        finally:
            inspector.close()
        _count(world, report)
        report.violations += violations(world, crowd.promises)
    finally:
        stores.close()
    return report


def _calm_down(stores: Stores, report: Report) -> list[str]:
    """Wait until nothing is left to do; gives what still is when that takes too long."""
    began = time.monotonic()
    while left := stores.left_to_do():
        if time.monotonic() - began > CALM_SECONDS:
            return [f"everything comes to an end: after {CALM_SECONDS:.0f} s there are still {left}"]
        time.sleep(LOOK_SECONDS)
    report.calm_seconds = time.monotonic() - began
    return []


def _count(world: StoredWorld, report: Report) -> None:
    for stream_id, commits in world.events.streams.items():
        report.commits += len(commits)
        if stream_id.startswith(f"{ORDER.category}-"):
            state = ORDER.fold(ORDER.initial, tuple(event for commit in commits for event in commit.events)).state
            report.orders[str(state)] += 1
    report.seats_sold = sum(seats.total() for seats in world.ledger.sold.values())
    report.parked = [copy.message.subject for copies in world.bus.waiting.values() for copy in copies]
    report.documents, report.log_rows = len(world.tables.entities), len(world.log.rows)
