"""The built-in functions of the query language: which there are, and how they are called.

An argument of the wrong type makes the result undefined, as in Azure.
Source: https://learn.microsoft.com/azure/cosmos-db/nosql/query/system-functions
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from local.cosmos.errors import BadRequest
from local.cosmos.query_array_functions import ARRAY_FUNCTIONS
from local.cosmos.query_number_functions import NUMBER_FUNCTIONS
from local.cosmos.query_signatures import ANYTHING, Signature, signature
from local.cosmos.query_text_functions import TEXT_FUNCTIONS
from local.cosmos.query_values import (
    ARRAY_RANK,
    BOOLEAN_RANK,
    NULL_RANK,
    NUMBER_RANK,
    OBJECT_RANK,
    TEXT_RANK,
    UNDEFINED_RANK,
    rank,
)


def _is(*ranks: int) -> Signature:
    """A test for types. It is never undefined: what is undefined is of no type."""
    return signature(lambda value: rank(value) in ranks, ANYTHING)


_TYPE_TESTS = {
    "IS_DEFINED": signature(lambda value: rank(value) != UNDEFINED_RANK, ANYTHING),
    "IS_NULL": _is(NULL_RANK),
    "IS_BOOL": _is(BOOLEAN_RANK),
    "IS_NUMBER": _is(NUMBER_RANK),
    "IS_FINITE_NUMBER": _is(NUMBER_RANK),
    "IS_STRING": _is(TEXT_RANK),
    "IS_ARRAY": _is(ARRAY_RANK),
    "IS_OBJECT": _is(OBJECT_RANK),
    "IS_PRIMITIVE": _is(NULL_RANK, BOOLEAN_RANK, NUMBER_RANK, TEXT_RANK),
    "IS_INTEGER": signature(
        lambda value: rank(value) == NUMBER_RANK and value == int(value) and abs(value) < 2**63, ANYTHING
    ),
}
_CONDITION = {
    "IIF": signature(lambda condition, then, otherwise: then if condition is True else otherwise, *[ANYTHING] * 3)
}
_FUNCTIONS: dict[str, Signature] = {
    **_TYPE_TESTS,
    **_CONDITION,
    **TEXT_FUNCTIONS,
    **NUMBER_FUNCTIONS,
    **ARRAY_FUNCTIONS,
}


def function(name: str, arguments: int) -> Callable[[Sequence[Any]], Any]:
    """The function of a name in upper case. Raises `BadRequest` if there is none, or not with so many arguments."""
    found = _FUNCTIONS.get(name)
    if found is None:
        raise BadRequest(f"'{name}' is not a function that the local Cosmos DB has.")
    if not found.takes(arguments):
        raise BadRequest(f"{name} does not take {arguments} arguments.")
    return found
