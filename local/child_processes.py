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
_LINES_SHOWN = 20


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


async def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    last_signal: signal.Signals,
    directory: Path | None = None,
) -> int:
    """Run `command` to its end, and give its exit code. Cancelled, it sends `last_signal` and waits for the end."""
    process = await spawn(command, environment, log, last_signal=last_signal, directory=directory)
    try:
        return await process.wait()
    finally:
        send(process, last_signal)
        await process.wait()


def _die_with_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(last_signal))
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return in_child


def tail(log: Path) -> str:
    """The last lines of a log, indented."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-_LINES_SHOWN:])


def send(process: asyncio.subprocess.Process, sign: signal.Signals) -> None:
    """Signal the whole process group, if it still lives."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
