"""How clients of Azure services over HTTP are opened: what costs much and gives us nothing is left out."""

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.transport import AioHttpTransport
from azure.cosmos.aio import CosmosClient

from infra.retries import ATTEMPT_SECONDS

_NONE = -1
"""The Cosmos client takes 0 for "as usual"."""


def direct_transport() -> AioHttpTransport:
    """A transport that does not look for a proxy and a .netrc before every request.

    aiohttp looks in two other threads, which is half of what a call costs a client here.
    """
    return AioHttpTransport(use_env_settings=False)


def cosmos_client(endpoint: str, credential: str | AsyncTokenCredential) -> CosmosClient:
    """A client for the life of the process. It connects with its first call; close it with `await client.close()`.

    The account's consistency must be Strong (or, in one region, Bounded Staleness, which is the same there): who is
    told that a version is taken must find what took it, and a read is the proof that there was nothing to do.
    """
    return CosmosClient(
        endpoint,
        credential,
        transport=direct_transport(),
        connection_timeout=ATTEMPT_SECONDS,
        read_timeout=ATTEMPT_SECONDS,
        retry_total=0,  # `infra.retries` does it
        retry_throttle_total=_NONE,
        enable_endpoint_discovery=False,  # one region; else the client fails over by itself, and asks what there is
        enable_compact_utf8_item_writes=True,
        no_response_on_write=True,
    )
