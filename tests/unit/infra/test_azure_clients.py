"""The clients of one process are closed with all that belongs to them."""

from __future__ import annotations

from typing import Any

import azure.identity.aio
import pytest

from infra.azure_clients import AzureClients
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
