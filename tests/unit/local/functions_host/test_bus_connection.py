"""How the host keeps its connection to the bus."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from local.functions_host import bus_connection
from local.functions_host.bus_connection import BusConnection
from local.functions_host.settings import ServiceBusConnectionString
from local.servicebus.broker import Broker
from local.servicebus.config import parse_config

CONFIG = json.dumps({"UserConfig": {"Namespaces": [{"Name": "local", "Queues": [{"Name": "q"}]}]}})


async def test_an_opening_that_fails_leaves_no_connection_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bus_connection, "LONGEST_PAUSE", 0.05)
    caplog.set_level(logging.DEBUG, "local.functions_host")
    broker = Broker(parse_config(CONFIG), tmp_path / "servicebus.db", key="right")
    port = await broker.listen("127.0.0.1", 0)
    connection = BusConnection(ServiceBusConnectionString("127.0.0.1", port, "Root", "wrong"), "test")
    connection.start()
    async with asyncio.timeout(10):
        while caplog.text.count("the shared access key is refused") < 4:  # noqa: ASYNC110 - the log is no event
            await asyncio.sleep(0.02)
    assert len(broker.connections) <= 2, "the one that was refused last, and the next"
    await connection.stop()
    await broker.close()
