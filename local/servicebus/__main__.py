"""`python -m local.servicebus --config infra/servicebus.json --port 5672 --db servicebus.db`"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sqlite3
import sys
from pathlib import Path

import uvloop

from local.servicebus.broker import DEFAULT_MAX_MESSAGE_SIZE, Broker
from local.servicebus.config import ConfigError, load_config
from local.servicebus.health import serve_health
from local.servicebus.topology import NamespaceConfig


def main() -> int:
    """Run until SIGTERM or SIGINT. 0: stopped in order; 1: the store failed; 2: it could not start."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    options = _options()
    try:
        config = load_config(options.config)
        return uvloop.run(_serve(options, config))
    except (ConfigError, OSError, sqlite3.Error) as fault:
        print(f"The local Service Bus cannot start: {fault}", file=sys.stderr)
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.servicebus", description="A local Azure Service Bus.")
    parser.add_argument("--config", type=Path, required=True, help="the emulator's Config.json")
    parser.add_argument("--db", type=Path, required=True, help="the SQLite file that keeps the messages")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5672, help="for AMQP; 0 chooses a free one")
    parser.add_argument("--http-port", type=int, help="for GET /health and GET /metrics")
    parser.add_argument("--key", help="the shared access key that tokens must be signed with; any token if not given")
    parser.add_argument("--max-message-size", type=int, default=DEFAULT_MAX_MESSAGE_SIZE, help="in bytes")
    parser.add_argument(
        "--max-size", type=float, default=0, help="most MiB of messages; as much as the disk if not given"
    )
    return parser.parse_args()


async def _serve(options: argparse.Namespace, config: NamespaceConfig) -> int:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    broker = Broker(
        config,
        options.db,
        key=options.key,
        max_message_size=options.max_message_size,
        max_bytes=int(options.max_size * 2**20),
    )
    port = await broker.listen(options.host, options.port)
    runner = None
    if options.http_port is not None:
        runner = await serve_health(broker, options.host, options.http_port)
    print(f"Service Bus ready on amqp://{options.host}:{port} with {len(broker.entities)} entities", flush=True)
    stopped = loop.create_task(stopping.wait())
    await asyncio.wait((stopped, broker.failed), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if runner is not None:
        await runner.cleanup()
    await broker.close()
    if broker.failed.done():
        print(f"The local Service Bus stops, as its store failed: {broker.failed.result()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
