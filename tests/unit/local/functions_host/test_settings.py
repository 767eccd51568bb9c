"""host.json and application settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.functions_host.settings import (
    SettingsError,
    is_disabled,
    parse_time_span,
    read_host_settings,
    resolve,
    service_bus_connection,
)


def host_json(directory: Path, content: dict[str, Any]) -> Path:
    (directory / "host.json").write_text(json.dumps(content), encoding="utf-8")
    return directory


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:05:00", 300), ("01:30", 5400), ("1.00:00:00", 86400), ("00:00:00.5", 0.5), ("24:00:00", 24 * 86400)],
)
def test_time_spans(text: str, seconds: float) -> None:
    assert parse_time_span(text) == seconds


def test_an_empty_host_json_means_the_hosts_defaults(tmp_path: Path) -> None:
    settings = read_host_settings(host_json(tmp_path, {"version": "2.0"}))
    assert (settings.route_prefix, settings.function_timeout) == ("api", 1800)
    assert settings.service_bus.max_concurrent_calls == 16
    assert settings.service_bus.max_message_batch_size == 1000
    assert settings.ignored == ()


def test_what_a_host_json_says_in_vain_is_named(tmp_path: Path) -> None:
    extensions = {"http": {"routePrefix": "", "hsts": {}}, "serviceBus": {"clientRetryOptions": {}}, "queues": {}}
    content = {"version": "2.0", "functions": ["A"], "logging": {}, "extensions": extensions}
    assert read_host_settings(host_json(tmp_path, content)).ignored == (
        "functions",
        "extensions.queues",
        "extensions.http.hsts",
        "extensions.serviceBus.clientRetryOptions",
    )


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({}, '"version" must be "2.0"'),
        ({"version": "2.0", "functionTimeout": "soon"}, "functionTimeout must be a time span"),
        (
            {"version": "2.0", "extensions": {"serviceBus": {"maxConcurrentCalls": 0}}},
            "extensions.serviceBus.maxConcurrentCalls must be a whole number of at least 1, not 0",
        ),
        ({"version": "2.0", "extensions": {"serviceBus": 5}}, "extensions.serviceBus must be an object"),
        (
            {"version": "2.0", "extensions": {"serviceBus": {"minMessageBatchSize": 9, "maxMessageBatchSize": 8}}},
            "minMessageBatchSize is above maxMessageBatchSize",
        ),
    ],
)
def test_a_wrong_host_json_is_refused_naming_the_value(tmp_path: Path, content: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_host_settings(host_json(tmp_path, content))
    assert named in str(refused.value)


def test_settings_between_percent_signs_are_resolved() -> None:
    assert resolve("%A%-x-%B%", {"A": "1", "B": "2"}) == "1-x-2"
    with pytest.raises(SettingsError, match="no application setting 'C'"):
        resolve("%C%", {})


@pytest.mark.parametrize(
    ("value", "disabled"), [("true", True), ("1", True), ("True", True), ("false", False), ("0", False), ("", False)]
)
def test_a_function_is_disabled_by_its_setting(value: str, disabled: bool) -> None:
    assert is_disabled("PlaceOrder", {"AzureWebJobs.PlaceOrder.Disabled": value}) is disabled
    assert is_disabled("PlaceOrder", {"AzureWebJobs_PlaceOrder_Disabled": value}) is disabled
    assert not is_disabled("PlaceOrder", {"AzureWebJobs_Other_Disabled": value})


def test_a_connection_string_tells_host_port_and_key() -> None:
    text = "Endpoint=sb://localhost:5999;SharedAccessKeyName=n;SharedAccessKey=a=b;UseDevelopmentEmulator=true;"
    found = service_bus_connection("Bus", {"Bus": text})
    assert (found.host, found.port, found.key_name, found.key) == ("localhost", 5999, "n", "a=b")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "'Bus' is not set"),
        ({"Bus__fullyQualifiedNamespace": "x.servicebus.windows.net"}, "needs a managed identity"),
        ({"Bus": "UseDevelopmentEmulator=true"}, "no Endpoint"),
        ({"Bus": "Endpoint=sb://x.servicebus.windows.net/"}, "UseDevelopmentEmulator"),
    ],
)
def test_a_connection_that_cannot_serve_is_refused(settings: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        service_bus_connection("Bus", settings)
