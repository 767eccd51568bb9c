"""Debian's Chromium: where it is, and how the tests start it.

Rather its headless shell, which has no windows: a page costs it a quarter of the processor time.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.support.install_lock import TOOLS, install_lock

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
PACKAGE = _PROGRAMS[0]
_INSTALL = (("apt-get", "update"), ("apt-get", "install", "-y", "--no-install-recommends", PACKAGE))


class ChromiumMissing(AssertionError):
    """There is no Chromium on this machine, and it could not be installed."""


def chromium() -> str:
    """The path of Chromium, installed from Debian's packages first if need be. Raises ChromiumMissing."""
    with install_lock(TOOLS):
        return _on_path() or _installed()


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def _installed() -> str:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ChromiumMissing(f"the browser tests need Chromium on the PATH: apt-get install {PACKAGE}")
    for command in _INSTALL:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ChromiumMissing(f"{' '.join(command)} failed with {done.returncode}: {done.stderr.strip()[-2000:]}")
    found = _on_path()
    if found is None:
        raise ChromiumMissing(f"Debian's package {PACKAGE} was installed, but there is no {PACKAGE} on the PATH")
    return found
