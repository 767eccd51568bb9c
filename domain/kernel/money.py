"""Money: an integer of minor units (cents) in the one currency the system sells in."""

import re

CURRENCY = "USD"
_AMOUNT = re.compile(r"(\d{1,9})\.(\d{2})", re.ASCII)

Money = int
"""Cents. A plain integer: it adds, multiplies by quantities, and cannot hold half a cent."""


def parse_money(text: str) -> Money:
    """'249.00' → 24900. Raises ValueError for anything but digits, a point and two digits."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an amount of money such as 249.00")
    return int(match[1]) * 100 + int(match[2])


def format_money(amount: Money) -> str:
    """24900 → '249.00'."""
    return f"{amount // 100}.{amount % 100:02d}"
