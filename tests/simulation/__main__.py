"""The simulation from the command line.

python -m tests.simulation                    a million orders; exit status 1 and a small script if one run fails
python -m tests.simulation --orders 20000     fewer
python -m tests.simulation --seed 4711        one run; its script, made small, if it fails
python -m tests.simulation --exhaustive       every case of every story (millions; hours)
python -m tests.simulation --exhaustive --most 2   those in which at most two things happen (minutes)
python -m tests.simulation --exhaustive --part 3/20   the third of twenty parts of them
python -m tests.simulation --controls         each mechanism taken out, and the invariant that noticed
python -m tests.simulation --without NAME     with --seed or --orders: the product without one mechanism
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import count, islice

from tests.simulation.controls import CONTROLS, SEEDS, catch
from tests.simulation.exhaustive import KINDS, STORIES, Case, Story, possibilities
from tests.simulation.report import (
    CASES_AT_A_TIME,
    SEEDS_AT_A_TIME,
    Progress,
    Tally,
    in_parallel,
    run_seeds,
    silence,
    tell_cases,
)
from tests.simulation.shrink import shrink


def main() -> int:
    """What the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=1_000_000, help="how many orders at least (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="run this one")
    parser.add_argument("--from-seed", type=int, default=0, help="where to begin (default: %(default)s)")
    parser.add_argument("--without", choices=sorted(CONTROLS), help="a mechanism to take out")
    parser.add_argument("--exhaustive", action="store_true", help="every case of every story instead")
    parser.add_argument("--most", type=int, default=KINDS, help="things that happen in a case (default: %(default)s)")
    parser.add_argument("--part", type=part, default=(1, 1), help="of the cases, as 3/20 (default: all)")
    parser.add_argument("--controls", action="store_true", help="every negative control instead")
    arguments = parser.parse_args()
    silence()
    if arguments.controls:
        return show_controls()
    if arguments.exhaustive:
        return run_stories(arguments.most, *arguments.part)
    if arguments.seed is not None:
        return show_seed(arguments.seed, arguments.without)
    return run_orders(arguments.orders, arguments.from_seed, arguments.without)


def part(text: str) -> tuple[int, int]:
    """Which part, of how many. Raises ValueError."""
    which, parts = map(int, text.split("/"))
    if not 1 <= which <= parts:
        raise ValueError(text)
    return which, parts


def show_seed(seed: int, without: str | None) -> int:
    """One seed: that all holds, or how it fails."""
    failure = shrink(seed, CONTROLS[without] if without else None)
    print(failure or f"Seed {seed}: every invariant holds.")
    return 1 if failure else 0


def run_orders(orders: int, first: int, without: str | None) -> int:
    """As many seeds as it takes."""
    seeds = ((range(start, start + SEEDS_AT_A_TIME), without) for start in count(first, SEEDS_AT_A_TIME))
    progress, tally = Progress(), Tally()
    for tally in in_parallel(run_seeds, seeds, lambda total: total.counts["orders"] >= orders):
        progress.show(tally, "orders", orders)
    print(progress.summary(tally))
    if not tally.failed:
        print("Every invariant held.")
        return 0
    return show_seed(int(tally.failed[0]), without)


def run_stories(most: int, which: int, parts: int) -> int:
    """Of every story, one of so many parts of the cases in which at most so many things happen."""
    failed = 0
    for story in STORIES:

        def cases(story: Story = story) -> Iterator[Case]:
            return islice(possibilities(story).cases(most), which - 1, None, parts)

        progress, tally, in_all = Progress(), Tally(), sum(1 for _ in cases())
        for tally in in_parallel(tell_cases, pieces(story, cases()), lambda total: False):
            progress.show(tally, "cases", in_all)
        print(f"{story.name}: {tally.counts['cases']:,} of {in_all:,} cases", flush=True)
        print(*(f"  {failure}" for failure in (*tally.failed, *tally.violations)), sep="\n", end="")
        failed += len(tally.failed)
    return 1 if failed else 0


def pieces(story: Story, cases: Iterator[Case]) -> Iterator[tuple[Story, list[Case]]]:
    """The work of one process after another."""
    while some := list(islice(cases, CASES_AT_A_TIME)):
        yield story, some


def show_controls() -> int:
    """The table of negative controls."""
    missed = 0
    for control in CONTROLS:
        caught = catch(control, range(SEEDS))
        missed += caught is None
        noticed = f"{caught.violation.invariant} (seed {caught.seed})" if caught else "NOT CAUGHT"
        print(f"{control:24} {noticed}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
