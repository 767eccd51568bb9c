"""Settings, read once from the environment: application settings in Azure, `local.settings.json` or the stack here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


class SettingsError(Exception):
    """Settings are missing or wrong; the message names each and says what to give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the app needs to know. Each field is the setting of the same name in capitals, unless told otherwise.

    Where a `*_connection` or `*_key` is empty, the managed identity is used with the endpoint.
    """

    service_bus_connection: str = ""
    """`ServiceBusConnection`: a connection string. The triggers read the same setting."""
    service_bus_namespace: str = ""
    """`ServiceBusConnection__fullyQualifiedNamespace`: such as contoso.servicebus.windows.net."""
    cosmos_endpoint: str
    cosmos_key: str = ""
    cosmos_database: str = "contoso"
    tables_connection: str = ""
    tables_endpoint: str = ""
    sql_url: str
    """A SQLAlchemy URL: sqlite:///… or mssql+pyodbc://…"""
    payment_callback_secret: str
    """Signs payment URLs; at least 32 characters. The only secret there is."""
    public_base_url: str
    """Where registrants reach the site, without a slash at the end."""
    reservation_expiry_seconds: int = 15 * 60
    """How long an order holds its seats unpaid."""
    reservation_grace_seconds: int = 14 * 60
    """How much longer a payment under way may take."""
    open_holds_per_client: int = 0
    """How many unpaid orders one client may have open at once; 0: any number."""
    wrong_tries_per_client: int = 0
    """How many wrong access codes one client may try in 15 minutes, at all e-mail addresses; 0: any number."""
    trusted_proxies: int = 1
    """How many proxies before the app put the address they were called from at the end of X-Forwarded-For."""
    release: str = "dev"
    """What the health check says is running."""


_NAMES = {
    "service_bus_connection": "ServiceBusConnection",
    "service_bus_namespace": "ServiceBusConnection__fullyQualifiedNamespace",
}
_EITHER = (("service_bus_connection", "service_bus_namespace"), ("tables_connection", "tables_endpoint"))


def setting_name(field: str) -> str:
    """The environment variable of a field of Settings."""
    return _NAMES.get(field, field.upper())


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError naming every setting that is missing or wrong."""
    values: dict[str, Any] = {}
    faults = []
    for field in fields(Settings):
        text = environment.get(setting_name(field.name), "")
        if field.type in (int, "int") and text:
            if text.isascii() and text.isdigit():
                values[field.name] = int(text)
            else:
                faults.append(f"{setting_name(field.name)} must be a whole number, not {text!r}")
        elif text:
            values[field.name] = text
    faults += _missing(values)
    if faults:
        raise SettingsError("; ".join(faults))
    return Settings(**values)


def _missing(values: Mapping[str, Any]) -> list[str]:
    required = ("cosmos_endpoint", "sql_url", "payment_callback_secret", "public_base_url")
    faults = [f"{setting_name(name)} is missing" for name in required if name not in values]
    faults += [
        f"one of {setting_name(first)} and {setting_name(second)} is needed"
        for first, second in _EITHER
        if first not in values and second not in values
    ]
    secret = values.get("payment_callback_secret", "")
    if secret and len(secret) < 32:
        faults.append("PAYMENT_CALLBACK_SECRET must have at least 32 characters")
    if secret.startswith("@Microsoft.KeyVault("):
        faults.append("PAYMENT_CALLBACK_SECRET is a reference to a vault that the app cannot read")
    return faults
