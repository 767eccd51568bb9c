"""Where the browser of these tests comes from when the machine has none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.chromium import PACKAGE, ChromiumMissing, chromium

# Debian's package manager, as far as it concerns us: it writes down what it was asked for, and then does it.
PACKAGE_MANAGER = """#!/bin/sh
echo "$@" >> "{directory}/asked"
{deed}
"""
INSTALL = f"""case "$1" in
  install) printf '#!/bin/sh\\n' > "{{directory}}/{PACKAGE}"; chmod +x "{{directory}}/{PACKAGE}";;
esac"""
FAIL = f'echo "E: Unable to locate package {PACKAGE}" >&2; exit 100'
NOTHING = "exit 0"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one directory on the PATH of a machine without Chromium."""
    chmod = shutil.which("chmod")
    assert chmod is not None
    (tmp_path / "chmod").symlink_to(chmod)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def test_it_is_installed_once_when_it_is_missing(machine: Path) -> None:
    _has_a_package_manager(machine, INSTALL)
    assert chromium() == str(machine / PACKAGE)
    assert chromium() == str(machine / PACKAGE)
    asked = (machine / "asked").read_text("utf-8").splitlines()
    assert asked == ["update", f"install -y --no-install-recommends {PACKAGE}"]


def test_what_the_package_manager_says_is_passed_on(machine: Path) -> None:
    _has_a_package_manager(machine, FAIL)
    with pytest.raises(ChromiumMissing, match=f"apt-get update failed with 100: E: Unable to locate package {PACKAGE}"):
        chromium()


def test_a_package_without_a_program_is_said(machine: Path) -> None:
    _has_a_package_manager(machine, NOTHING)
    with pytest.raises(ChromiumMissing, match=f"was installed, but there is no {PACKAGE} on the PATH"):
        chromium()


def test_whoever_may_not_install_is_told_what_to_do(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _has_a_package_manager(machine, INSTALL)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(ChromiumMissing, match=f"apt-get install {PACKAGE}"):
        chromium()
    assert not (machine / "asked").exists()


def test_a_machine_without_debians_packages_is_told_what_to_do(machine: Path) -> None:
    assert shutil.which("apt-get") is None
    with pytest.raises(ChromiumMissing, match=f"apt-get install {PACKAGE}"):
        chromium()


def _has_a_package_manager(machine: Path, deed: str) -> None:
    script = machine / "apt-get"
    script.write_text(PACKAGE_MANAGER.format(directory=machine, deed=deed.format(directory=machine)), "utf-8")
    script.chmod(0o755)
