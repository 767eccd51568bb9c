"""Processes the tests drive: a broker, and functions hosts that run small apps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from azure.servicebus import ServiceBusClient, ServiceBusMessage

from local.ports import free_ports
from tests.support.patience import eventually

MASTER_KEY = {"x-functions-key": "master"}


def queue(name: str, **properties: Any) -> dict[str, Any]:
    return {"Name": name, "Properties": {"LockDuration": "PT30S", "MaxDeliveryCount": 3, **properties}}


TOPOLOGY = {
    "UserConfig": {
        "Namespaces": [
            {
                "Name": "local",
                "Queues": [
                    queue("single"),
                    queue("failing"),
                    queue("flaky-batch", MaxDeliveryCount=5),
                    queue("disabled"),
                    queue("sessions", RequiresSession=True),
                    queue("session-batches", RequiresSession=True),
                    queue("slow"),
                    queue("short-lock", LockDuration="PT3S"),
                    queue("short-session-lock", LockDuration="PT3S", RequiresSession=True),
                    queue("patient"),
                    queue("slow-start"),
                    queue("drained"),
                    queue("timed-out"),
                    queue("at-once"),
                    queue("cut-off"),
                    queue("cut-off-batch"),
                    queue("unrenewed", LockDuration="PT1S"),
                    queue("unsettled"),
                ],
                "Topics": [
                    {
                        "Name": "events",
                        "Properties": {},
                        "Subscriptions": [{"Name": "view", "Properties": {"MaxDeliveryCount": 3}}],
                    }
                ],
            }
        ],
        "Logging": {"Type": "Console"},
    }
}


class Broker:
    """A local Service Bus that can be killed and started again on the same port and file."""

    def __init__(self, directory: Path) -> None:
        self.port, self.health_port = free_ports(2)
        self._config, self._db = directory / "config.json", directory / "bus.db"
        self._log = directory / "broker.log"
        self._config.write_text(json.dumps(TOPOLOGY), encoding="utf-8")
        self.connection = (
            f"Endpoint=sb://127.0.0.1:{self.port};SharedAccessKeyName=RootManageSharedAccessKey;"
            "SharedAccessKey=secret;UseDevelopmentEmulator=true;"
        )
        self.start()

    def start(self) -> None:
        options = ["--port", str(self.port), "--http-port", str(self.health_port), "--key", "secret"]
        files = ["--config", str(self._config), "--db", str(self._db)]
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "local.servicebus", *options, *files]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(lambda: is_up(f"http://127.0.0.1:{self.health_port}/health"), "the broker's start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)


def is_up(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


class FunctionsHost:
    """A functions host process that runs `source` as function_app.py."""

    def __init__(
        self, directory: Path, source: str, settings: dict[str, str], host: dict[str, Any], *, worker: int = 0
    ) -> None:
        """Where `directory` has `keys` (of which "master" opens everything), they are asked for."""
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "function_app.py").write_text(source, encoding="utf-8")
        (directory / "host.json").write_text(json.dumps({"version": "2.0", **host}), encoding="utf-8")
        self.log_file, self.port, self.state = directory / "host.log", free_ports(1)[0], directory / "state"
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "STATE_DIR": str(self.state), **settings}
        arguments = ["--app-root", str(directory), "--port", str(self.port), "--worker-index", str(worker)]
        if (directory / "keys").exists():
            arguments += ["--keys", str(directory / "keys")]
        with self.log_file.open("ab") as log:
            command = [sys.executable, "-m", "local.functions_host", *arguments]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    def status(self) -> dict[str, Any] | None:
        try:
            url = f"{self.url}/admin/host/status"
            answer: dict[str, Any] = httpx.get(url, headers=MASTER_KEY, trust_env=False).json()
        except httpx.TransportError:
            assert self._process.poll() is None, self.log
            return None
        return answer

    def ready(self) -> FunctionsHost:
        def is_ready() -> bool:
            status = self.status()
            return bool(status and status["state"] == "Running" and status["serviceBusConnected"])

        eventually(is_ready, "the host's start")
        return self

    def seen(self, function: str) -> list[Any]:
        """What the app recorded under the function's name."""
        answer = httpx.get(f"{self.url}/api/seen/{function}", trust_env=False)
        assert answer.status_code == 200, self.log
        recorded: list[Any] = answer.json()
        return recorded

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        return self._process.wait(40)

    def stop(self) -> None:
        if self._process.poll() is None:
            self.terminate()
            self.wait()


def send(bus: ServiceBusClient, entity: str, *messages: ServiceBusMessage) -> None:
    is_topic = entity == "events"
    with bus.get_topic_sender(entity) if is_topic else bus.get_queue_sender(entity) as sender:
        sender.send_messages(list(messages))
