"""Access keys, in the form in which the Functions host keeps them.

Sources: https://learn.microsoft.com/azure/azure-functions/function-keys-how-to
and `FileSystemSecretsRepository` of the host
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.functions_host.settings import SettingsError
from local.functions_host.triggers import AuthLevel

_HOST_FORM = '{"masterKey": {"value": …}, "functionKeys": [{"name": …, "value": …}]}'
_FUNCTION_FORM = '{"keys": [{"name": …, "value": …}]}'


@dataclass(frozen=True, slots=True)
class HostKeys:
    """The keys that open functions which are not anonymous; those `of_function` (by lower-case name) only that one."""

    master: str
    function: frozenset[str]
    of_function: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def open(self, level: AuthLevel, function_name: str, key: str) -> bool:
        """Whether `key` opens a function of this level: the master key any, other keys those of level `function`."""
        allowed = {self.master}
        if level == "function":
            allowed |= self.function | self.of_function.get(function_name.lower(), frozenset())
        return any(hmac.compare_digest(key.encode(), each.encode()) for each in allowed)


def read_host_keys(path: Path) -> HostKeys:
    """Read the host's own secrets file, or a directory of `host.json` and a `<function>.json` for each that has keys.

    Raises SettingsError when a file has not that form.
    """
    host_file = path / "host.json" if path.is_dir() else path
    try:
        host = _read(host_file)
        master, function = str(host["masterKey"]["value"]), _values(host["functionKeys"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{host_file} must hold {_HOST_FORM}: {error!r}") from None
    files = sorted(path.glob("*.json")) if path.is_dir() else []
    return HostKeys(master, function, {file.stem.lower(): _function_keys(file) for file in files if file != host_file})


def _function_keys(file: Path) -> frozenset[str]:
    try:
        return _values(_read(file)["keys"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{file} must hold {_FUNCTION_FORM}: {error!r}") from None


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _values(keys: list[dict[str, Any]]) -> frozenset[str]:
    return frozenset(str(key["value"]) for key in keys)
