"""The clients of one process are closed with all that belongs to them."""

from __future__ import annotations

from typing import Any

import azure.identity.aio
import pytest
from azure.core.pipeline.transport import AioHttpTransport

from infra.azure_clients import KEEP_ALIVE_SECONDS, AzureClients, http_transport
from infra.settings import Settings

SETTINGS = Settings(
    service_bus_namespace="contoso.servicebus.windows.net",
    cosmos_endpoint="https://contoso.documents.azure.com",
    tables_endpoint="https://contoso.table.core.windows.net",
    sql_url="sqlite:////tmp/contoso.db",
    payment_callback_secret="x" * 32,
    public_base_url="https://contoso.example",
)


class Identity:
    """A managed identity that nobody asks for a token."""

    made: list[Identity]

    def __init__(self) -> None:
        self.closed = 0
        self.made.append(self)

    async def get_token(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture(autouse=True)
def identities(monkeypatch: pytest.MonkeyPatch) -> list[Identity]:
    Identity.made = []
    monkeypatch.setattr(azure.identity.aio, "DefaultAzureCredential", Identity)
    return Identity.made


async def test_all_clients_share_one_identity_which_is_closed_with_them(identities: list[Identity]) -> None:
    clients = AzureClients(SETTINGS)
    assert [identity.closed for identity in identities] == [0]
    await clients.close()
    assert [identity.closed for identity in identities] == [1]
    await clients.bus.close()


async def test_all_clients_share_one_transport_which_is_closed_with_them() -> None:
    clients = AzureClients(SETTINGS)
    (session,) = {
        pipeline._transport.session
        for pipeline in (
            clients.cosmos.client_connection.pipeline_client._pipeline,
            clients.tables._client._client._pipeline,
        )
    }
    await clients.close()
    assert session.closed
    await clients.bus.close()


async def test_a_connection_is_kept_between_two_calls_at_ordinary_traffic() -> None:
    transport = http_transport()
    assert transport.session
    assert transport.session.connector
    assert transport.session.connector._keepalive_timeout == KEEP_ALIVE_SECONDS
    await transport.close()


async def test_the_transport_has_what_that_of_the_sdk_has_but_looks_for_no_proxy() -> None:
    ours, theirs = http_transport(), AioHttpTransport(use_env_settings=False)
    await theirs.open()
    for name in ("auto_decompress", "trust_env"):
        assert getattr(ours.session, name) == getattr(theirs.session, name)
    assert type(ours.session.cookie_jar) is type(theirs.session.cookie_jar)
    for transport in (ours, theirs):
        await transport.close()
