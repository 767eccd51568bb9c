"""Calls to Cosmos DB."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from azure.cosmos.exceptions import CosmosResourceNotFoundError

from domain.kernel.errors import Unavailable
from infra.retries import retrying_cosmos

T = TypeVar("T")


async def call_cosmos(call: Callable[[], Awaitable[T]]) -> T:
    """The result of a call that only a missing container answers with 404. Raises Unavailable as `infra.retries` does,
    and for that."""
    try:
        return await retrying_cosmos(call)
    except CosmosResourceNotFoundError as error:
        raise Unavailable(f"create the containers that infra/cosmos.json names: {error.message}") from error
