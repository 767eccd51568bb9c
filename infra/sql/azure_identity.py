"""Signing in to Azure SQL with the managed identity instead of a password.

The ODBC driver takes an access token as a connection attribute, given before it connects.
Source: Microsoft, "Using Microsoft Entra ID with the ODBC Driver"; SQLAlchemy, "Connecting to databases with access
tokens".
"""

import struct
from typing import Any

from sqlalchemy import URL, Engine, event

SQL_COPT_SS_ACCESS_TOKEN = 1256
SCOPE = "https://database.windows.net/.default"


def needs_token(url: URL) -> bool:
    """Whether `url` names Azure SQL but no user, no other way to authenticate and no ready-made connection string."""
    return (
        url.get_backend_name() == "mssql"
        and not url.username
        and not {"authentication", "trusted_connection", "odbc_connect"} & {name.lower() for name in url.query}
    )


def sign_in_with_managed_identity(engine: Engine, credential: Any) -> None:
    """Give every new connection of `engine` a token of `credential`, which keeps it until it nears its end."""

    @event.listens_for(engine, "do_connect")
    def attach_token(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        # SQLAlchemy asks for Windows authentication where no user is named; the driver refuses that beside a token.
        arguments[0] = arguments[0].replace(";Trusted_Connection=Yes", "")
        options["attrs_before"] = {SQL_COPT_SS_ACCESS_TOKEN: token_attribute(credential.get_token(SCOPE).token)}


def token_attribute(token: str) -> bytes:
    """The token as the driver wants it: UTF-16, after its length in bytes."""
    encoded = token.encode("utf-16-le")
    return struct.pack(f"<I{len(encoded)}s", len(encoded), encoded)
