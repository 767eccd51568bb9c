"""Settings of the local Azure, from the environment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from local.whole_files import write_whole

PROJECT_ROOT = Path(__file__).resolve().parent.parent
Value = TypeVar("Value")
_BYTES_OF_SECRET = 32
_LAST_PORT = 65535
_A_DAY = 86400
_FOR_APP: Mapping[str, tuple[int, int, int | None]] = {
    "RESERVATION_EXPIRY_SECONDS": (900, 1, _A_DAY),
    "RESERVATION_GRACE_SECONDS": (840, 1, _A_DAY),
    "OPEN_HOLDS_PER_CLIENT": (0, 0, None),
    "WRONG_TRIES_PER_CLIENT": (0, 0, None),
    "TRUSTED_PROXIES": (1, 0, None),
}
"""Default, least and most of each setting that the app is given."""
_DETOURS = ("servicebus", "storage")


class StackError(Exception):
    """Why the stack cannot run. The message names the fault and how to mend it."""


@dataclass(frozen=True, slots=True)
class StackSettings:
    """What `make run` can be told. Ports of 0 are chosen by the system.

    `for_app` are settings that go on to the app as they are. `detours` are ports, by component, that the app is sent
    to in place of the component's own: somebody stands in between. With `storage_log`, the log of storage has a
    line for each request: somebody wants to count them.
    """

    app_root: Path
    state_directory: Path
    api_port: int
    web_port: int
    workers: int
    demo_data: bool
    for_app: Mapping[str, int]
    detours: Mapping[str, int]
    storage_log: bool

    @property
    def logs(self) -> Path:
        return self.state_directory / "logs"


def read_settings(environment: Mapping[str, str], app_root: Path) -> StackSettings:
    """Read the settings. Raises StackError naming all that are wrong."""
    reader = _Reader(environment)
    settings = StackSettings(
        app_root=app_root.resolve(),
        state_directory=Path(environment.get("STATE_DIR") or app_root / ".local").resolve(),
        api_port=reader.number("API_PORT", 7071, 0, _LAST_PORT),
        web_port=reader.number("WEB_PORT", 4280, 0, _LAST_PORT),
        workers=reader.number("FUNCTIONS_WORKER_PROCESS_COUNT", 1, 1, 64),
        demo_data=reader.flag("DEMO_DATA", default=True),
        for_app={name: reader.number(name, *limits) for name, limits in _FOR_APP.items()},
        detours=reader.ports("DETOURS", _DETOURS),
        storage_log=reader.flag("STORAGE_LOG", default=False),
    )
    if settings.api_port and settings.api_port == settings.web_port:
        reader.faults.append(f"API_PORT and WEB_PORT are both {settings.api_port}; they must differ")
    if reader.faults:
        raise StackError("\n".join(reader.faults))
    return settings


class _Reader:
    """Reads settings one by one. What is wrong is in `faults`, and read as its default."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.faults: list[str] = []

    def number(self, name: str, default: int, least: int, most: int | None) -> int:
        text = self._text(name)
        if not text:
            return default
        if text.isascii() and text.isdigit() and int(text) >= least and (most is None or int(text) <= most):
            return int(text)
        limits = f"of at least {least}" if most is None else f"from {least} to {most}"
        return self._wrong(name, f"a whole number {limits}", default)

    def flag(self, name: str, *, default: bool) -> bool:
        text = self._text(name).lower()
        if text in {"", "0", "1", "false", "true"}:
            return text in {"1", "true"} if text else default
        return self._wrong(name, "0 or 1", default)

    def ports(self, name: str, allowed: Sequence[str]) -> dict[str, int]:
        """`one=30001,other=30002`, each by one of the allowed names."""
        found: dict[str, int] = {}
        for entry in filter(None, self._text(name).split(",")):
            key, _, port = map(str.strip, entry.partition("="))
            if key not in allowed or not port.isascii() or not port.isdigit() or not 0 < int(port) <= _LAST_PORT:
                return self._wrong(name, f"ports of {' and '.join(allowed)}, such as {allowed[0]}=30001", {})
            found[key] = int(port)
        return found

    def _text(self, name: str) -> str:
        return self._environment.get(name, "").strip()

    def _wrong(self, name: str, wanted: str, default: Value) -> Value:
        self.faults.append(f"{name} must be {wanted}, not {self._text(name)!r}")
        return default


class Secrets(msgspec.Struct, rename="camel"):
    """Drawn once for a STATE_DIR and kept there."""

    payment_callback_secret: str
    service_bus_key: str


def load_secrets(state_directory: Path) -> Secrets:
    """The secrets of this STATE_DIR, drawn if it has none yet. Raises StackError when the file is damaged."""
    path = state_directory / "secrets.json"
    if path.exists():
        try:
            return msgspec.json.decode(path.read_bytes(), type=Secrets)
        except msgspec.DecodeError as error:
            raise StackError(f"{path} is damaged ({error}); `python -m local reset` begins anew") from None
    drawn = Secrets(secrets.token_urlsafe(_BYTES_OF_SECRET), secrets.token_urlsafe(_BYTES_OF_SECRET))
    write_whole(path, msgspec.json.encode(drawn))
    return drawn
