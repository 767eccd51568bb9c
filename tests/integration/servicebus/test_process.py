"""The broker as a process: its configuration, its key, its health, its end."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage
from azure.servicebus.exceptions import ServiceBusAuthenticationError

from .conftest import KEY, ROOT, SDK_LEAVES_SOCKETS, BrokerProcess

StartBroker = Callable[..., BrokerProcess]
pytestmark = SDK_LEAVES_SOCKETS


def test_a_good_signature_is_accepted_and_a_bad_one_refused(own_broker: StartBroker) -> None:
    broker = own_broker("--key", KEY)
    with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_sender("sending") as sender,
    ):
        sender.send_messages(ServiceBusMessage("x"))
    with (
        pytest.raises(ServiceBusAuthenticationError),
        ServiceBusClient.from_connection_string(broker.connection_string("d3Jvbmc="), retry_total=0) as client,
    ):
        client.get_queue_sender("sending").__enter__()


def test_health_counts_the_messages_of_each_entity(own_broker: StartBroker, free_port: Callable[[], int]) -> None:
    port = free_port()
    broker = own_broker("--http-port", str(port))
    with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_sender("sending") as sender,
    ):
        sender.send_messages([ServiceBusMessage("x"), ServiceBusMessage("y")])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            health = json.load(answer)
    assert health["status"] == "ok"
    assert health["connections"] == 1
    assert health["entities"]["sending"]["active"] == 2


def test_a_stopped_broker_goes_on_where_it_was(own_broker: StartBroker) -> None:
    broker = own_broker()
    with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_sender("sending") as sender,
    ):
        sender.send_messages(ServiceBusMessage("x"))
        assert broker.stop() == 0
        broker.start()
        sender.send_messages(ServiceBusMessage("y"))  # the SDK connects anew by itself
    with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_receiver("sending") as receiver,
    ):
        assert [str(message) for message in receiver.receive_messages(2, max_wait_time=5)] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{\n  "UserConfig": {,}}', "line 2, column 18"),
        ('{"UserConfig": {}}', "Namespaces is missing"),
        ('{"Queues": []}', "unknown Queues"),
    ],
)
def test_a_wrong_configuration_is_refused_naming_the_place(tmp_path: Path, text: str, complaint: str) -> None:
    config = tmp_path / "Config.json"
    config.write_text(text)
    command = [sys.executable, "-m", "local.servicebus", "--config", str(config), "--db", str(tmp_path / "x.db")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    assert result.returncode == 2
    assert complaint in result.stderr
