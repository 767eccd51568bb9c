"""`local.settings.sample.json` names every setting there is, and no other, so whoever starts from it misses nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Settings, SettingsError, read_settings, setting_name

SAMPLE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "local.settings.sample.json").read_text(encoding="utf-8")
)
VALUES: dict[str, str] = SAMPLE["Values"]
OF_THE_HOST = {"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"}
INSTEAD_IN_AZURE = {"ServiceBusConnection__fullyQualifiedNamespace", "TABLES_ENDPOINT"}
"""With the managed identity, in place of a connection string: one of the two, never both."""


def faults(values: Mapping[str, str]) -> list[str]:
    """What is wrong with a sample of these values."""
    settings = {setting_name(field.name): field for field in fields(Settings)}
    expected = (settings.keys() - INSTEAD_IN_AZURE) | OF_THE_HOST
    defaults = {
        name: str(field.default) for name, field in settings.items() if field.default not in (MISSING, "", None)
    }
    return [
        *(f"{name} is missing" for name in sorted(expected - values.keys())),
        *(f"nobody reads {name}" for name in sorted(values.keys() - expected)),
        *(
            f"{name} is {values[name]}, but {default} where nobody sets it"
            for name, default in defaults.items()
            if values.get(name, default) != default
        ),
    ]


def test_the_sample_names_every_setting_and_no_other() -> None:
    assert faults(VALUES) == []


def test_the_app_starts_with_the_sample() -> None:
    assert read_settings(VALUES).reservation_expiry_seconds == 900


def test_the_core_tools_are_told_where_to_listen() -> None:
    assert SAMPLE["Host"]["LocalHttpPort"] == 7071
    assert SAMPLE["IsEncrypted"] is False


@pytest.mark.parametrize("name", VALUES)
def test_a_setting_that_the_sample_lacks_is_found_out(name: str) -> None:
    assert faults({other: value for other, value in VALUES.items() if other != name}) == [f"{name} is missing"]


def test_a_setting_that_nobody_reads_is_found_out() -> None:
    assert faults(VALUES | {"COSMOS_COLOUR": "blue"}) == ["nobody reads COSMOS_COLOUR"]


def test_a_value_that_is_not_the_default_is_found_out() -> None:
    assert faults(VALUES | {"RELEASE": "v1"}) == ["RELEASE is v1, but dev where nobody sets it"]


def test_a_secret_that_is_still_a_reference_to_its_vault_is_refused() -> None:
    """As long as the vault cannot be read, the app is given the reference itself, which is long enough."""
    reference = "@Microsoft.KeyVault(SecretUri=https://kv-contoso.vault.azure.net/secrets/payment-callback)"
    with pytest.raises(SettingsError, match="PAYMENT_CALLBACK_SECRET is a reference"):
        read_settings({**VALUES, "PAYMENT_CALLBACK_SECRET": reference})
