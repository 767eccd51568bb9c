"""CPU time of the stack's processes, from /proc."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.support.stack import Stack

COMPONENTS = ("functions", "servicebus", "cosmos", "storage", "web")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(stack: Stack) -> dict[str, float]:
    """CPU seconds that each component has used so far, all its processes together."""
    return {name: sum(map(_cpu_seconds, stack.component(name)["pids"])) for name in COMPONENTS}


def used(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """CPU seconds used in between. A component that was restarted in between shows less than it used."""
    return {name: after[name] - before[name] for name in after}


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / _TICKS_PER_SECOND
