"""Partition key values: their one spelling in the database, and the hash that places them in a range.

A value is kept as the JSON text of its components, `["s1"]`, with `{}` for a component that is absent -
the form in which clients send it in the header x-ms-documentdb-partitionkey.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

import msgspec

from local.cosmos.errors import BadRequest

_ABSENT: dict[str, Any] = {}
_MASK = 0xFFFFFFFFFFFFFFFF


def partition_text(components: list[Any]) -> str:
    """The one spelling of a partition key value: 5 and 5.0 are the same number.

    Raises `BadRequest` when a component is an array or an object.
    """
    for index, component in enumerate(components):
        if isinstance(component, float) and component.is_integer():
            components[index] = int(component)
        elif isinstance(component, list) or (isinstance(component, dict) and component):
            raise BadRequest("A partition key value must be a string, a number, a boolean or null.")
    return msgspec.json.encode(components).decode()


def partition_text_from_header(header: str) -> str:
    """`partition_text` of the JSON array in a request header; raises `BadRequest` if it is none."""
    try:
        components = msgspec.json.decode(header)
    except msgspec.DecodeError as fault:
        raise BadRequest(f"x-ms-documentdb-partitionkey is not JSON: {fault}.") from fault
    if not isinstance(components, list):
        raise BadRequest("x-ms-documentdb-partitionkey must be a JSON array of key components.")
    return partition_text(components)


def value_at(document: dict[str, Any], path: tuple[str, ...]) -> Any:
    """The value at a property path, or `{}` where the document has none."""
    value: Any = document
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return _ABSENT
        value = value[name]
    return value


@lru_cache(maxsize=65_536)
def effective_partition_key(partition: str) -> str:
    """The hexadecimal hash by which Cosmos DB orders partitions into feed ranges (hash version 2).

    Hierarchical keys concatenate the hashes of their components, so a prefix of the key spans a range.
    Source: `PartitionKey._get_effective_partition_key_string` of azure-cosmos.
    """
    return "".join(_component_hash(component) for component in msgspec.json.decode(partition))


def _component_hash(component: Any) -> str:
    low, high = _murmur3_128(_hashed_bytes(component))
    digest = bytearray((high << 64 | low).to_bytes(16, "big"))
    digest[0] &= 0x3F  # keeps every hash below "FF", the exclusive end of the last range
    return digest.hex().upper()


def _hashed_bytes(component: Any) -> bytes:
    match component:
        case None:
            return b"\x01"
        case False:
            return b"\x02"
        case True:
            return b"\x03"
        case int() | float():
            return b"\x05" + struct.pack("<d", float(component))
        case str():
            return b"\x08" + component.encode() + b"\xff"
        case _:
            return b"\x00"


def _murmur3_128(data: bytes) -> tuple[int, int]:
    """MurmurHash3 x64 128 with seed 0: its low and its high half. Public domain, by Austin Appleby."""
    first_constant, second_constant = 0x87C37B91114253D5, 0x4CF5AD432745937F
    low = high = 0
    whole = len(data) - len(data) % 16
    for position in range(0, whole, 16):
        first, second = struct.unpack_from("<QQ", data, position)
        low ^= _scramble(first, first_constant, 31, second_constant)
        low = ((_rotate(low, 27) + high) * 5 + 0x52DCE729) & _MASK
        high ^= _scramble(second, second_constant, 33, first_constant)
        high = ((_rotate(high, 31) + low) * 5 + 0x38495AB5) & _MASK
    first, second = struct.unpack("<QQ", data[whole:].ljust(16, b"\x00"))
    low ^= _scramble(first, first_constant, 31, second_constant) ^ len(data)
    high ^= _scramble(second, second_constant, 33, first_constant) ^ len(data)
    low = (low + high) & _MASK
    high = (high + low) & _MASK
    low, high = _avalanche(low), _avalanche(high)
    low = (low + high) & _MASK
    return low, (high + low) & _MASK


def _scramble(block: int, factor: int, rotation: int, second_factor: int) -> int:
    return _rotate(block * factor & _MASK, rotation) * second_factor & _MASK


def _rotate(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & _MASK


def _avalanche(value: int) -> int:
    value = (value ^ value >> 33) * 0xFF51AFD7ED558CCD & _MASK
    value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53 & _MASK
    return value ^ value >> 33
