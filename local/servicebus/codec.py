"""Reading and writing AMQP 1.0 values in place, without a tree of objects.

A broker passes most of a message on as it came. These functions find where a value ends (`skip`), decode only what
is asked for (`decode`), and write the few values a broker adds. Source: AMQP 1.0, part 1 (types).
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

HEADER, DELIVERY_ANNOTATIONS, MESSAGE_ANNOTATIONS, PROPERTIES, APPLICATION_PROPERTIES = range(0x70, 0x75)
DATA, SEQUENCE, VALUE, FOOTER = range(0x75, 0x79)

UNSIGNED_INT = struct.Struct(">I")
SIGNED_LONG = struct.Struct(">q")
UNSIGNED_LONG = struct.Struct(">Q")

# Bytes after the constructor, by its high nibble; 0xA-0xF carry their own size.
_FIXED_WIDTH = {0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}


class MalformedValueError(ValueError):
    """The bytes are not AMQP, or not the kind of AMQP that was expected."""


class Timestamp(int):
    """An AMQP timestamp: milliseconds since the epoch. Its type keeps it from being taken for a number."""

    __slots__ = ()


class Section(NamedTuple):
    """One section of a message: `start` is its descriptor, `value` its content, `end` one past it."""

    code: int
    start: int
    value: int
    end: int


def skip(data: bytes, position: int) -> int:
    """Where the value at `position` ends. Raises MalformedValueError on an unknown constructor."""
    constructor = data[position]
    kind = constructor >> 4
    if kind in _FIXED_WIDTH:
        return position + 1 + _FIXED_WIDTH[kind]
    if kind in (0xA, 0xC, 0xE):
        return position + 2 + data[position + 1]
    if kind in (0xB, 0xD, 0xF):
        size: int = UNSIGNED_INT.unpack_from(data, position + 1)[0]
        return position + 5 + size
    if constructor == 0:
        return skip(data, skip(data, position + 1))
    raise MalformedValueError(f"0x{constructor:02x} at byte {position} begins no AMQP value")


def _fixed(format_: str) -> Callable[[bytes, int], tuple[Any, int]]:
    layout = struct.Struct(format_)

    def read(data: bytes, position: int) -> tuple[Any, int]:
        return layout.unpack_from(data, position)[0], position + layout.size

    return read


def _timestamp(data: bytes, position: int) -> tuple[Any, int]:
    return Timestamp(SIGNED_LONG.unpack_from(data, position)[0]), position + 8


def _constant(value: Any) -> Callable[[bytes, int], tuple[Any, int]]:
    return lambda data, position: (value, position)


def _sized(width: int, convert: Callable[[bytes], Any]) -> Callable[[bytes, int], tuple[Any, int]]:
    def read(data: bytes, position: int) -> tuple[Any, int]:
        start = position + width
        end = start + int.from_bytes(data[position:start], "big")
        return convert(data[start:end]), end

    return read


def _items(data: bytes, position: int, width: int) -> tuple[list[Any], int]:
    count_at = position + width
    end = count_at + int.from_bytes(data[position:count_at], "big")
    position = count_at + width
    items = []
    for _ in range(int.from_bytes(data[count_at:position], "big")):
        value, position = decode(data, position)
        items.append(value)
    return items, end


def _list(width: int) -> Callable[[bytes, int], tuple[Any, int]]:
    return lambda data, position: _items(data, position, width)


def _map(width: int) -> Callable[[bytes, int], tuple[Any, int]]:
    def read(data: bytes, position: int) -> tuple[Any, int]:
        items, end = _items(data, position, width)
        return dict(zip(items[::2], items[1::2], strict=True)), end

    return read


def _text(raw: bytes) -> str:
    return raw.decode()


_READERS: dict[int, Callable[[bytes, int], tuple[Any, int]]] = {
    0x40: _constant(None),
    0x41: _constant(True),
    0x42: _constant(False),
    0x43: _constant(0),
    0x44: _constant(0),
    0x45: lambda data, position: ([], position),
    0x50: _fixed(">B"),
    0x51: _fixed(">b"),
    0x52: _fixed(">B"),
    0x53: _fixed(">B"),
    0x54: _fixed(">b"),
    0x55: _fixed(">b"),
    0x56: _fixed(">?"),
    0x60: _fixed(">H"),
    0x61: _fixed(">h"),
    0x70: _fixed(">I"),
    0x71: _fixed(">i"),
    0x72: _fixed(">f"),
    0x80: _fixed(">Q"),
    0x81: _fixed(">q"),
    0x82: _fixed(">d"),
    0x83: _timestamp,
    0x98: lambda data, position: (uuid.UUID(bytes=data[position : position + 16]), position + 16),
    0xA0: _sized(1, bytes),
    0xA1: _sized(1, _text),
    0xA3: _sized(1, _text),
    0xB0: _sized(4, bytes),
    0xB1: _sized(4, _text),
    0xB3: _sized(4, _text),
    0xC0: _list(1),
    0xC1: _map(1),
    0xD0: _list(4),
    0xD1: _map(4),
}


def decode(data: bytes, position: int) -> tuple[Any, int]:
    """The value at `position` and where it ends.

    Widths are lost (an AMQP ubyte and a long are both `int`); an array, a decimal or a described value is None:
    filters cannot compare them, and nothing else looks inside.
    """
    reader = _READERS.get(data[position])
    if reader is None:
        return None, skip(data, position)
    return reader(data, position + 1)


def sections(data: bytes) -> Iterator[Section]:
    """The sections of an encoded message, in the order they came. Raises MalformedValueError, IndexError."""
    position, length = 0, len(data)
    while position < length:
        if data[position] != 0:
            raise MalformedValueError(f"byte {position} begins no message section")
        if data[position + 1] == 0x53:
            code, value = data[position + 2], position + 3
        elif data[position + 1] == 0x80:
            code, value = UNSIGNED_LONG.unpack_from(data, position + 2)[0], position + 10
        else:
            raise MalformedValueError(f"the section at byte {position} has no numeric descriptor")
        end = skip(data, value)
        if end > length:
            raise MalformedValueError(f"the section at byte {position} is cut off")
        yield Section(code, position, value, end)
        position = end


def list_fields(data: bytes, position: int) -> tuple[int, int]:
    """How many fields the list at `position` has, and where the first begins."""
    constructor = data[position]
    if constructor == 0x45:
        return 0, position + 1
    if constructor == 0xC0:
        return data[position + 2], position + 3
    if constructor == 0xD0:
        return UNSIGNED_INT.unpack_from(data, position + 5)[0], position + 9
    raise MalformedValueError(f"0x{constructor:02x} at byte {position} begins no list")


def map_entries(data: bytes, position: int) -> Iterator[tuple[Any, bytes]]:
    """Each key of the map at `position`, with the encoded bytes of key and value."""
    constructor = data[position]
    if constructor == 0xC1:
        count, position = data[position + 2], position + 3
    elif constructor == 0xD1:
        count, position = UNSIGNED_INT.unpack_from(data, position + 5)[0], position + 9
    elif constructor == 0x40:
        return
    else:
        raise MalformedValueError(f"0x{constructor:02x} at byte {position} begins no map")
    for _ in range(count // 2):
        key, value_at = decode(data, position)
        end = skip(data, value_at)
        yield key, data[position:end]
        position = end


def data_content(data: bytes, section: Section) -> bytes:
    """The bytes inside a Data section."""
    content, _ = decode(data, section.value)
    if not isinstance(content, bytes):
        raise MalformedValueError("a Data section holds no binary")
    return content
