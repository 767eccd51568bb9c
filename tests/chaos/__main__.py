"""Chaos from the command line: a local Azure under load, its processes killed, paused and cut off.

python -m tests.chaos                                      2,000 kills over 10,000 orders (an hour and more)
python -m tests.chaos --orders 500 --kills 60              fewer
python -m tests.chaos --outage cosmos --seconds 180        no kills, but Cosmos is not there for three minutes
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.plan import OUTAGES, RESERVATION_SECONDS, Plan
from tests.chaos.report import Report
from tests.chaos.run import run

ORDERS, KILLS = 10_000, 2_000
ORDERS_OF_AN_OUTAGE = 150
KILLS_PER_LONG_PAUSE = 100


def main() -> int:
    """What the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, help=f"how many ({ORDERS}; with an outage {ORDERS_OF_AN_OUTAGE})")
    parser.add_argument("--kills", type=int, help=f"how many ({KILLS}; with an outage none)")
    parser.add_argument("--pauses", type=int, help=f"longer than a lock (one for each {KILLS_PER_LONG_PAUSE} kills)")
    parser.add_argument("--outage", action="append", choices=OUTAGES, default=[], help="may be given several times")
    parser.add_argument("--seconds", type=float, default=180.0, help="that an outage lasts (%(default)s)")
    parser.add_argument("--seed", type=int, help="of troubles and wishes (drawn, and told)")
    parser.add_argument("--kill-storage", action="store_true", help="kill Azurite too, which forgets what it did last")
    parser.add_argument("--report", type=Path, help="where to write what came of it")
    arguments = parser.parse_args()
    plan = _plan(arguments)
    reports: list[Report] = []
    for part in plan.rounds():
        print(f"seed {part.seed}: {part.orders:,} orders, {len(part.troubles()):,} troubles", flush=True)
        with tempfile.TemporaryDirectory(prefix="contoso-chaos-") as directory:
            reports.append(run(part, Path(directory), lambda line: print(line, flush=True)))
        so_far = Report.of(plan, reports)
        if arguments.report:
            arguments.report.write_text(so_far.as_markdown(), encoding="utf-8")
        if so_far.violations:
            break
    print(so_far.as_markdown())
    return 1 if so_far.violations else 0


def _plan(arguments: argparse.Namespace) -> Plan:
    outages = tuple(arguments.outage)
    kills = arguments.kills if arguments.kills is not None else (0 if outages else KILLS)
    pauses = arguments.pauses if arguments.pauses is not None else -(-kills // KILLS_PER_LONG_PAUSE)
    return Plan(
        orders=arguments.orders or (ORDERS_OF_AN_OUTAGE if outages else ORDERS),
        seed=arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(10**6),
        kills=kills,
        long_pauses=pauses,
        outages=outages,
        outage_seconds=arguments.seconds if outages else 0.0,
        kills_storage=arguments.kill_storage,
        reservation_seconds=RESERVATION_SECONDS + (int(arguments.seconds) if outages else 0),
    )


if __name__ == "__main__":
    sys.exit(main())
