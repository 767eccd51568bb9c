"""What a month costs, by size of the environment and number of registrations.

    python -m delivery.costs                                    # dev and prod at 0, 1,000 and 100,000
    python -m delivery.costs --size prod --registrations 5000   # one of them, line by line
    python -m delivery.costs --prices my-prices.json            # with your own prices

What a registration uses is counted by a test and stands in usage.json, what a size means in sizes.json, prices with
their date and source in prices.json. Prices that nobody has checked are marked (?).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from delivery.bill import Bill, Line, Load
from delivery.price_list import PRICES_FILE, PriceError, PriceList, read_prices
from delivery.usage import Size, read_sizes, read_usage

REGISTRATIONS = (0, 1_000, 100_000)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: told; 2: the arguments or the prices are wrong."""
    sizes = read_sizes()
    options = _parser(sizes).parse_args(arguments)
    chosen = {options.size: sizes[options.size]} if options.size else sizes
    try:
        prices = read_prices(options.prices)
        if options.registrations is None:
            print(overview(options, chosen, prices))
        else:
            bills = {name: _bill(options, options.registrations, size, prices) for name, size in chosen.items()}
            print("\n\n".join(one_month(f"{name}, {prices.region}", bill, prices) for name, bill in bills.items()))
    except PriceError as error:
        print(f"delivery.costs: {error}", file=sys.stderr)
        return 2
    return 0


def one_month(title: str, bill: Bill, prices: PriceList) -> str:
    """Line by line."""
    rows = [_row(line) for line in bill.lines]
    head = f"{title:38}{'units':>14}  {prices.currency:>9}      a unit is"
    return "\n".join([head, *rows, f"{'in a month':54}{bill.total:9,.2f}", *_legend(bill)])


def _row(line: Line) -> str:
    mark = "" if line.price.is_checked else " (?)"
    return f"{line.what:38}{line.units:14,.3f}  {line.cost:9,.2f}{mark:4}  {line.price.per}"


def overview(options: argparse.Namespace, sizes: Mapping[str, Size], prices: PriceList) -> str:
    """A Markdown table: totals by size and number of registrations."""
    lines = [_cells("registrations a month", *(f"{name}, {prices.currency}" for name in sizes))]
    lines.append(_cells(*("---:" for _ in range(1 + len(sizes)))))
    for number in REGISTRATIONS:
        totals = (_bill(options, number, size, prices).total for size in sizes.values())
        lines.append(_cells(f"{number:,}", *(f"{total:,.0f}" for total in totals)))
    return "\n".join(lines)


def _cells(*texts: str) -> str:
    return f"| {' | '.join(texts)} |"


def _legend(bill: Bill) -> list[str]:
    is_checked = all(line.price.is_checked for line in bill.lines)
    return [] if is_checked else ["", "(?) list price, not checked: compare it with the Azure pricing calculator"]


def _bill(options: argparse.Namespace, registrations: int, size: Size, prices: PriceList) -> Bill:
    load = Load(
        registrations=registrations,
        peak=options.peak,
        months_kept=options.months_kept,
        log_kilobytes=options.log_kilobytes,
    )
    return Bill(load, size, read_usage(), prices)


def _parser(sizes: Mapping[str, Size]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m delivery.costs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--registrations", type=_whole, help="in the month (a table of 0, 1,000 and 100,000)")
    parser.add_argument("--size", choices=sorted(sizes), help="of the environment (both)")
    parser.add_argument("--prices", type=Path, default=PRICES_FILE, help="price list, in the form of prices.json")
    parser.add_argument("--peak", type=_positive, default=10.0, help="registrations a second while any come (10)")
    parser.add_argument("--months-kept", type=_whole, default=12, help="months whose data are stored (12)")
    parser.add_argument(
        "--log-kilobytes", type=_positive, default=3.0, help="logged per function execution (3, assumed)"
    )
    return parser


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("it cannot be less than 0")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("it must be more than 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
