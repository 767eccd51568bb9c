"""What table storage takes: which keys, how long a text, how large an entity.

Source: Microsoft, "Understanding the Table service data model".
"""

import re
from collections.abc import Mapping
from typing import Any

_FORBIDDEN_IN_KEYS = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")
_KEY_CHARACTERS = 512
_CHUNK_ASCII, _CHUNK_ANY = 30_000, 15_000
"""Characters in one property, which takes 64 KiB of UTF-16: two bytes for each of ASCII, four at most for any other."""
_ENTITY_BYTES = 1_000_000
"""An entity takes 1 MiB; the rest is for keys, names and versions."""


def is_key(text: str) -> bool:
    """Whether `text` can be a PartitionKey or RowKey."""
    return len(text) <= _KEY_CHARACTERS and not _FORBIDDEN_IN_KEYS.search(text)


def checked_key(text: str) -> str:
    """`text`. Raises ValueError when it cannot be a key."""
    if not is_key(text):
        raise ValueError(f"{text!r} cannot be a key: no / \\ # ? or control characters, {_KEY_CHARACTERS} at most")
    return text


def safe_key(text: str) -> str:
    """`text` as a key, a different one for every text: what is forbidden is written as ~ and its hexadecimal code."""
    return re.sub(r"[~/\\#?\x00-\x1f\x7f-\x9f]", lambda found: f"~{ord(found[0]):02x}", text)


def split_text(name: str, text: str) -> dict[str, str]:
    """Properties `name`, `name1`, `name2`, … that together hold `text`. Raises ValueError when no entity can."""
    ascii_only = text.isascii()
    size = 2 * len(text) if ascii_only else len(text.encode("utf-16-le"))
    if size > _ENTITY_BYTES:
        raise ValueError(f"{name} takes {size:,} bytes as UTF-16; an entity of table storage {_ENTITY_BYTES:,} at most")
    step = _CHUNK_ASCII if ascii_only else _CHUNK_ANY
    starts = range(0, max(len(text), 1), step)
    return {f"{name}{number or ''}": text[start : start + step] for number, start in enumerate(starts)}


def joined_text(name: str, entity: Mapping[str, Any]) -> str:
    """The text that `split_text` split."""
    parts = [entity[name]]
    while (part := entity.get(f"{name}{len(parts)}")) is not None:
        parts.append(part)
    return "".join(parts)
