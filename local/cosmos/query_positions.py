"""Where a page of a query ended, and how the next one goes on from there.

A page ends at a document, and the next one begins after it by the values it was ordered by, not by a count of rows:
documents that come or go between two pages make none of the others appear twice or be missed. One that is changed in
between may appear again, in its new version.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from local.cosmos.errors import BadRequest
from local.cosmos.query_ast import Scalar

_NO_DOCUMENT = -1


class Position(msgspec.Struct, array_like=True):
    """The last row of a page: what it was ordered by, its sequence, and how many rows were given up to it."""

    order: list[Scalar]
    sequence: int
    given: int

    def token(self) -> str:
        """The continuation for the client to send back."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()


def position_of(token: str) -> Position:
    """The position in a continuation; raises `BadRequest` for one that this server never gave."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(token), type=Position)
    except (binascii.Error, msgspec.DecodeError, ValueError) as fault:
        raise BadRequest(f"'{token}' is no continuation that this server gave out.") from fault


def result_token(place: int) -> str:
    """The continuation of a page of a result that is put together as a whole: how many of its rows were given."""
    return Position([], _NO_DOCUMENT, place).token()


def place_in(token: str) -> int:
    """How many rows of the whole result were given."""
    position = position_of(token)
    if position.sequence != _NO_DOCUMENT or position.given < 0:
        raise BadRequest("The continuation belongs to another query.")
    return position.given


def after_sql(order_by: tuple[tuple[str, bool], ...], position: Position) -> tuple[str, dict[str, Any]]:
    """SQL and its bindings for: comes after `position`. SQLite orders NULL below everything.

    `order_by` holds the SQL of each term and whether it descends; ties are ordered by sequence.
    """
    if len(position.order) != len(order_by) or position.sequence == _NO_DOCUMENT:
        raise BadRequest("The continuation belongs to another query.")
    values: dict[str, Any] = {"after_sequence": position.sequence}
    sql = "documents.sequence > :after_sequence"
    for number in reversed(range(len(order_by))):
        term, descending = order_by[number]
        name, value = f"after{number}", position.order[number]
        values[name] = value
        beyond, not_before = _compared(term, f":{name}", descending, is_null=value is None)
        sql = f"({not_before} AND ({beyond} OR ({term} IS :{name} AND {sql})))"
    return sql, values


def _compared(term: str, value: str, descending: bool, *, is_null: bool) -> tuple[str, str]:
    """SQL for `term` comes strictly after a value, and for comes not before it, which an index can serve."""
    if descending:
        return ("0", f"{term} IS NULL") if is_null else (f"({term} < {value} OR {term} IS NULL)", "1")
    return (f"{term} IS NOT NULL", "1") if is_null else (f"{term} > {value}", f"{term} >= {value}")
