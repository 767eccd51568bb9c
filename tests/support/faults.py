"""What goes wrong between the app and what it stands on: lines that break again and again, and refusals."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx

from tests.support.detour import Detour
from tests.support.stack import Stack

BREAKABLE = ("servicebus", "storage")
"""The components that `python -m local` can be told to reach by a detour."""


@contextmanager
def breaking_lines(state_directory: Path, seconds: float) -> Iterator[Mapping[str, Detour]]:
    """A detour to each breakable component of the stack in this directory, whose lines are cut every `seconds`."""
    with ExitStack() as everything:
        yield {name: everything.enter_context(_detour(state_directory, name, seconds).running()) for name in BREAKABLE}


def as_setting(detours: Mapping[str, Detour]) -> str:
    """The setting DETOURS of the stack."""
    return ",".join(f"{name}={detour.port}" for name, detour in detours.items())


def refusals(stack: Stack) -> Counter[HTTPStatus]:
    """How often Cosmos has answered 429 and 503 since its process began."""
    metrics = httpx.get(f"{stack.component('cosmos')['url']}/metrics", trust_env=False).raise_for_status().json()
    refused = Counter({HTTPStatus.TOO_MANY_REQUESTS: 0, HTTPStatus.SERVICE_UNAVAILABLE: 0})
    for uses in metrics["containers"].values():
        for use in uses.values():
            refused[HTTPStatus.TOO_MANY_REQUESTS] += use["throttled"]
            refused[HTTPStatus.SERVICE_UNAVAILABLE] += use["unavailable"]
    return refused


def _detour(state_directory: Path, component: str, seconds: float) -> Detour:
    """To where stack.json says that the component is."""

    def target() -> int:
        told = json.loads((state_directory / "stack.json").read_bytes())["components"][component]["connection"]
        found = re.search(r"(?:sb|TableEndpoint=http)://127\.0\.0\.1:(\d+)", told)
        assert found, told
        return int(found[1])

    return Detour(target, seconds)
