"""axe-core and the TypeScript compiler, installed once into `.tools/web-checks`."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

from local import azurite
from tests.support.stack import PROJECT_ROOT

_TOOLS = PROJECT_ROOT / ".tools"
_HOME = _TOOLS / "web-checks"
_PACKAGES = {"axe-core": "4.14", "typescript": "5.9"}
_OPTIONS = ("--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")


def axe_script() -> str:
    """The source of axe-core."""
    return (_installed("axe-core") / "axe.min.js").read_text(encoding="utf-8")


def type_check(project: Path) -> str:
    """What the TypeScript compiler has to say about a tsconfig.json; nothing if all is well."""
    compiler = _installed("typescript") / "bin/tsc"
    node, _ = azurite.install()
    done = subprocess.run(
        [node, str(compiler), "--noEmit", "--project", str(project)], capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr).strip() or ("" if done.returncode == 0 else f"tsc ended with {done.returncode}")


def _installed(package: str) -> Path:
    """The directory of a package. Raises AssertionError with what npm said."""
    _HOME.mkdir(parents=True, exist_ok=True)
    directory = _HOME / "node_modules" / package
    with (_HOME / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "package.json").exists():
            _install()
    return directory


def _install() -> None:
    wanted = [f"{name}@~{version}" for name, version in _PACKAGES.items()]
    done = subprocess.run(
        [*_npm(), "install", "--prefix", str(_HOME), *_OPTIONS, *wanted], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"npm failed with {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}"


def _npm() -> list[str]:
    """npm of the Node that runs Azurite: beside it on the PATH, or inside of its wheel."""
    node, _ = azurite.install()
    beside = shutil.which("npm")
    if node == shutil.which("node") and beside:
        return [beside]
    return [node, str(Path(node).parents[1] / "lib/node_modules/npm/bin/npm-cli.js")]
