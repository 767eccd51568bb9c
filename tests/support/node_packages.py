"""npm packages, installed once, and test suites in JavaScript: what each of their tests said.

Packages are what a directory's `package.json` and `package-lock.json` name; a suite has them and files of `node:test`
tests in CommonJS: `require` finds the packages through NODE_PATH, `import` would not. Make the lock file anew with
`npm install --package-lock-only --omit-lockfile-registry-resolved`, so that it names no registry.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local import azurite
from tests.support.install_lock import TOOLS, install_lock

_REPORTER = Path(__file__).with_name("node_reporter.mjs")
_MANIFESTS = ("package.json", "package-lock.json")
_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
_TEST = re.compile(r'^test\("(.+?)", ', re.MULTILINE)


def node() -> str:
    """The program that runs JavaScript: the same that runs Azurite."""
    return azurite.install()[0]


def installed(packages: Path) -> Path:
    """A `node_modules` directory with exactly what the lock file in `packages` names; later calls need no network.

    Several test processes may ask at once: one installs, the others wait. Raises AssertionError with what npm said.
    """
    locked = b"".join((packages / name).read_bytes() for name in _MANIFESTS)
    home = TOOLS / "npm" / hashlib.sha256(locked).hexdigest()[:16]
    done = home / "installed"
    with install_lock(home):
        if not done.exists():
            for name in _MANIFESTS:
                shutil.copyfile(packages / name, home / name)
            _run([*_npm(), "ci", "--prefix", str(home), *_OPTIONS])
            done.touch()
    return home / "node_modules"


def test_names(script: Path) -> list[str]:
    """The names of the tests in a script, each of which must begin a line with `test("name", `."""
    return _TEST.findall(script.read_text(encoding="utf-8"))


def run_tests(script: Path, settings: Mapping[str, str], seconds: float = 240) -> dict[str, str]:
    """What went wrong in each test of `script`, nothing if it passed. Its packages are those of its directory.

    `settings` are added to the environment. Raises AssertionError if Node itself fails or tells of no test.
    """
    environment = {**os.environ, "NODE_PATH": str(installed(script.parent)), **settings}
    command = [node(), "--test", f"--test-reporter={_REPORTER}", str(script)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert results, f"{script.name} ran no test: {(done.stderr or done.stdout).strip()[-2000:]}"
    return {result["name"]: result["fault"] for result in results}


def _npm() -> list[str]:
    """npm of the Node that is used: beside it on the PATH, or inside of its wheel."""
    program, beside = node(), shutil.which("npm")
    if program == shutil.which("node") and beside:
        return [beside]
    return [program, str(Path(program).parents[1] / "lib/node_modules/npm/bin/npm-cli.js")]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"npm failed with {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}"
