"""What a local Azure was asked to do: the operations that Azure would bill, by service, place and kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from delivery.usage import Operations
from tests.support.cpu_time import cpu_seconds
from tests.support.stack import Stack

_REQUEST = re.compile(r'"(?P<method>[A-Z]+) /devstoreaccount1/(?P<target>\S*) HTTP/1\.1" (?P<status>\d{3})')
_KINDS = {"GET": "read", "POST": "insert", "PUT": "replace", "PATCH": "merge", "DELETE": "delete"}


class Counts(dict[str, float]):
    """By name, from the general to the special: `bus/order-events/send`, `cosmos/events/create/requests`.

    What was never counted is 0.
    """

    def __missing__(self, name: str) -> float:
        return 0.0

    def __sub__(self, other: Counts) -> Counts:
        return Counts({name: self[name] - other[name] for name in self.keys() | other.keys()})

    def __mul__(self, factor: float) -> Counts:
        return Counts({name: count * factor for name, count in self.items()})

    def total(self, pattern: str) -> float:
        """The sum of all whose whole name fits the regular expression `pattern`."""
        return sum(count for name, count in self.items() if re.fullmatch(pattern, name))


@dataclass(frozen=True, slots=True)
class Meters:
    """All meters of one stack, which must run with STORAGE_LOG=1 and one functions worker."""

    stack: Stack

    def read(self) -> Counts:
        """Every meter as it stands now."""
        return Counts({**self._bus(), **self._cosmos(), **self._tables(), **self._functions(), **self._cpu()})

    def are_at_rest(self) -> bool:
        """Nothing waits on the bus or is scheduled, and no function runs."""
        entities = self._json("servicebus", "health")["entities"].values()
        is_waiting = any(counts.get(state) for counts in entities for state in ("active", "locked", "scheduled"))
        return not is_waiting and self._json("functions", "admin/host/status")["running"] == 0

    def _bus(self) -> dict[str, float]:
        entities = self._json("servicebus", "metrics")["entities"]
        return {f"bus/{path}/{kind}": count for path, kinds in entities.items() for kind, count in kinds.items()}

    def _cosmos(self) -> dict[str, float]:
        containers = self._json("cosmos", "metrics")["containers"]
        return {
            f"cosmos/{container}/{operation}/{measure}": count
            for container, uses in containers.items()
            for operation, use in uses.items()
            for measure, count in use.items()
        }

    def _functions(self) -> dict[str, float]:
        metrics = self._json("functions", "admin/host/metrics")
        used = {
            f"functions/{name}/{measure}": count
            for name, use in metrics["functions"].items()
            for measure, count in use.items()
        }
        return used | {f"sql/{measure}": count for measure, count in metrics["sql"].items()}

    def _tables(self) -> dict[str, float]:
        return dict(table_requests(self.stack.state_directory / "logs" / "storage.log"))

    def _cpu(self) -> dict[str, float]:
        return {f"cpu/{name}/seconds": seconds for name, seconds in cpu_seconds(self.stack).items()}

    def _json(self, component: str, path: str) -> Any:
        url = f"{self.stack.component(component)['url']}/{path}"
        return httpx.get(url, trust_env=False).raise_for_status().json()


def table_requests(log: Path) -> Counter[str]:
    """Requests for table storage by table and kind. A batch is one request, as it is billed, and names no table."""
    counted: Counter[str] = Counter()
    for line in log.read_text(encoding="utf-8").splitlines():
        if found := _REQUEST.search(line):
            table = re.split(r"[(?]", found["target"], maxsplit=1)[0]
            kind = _KINDS.get(found["method"], found["method"].lower())
            counted["tables/batch" if table == "$batch" else f"tables/{table}/{kind}"] += 1
    return counted


def operations(counts: Counts, *, per: int = 1) -> Operations:
    """The meters that a bill is made of, for one of `per`.

    On the bus all count but `transfers`, which are the same messages again by the batch, and what receivers ask for
    while they wait, which does not depend on registrations.
    """
    bus = counts.total(r"bus/.*") - counts.total(r"bus/.*/(transfers|accept-session-empty)")
    reads, units = r"cosmos/[^/]+/(read|query|feed)/", "requestUnits"
    return Operations(
        bus_operations=bus / per,
        cosmos_write_units=(counts.total(rf"cosmos/.*/{units}") - counts.total(reads + units)) / per,
        cosmos_read_units=counts.total(reads + units) / per,
        table_requests=counts.total(r"tables/.*") / per,
        sql_transactions=counts["sql/transactions"] / per,
        function_executions=counts.total(r"functions/.*/executions") / per,
    )


def report(registrations: Counts, number: int, timer_run: Counts) -> str:
    """A Markdown table of everything that was counted."""
    names = sorted(name for name in registrations.keys() | timer_run.keys() if registrations[name] or timer_run[name])
    rows = [f"| {name} | {registrations[name] / number:.2f} | {timer_run[name]:.2f} |" for name in names]
    return "\n".join(["| counted | a registration | a run of the timer |", "| --- | ---: | ---: |", *rows, ""])
