"""Writing AMQP 1.0 values: the few that a broker adds to a message. Source: AMQP 1.0, part 1 (types)."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from typing import Any

from local.servicebus.codec import SIGNED_LONG, UNSIGNED_INT, UNSIGNED_LONG, MalformedValueError, Timestamp

_DOUBLE = struct.Struct(">d")


def string(text: str) -> bytes:
    raw = text.encode()
    return (b"\xa1" + bytes((len(raw),)) if len(raw) < 256 else b"\xb1" + UNSIGNED_INT.pack(len(raw))) + raw


def symbol(text: str) -> bytes:
    """A symbol, which is ASCII: any other character becomes a question mark."""
    raw = text.encode("ascii", "replace")
    return (b"\xa3" + bytes((len(raw),)) if len(raw) < 256 else b"\xb3" + UNSIGNED_INT.pack(len(raw))) + raw


def timestamp(milliseconds: int) -> bytes:
    return b"\x83" + SIGNED_LONG.pack(milliseconds)


def value(simple: Any) -> bytes:
    """A simple value; a whole number is a `long` if it fits. Raises MalformedValueError for what is not simple."""
    for type_ in type(simple).__mro__:
        writer = _WRITERS.get(type_)
        if writer is not None:
            return writer(simple)
    raise MalformedValueError(f"{simple!r} is no simple AMQP value")


def _whole_number(number: int) -> bytes:
    if -(2**63) <= number < 2**63:
        return b"\x81" + SIGNED_LONG.pack(number)
    if 0 <= number < 2**64:
        return b"\x80" + UNSIGNED_LONG.pack(number)
    raise MalformedValueError(f"{number} has more than 64 bits")


# By type; a subclass (proton has one for each width) is written as what it derives from.
_WRITERS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"\x40",
    bool: lambda flag: b"\x41" if flag else b"\x42",
    Timestamp: timestamp,
    int: _whole_number,
    float: lambda number: b"\x82" + _DOUBLE.pack(number),
    str: string,
    bytes: lambda raw: b"\xb0" + UNSIGNED_INT.pack(len(raw)) + raw,
    uuid.UUID: lambda identifier: b"\x98" + identifier.bytes,
}


def list_section(code: int, fields: list[bytes]) -> bytes:
    """A section holding a list; each field is encoded."""
    return _section(code, b"\xd0", fields, len(fields))


def map_section(code: int, entries: list[bytes]) -> bytes:
    """A section holding a map; each entry is an encoded key and value."""
    return _section(code, b"\xd1", entries, 2 * len(entries))


def _section(code: int, constructor: bytes, items: list[bytes], count: int) -> bytes:
    body = b"".join(items)
    size = UNSIGNED_INT.pack(len(body) + 4) + UNSIGNED_INT.pack(count)
    return b"".join((b"\x00\x53", bytes((code,)), constructor, size, body))
