"""How each component of the local Azure is run."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from local import azurite, ports, probes
from local.component import PROBE_PAUSE, Blueprint
from local.cosmos.auth import EMULATOR_KEY
from local.mending import Mending
from local.provision import provision_cosmos, provision_tables
from local.stack_settings import PROJECT_ROOT, Secrets, StackError, StackSettings

APPLICATION_SETTINGS = "local.settings.json"
"""The file in STATE_DIR that tells tools of the app what this stack tells the app."""
_DRAIN_PATIENCE = 40.0
_PAUSE_FOR_ALL_WORKERS = 0.5
"""A probe that has to meet several workers is many requests."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of a stack with its ports chosen."""

    settings: StackSettings
    secrets: Secrets
    api_port: int
    web_port: int
    bus_port: int
    bus_health_port: int
    cosmos_port: int
    storage: azurite.StorageEndpoints

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def cosmos_url(self) -> str:
        return f"http://127.0.0.1:{self.cosmos_port}"

    @property
    def sql_url(self) -> str:
        return f"sqlite:///{self.settings.state_directory / 'contoso.db'}"

    def bus_connection(self, port: int | None = None) -> str:
        """The connection string of the Service Bus, or of `port`, which leads to it."""
        return (
            f"Endpoint=sb://127.0.0.1:{port or self.bus_port};SharedAccessKeyName=RootManageSharedAccessKey;"
            f"SharedAccessKey={self.secrets.service_bus_key};UseDevelopmentEmulator=true;"
        )


def make_plan(settings: StackSettings, secrets: Secrets) -> Plan:
    """Choose the ports. Raises StackError when API_PORT or WEB_PORT is taken."""
    api_port, web_port = ports.claim({"API_PORT": settings.api_port, "WEB_PORT": settings.web_port})
    taken = {api_port, web_port}
    bus, bus_health, cosmos, blob, queue, table = [port for port in ports.free_ports(8) if port not in taken][:6]
    endpoints = azurite.StorageEndpoints(blob, queue, table)
    return Plan(settings, secrets, api_port, web_port, bus, bus_health, cosmos, endpoints)


def service_bus(plan: Plan, http: aiohttp.ClientSession) -> Blueprint:
    settings, url = plan.settings, f"http://127.0.0.1:{plan.bus_health_port}"
    options = {
        "config": settings.app_root / "infra/servicebus.json",
        "db": settings.state_directory / "servicebus.db",
        "port": plan.bus_port,
        "http-port": plan.bus_health_port,
        "key": plan.secrets.service_bus_key,
    }
    return Blueprint(
        name="servicebus",
        commands=[_python("local.servicebus", options)],
        probe=probes.answers(http, f"{url}/health", accept=probes.is_ok),
        url=url,
        environment=_environment(),
        details={"connection": plan.bus_connection()},
    )


def cosmos(plan: Plan, http: aiohttp.ClientSession) -> Blueprint:
    options = {
        "port": plan.cosmos_port,
        "db": plan.settings.state_directory / "cosmos.db",
        "key": EMULATOR_KEY,
        "synchronous": "NORMAL",  # as the Service Bus does: a killed process loses nothing; a power cut is not our case
    }
    return Blueprint(
        name="cosmos",
        commands=[_python("local.cosmos", options)],
        probe=probes.answers(http, f"{plan.cosmos_url}/health", accept=probes.is_ok),
        url=plan.cosmos_url,
        environment=_environment(),
        prepare=partial(provision_cosmos, plan.cosmos_url, EMULATOR_KEY, plan.settings.app_root / "infra/cosmos.json"),
        details={"key": EMULATOR_KEY},
    )


def storage(plan: Plan, http: aiohttp.ClientSession, node: str, program: Path, say: Callable[[str], None]) -> Blueprint:
    data = plan.settings.state_directory / "azurite"
    data.mkdir(exist_ok=True)
    return Blueprint(
        name="storage",
        commands=[azurite.command(node, program, data, plan.storage, logs_requests=plan.settings.storage_log)],
        probe=probes.answers(http, plan.storage.table_url, accept=probes.is_any_answer),
        url=plan.storage.table_url,
        environment=_environment(),
        prepare=partial(provision_tables, plan.storage.connection, plan.settings.app_root / "infra/tables.json"),
        after_crash=_read_models(plan, say).run if (plan.settings.app_root / "infra/rebuild.py").exists() else None,
        details={"connection": plan.storage.connection},
        last_signal=signal.SIGTERM,  # it saves every five seconds, and once more when it may end in order
    )


def _read_models(plan: Plan, say: Callable[[str], None]) -> Mending:
    """Storage that is killed has lost up to five seconds of writes, which the app can make again from its events."""
    settings = plan.settings
    options = ["--missing", "--settings", str(settings.state_directory / APPLICATION_SETTINGS)]
    return Mending(
        command=[sys.executable, "-m", "infra.rebuild", *options],
        directory=settings.app_root,
        environment=_environment(),
        log_file=settings.logs / "mending.log",
        loss="storage lost its last seconds",
        cure="mending the read models",
        say=say,
    )


def functions(plan: Plan, http: aiohttp.ClientSession) -> Blueprint:
    workers, options = plan.settings.workers, {"app-root": plan.settings.app_root, "port": plan.api_port}
    return Blueprint(
        name="functions",
        commands=[_python("local.functions_host", {**options, "worker-index": index}) for index in range(workers)],
        probe=probes.every_worker_answers(http, plan.api_url, workers),
        probe_pause=PROBE_PAUSE if workers == 1 else _PAUSE_FOR_ALL_WORKERS,
        url=plan.api_url,
        environment={
            **_environment(),
            **application_settings(plan),
            "STATE_DIR": str(plan.settings.state_directory),
        },
        stop_patience=_DRAIN_PATIENCE,
    )


def site(plan: Plan, http: aiohttp.ClientSession) -> Blueprint:
    options = {"root": plan.settings.app_root / "web", "port": plan.web_port, "api-url": plan.api_url}
    return Blueprint(
        name="web",
        commands=[_python("local.web", options)],
        probe=probes.answers(http, plan.web_url, accept=probes.is_any_answer),
        url=plan.web_url,
        environment=_environment(),
    )


def application_settings(plan: Plan) -> dict[str, str]:
    """`Values` of local.settings.json, then what this stack decides."""
    settings, detours = plan.settings, plan.settings.detours
    storage = replace(plan.storage, table_port=detours.get("storage", plan.storage.table_port)).connection
    return {
        **_local_values(settings.app_root),
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "ServiceBusConnection": plan.bus_connection(detours.get("servicebus")),
        "COSMOS_ENDPOINT": plan.cosmos_url,
        "COSMOS_KEY": EMULATOR_KEY,
        "TABLES_CONNECTION": storage,
        "AzureWebJobsStorage": storage,
        "SQL_URL": plan.sql_url,
        "PUBLIC_BASE_URL": plan.web_url,
        "PAYMENT_CALLBACK_SECRET": plan.secrets.payment_callback_secret,
        **{name: str(value) for name, value in settings.for_app.items()},
    }


def _environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def _local_values(app_root: Path) -> dict[str, str]:
    path = app_root / "local.settings.json"
    if not path.exists():
        return {}
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig")).get("Values", {})
    except json.JSONDecodeError as error:
        raise StackError(f"{path} is not JSON: {error}") from None
    return {name: str(value) for name, value in values.items()}


def _python(module: str, options: dict[str, Any]) -> list[str]:
    return [sys.executable, "-m", module, *(f"--{name}={value}" for name, value in options.items())]
