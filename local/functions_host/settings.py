"""host.json and application settings, read as the Functions host reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TIME_SPAN = re.compile(r"(?:(?P<days>\d+)\.)?(?P<hours>\d{1,2}):(?P<minutes>\d{2})(?::(?P<seconds>\d{2}(?:\.\d+)?))?")
_SETTING = re.compile(r"%([^%]+)%")
_OF_NO_CONSEQUENCE = ("extensionBundle", "logging", "telemetryMode", "watchDirectories")
"""What host.json may have that changes nothing of what functions see."""


class SettingsError(Exception):
    """A setting that is missing or wrong. The message names it and says what would be right."""


def parse_time_span(text: str) -> float:
    """Seconds of a .NET TimeSpan such as `00:05:00`, `1.12:00:00.5`, or `24:00:00`, which are days, hours, minutes.

    Raises ValueError when it is none.
    """
    match = _TIME_SPAN.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a time span like 00:05:00")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    if hours >= 24 and not match["days"]:
        days, hours, minutes, seconds = hours, minutes, seconds, 0.0
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


@dataclass(frozen=True, slots=True)
class ServiceBusOptions:
    """`extensions.serviceBus` of host.json with the host's defaults. Times are in seconds; limits hold per function.

    Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#hostjson-settings
    """

    prefetch_count: int = 0
    auto_complete_messages: bool = True
    max_auto_lock_renewal: float = 300.0
    max_concurrent_calls: int = 16
    max_concurrent_sessions: int = 8
    max_concurrent_calls_per_session: int = 1
    session_idle_timeout: float = 60.0
    max_message_batch_size: int = 1000
    min_message_batch_size: int = 1
    max_batch_wait: float = 30.0


@dataclass(frozen=True, slots=True)
class HostSettings:
    """What host.json says. `function_timeout` is in seconds, None for no limit; `ignored` names what has no effect."""

    route_prefix: str = "api"
    function_timeout: float | None = 1800.0
    service_bus: ServiceBusOptions = ServiceBusOptions()
    ignored: tuple[str, ...] = ()


class _Section:
    """One object of host.json, whose values are checked as they are read."""

    def __init__(self, name: str, values: object) -> None:
        if not isinstance(values, dict):
            raise SettingsError(f"host.json: {name} must be an object, not {values!r}")
        self._name, self._values = name, values
        self._read: set[str] = set()

    def ignored(self) -> tuple[str, ...]:
        """The names of what it has and nobody read."""
        return tuple(f"{self._name}.{key}".lstrip(".") for key in self._values if key not in self._read)

    def section(self, key: str) -> _Section:
        return _Section(f"{self._name}.{key}".lstrip("."), self._value(key) or {})

    def number(self, key: str, default: int, least: int) -> int:
        value = self._value(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self._wrong(key, value, f"a whole number of at least {least}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._value(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, value, "true or false")
        return value

    def text(self, key: str, default: str) -> str:
        value = self._value(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, value, "text")
        return value

    def time(self, key: str, default: float) -> float:
        value = self._value(key)
        if value is None:
            return default
        try:
            return parse_time_span(value)
        except (ValueError, AttributeError):
            raise self._wrong(key, value, "a time span like 00:05:00") from None

    def _value(self, key: str, default: object = None) -> Any:
        self._read.add(key)
        return self._values.get(key, default)

    def _wrong(self, key: str, value: object, wanted: str) -> SettingsError:
        return SettingsError(f"host.json: {self._name}.{key} must be {wanted}, not {value!r}")


def read_host_settings(app_root: Path) -> HostSettings:
    """Read `app_root/host.json`. Raises SettingsError when it is absent, no JSON, or says something impossible."""
    path = app_root / "host.json"
    try:
        root = _Section("", json.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        raise SettingsError(f"{path} does not exist; a function app's root has a host.json") from None
    except json.JSONDecodeError as error:
        raise SettingsError(f"{path} is not JSON: {error}") from None
    if root.text("version", "") != "2.0":
        raise SettingsError(f'{path}: "version" must be "2.0"')
    timeout = None if root.text("functionTimeout", "00:30:00") == "-1" else root.time("functionTimeout", 1800.0)
    extensions = root.section("extensions")
    http, service_bus = extensions.section("http"), extensions.section("serviceBus")
    return HostSettings(
        route_prefix=http.text("routePrefix", "api").strip("/"),
        function_timeout=timeout,
        service_bus=_service_bus_options(service_bus),
        ignored=tuple(
            name
            for section in (root, extensions, http, service_bus)
            for name in section.ignored()
            if name not in _OF_NO_CONSEQUENCE
        ),
    )


def _service_bus_options(section: _Section) -> ServiceBusOptions:
    default = ServiceBusOptions()
    options = ServiceBusOptions(
        prefetch_count=section.number("prefetchCount", default.prefetch_count, 0),
        auto_complete_messages=section.flag("autoCompleteMessages", default.auto_complete_messages),
        max_auto_lock_renewal=section.time("maxAutoLockRenewalDuration", default.max_auto_lock_renewal),
        max_concurrent_calls=section.number("maxConcurrentCalls", default.max_concurrent_calls, 1),
        max_concurrent_sessions=section.number("maxConcurrentSessions", default.max_concurrent_sessions, 1),
        max_concurrent_calls_per_session=section.number("maxConcurrentCallsPerSession", 1, 1),
        session_idle_timeout=section.time("sessionIdleTimeout", default.session_idle_timeout),
        max_message_batch_size=section.number("maxMessageBatchSize", default.max_message_batch_size, 1),
        min_message_batch_size=section.number("minMessageBatchSize", default.min_message_batch_size, 1),
        max_batch_wait=section.time("maxBatchWaitTime", default.max_batch_wait),
    )
    if options.min_message_batch_size > options.max_message_batch_size:
        raise SettingsError("host.json: extensions.serviceBus.minMessageBatchSize is above maxMessageBatchSize")
    return options


@dataclass(frozen=True, slots=True)
class CorsPolicy:
    """`Host` of local.settings.json: which origins a browser may call from."""

    origins: frozenset[str]
    credentials: bool

    def allows(self, origin: str) -> bool:
        return "*" in self.origins or origin.rstrip("/") in self.origins


def read_local_settings(app_root: Path) -> dict[str, Any]:
    """local.settings.json of the app, or {} when there is none. Raises SettingsError when it is no JSON object."""
    path = app_root / "local.settings.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise SettingsError(f"{path} is not JSON: {error}") from None
    if not isinstance(settings, dict):
        raise SettingsError(f"{path} must hold one JSON object")
    return settings


def cors_policy(local_settings: Mapping[str, Any]) -> CorsPolicy | None:
    """The CORS policy of local.settings.json, None when it has none."""
    host = local_settings.get("Host") or {}
    origins = str(host.get("CORS") or "")
    if not origins:
        return None
    names = (origin.strip().rstrip("/") for origin in origins.split(","))
    return CorsPolicy(frozenset(filter(None, names)), bool(host.get("CORSCredentials")))


def resolve(text: str, settings: Mapping[str, str]) -> str:
    """Replace every `%NAME%` by the application setting NAME. Raises SettingsError when there is no such setting."""

    def value(match: re.Match[str]) -> str:
        if (found := settings.get(match[1])) is None:
            raise SettingsError(f"'%{match[1]}%' does not resolve: there is no application setting {match[1]!r}")
        return found

    return _SETTING.sub(value, text)


def is_disabled(function_name: str, settings: Mapping[str, str]) -> bool:
    """Whether `AzureWebJobs.<name>.Disabled` is true or 1; on Linux, where names have no dots, with underscores."""
    names = (f"AzureWebJobs.{function_name}.Disabled", f"AzureWebJobs_{function_name}_Disabled")
    return any(settings.get(name, "").strip().lower() in {"true", "1"} for name in names)


@dataclass(frozen=True, slots=True)
class ServiceBusConnectionString:
    """Where the bus listens, and the key to sign with."""

    host: str
    port: int
    key_name: str
    key: str


def service_bus_connection(name: str, settings: Mapping[str, str]) -> ServiceBusConnectionString:
    """The connection a trigger names. Raises SettingsError when it is absent or not one for a local Service Bus."""
    text = settings.get(name) or settings.get(f"AzureWebJobs{name}")
    if not text:
        if settings.get(f"{name}__fullyQualifiedNamespace"):
            raise SettingsError(
                f"{name}__fullyQualifiedNamespace needs a managed identity; set {name} to a connection string"
            )
        raise SettingsError(f"the Service Bus connection {name!r} is not set")
    parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    endpoint = re.fullmatch(r"sb://([^/:]+)(?::(\d+))?/?", parts.get("Endpoint", ""))
    if not endpoint:
        raise SettingsError(f"{name} has no Endpoint=sb://host:port")
    if parts.get("UseDevelopmentEmulator", "").lower() != "true":
        raise SettingsError(
            f"{name} must say UseDevelopmentEmulator=true; this host only speaks to a local Service Bus"
        )
    key_name, key = parts.get("SharedAccessKeyName", ""), parts.get("SharedAccessKey", "")
    return ServiceBusConnectionString(endpoint[1], int(endpoint[2] or 5672), key_name, key)
