"""How a bill is made up. Every price is 1, so a cost is an amount."""

from __future__ import annotations

from dataclasses import replace

import pytest

from delivery.bill import HOURS, Bill, Load
from delivery.price_list import Price, PriceError, PriceList
from delivery.usage import Operations, Size, Usage

NOTHING = Operations(
    bus_operations=0,
    cosmos_write_units=0,
    cosmos_read_units=0,
    table_requests=0,
    sql_transactions=0,
    function_executions=0,
)
USAGE = Usage(
    registration=replace(
        NOTHING,
        bus_operations=100,
        cosmos_write_units=170,
        cosmos_read_units=15,
        table_requests=20,
        function_executions=40,
    ),
    timer_run=replace(NOTHING, cosmos_read_units=2, function_executions=1),
    timer_runs_per_hour=240,
    bus_receivers_per_instance=200,
    stored_kilobytes={"cosmos": 20, "tables": 30},
)
DEV = Size(instances=1, bus_sku="Standard", cosmos="serverless", cosmos_maximum_throughput=10_000, sql_maximum_cores=1)
AUTOSCALE = replace(DEV, cosmos="autoscale")
NAMES = (
    *("planVcpuHour", "planMemoryHour", "busBaseHour", "busOperations", "busPremiumHour"),
    *("cosmosServerless", "cosmosAutoscaleHour", "cosmosStorage", "tableTransactions", "tableStorage"),
    *("sqlVcoreHour", "sqlStorage", "webMonth", "logs", "vaultOperations"),
)
ONE_EACH = PriceList(
    currency="EUR",
    region="nowhere",
    prices={name: Price(name=name, per="unit", tiers=((0.0, 1.0),), is_checked=True) for name in NAMES},
)


def costs(registrations: int = 0, size: Size = DEV, **load: float) -> dict[str, float]:
    """By name of the price."""
    bill = Bill(Load(registrations=registrations, **load), size, USAGE, ONE_EACH)  # type: ignore[arg-type]
    return {line.price.name: line.cost for line in bill.lines}


def test_the_plan_is_paid_by_the_hour_whether_used_or_not() -> None:
    assert costs(0, replace(DEV, instances=2))["planVcpuHour"] == 2 * HOURS
    assert costs(1000, replace(DEV, instances=2))["planMemoryHour"] == 2 * 3.5 * HOURS


def test_receivers_that_wait_cost_operations_on_every_instance() -> None:
    assert costs(0)["busOperations"] == pytest.approx(200 * 60 * HOURS / 1e6)
    assert costs(0, replace(DEV, instances=3))["busOperations"] == pytest.approx(3 * 200 * 60 * HOURS / 1e6)


def test_registrations_add_their_operations() -> None:
    more = costs(1_000_000)["busOperations"] - costs(0)["busOperations"]
    assert more == pytest.approx(100)
    assert costs(1_000_000)["tableTransactions"] == pytest.approx(20 * 100)


def test_premium_is_paid_by_the_hour_alone() -> None:
    premium = costs(1000, replace(DEV, bus_sku="Premium"))
    assert premium["busPremiumHour"] == HOURS
    assert premium.keys().isdisjoint({"busBaseHour", "busOperations"})


def test_reads_of_a_strongly_consistent_account_cost_twice() -> None:
    timer = 2 * 2 * 240 * HOURS
    assert costs(1000)["cosmosServerless"] == pytest.approx((1000 * (170 + 2 * 15) + timer) / 1e6)


def test_autoscale_costs_a_tenth_of_its_maximum_while_nobody_registers() -> None:
    assert costs(0, AUTOSCALE)["cosmosAutoscaleHour"] == pytest.approx(HOURS * 1000 / 100)


def test_autoscale_costs_its_peak_in_the_hours_in_which_people_register() -> None:
    ten_hours = costs(36_000 * 10, AUTOSCALE, peak=10.0)["cosmosAutoscaleHour"]
    assert ten_hours == pytest.approx((10 * 2000 + (HOURS - 10) * 1000) / 100)


def test_autoscale_never_costs_more_than_its_maximum() -> None:
    assert costs(10**10, AUTOSCALE, peak=1000.0)["cosmosAutoscaleHour"] == pytest.approx(HOURS * 10_000 / 100)


def test_what_is_kept_for_longer_costs_more() -> None:
    assert costs(1000, months_kept=24)["cosmosStorage"] == 2 * costs(1000, months_kept=12)["cosmosStorage"]


@pytest.mark.parametrize(("cores", "vcores"), [(1, 2.02 / 3), (4, 2.10 / 3), (8, 1.0)])
def test_sql_bills_its_least_memory_where_that_is_more_than_its_least_processor(cores: int, vcores: float) -> None:
    assert costs(0, replace(DEV, sql_maximum_cores=cores))["sqlVcoreHour"] == pytest.approx(HOURS * vcores)


def test_the_timer_is_logged_too() -> None:
    assert costs(0, log_kilobytes=1024 * 1024, platform_log_gb=5.0)["logs"] == pytest.approx(240 * HOURS + 5)


def test_a_bill_needs_every_price_it_names() -> None:
    with pytest.raises(PriceError, match="planVcpuHour"):
        Bill(Load(registrations=0), DEV, USAGE, PriceList(currency="EUR", region="nowhere", prices={}))


def test_the_total_is_the_sum_of_the_lines() -> None:
    bill = Bill(Load(registrations=7), DEV, USAGE, ONE_EACH)
    assert bill.total == pytest.approx(sum(costs(7).values()))
