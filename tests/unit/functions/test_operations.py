"""Ready is quick to say no; what the platform asks before a swap is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest

import functions.operations
import infra.health
from domain.kernel.errors import Unavailable
from tests.support.function_app import declared_functions

HANDLERS = {each.name: each.handler for each in declared_functions()}
Start = Callable[[int], None]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Starts an app whose database answers only after so many faults."""

    def start(faults: int) -> None:
        left = [Unavailable("not yet")] * faults

        async def answer() -> None:
            pass

        async def sometimes() -> None:
            if left:
                raise left.pop()

        always = SimpleNamespace(ping=answer, warm_up=answer)
        system = SimpleNamespace(
            settings=SimpleNamespace(release="v1"),
            event_store=always,
            views=always,
            database=SimpleNamespace(ping=sometimes),
            bus=always,
        )

        async def app() -> Any:
            return system

        monkeypatch.setattr(functions.operations, "app", app)

    monkeypatch.setattr(infra.health, "_PAUSE_SECONDS", 0)
    return start


async def ask(name: str) -> tuple[int, Any]:
    answer = await HANDLERS[name](func.HttpRequest("GET", f"/api/health/{name.lower()}", body=b""))
    return answer.status_code, json.loads(answer.get_body())


async def test_ready_says_at_once_what_is_not(start: Start) -> None:
    start(1)
    status, health = await ask("Ready")
    assert (status, health["status"], health["checks"]["sql"]) == (503, "unhealthy", "Unavailable")
    assert (await ask("Ready"))[0] == 200


async def test_before_a_swap_a_start_is_waited_for(start: Start) -> None:
    start(3)
    status, health = await ask("Warm")
    assert (status, health) == (
        200,
        {
            "status": "healthy",
            "release": "v1",
            "checks": dict.fromkeys(("cosmos", "tables", "sql", "bus"), "healthy"),
        },
    )


async def test_a_release_that_does_not_start_is_not_swapped_in(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infra.health, "WARM_UP_SECONDS", 0)
    start(1000)
    assert (await ask("Warm"))[0] == 503
