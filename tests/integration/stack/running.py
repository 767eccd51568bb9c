"""A supervisor process that a test drives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.support.patience import PATIENCE_SECONDS, eventually


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended but was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class RunningStack:
    """`python -m local` with ports of its own. What it prints is `output`, or goes to the descriptor `stdout`."""

    def __init__(self, app_root: Path, state: Path, settings: dict[str, str], *, stdout: int | None = None) -> None:
        self.state, self._log = state, state.parent / f"supervisor-{time.monotonic_ns()}.log"
        chosen = {"STATE_DIR": str(state), "API_PORT": "0", "WEB_PORT": "0", "DEMO_DATA": "0", **settings}
        with self._log.open("wb") as log:
            command = [sys.executable, "-m", "local", "--app-root", str(app_root)]
            self._process = subprocess.Popen(command, env={**os.environ, **chosen}, stdout=stdout or log, stderr=log)

    @property
    def output(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def ready(self) -> RunningStack:
        def is_ready() -> bool:
            assert self._process.poll() is None, self.output
            return "stop with Ctrl+C" in self.output

        eventually(is_ready, "the stack's start")
        return self

    def __enter__(self) -> RunningStack:
        return self.ready()

    def __exit__(self, *_: object) -> None:
        assert self.stop() == 0

    def says_ready(self) -> bool:
        """Whether stack.json says so."""
        file = self.state / "stack.json"
        assert self._process.poll() is None, self.output
        return file.exists() and bool(json.loads(file.read_bytes())["ready"])

    def components(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.state / "stack.json").read_bytes())["components"]
        return found

    def pids(self) -> list[int]:
        return [pid for component in self.components().values() for pid in component["pids"]]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def kill_everything(self) -> None:
        """As a power cut would: nothing ends in order."""
        self.pause()
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        self.kill()

    def kill_component(self, name: str, sign: signal.Signals = signal.SIGKILL) -> dict[str, Any]:
        """Kill the first process of a component; returns what is told of it once it runs again."""
        before = self.components()[name]
        os.kill(before["pid"], sign)

        def restarted() -> dict[str, Any] | None:
            now: dict[str, Any] = self.components()[name]
            return now if now["restarts"] == before["restarts"] + 1 and now["state"] == "ready" else None

        return eventually(restarted, f"the restart of {name}")

    def pause(self) -> None:
        """Stop the supervisor from noticing anything until `resume`."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def wait(self) -> int:
        return self._process.wait(PATIENCE_SECONDS)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        if self._process.poll() is None:
            self._process.send_signal(sign)
            self.resume()
        return self.wait()
