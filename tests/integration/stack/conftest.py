"""A small app in a directory of its own, and stacks that run it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.stack.running import RunningStack

APP = """
import json
import os

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
seen = []


@app.route(route="health/ready", methods=["GET"])
async def ready(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("{}", mimetype="application/json")


@app.route(route="environment/{name}", methods=["GET"])
async def environment(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(os.environ.get(req.route_params["name"], ""))


@app.route(route="seen", methods=["GET"])
async def recorded(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.service_bus_queue_trigger(arg_name="message", queue_name="work", connection="ServiceBusConnection")
async def work(message: func.ServiceBusMessage) -> None:
    seen.append(message.message_id)
"""
BUS = {
    "UserConfig": {
        "Namespaces": [
            {"Name": "local", "Queues": [{"Name": "work", "Properties": {}}, {"Name": "kept", "Properties": {}}]}
        ]
    }
}
COSMOS = {
    "database": "contoso",
    "containers": [{"id": "events", "partitionKey": "/streamId", "uniqueKeys": ["/version"]}],
}
SITE = {
    "navigationFallback": {"rewrite": "/index.html", "exclude": ["/*.{css,js}"]},
    "globalHeaders": {"X-Frame-Options": "DENY"},
}


@pytest.fixture(scope="session")
def app_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("app")
    (root / "infra").mkdir()
    (root / "web").mkdir()
    files = {
        "function_app.py": APP,
        "host.json": json.dumps({"version": "2.0"}),
        "local.settings.json": json.dumps({"Values": {"FROM_VALUES": "yes", "PUBLIC_BASE_URL": "overruled"}}),
        "infra/servicebus.json": json.dumps(BUS),
        "infra/cosmos.json": json.dumps(COSMOS),
        "infra/tables.json": json.dumps(["orders"]),
        "web/index.html": "<h1>Conferences</h1>",
        "web/site.css": "h1 { color: navy }",
        "web/staticwebapp.config.json": json.dumps(SITE),
    }
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def shared_stack(app_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """For tests that leave it running, and all its components ready."""
    stack = RunningStack(app_root, tmp_path_factory.mktemp("shared") / "state", {})
    try:
        yield stack.ready()
    finally:
        stack.stop()


@pytest.fixture
def start_stack(app_root: Path, tmp_path: Path) -> Iterator[Callable[..., RunningStack]]:
    """Starts stacks for one test, on one STATE_DIR, and ends them after it."""
    stacks: list[RunningStack] = []

    def start(**settings: str) -> RunningStack:
        stacks.append(RunningStack(app_root, tmp_path / "state", settings))
        return stacks[-1]

    yield start
    for stack in stacks:
        stack.stop()
