"""Several test processes may need the same thing at once: one installs it, the others wait."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOOLS = Path(__file__).parents[2] / ".tools"
"""Where what the tests install is kept."""


@contextmanager
def install_lock(home: Path) -> Iterator[None]:
    """Hold `home`, a directory that is made if need be, until the block ends."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
