"""Calls to table storage."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from azure.core.exceptions import HttpResponseError

from domain.kernel.errors import Unavailable
from infra.retries import retrying_tables

R = TypeVar("R")

TABLE_CLIENT_OPTIONS: dict[str, Any] = {
    "retry_total": 0,  # infra.retries does that
    "auto_request_id": False,  # an id that nobody looks for
}
"""For every client of table storage, beside `azure_clients.http_transport`. Without the id, and without the transport
looking for a proxy, a call takes half the processor time: 1.0 instead of 2.0 ms, as measured."""

NOT_FOUND, CONFLICT, PRECONDITION_FAILED = 404, 409, 412
"""To be told by status: Azurite gives no error code with a 409, and the SDK goes by codes."""


async def call_table(table: str, call: Callable[[], Awaitable[R]]) -> R:
    """The result of `await call()`, retried. Raises Unavailable, and HttpResponseError for any other answer."""
    try:
        return await retrying_tables(call)
    except HttpResponseError as error:
        if error.status_code == NOT_FOUND and "TableNotFound" in str(error):
            raise Unavailable(f"there is no table {table}: create those that infra/tables.json names") from error
        raise
