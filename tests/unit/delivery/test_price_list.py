"""Prices with tiers, and lists that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from delivery.price_list import PRICES_FILE, PriceError, PriceList, read_prices


def price_list(directory: Path, **prices: Any) -> PriceList:
    path = directory / "prices.json"
    path.write_text(json.dumps({"currency": "EUR", "region": "westeurope", "prices": prices}), encoding="utf-8")
    return read_prices(path)


@pytest.mark.parametrize(("units", "cost"), [(0, 0), (13, 0), (14, 0.8), (100, 69.6), (102, 70.6)])
def test_each_tier_has_its_own_price(tmp_path: Path, units: float, cost: float) -> None:
    tiers = [{"from": 0, "price": 0}, {"from": 13, "price": 0.8}, {"from": 100, "price": 0.5}]
    prices = price_list(tmp_path, operations={"per": "million", "tiers": tiers})
    assert prices["operations"].cost(units) == pytest.approx(cost)


def test_a_price_that_nobody_checked_says_so(tmp_path: Path) -> None:
    entry = {"per": "hour", "tiers": [{"from": 0, "price": 1}]}
    prices = price_list(tmp_path, known=entry, supposed=entry | {"check": True})
    assert (prices["known"].is_checked, prices["supposed"].is_checked) == (True, False)


@pytest.mark.parametrize(
    "tiers",
    [[], [{"from": 1, "price": 1}], [{"from": 0, "price": 1}, {"from": 0, "price": 2}], [{"from": 0, "price": -1}]],
    ids=["none", "not from 0", "not rising", "below 0"],
)
def test_tiers_that_make_no_sense_are_refused_by_name(tmp_path: Path, tiers: list[dict[str, float]]) -> None:
    with pytest.raises(PriceError, match="'wrong'"):
        price_list(tmp_path, wrong={"per": "hour", "tiers": tiers})


def test_a_price_without_its_unit_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match="'wrong' needs `per`"):
        price_list(tmp_path, wrong={"tiers": [{"from": 0, "price": 1}]})


def test_a_missing_price_is_named(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match="no price 'planVcpuHour'"):
        price_list(tmp_path)["planVcpuHour"]


@pytest.mark.parametrize("content", ["", "[]", '{"prices": {}}'])
def test_what_is_no_price_list_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PriceError, match="is no price list"):
        read_prices(path)


def test_a_price_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match="cannot be read"):
        read_prices(tmp_path / "none.json")


def test_every_price_of_ours_has_a_source_and_either_a_date_or_a_mark() -> None:
    content = json.loads(PRICES_FILE.read_text(encoding="utf-8"))
    for name, entry in content["prices"].items():
        assert entry["source"], name
        assert ("seen" in entry) != ("check" in entry), name
