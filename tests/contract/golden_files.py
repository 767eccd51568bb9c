"""Golden files: what every version ever released has written. Never edit one; releases to come must read it.

    python -m tests.contract.golden_files

writes the missing ones of newly registered messages, with made-up values, and touches no other.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import NAMESPACE_OID, UUID, uuid5

from domain.kernel.messages import Envelope
from infra.message_types import REGISTRY
from infra.serialization import encode_envelope

GOLDEN = Path(__file__).with_name("golden")
MESSAGES = GOLDEN / "messages"
TIME = datetime(2027, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def golden_message(type_name: str) -> Path:
    """Where the golden file of a type of messages is."""
    return MESSAGES / f"{type_name}.json"


def write_missing() -> Iterator[Path]:
    """Write the golden files that are not there; gives them."""
    MESSAGES.mkdir(parents=True, exist_ok=True)
    for name, message_type in REGISTRY.items():
        path = golden_message(name)
        if not path.exists():
            envelope = Envelope(
                message=_made_up(message_type, name, itertools.count(1)),
                message_id=str(uuid5(NAMESPACE_OID, name)),
                correlation_id="the conversation",
                causation_id="the cause",
                time=TIME,
            )
            path.write_text(json.dumps(json.loads(encode_envelope(envelope)), indent=2) + "\n", encoding="utf-8")
            yield path


def _made_up(kind: Any, name: str, numbers: Iterator[int]) -> Any:
    """A value of a type, different for each field."""
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(
            **{field.name: _made_up(hints[field.name], field.name, numbers) for field in dataclasses.fields(kind)}
        )
    if get_origin(kind) is tuple:
        return (_made_up(get_args(kind)[0], name, numbers),)
    if NoneType in get_args(kind):
        return _made_up(get_args(kind)[0], name, numbers)
    number = next(numbers)
    values: dict[Any, Any] = {
        UUID: uuid5(NAMESPACE_OID, f"{name} {number}"),
        str: f"{name} {number}",
        int: number,
        bool: True,
        datetime: TIME.replace(minute=number),
        date: TIME.date().replace(day=number),
    }
    if kind not in values:
        raise TypeError(f"{name}: what does a {kind} look like? Add it here.")
    return values[kind]


if __name__ == "__main__":
    for written in write_missing():
        print(f"wrote {written}")
