"""An estimate of the request units that Azure would charge, for the header x-ms-request-charge.

A write costs by the size of the document and 0.2 for each indexed value that it adds or takes away; changing a document
is a deletion and an insertion, and a patch has 0.4 more for each of its operations. A read costs by size. What a query
costs beside the documents it gives is not published: 2.3 is what a query that finds nothing has been seen to cost.
The account is one of Session consistency in one region: with Strong or Bounded Staleness, reads cost twice as much.
Source: https://learn.microsoft.com/azure/cosmos-db/understand-request-unit-consumption (21 April 2026)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import Any

from local.cosmos.json_paths import steps_of

_KIB = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)
_READ = (1.0, 1.04, 1.14, 1.33, 1.67, 2.19, 4.76, 9.95, 20.28, 40.95, 145.9, 291.8)
_WRITE = (4.95, 6.29, 6.67, 7.04, 9.52, 11.23, 22.67, 48.19, 98.29, 184.57, 625.0, 1250.0)
_INDEXED_VALUE = 0.2
_PATCH_OPERATION = 0.4
_QUERY = 2.3

LEAST = 1.0
"""What a request costs that was refused or is about no documents."""


def read_charge(size: int) -> float:
    """For a point read of a document of `size` bytes."""
    return _by_size(size, _READ)


def query_charge(rows: list[bytes]) -> float:
    """For one page of a query."""
    return _QUERY + feed_charge(rows)


def feed_charge(rows: list[bytes]) -> float:
    """For one page of a feed: about what reading its documents one by one would cost."""
    return sum(read_charge(len(row)) for row in rows)


def patch_charge(replaced: float, operations: int) -> float:
    """For a patch that changes as much as a replacement that costs `replaced`."""
    return replaced + _PATCH_OPERATION * operations


def _by_size(size: int, charges: tuple[float, ...]) -> float:
    """The table's value, in between in proportion. Nothing is below 1 KiB, and nothing above 2 MiB."""
    kib = size / 1024
    above = bisect_left(_KIB, kib)
    if above == 0 or above == len(_KIB):
        return charges[min(above, len(charges) - 1)]
    share = (kib - _KIB[above - 1]) / (_KIB[above] - _KIB[above - 1])
    return charges[above - 1] + share * (charges[above] - charges[above - 1])


class WriteCharges:
    """What writes to a container cost, by its index policy and its unique keys."""

    def __init__(self, properties: dict[str, Any]) -> None:
        self._properties = properties

    def create(self, size: int, document: dict[str, Any]) -> float:
        """Also for deleting it."""
        return _by_size(size, _WRITE) + _INDEXED_VALUE * len(self._indexed(document))

    def replace(self, old_size: int, old: dict[str, Any], size: int, new: dict[str, Any]) -> float:
        """Only the indexed values that differ count."""
        changed = self._indexed(old) ^ self._indexed(new)
        return _by_size(old_size, _WRITE) + _by_size(size, _WRITE) + _INDEXED_VALUE * len(changed)

    @cached_property
    def _policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = self._properties.get("indexingPolicy") or {}
        return {} if policy.get("indexingMode") == "none" else policy

    @cached_property
    def _paths(self) -> tuple[tuple[str, ...], ...]:
        """Those that the policy or a unique key names; `/*` is not among them."""
        unique = (self._properties.get("uniqueKeyPolicy") or {}).get("uniqueKeys", [])
        included = (entry["path"] for entry in self._policy.get("includedPaths", []))
        paths = chain(included, (path for key in unique for path in key["paths"]))
        return tuple(dict.fromkeys(steps for path in paths if (steps := steps_of(path))))

    @cached_property
    def _indexes_all(self) -> bool:
        return any(not steps_of(entry["path"]) for entry in self._policy.get("includedPaths", []))

    def _indexed(self, document: dict[str, Any]) -> set[tuple[Any, ...]]:
        """The indexed values with their paths. Excluded paths are not taken from a policy that indexes all."""
        if self._indexes_all:
            return set(_leaves(document, ()))
        found = ((steps, _at(document, steps)) for steps in self._paths)
        return {(steps, value) for steps, container in found for _, value in _leaves(container, ())}


def _at(document: Any, steps: tuple[str, ...]) -> Any:
    for step in steps:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list):
        for member in value:
            yield from _leaves(member, (*path, "[]"))
    elif value is not None:
        yield path, value
