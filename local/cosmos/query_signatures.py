"""What a built-in function takes, and that it is undefined for everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from local.cosmos.query_values import ARRAY_RANK, BOOLEAN_RANK, NUMBER_RANK, OBJECT_RANK, TEXT_RANK, rank, undefined

ANYTHING, DEFINED = -1, -2
"""In place of a type: any value and undefined too; any value."""
BOOLEAN, NUMBER, TEXT, ARRAY, OBJECT = BOOLEAN_RANK, NUMBER_RANK, TEXT_RANK, ARRAY_RANK, OBJECT_RANK


@dataclass(frozen=True, slots=True)
class Signature:
    compute: Callable[..., Any]
    types: tuple[int, ...]
    optional: int
    """How many of the last arguments may be left out."""
    repeated: bool
    """Whether there may be more arguments of the last type."""

    def takes(self, arguments: int) -> bool:
        least, most = len(self.types) - self.optional, len(self.types)
        return arguments >= least if self.repeated else least <= arguments <= most

    def __call__(self, arguments: Sequence[Any]) -> Any:
        for position, argument in enumerate(arguments):
            if not _is_of(argument, self.types[min(position, len(self.types) - 1)]):
                return undefined
        try:
            return self.compute(*arguments)
        except (ArithmeticError, ValueError):  # the logarithm of zero, and the like
            return undefined


def signature(compute: Callable[..., Any], *types: int, optional: int = 0, repeated: bool = False) -> Signature:
    return Signature(compute, types, optional, repeated)


def _is_of(value: Any, type_: int) -> bool:
    return type_ == ANYTHING or (value is not undefined if type_ == DEFINED else rank(value) == type_)
