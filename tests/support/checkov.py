"""checkov, which looks for insecure settings in Bicep files, in a venv of its own: it pins an older pycep than ours."""

from __future__ import annotations

import json
import subprocess
import venv
from collections.abc import Iterable
from pathlib import Path

from tests.support.install_lock import TOOLS, install_lock

REQUIREMENT = "checkov==3.3.30"
_HOME = TOOLS / REQUIREMENT.replace("==", "-")


def findings(bicep: Path) -> set[tuple[str, str]]:
    """The checks that fail in a directory of Bicep files, each with `file resource`. No network but to install."""
    command = [str(_installed()), "--directory", str(bicep), "--framework", "bicep", "--skip-download"]
    done = subprocess.run([*command, "--output", "json", "--quiet"], capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, f"checkov failed: {done.stderr[-2000:]}"
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0, f"checkov cannot read {report['results'].get('parsing_errors')}"
    return set(_failed(report["results"]["failed_checks"]))


def _failed(checks: Iterable[dict[str, str]]) -> Iterable[tuple[str, str]]:
    for check in checks:
        symbol = check["resource"].rpartition(".")[2]
        yield check["check_id"], f"{check['file_path'].lstrip('/')} {symbol}"


def _installed() -> Path:
    """The program, installed by the first who asks. Raises AssertionError with what pip said."""
    done = _HOME / "installed"
    with install_lock(_HOME):
        if not done.exists():
            venv.create(_HOME, with_pip=True, clear=False)
            pip = [str(_HOME / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            pip.append("--no-compile")  # of all that it brings, a small part is ever imported
            installed = subprocess.run([*pip, REQUIREMENT], capture_output=True, text=True, check=False)
            assert installed.returncode == 0, f"pip cannot install {REQUIREMENT}: {installed.stderr[-2000:]}"
            done.touch()
    return _HOME / "bin/checkov"
