"""The lock on a STATE_DIR: one stack at a time, and whether there is one. It ends with the process that holds it."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path
from typing import TextIO

from local import stack_file
from local.stack_settings import StackError

_TRIES, _PAUSE = 5, 0.02
"""Whoever asks `is_held` has the lock for a moment."""


def hold(state_directory: Path) -> TextIO:
    """Take the lock; closing the file gives it back. Raises StackError naming the process that has it."""
    lock = (state_directory / "stack.lock").open("a+", encoding="utf-8")
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return lock
    lock.close()
    running = (stack_file.read(state_directory / "stack.json") or {}).get("supervisor")
    raise StackError(
        f"{state_directory} is in use by a running stack (pid {running}); stop it, or set STATE_DIR to another"
    )


def is_held(state_directory: Path) -> bool:
    """Whether a stack runs on this STATE_DIR."""
    try:
        lock = (state_directory / "stack.lock").open(encoding="utf-8")
    except FileNotFoundError:
        return False
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
