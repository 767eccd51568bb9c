"""STATE_DIR/stack.json: what runs where. Written whole and atomically, so that a reader never sees half of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local.component import Component
from local.whole_files import write_whole


def describe(components: Iterable[Component], *, is_ready: bool) -> dict[str, Any]:
    """The content of the file. `pids` are all processes of a component that live, `pid` is the first.

    `mending` says that it lost something when it was killed, which is not made good yet.
    """
    return {
        "supervisor": os.getpid(),
        "ready": is_ready,
        "components": {component.blueprint.name: _describe(component) for component in components},
    }


def _describe(component: Component) -> dict[str, Any]:
    pids = component.pids
    return {
        "pid": pids[0] if pids else None,
        "pids": pids,
        "url": component.blueprint.url,
        "state": component.state,
        "restarts": component.restarts,
        "mending": component.is_mending,
        **component.blueprint.details,
    }


def write(path: Path, content: dict[str, Any]) -> None:
    write_whole(path, (json.dumps(content, indent=2) + "\n").encode())


def read(path: Path) -> dict[str, Any] | None:
    """The content, or None when there is no such file."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return content
