"""Whether all is well: what anybody may read of it, and how long a start is waited for."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any

import pytest

import infra.health
from domain.kernel.errors import Unavailable
from infra.health import check_health, is_healthy, warm_up

FAULT = Unavailable("SQL does not answer: sql-contoso.database.windows.net said no to 203.0.113.7")


class Service:
    """Raises the given errors one after another, then answers."""

    def __init__(self, *errors: Exception, seconds: float = 0) -> None:
        self.errors = list(errors)
        self.seconds = seconds

    async def ping(self) -> None:
        await asyncio.sleep(self.seconds)
        if self.errors:
            raise self.errors.pop(0)

    warm_up = ping


def app_with(sql: Service) -> Any:
    return SimpleNamespace(event_store=Service(), views=Service(), database=sql, bus=Service())


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infra.health, "_PAUSE_SECONDS", 0)


async def test_what_answers_is_healthy() -> None:
    checks = await check_health(app_with(Service()))
    assert checks == dict.fromkeys(("cosmos", "tables", "sql", "bus"), "healthy")
    assert is_healthy(checks)


async def test_anybody_is_told_what_fails_and_only_the_log_why(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        checks = await check_health(app_with(Service(FAULT)))
    assert checks["sql"] == "Unavailable"
    assert not is_healthy(checks)
    assert "sql is not healthy" in caplog.text
    assert "sql-contoso.database.windows.net" in caplog.text


async def test_who_does_not_answer_is_not_waited_for() -> None:
    checks = await check_health(app_with(Service(seconds=60)), bound_seconds=0.01)
    assert checks["sql"] == "no answer within 0.01 s"


async def test_a_start_is_waited_for_through_faults_and_beyond_the_bound_of_a_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(infra.health, "BOUND_SECONDS", 0.01)
    monkeypatch.setattr(check_health, "__kwdefaults__", {"bound_seconds": 0.01})
    assert is_healthy(await warm_up(app_with(Service(FAULT, FAULT, seconds=0.1))))


async def test_a_start_that_comes_to_nothing_says_so_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infra.health, "WARM_UP_SECONDS", 0.01)
    assert (await warm_up(app_with(Service(*[FAULT] * 1000))))["sql"] == "Unavailable"
