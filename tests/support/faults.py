"""Lines between the app and what it stands on that break again and again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.detour import Detour

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


def _detour(state_directory: Path, component: str, seconds: float) -> Detour:
    """To where stack.json says that the component is."""

    def target() -> int:
        told = json.loads((state_directory / "stack.json").read_bytes())["components"][component]["connection"]
        found = re.search(r"(?:sb|TableEndpoint=http)://127\.0\.0\.1:(\d+)", told)
        assert found, told
        return int(found[1])

    return Detour(target, seconds)
