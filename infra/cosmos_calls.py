"""Calls to Cosmos DB."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from azure.cosmos.exceptions import CosmosResourceNotFoundError

from domain.kernel.errors import Unavailable
from infra.retries import retrying_cosmos

T = TypeVar("T")


async def requiring_container(call: Callable[[], Awaitable[T]]) -> T:
    """As `retrying_cosmos`, for a call that only a missing container answers with 404: raises Unavailable for that too.

    Where 404 says something else, it is `retrying_cosmos` that lets it through.
    """
    try:
        return await retrying_cosmos(call)
    except CosmosResourceNotFoundError as error:
        raise Unavailable(f"create the containers that infra/cosmos.json names: {error.message}") from error
