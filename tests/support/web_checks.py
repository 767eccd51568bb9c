"""axe-core and the TypeScript compiler, as `npm/package-lock.json` names them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.node_packages import installed, node

_PACKAGES = Path(__file__).with_name("npm")


def axe_script() -> str:
    """The source of axe-core."""
    return (installed(_PACKAGES) / "axe-core/axe.min.js").read_text(encoding="utf-8")


def type_check(project: Path) -> str:
    """What the TypeScript compiler has to say about a tsconfig.json; nothing if all is well."""
    compiler = installed(_PACKAGES) / "typescript/bin/tsc"
    done = subprocess.run(
        [node(), str(compiler), "--noEmit", "--project", str(project)], capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr).strip() or ("" if done.returncode == 0 else f"tsc ended with {done.returncode}")
