"""`python -m local.cosmos`: the server process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvloop
from aiohttp import web

from local.cosmos.auth import EMULATOR_KEY, KeyAuthorization
from local.cosmos.faults import InjectedFaults
from local.cosmos.service import Service
from local.cosmos.storage import Storage

_HOST = "127.0.0.1"
_SHUTDOWN_SECONDS = 2
_KEEP_ALIVE_SECONDS = 3600  # a server that hangs up first makes a client fail whose request is on its way
_PURGE_INTERVAL_SECONDS = 5


def main() -> int:
    arguments = _arguments()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        storage = Storage(arguments.db, arguments.synchronous)
        faults = InjectedFaults(arguments.throttle_percent, arguments.unavailable_percent)
        service = Service(storage, KeyAuthorization(arguments.key), faults)
    except (sqlite3.Error, RuntimeError, ValueError) as fault:
        print(f"cosmos: cannot start with {arguments.db}: {fault}", file=sys.stderr)
        return 1
    try:
        uvloop.run(_serve(service, arguments.port))  # half the cost of a request on asyncio's own loop
    except OSError as fault:
        print(f"cosmos: cannot listen on port {arguments.port}: {fault}", file=sys.stderr)
        return 1
    finally:
        storage.close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.cosmos", description="A local Cosmos DB account.")
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--db", type=Path, required=True, help="the SQLite file, created if it is missing")
    parser.add_argument("--key", default=EMULATOR_KEY, help="account key, base64; default: the emulators' public one")
    parser.add_argument(
        "--synchronous",
        choices=("FULL", "NORMAL"),
        default="FULL",
        help="FULL survives a power cut, NORMAL (faster) survives a killed process",
    )
    for fault, status in (("throttle", 429), ("unavailable", 503)):
        parser.add_argument(
            f"--{fault}-percent",
            type=float,
            default=os.environ.get(f"COSMOS_{fault.upper()}_PERCENT", "0"),
            help=f"share of document requests to answer with {status}; default: $COSMOS_{fault.upper()}_PERCENT, or 0",
        )
    return parser.parse_args()


async def _serve(service: Service, port: int) -> None:
    """Serve until SIGINT or SIGTERM; requests that are under way are answered first."""
    stop = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    server = web.Server(service.handle, keepalive_timeout=_KEEP_ALIVE_SECONDS)
    runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, _HOST, port).start()
        gc.freeze()  # what is loaded by now stays; do not look through it again and again
        print(f"cosmos: ready on http://{_HOST}:{runner.addresses[0][1]}", flush=True)
        async with _purging(service):
            await stop.wait()
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def _purging(service: Service) -> AsyncIterator[None]:
    async def purge() -> None:
        while True:
            await asyncio.sleep(_PURGE_INTERVAL_SECONDS)
            await service.purge_expired()

    task = asyncio.create_task(purge())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


if __name__ == "__main__":
    sys.exit(main())
