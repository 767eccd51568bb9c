"""The values that go into a query's SQL when it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from local.cosmos.partition_keys import partition_text
from local.cosmos.query_ast import Literal, Parameter, Scalar

Operand: TypeAlias = Literal | Parameter


@dataclass(frozen=True, slots=True)
class Binding:
    """A value to bind under `name`: that of a literal or parameter, or the partition key text made of it."""

    name: str
    operand: Operand
    as_partition: bool = False

    def value(self, parameters: dict[str, Any]) -> Scalar:
        value = operand_value(self.operand, parameters)
        return partition_text([value]) if self.as_partition else sqlite_value(value)


def operand_value(operand: Operand, parameters: dict[str, Any]) -> Any:
    """The value a query was given. Compiling the query has made sure that every parameter has one."""
    return operand.value if isinstance(operand, Literal) else parameters[operand.name]


def sqlite_value(value: Any) -> Scalar:
    """A JSON value as `json_extract` would yield it, so that the two compare."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | dict):
        return msgspec.json.encode(value).decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value  # type: ignore[no-any-return]
