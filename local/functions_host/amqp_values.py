"""Decodes AMQP 1.0 primitive values. Source: OASIS AMQP 1.0, part 1, section 1.6."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from struct import Struct
from typing import Any

Decoded = tuple[Any, int]
_EPOCH_MS = 1000


def decode(data: bytes, at: int) -> Decoded:
    """The value whose constructor stands at `at`, and where the next one begins.

    Timestamps come as aware datetimes. Raises ValueError for a type that Service Bus never sends.
    """
    try:
        return _DECODERS[data[at]](data, at + 1)
    except KeyError:
        raise ValueError(f"AMQP constructor 0x{data[at]:02x} is not supported") from None


def _constant(value: Any) -> Callable[[bytes, int], Decoded]:
    return lambda _data, at: (value, at)


def _number(code: str) -> Callable[[bytes, int], Decoded]:
    struct = Struct(">" + code)
    unpack, size = struct.unpack_from, struct.size
    return lambda data, at: (unpack(data, at)[0], at + size)


_u32 = Struct(">I").unpack_from
_pair32 = Struct(">II").unpack_from
_i64 = Struct(">q").unpack_from


def _unsigned_byte(data: bytes, at: int) -> Decoded:
    return data[at], at + 1


def _flag(data: bytes, at: int) -> Decoded:
    return data[at] != 0, at + 1


def _short_text(data: bytes, at: int) -> Decoded:
    end = at + 1 + data[at]
    return str(data[at + 1 : end], "utf-8"), end


def _long_text(data: bytes, at: int) -> Decoded:
    end = at + 4 + _u32(data, at)[0]
    return str(data[at + 4 : end], "utf-8"), end


def _short_binary(data: bytes, at: int) -> Decoded:
    end = at + 1 + data[at]
    return data[at + 1 : end], end


def _long_binary(data: bytes, at: int) -> Decoded:
    end = at + 4 + _u32(data, at)[0]
    return data[at + 4 : end], end


def _timestamp(data: bytes, at: int) -> Decoded:
    return datetime.fromtimestamp(_i64(data, at)[0] / _EPOCH_MS, UTC), at + 8


def _uuid(data: bytes, at: int) -> Decoded:
    return uuid.UUID(bytes=data[at : at + 16]), at + 16


def _items(data: bytes, at: int, count: int) -> tuple[list[Any], int]:
    values = []
    for _ in range(count):
        value, at = _DECODERS[data[at]](data, at + 1)
        values.append(value)
    return values, at


def _short_list(data: bytes, at: int) -> Decoded:
    return _items(data, at + 2, data[at + 1])


def _long_list(data: bytes, at: int) -> Decoded:
    return _items(data, at + 8, _pair32(data, at)[1])


def _short_map(data: bytes, at: int) -> Decoded:
    items, end = _items(data, at + 2, data[at + 1])
    return dict(zip(items[::2], items[1::2], strict=True)), end


def _long_map(data: bytes, at: int) -> Decoded:
    items, end = _items(data, at + 8, _pair32(data, at)[1])
    return dict(zip(items[::2], items[1::2], strict=True)), end


def _described(data: bytes, at: int) -> Decoded:
    """A described value: what it holds. Service Bus describes .NET types (durations, offsets) this way."""
    _descriptor, at = decode(data, at)
    return decode(data, at)


def _char(data: bytes, at: int) -> Decoded:
    return chr(_u32(data, at)[0]), at + 4


def _array(size_of: int) -> Callable[[bytes, int], Decoded]:
    def read(data: bytes, at: int) -> Decoded:
        count = data[at + 1] if size_of == 1 else _u32(data, at + 4)[0]
        at += 2 * size_of
        constructor, at = _DECODERS[data[at]], at + 1
        values = []
        for _ in range(count):
            value, at = constructor(data, at)
            values.append(value)
        return values, at

    return read


def _decimal128(data: bytes, at: int) -> Decoded:
    """IEEE 754 decimal128 with a binary coefficient, as .NET's Decimal is sent."""
    bits = int.from_bytes(data[at : at + 16], "big")
    sign, exponent, digits = bits >> 127, (bits >> 113) & 0x3FFF, bits & ((1 << 113) - 1)
    return Decimal(digits).scaleb(exponent - 6176) * (-1 if sign else 1), at + 16


_DECODERS: dict[int, Callable[[bytes, int], Decoded]] = {
    0x00: _described,
    0x40: _constant(None),
    0x41: _constant(True),
    0x42: _constant(False),
    0x43: _constant(0),
    0x44: _constant(0),
    0x45: _constant([]),
    0x50: _unsigned_byte,
    0x51: _number("b"),
    0x52: _unsigned_byte,
    0x53: _unsigned_byte,
    0x54: _number("b"),
    0x55: _number("b"),
    0x56: _flag,
    0x60: _number("H"),
    0x61: _number("h"),
    0x70: _number("I"),
    0x71: _number("i"),
    0x72: _number("f"),
    0x73: _char,
    0x80: _number("Q"),
    0x81: _number("q"),
    0x82: _number("d"),
    0x83: _timestamp,
    0x94: _decimal128,
    0x98: _uuid,
    0xA0: _short_binary,
    0xA1: _short_text,
    0xA3: _short_text,
    0xB0: _long_binary,
    0xB1: _long_text,
    0xB3: _long_text,
    0xC0: _short_list,
    0xC1: _short_map,
    0xD0: _long_list,
    0xD1: _long_map,
    0xE0: _array(1),
    0xF0: _array(4),
}
