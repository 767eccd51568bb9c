"""Transient faults are borne with for a while, others not at all."""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import infra.retries
from domain.kernel.errors import Unavailable
from infra.retries import ATTEMPT_SECONDS, LONGEST_WAIT_SECONDS, PATIENCE_SECONDS, Retrying, patience

TOPOLOGY = Path(__file__).parents[3] / "infra/servicebus.json"


class Fault(Exception):
    def __init__(self, **headers: str) -> None:
        super().__init__("not now")
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Service:
    """Raises the given errors one after another, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def answer(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def policy(*, seconds: float = 5, attempt_seconds: float | None = None) -> Retrying:
    return Retrying(
        "The service",
        lambda error: isinstance(error, (Fault, TimeoutError)),
        seconds=seconds,
        attempt_seconds=attempt_seconds,
    )


async def test_an_answer_is_given_as_it_is() -> None:
    service = Service()
    assert await policy()(service.answer) == "answer"
    assert service.calls == 1


async def test_a_transient_fault_is_tried_again() -> None:
    service = Service(Fault(), Fault(), Fault())
    assert await policy()(service.answer) == "answer"
    assert service.calls == 4


async def test_any_other_fault_is_raised_as_it_came_and_at_once() -> None:
    service, mistake = Service(Fault(), KeyError("a mistake")), KeyError
    with pytest.raises(mistake, match="a mistake"):
        await policy()(service.answer)
    assert service.calls == 2


async def test_a_fault_that_stays_makes_the_service_unavailable() -> None:
    service = Service(*(Fault() for _ in range(10_000)))
    with pytest.raises(Unavailable, match=r"The service did not answer in \d+ attempts .*not now") as raised:
        await policy(seconds=0.2)(service.answer)
    assert service.calls > 1
    assert isinstance(raised.value.__cause__, Fault)


async def test_patience_that_is_less_than_the_bound_ends_it_earlier() -> None:
    service = Service(*(Fault() for _ in range(10_000)))
    with pytest.raises(Unavailable), patience(0.1):
        await policy(seconds=3600)(service.answer)


async def test_patience_inside_patience_can_only_be_less() -> None:
    service = Service(*(Fault() for _ in range(10_000)))
    with pytest.raises(Unavailable), patience(0.1), patience(3600):
        await policy(seconds=3600)(service.answer)


async def test_patience_ends_with_its_block() -> None:
    with patience(0):
        pass
    assert await policy()(Service(Fault()).answer) == "answer"


@pytest.mark.parametrize("headers", [{"x_ms_retry_after_ms": "300"}, {"Retry_After": "1"}])
async def test_the_pause_is_as_long_as_the_service_asks_for(headers: dict[str, str]) -> None:
    begin = time.monotonic()
    await policy()(Service(Fault(**headers)).answer)
    assert time.monotonic() - begin >= 0.3


async def test_no_pause_is_longer_than_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infra.retries, "LONGEST_WAIT_SECONDS", 0.01)
    for asked in (Fault(x_ms_retry_after_ms="3600000"), Fault(Retry_After="3600")):
        assert await policy()(Service(asked).answer) == "answer"


async def test_the_pause_is_read_from_the_response_too() -> None:
    fault = Fault()
    fault.headers = {}
    fault.response = SimpleNamespace(headers={"Retry-After": "1"})  # type: ignore[attr-defined]
    begin = time.monotonic()
    await policy()(Service(fault).answer)
    assert time.monotonic() - begin >= 1


async def test_an_attempt_that_hangs_is_given_up_and_made_again() -> None:
    attempts = 0

    async def hang_once() -> str:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            await asyncio.Event().wait()
        return "answer"

    assert await policy(attempt_seconds=0.05)(hang_once) == "answer"


async def test_what_is_tried_when_patience_is_over_has_a_chance_still() -> None:
    async def answers_soon() -> str:
        await asyncio.sleep(0.01)
        return "answer"

    with patience(0):
        assert await policy(attempt_seconds=3600)(answers_soon) == "answer"


async def test_patience_ends_an_attempt_that_hangs_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.retries.LEAST_SECONDS", 0.01)
    hanging = asyncio.Event()
    async with asyncio.timeout(10):
        with pytest.raises(Unavailable, match="The service did not answer in 1 attempts"), patience(0.05):
            await policy(attempt_seconds=3600)(hanging.wait)


def test_the_bounds_fit_the_bus() -> None:
    """A call ends inside the lock, and a store may be away for ten minutes before messages are dead-lettered."""
    description = TOPOLOGY.read_text(encoding="utf-8")
    lock = min(int(minutes) for minutes in re.findall(r'"LockDuration": "PT(\d+)M"', description)) * 60
    (namespace,) = json.loads(description)["UserConfig"]["Namespaces"]
    fewest = min(queue["Properties"]["MaxDeliveryCount"] for queue in namespace["Queues"])
    first_and_last_attempt = 2 * ATTEMPT_SECONDS  # the patience begins after the first
    assert lock > PATIENCE_SECONDS + LONGEST_WAIT_SECONDS + first_and_last_attempt
    assert fewest * PATIENCE_SECONDS > 10 * 60
