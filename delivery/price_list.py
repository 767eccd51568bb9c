"""Prices by name, with tiers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

PRICES_FILE = Path(__file__).with_name("prices.json")


class PriceError(Exception):
    """A price list cannot be used. The text says what is wrong with which price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit costs: `tiers` are (from so many units a month, price), the first from 0."""

    name: str
    per: str
    tiers: tuple[tuple[float, float], ...]
    is_checked: bool

    def cost(self, units: float) -> float:
        """For so many units in a month, each tier at its own price."""
        bounds = [start for start, _ in self.tiers] + [inf]
        return sum(
            price * max(0.0, min(units, end) - start)
            for (start, end), (_, price) in zip(pairwise(bounds), self.tiers, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """All prices of one region in one currency."""

    currency: str
    region: str
    prices: Mapping[str, Price]

    def __getitem__(self, name: str) -> Price:
        """Raises PriceError."""
        try:
            return self.prices[name]
        except KeyError:
            raise PriceError(
                f"the price list has no price {name!r}; see {PRICES_FILE.name} for how to give it"
            ) from None


def read_prices(path: Path = PRICES_FILE) -> PriceList:
    """Raises PriceError, naming the price that is wrong."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        prices = {name: _price(name, entry) for name, entry in content["prices"].items()}
        return PriceList(currency=content["currency"], region=content["region"], prices=prices)
    except OSError as error:
        raise PriceError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PriceError(f"{path} is no price list: {error!r}") from error


def _price(name: str, entry: Mapping[str, Any]) -> Price:
    try:
        tiers = tuple((float(tier["from"]), float(tier["price"])) for tier in entry["tiers"])
        price = Price(name=name, per=entry["per"], tiers=tiers, is_checked=not entry.get("check", False))
    except (ValueError, KeyError, TypeError) as error:
        raise PriceError(f"the price {name!r} needs `per` and `tiers` of `from` and `price`: {error!r}") from error
    starts = [start for start, _ in tiers]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)) or min(cost for _, cost in tiers) < 0:
        raise PriceError(f"the tiers of the price {name!r} must begin at 0 and rise, with no price below 0")
    return price
