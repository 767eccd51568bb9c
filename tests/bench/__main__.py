"""`python -m tests.bench`: full registrations at a fixed rate on a local Azure of its own. Measures, never asserts."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import uvloop

from tests.bench.open_loop import Load, run_load
from tests.bench.registration import Conference
from tests.bench.report import Report, make_report
from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.cpu_time import COMPONENTS, cpu_seconds, used
from tests.support.stack import Stack, running_stack

MOST_SEATS = 100_000


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rate", type=float, default=15.0, help="registrations started each second (15)")
    parser.add_argument("--duration", type=float, default=60.0, help="for so many seconds (60)")
    parser.add_argument("--workers", type=int, default=1, help="functions host processes (1)")
    parser.add_argument("--conferences", type=int, default=1, help="conferences booked in turn; one is the hottest (1)")
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds at the same rate before measuring (5)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser.parse_args()


def _measure(stack: Stack, options: argparse.Namespace) -> Report:
    conferences = _conferences(stack, options.conferences)
    load = Load(rate=options.rate, seconds=options.duration)
    if options.warm_up > 0:
        uvloop.run(run_load(stack.api_url, conferences, Load(rate=options.rate, seconds=options.warm_up)))
    before = cpu_seconds(stack)
    run = uvloop.run(run_load(stack.api_url, conferences, load))
    return make_report(load, run, used(before, cpu_seconds(stack)), options.workers)


def _conferences(stack: Stack, number: int) -> list[Conference]:
    api = Api(stack.api_url)
    try:
        organized = [OrganizedConference.published(api, {GENERAL: MOST_SEATS}) for _ in range(number)]
        return [Conference(each.code, list(each.wanted({GENERAL: 1}))) for each in organized]
    finally:
        api.close()


def main() -> int:
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="contoso-bench-") as directory,
        running_stack(Path(directory), FUNCTIONS_WORKER_PROCESS_COUNT=options.workers) as stack,
    ):
        report = _measure(stack, options)
        crashed = [name for name in COMPONENTS if stack.component(name)["restarts"]]
    if crashed:
        print(f"These died and were restarted meanwhile: {', '.join(crashed)}", file=sys.stderr)
    print(json.dumps(report.as_json(), indent=2) if options.json else report.as_table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
