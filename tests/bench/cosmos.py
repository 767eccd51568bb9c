"""`python -m tests.bench.cosmos`: what the local Cosmos DB does in a second, and its cost. Measures, never asserts.

Several writers call it through the asynchronous client, as the functions do.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import uvloop
from azure.cosmos import PartitionKey
from azure.cosmos.aio import ContainerProxy, CosmosClient

from local.cosmos.auth import EMULATOR_KEY

WRITERS = 8
BATCH = 20
POLICY = {"includedPaths": [{"path": "/version/?"}, {"path": "/pending/?"}], "excludedPaths": [{"path": "/*"}]}
EVENTS = [{"type": "registration.OrderPlaced.v1", "data": {"orderId": str(uuid.UUID(int=5)), "seats": [1] * 20}}]
PUBLISHED = [{"op": "set", "path": "/pending", "value": False}]
READ_STREAM = "SELECT TOP 200 * FROM c WHERE c.version > @after ORDER BY c.version"
HANDLED = "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(@ids, c.id)"
GROUPED = "SELECT c.pending, COUNT(1) AS n FROM c GROUP BY c.pending"

Operation: TypeAlias = Callable[[ContainerProxy, int], Awaitable[Any]]


def _document(number: int) -> dict[str, Any]:
    stream = f"order-{number // BATCH}"
    return {"id": f"{stream}-{number % BATCH}", "streamId": stream, "version": number % BATCH, "pending": True}


async def _create(container: ContainerProxy, number: int) -> None:
    await container.create_item({**_document(number), "events": EVENTS}, no_response=True)


async def _read(container: ContainerProxy, number: int) -> None:
    await container.read_item(_document(number)["id"], _document(number)["streamId"])


async def _patch(container: ContainerProxy, number: int) -> None:
    document = _document(number)
    await container.patch_item(document["id"], document["streamId"], PUBLISHED, no_response=True)


async def _batch(container: ContainerProxy, number: int) -> None:
    documents = [{**_document(place), "streamId": f"batch-{number}", "events": EVENTS} for place in range(BATCH)]
    await container.execute_item_batch([("create", (each,)) for each in documents], f"batch-{number}")


async def _stream(container: ContainerProxy, number: int) -> None:
    await _rows(container, READ_STREAM, _document(number)["streamId"], {"@after": BATCH // 2})


async def _handled(container: ContainerProxy, number: int) -> None:
    document = _document(number)
    await _rows(container, HANDLED, document["streamId"], {"@ids": [document["id"], "absent"]})


async def _grouped(container: ContainerProxy, number: int) -> None:
    await _rows(container, GROUPED, _document(number)["streamId"], {})


async def _rows(container: ContainerProxy, query: str, stream: str, values: dict[str, Any]) -> list[Any]:
    parameters = [{"name": name, "value": value} for name, value in values.items()]
    found = container.query_items(query, parameters=parameters, partition_key=stream)
    return [row async for row in found]


OPERATIONS: dict[str, Operation] = {
    "create": _create,
    "read": _read,
    "patch": _patch,
    f"batch of {BATCH} creates": _batch,
    "read half a stream": _stream,
    "which ids are there": _handled,
    "group by (interpreted)": _grouped,
}


async def _measure(url: str, pid: int, calls: int) -> None:
    async with CosmosClient(url, EMULATOR_KEY) as client:
        database = await client.create_database("bench")
        container = await database.create_container(
            "events",
            PartitionKey(path="/streamId"),
            indexing_policy=POLICY,
            unique_key_policy={"uniqueKeys": [{"paths": ["/version"]}]},
        )
        print(f"{'':24}{'calls/s':>10}{'server ms':>12}{'client ms':>12}   (CPU per call)")
        for name, operation in OPERATIONS.items():
            server, client_cpu, start = _cpu_seconds(pid), time.process_time(), time.perf_counter()
            await asyncio.gather(*(_work(container, operation, writer, calls) for writer in range(WRITERS)))
            seconds = time.perf_counter() - start
            used = [_cpu_seconds(pid) - server, time.process_time() - client_cpu]
            print(f"{name:24}{calls / seconds:10.0f}" + "".join(f"{each * 1000 / calls:12.2f}" for each in used))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _work(container: ContainerProxy, operation: Operation, writer: int, calls: int) -> None:
    for number in range(writer, calls, WRITERS):
        await operation(container, number)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cosmos", description=__doc__)
    parser.add_argument("--calls", type=int, default=3000, help="of each kind (3000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cosmos-bench-") as directory:
        command = [sys.executable, "-m", "local.cosmos", "--port", "0", "--db", str(Path(directory) / "cosmos.db")]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split("ready on ")[1].strip()
            uvloop.run(_measure(url, server.pid, options.calls))
        finally:
            server.terminate()
            server.wait(timeout=20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
