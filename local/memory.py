"""How much memory processes take, as Linux counts it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def mebibytes(pids: Iterable[int]) -> float | None:
    """What the processes hold together, shared pages divided by those who share them; None where it cannot be known."""
    shares = [_kibibytes(pid) for pid in pids]
    known = [share for share in shares if share is not None]
    return sum(known) / 1024 if known and len(known) == len(shares) else None


def _kibibytes(pid: int) -> int | None:
    try:
        found = _SHARE.search(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"))
    except OSError:  # it ended meanwhile, or this is no Linux
        return None
    return int(found[1]) if found else None
