"""A local Azure of the tests' own: `python -m local run` with its own state directory and free ports."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.patience import eventually

PROJECT_ROOT = Path(__file__).parents[2]
START_SECONDS = 90.0
STOP_SECONDS = 90.0
RESTART_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_LINES_SHOWN = 40


class StackError(AssertionError):
    """The local Azure did not start, or did not stop as it should. The message has the end of its logs."""


class Stack:
    """One running local Azure. Its components are what STATE_DIR/stack.json says at the moment."""

    def __init__(self, state_directory: Path, **settings: str | int) -> None:
        """`settings` are environment variables, beside those that make it the tests' own."""
        self.state_directory = state_directory
        own = {"STATE_DIR": state_directory, "API_PORT": 0, "WEB_PORT": 0, "DEMO_DATA": 0, **settings}
        self._environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until the app says that it is ready. Raises StackError."""
        self.state_directory.mkdir(parents=True, exist_ok=True)
        with (self.state_directory / "supervisor.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local", "run"],
                cwd=PROJECT_ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_stop_with_parent(),  # noqa: PLW1509 - it only makes two system calls
            )
        self.wait_until_ready(START_SECONDS)

    def stop(self) -> None:
        """Stop in order. Raises StackError when that takes too long, fails, or leaves a process behind."""
        assert self._process is not None
        pids = self.pids()
        self._process.send_signal(signal.SIGTERM)
        try:
            code: int | None = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
            self._process.kill()
            self._process.wait()
        left = [pid for pid in pids if _is_alive(pid)]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        if code != 0 or left:
            raise StackError(f"the stack ended with {code} and left the processes {left}\n{self.logs()}")

    def wait_until_ready(self, seconds: float = RESTART_SECONDS) -> None:
        """Wait until every component and the app are ready. Raises StackError."""
        try:
            eventually(self._is_ready, "readiness of the local Azure", seconds=seconds)
        except AssertionError as error:
            raise StackError(f"{error}\n{self.logs()}") from None

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"`python -m local run` ended with {self._process.returncode}")
        content = self._content()
        is_up = content.get("ready") and all(
            component["state"] == "ready" for component in content["components"].values()
        )
        return bool(is_up) and _answers_ready(self.api_url)

    def component(self, name: str) -> dict[str, Any]:
        """What stack.json says of a component: pid, pids, url, restarts, and its connection where it has one."""
        component: dict[str, Any] = self._content()["components"][name]
        return component

    def pids(self) -> list[int]:
        """All processes of all components."""
        components = self._content().get("components", {})
        return [pid for component in components.values() for pid in component["pids"]]

    def kill(self, name: str) -> None:
        """End a component as a crash would (SIGKILL), and wait until it was started again and all is ready."""
        before = self.component(name)
        for pid in before["pids"]:
            os.kill(pid, signal.SIGKILL)
        eventually(
            lambda: self.component(name)["restarts"] >= before["restarts"] + len(before["pids"]),
            f"a restart of {name}",
            seconds=RESTART_SECONDS,
        )
        self.wait_until_ready()

    def logs(self, lines: int = _LINES_SHOWN) -> str:
        """The end of the log of every component."""
        files = [self.state_directory / "supervisor.log", *sorted(self.state_directory.glob("logs/*.log"))]
        return "\n".join(f"--- {file.stem}\n{_tail(file, lines)}" for file in files if file.exists())

    @property
    def api_url(self) -> str:
        return str(self.component("functions")["url"])

    @property
    def web_url(self) -> str:
        return str(self.component("web")["url"])

    @property
    def bus_connection(self) -> str:
        return str(self.component("servicebus")["connection"])

    def _content(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads((self.state_directory / "stack.json").read_bytes())
        except FileNotFoundError:
            return {}
        return content


@contextmanager
def running_stack(state_directory: Path, **settings: str | int) -> Iterator[Stack]:
    """A local Azure for as long as the context lasts; also one that fails to start leaves nothing behind."""
    stack = Stack(state_directory, **settings)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def _answers_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/health/ready", timeout=10, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _tail(file: Path, lines: int) -> str:
    return "\n".join(file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _stop_with_parent() -> Callable[[], None] | None:
    """Tests that are killed take their stack with them (Linux)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM)) and None
