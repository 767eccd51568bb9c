"""What the system uses, as counted, and what its environments have: the numbers of usage.json and sizes.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

USAGE_FILE = Path(__file__).with_name("usage.json")
SIZES_FILE = Path(__file__).with_name("sizes.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Of one registration from choice to seated attendee, or of one run of the timer.

    Request units are estimates for an account of Session consistency (see local/cosmos/charges.py).
    """

    bus_operations: float
    cosmos_write_units: float
    cosmos_read_units: float
    table_requests: float
    sql_transactions: float
    function_executions: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """`tests/acceptance/test_meters.py` counts all but `stored_kilobytes` and says when they are no longer right.

    `bus_receivers_per_instance` wait for messages all the time, and ask anew every minute: one for each function that
    takes batches; for each that takes messages of sessions, two for each processor of an instance, of which an EP1 has
    one. Source: Azure/azure-sdk-for-net, `ServiceBusListener.RunBatchReceiveLoopAsync` and
    `ServiceBusProcessor.ReconcileConcurrencyAsync`.
    """

    registration: Operations
    timer_run: Operations
    timer_runs_per_hour: int
    bus_receivers_per_instance: int
    stored_kilobytes: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What the parameter `size` of bicep/main.bicep means; a test holds the two together."""

    instances: int
    bus_sku: Literal["Standard", "Premium"]
    cosmos: Literal["serverless", "autoscale"]
    cosmos_maximum_throughput: int
    sql_maximum_cores: int


def read_usage() -> Usage:
    """What was counted."""
    content = json.loads(USAGE_FILE.read_text(encoding="utf-8"))
    return Usage(
        registration=_operations(content["registration"]),
        timer_run=_operations(content["timerRun"]),
        timer_runs_per_hour=content["timerRunsPerHour"],
        bus_receivers_per_instance=content["busReceiversPerInstance"],
        stored_kilobytes=content["storedKilobytes"],
    )


def read_sizes() -> Mapping[str, Size]:
    """By name."""
    content = json.loads(SIZES_FILE.read_text(encoding="utf-8"))
    return {
        name: Size(
            instances=size["instances"],
            bus_sku=size["busSku"],
            cosmos=size["cosmos"],
            cosmos_maximum_throughput=size["cosmosMaximumThroughput"],
            sql_maximum_cores=size["sqlMaximumCores"],
        )
        for name, size in content.items()
    }


def _operations(content: Mapping[str, Any]) -> Operations:
    return Operations(
        bus_operations=content["busOperations"],
        cosmos_write_units=content["cosmosWriteUnits"],
        cosmos_read_units=content["cosmosReadUnits"],
        table_requests=content["tableRequests"],
        sql_transactions=content["sqlTransactions"],
        function_executions=content["functionExecutions"],
    )
