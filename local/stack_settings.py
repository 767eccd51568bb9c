"""Settings of the local Azure, from the environment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

PROJECT_ROOT = Path(__file__).resolve().parent.parent
_BYTES_OF_SECRET = 32


class StackError(Exception):
    """Why the stack cannot run. The message names the fault and how to mend it."""


@dataclass(frozen=True, slots=True)
class StackSettings:
    """What `make run` can be told. Ports of 0 are chosen by the system; times are in seconds."""

    app_root: Path
    state_directory: Path
    api_port: int
    web_port: int
    workers: int
    demo_data: bool
    reservation_expiry: int
    reservation_grace: int

    @property
    def logs(self) -> Path:
        return self.state_directory / "logs"


def read_settings(environment: Mapping[str, str], app_root: Path) -> StackSettings:
    """Read the settings. Raises StackError naming the one that is wrong."""
    return StackSettings(
        app_root=app_root.resolve(),
        state_directory=Path(environment.get("STATE_DIR") or app_root / ".local").resolve(),
        api_port=_number(environment, "API_PORT", 7071, 0, 65535),
        web_port=_number(environment, "WEB_PORT", 4280, 0, 65535),
        workers=_number(environment, "FUNCTIONS_WORKER_PROCESS_COUNT", 1, 1, 64),
        demo_data=_flag(environment, "DEMO_DATA", default=True),
        reservation_expiry=_number(environment, "RESERVATION_EXPIRY_SECONDS", 900, 1, 86400),
        reservation_grace=_number(environment, "RESERVATION_GRACE_SECONDS", 840, 1, 86400),
    )


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise StackError(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)


def _flag(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environment.get(name, "").strip().lower()
    if text not in {"", "0", "1", "false", "true"}:
        raise StackError(f"{name} must be 0 or 1, not {text!r}")
    return text in {"1", "true"} if text else default


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
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(drawn))
    return drawn
