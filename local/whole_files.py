"""Files that are there whole or not at all, whenever their writer dies."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Give the file this content, for its owner alone. Raises OSError, and leaves it as it was then."""
    temporary = path.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_bytes(content)
    temporary.replace(path)
