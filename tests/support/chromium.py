"""Debian's Chromium: where it is, and how the tests start it."""

from __future__ import annotations

import os
import shutil
import subprocess

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_INSTALL = (("apt-get", "update"), ("apt-get", "install", "-y", "--no-install-recommends", "chromium"))


class ChromiumMissing(AssertionError):
    """There is no Chromium on this machine, and it could not be installed."""


def chromium() -> str:
    """The path of Chromium, installed from Debian's packages first if need be. Raises ChromiumMissing."""
    return _on_path() or _installed()


def _on_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def _installed() -> str:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ChromiumMissing("the browser tests need Chromium on the PATH: apt-get install chromium")
    for command in _INSTALL:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ChromiumMissing(f"{' '.join(command)} failed with {done.returncode}: {done.stderr.strip()[-2000:]}")
    found = _on_path()
    if found is None:
        raise ChromiumMissing("Debian's package chromium was installed, but there is no chromium on the PATH")
    return found
