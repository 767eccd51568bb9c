"""What a month costs: how much of what is used, from counted operations, times prices.

Not in it: data that leaves Azure, alert rules, the storage of the Functions host, instances that a rush adds for
minutes. Service Bus is counted as dear as its rules can be read: every message by itself, also within a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from delivery.price_list import Price, PriceList
from delivery.usage import Operations, Size, Usage

HOURS = 730
"""In a month."""
STRONG_READS = 2
"""The account is strongly consistent, for which a read costs twice the request units."""
SECRET_READS_PER_INSTANCE_HOUR = 1
"""Assumed. The platform reads referenced secrets at each start and once a day."""
_WAITS_PER_HOUR = 60
_AUTOSCALE_FLOOR = 0.1
_EP1_VCPU, _EP1_GIB = 1, 3.5
_MILLION, _TEN_THOUSAND, _KILOBYTES_PER_GB = 1_000_000, 10_000, 1024 * 1024

# By most cores; 3 GB are billed as a core.
# Source: https://learn.microsoft.com/azure/azure-sql/database/resource-limits-vcore-single-databases
_SQL_MINIMUM_GB, _SQL_GB_PER_VCORE = {1: 2.02, 2: 2.05, 4: 2.10, 6: 2.25, 8: 3.00}, 3
_SQL_MINIMUM_VCORES = 0.5
_SQL_STORAGE_GB = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A month. `peak` registrations arrive a second while any do; `months_kept` months of the like are stored.

    Assumed, not measured: `log_kilobytes` for each execution of a function (a request and what it depends on), and
    `platform_log_gb` of metrics and audit from all resources together.
    """

    registrations: int
    peak: float = 10.0
    months_kept: int = 12
    log_kilobytes: float = 3.0
    platform_log_gb: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """So many units of something, at a price."""

    what: str
    units: float
    price: Price

    @property
    def cost(self) -> float:
        return self.price.cost(self.units)


class Bill:
    """The lines of one month. Raises PriceError when a price is missing."""

    def __init__(self, load: Load, size: Size, usage: Usage, prices: PriceList) -> None:
        self._load, self._size, self._usage, self._prices = load, size, usage, prices
        parts = (self._plan(), self._bus(), self._cosmos(), self._tables(), self._sql(), self._rest())
        self.lines = tuple(line for part in parts for line in part)

    @property
    def total(self) -> float:
        return sum(line.cost for line in self.lines)

    def _line(self, what: str, units: float, price: str) -> Line:
        return Line(what, units, self._prices[price])

    def _plan(self) -> Iterator[Line]:
        hours = HOURS * self._size.instances
        yield self._line(f"Functions, {self._size.instances} x EP1: processor", hours * _EP1_VCPU, "planVcpuHour")
        yield self._line(f"Functions, {self._size.instances} x EP1: memory", hours * _EP1_GIB, "planMemoryHour")

    def _bus(self) -> Iterator[Line]:
        if self._size.bus_sku == "Premium":
            yield self._line("Service Bus Premium", HOURS, "busPremiumHour")
            return
        waiting = self._usage.bus_receivers_per_instance * _WAITS_PER_HOUR * HOURS * self._size.instances
        operations = self._used(lambda each: each.bus_operations) + waiting
        yield self._line("Service Bus: base", HOURS, "busBaseHour")
        yield self._line("Service Bus: operations", operations / _MILLION, "busOperations")

    def _cosmos(self) -> Iterator[Line]:
        if self._size.cosmos == "serverless":
            yield self._line("Cosmos DB: requests", self._used(_request_units) / _MILLION, "cosmosServerless")
        else:
            yield self._line("Cosmos DB: autoscale", self._throughput_hours() / 100, "cosmosAutoscaleHour")
        yield self._line("Cosmos DB: data", self._stored_gb("cosmos"), "cosmosStorage")

    def _throughput_hours(self) -> float:
        """RU/s times hours: an hour is billed at its highest second, and at a tenth of the maximum if that is more."""
        most = self._size.cosmos_maximum_throughput
        least = most * _AUTOSCALE_FLOOR
        busy = min(HOURS, self._load.registrations / (self._load.peak * 3600))
        wanted = self._load.peak * _request_units(self._usage.registration)
        return busy * max(least, min(most, wanted)) + (HOURS - busy) * least

    def _tables(self) -> Iterator[Line]:
        requests = self._used(lambda each: each.table_requests)
        yield self._line("Tables: requests", requests / _TEN_THOUSAND, "tableTransactions")
        yield self._line("Tables: data", self._stored_gb("tables"), "tableStorage")

    def _sql(self) -> Iterator[Line]:
        """Its least: the timer keeps it awake, and a registration takes milliseconds of it."""
        vcores = max(_SQL_MINIMUM_VCORES, _SQL_MINIMUM_GB[self._size.sql_maximum_cores] / _SQL_GB_PER_VCORE)
        yield self._line("SQL: awake all month", HOURS * vcores, "sqlVcoreHour")
        yield self._line("SQL: data", _SQL_STORAGE_GB, "sqlStorage")

    def _rest(self) -> Iterator[Line]:
        logged = self._used(lambda each: each.function_executions) * self._load.log_kilobytes / _KILOBYTES_PER_GB
        reads = SECRET_READS_PER_INSTANCE_HOUR * HOURS * self._size.instances
        yield self._line("Static Web App", 1, "webMonth")
        yield self._line("Logs", logged + self._load.platform_log_gb, "logs")
        yield self._line("Key Vault", reads / _TEN_THOUSAND, "vaultOperations")

    def _used(self, meter: Callable[[Operations], float]) -> float:
        """In the month, by registrations and by the timer."""
        runs = self._usage.timer_runs_per_hour * HOURS
        return meter(self._usage.registration) * self._load.registrations + meter(self._usage.timer_run) * runs

    def _stored_gb(self, where: str) -> float:
        kilobytes = self._usage.stored_kilobytes[where] * self._load.registrations * self._load.months_kept
        return kilobytes / _KILOBYTES_PER_GB


def _request_units(operations: Operations) -> float:
    return operations.cosmos_write_units + STRONG_READS * operations.cosmos_read_units
