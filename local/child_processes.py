"""Child processes that end with their parent."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


async def spawn(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    last_signal: signal.Signals,
    directory: Path | None = None,
) -> asyncio.subprocess.Process:
    """Start `command` in its own process group, writing to `log`; in `directory`, or where this process is.

    On Linux the kernel sends it `last_signal` when this process dies, however it dies.
    """
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *command,
            env=dict(environment),
            cwd=directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_die_with_parent(last_signal),
        )


def _die_with_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(last_signal))
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return in_child


def send(process: asyncio.subprocess.Process, sign: signal.Signals) -> None:
    """Signal the whole process group, if it still lives."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
