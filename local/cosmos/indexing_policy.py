"""What the indexing policy of a container says about ORDER BY, which Azure serves from an index or not at all.

Source: https://learn.microsoft.com/azure/cosmos-db/index-policy
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from local.cosmos.errors import BadRequest
from local.cosmos.json_paths import steps_of

Order: TypeAlias = tuple[tuple[str | int, ...], bool]
"""A path, and whether it is sorted downwards."""

_ALWAYS_INDEXED = (("id",), ("_ts",))


class IndexingPolicy:
    def __init__(self, policy: dict[str, Any]) -> None:
        self._is_off = policy.get("indexingMode") == "none"
        self._included = [_pattern(included["path"]) for included in policy.get("includedPaths", [])]
        self._excluded = [_pattern(excluded["path"]) for excluded in policy.get("excludedPaths", [])]
        self._composites = [_composite(composite) for composite in policy.get("compositeIndexes", [])]

    def check_order(self, order: Sequence[Order]) -> None:
        """Raise `BadRequest` if Azure would not sort by these paths for want of an index."""
        if len(order) > 1:
            if not any(_serves(composite, order) for composite in self._composites):
                raise BadRequest(
                    "The order by query does not have a corresponding composite index that it can be served from."
                )
        elif order and not self._indexes(order[0][0]):
            path = "/".join(map(str, order[0][0]))
            raise BadRequest(
                "The index path corresponding to the specified order-by item is excluded: "
                f"include /{path}/? in the indexing policy of the container."
            )

    def _indexes(self, steps: tuple[str | int, ...]) -> bool:
        """Of the included and excluded paths that a path falls under, the most precise one decides."""
        if steps in _ALWAYS_INDEXED:
            return True
        included = max((_precision(pattern, steps) for pattern in self._included), default=-1)
        excluded = max((_precision(pattern, steps) for pattern in self._excluded), default=-1)
        return not self._is_off and included > excluded


def _pattern(path: str) -> tuple[tuple[str, ...], bool]:
    """The steps of a path, and whether it stands for all that is below it too."""
    return steps_of(path), path.endswith("*")


def _precision(pattern: tuple[tuple[str, ...], bool], steps: tuple[str | int, ...]) -> int:
    """How closely a path of the policy fits: -1 if it does not, and an exact one closer than one with `*`."""
    wanted = tuple("[]" if isinstance(step, int) else step for step in steps)
    prefix, is_open = pattern
    if not is_open:
        return 2 * len(prefix) + 1 if wanted == prefix else -1
    return 2 * len(prefix) if wanted[: len(prefix)] == prefix else -1


def _composite(paths: Sequence[dict[str, Any]]) -> tuple[Order, ...]:
    return tuple((steps_of(path["path"]), path.get("order") == "descending") for path in paths)


def _serves(composite: tuple[Order, ...], order: Sequence[Order]) -> bool:
    """A composite index serves its own order, and the reverse of it."""
    reverse = tuple((steps, not descending) for steps, descending in composite)
    return tuple(order) in (composite, reverse)
