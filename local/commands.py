"""What `python -m local` can be asked beside `run`. Each returns the exit code."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from local import stack_file
from local.memory import mebibytes
from local.stack_lock import is_held
from local.stack_settings import StackError, StackSettings

_LINES_OF_EACH = 20
_OURS = (
    "contoso.db*",
    "cosmos.db*",
    "servicebus.db*",
    "azurite",
    "timers",
    "logs",
    "secrets.*",
    "demo.*",
    "local.settings.*",
    "stack.*",
    "*.unclean",
)
"""What a stack keeps in its STATE_DIR, and `reset` removes."""


def status(settings: StackSettings) -> int:
    """Print what runs: state, memory, processes and address of each component. 1 when nothing does."""
    content = stack_file.read(settings.state_directory / "stack.json")
    if content is None or not is_held(settings.state_directory):
        print(f"nothing runs in {settings.state_directory}")
        return 1
    print(f"{'component':11} {'state':10} {'MiB':>5}  {'restarts':8}  {'address':41}  pids")
    for name, component in content["components"].items():
        pids = " ".join(map(str, component["pids"]))
        memory = _mebibytes(component["pids"])
        print(
            f"{name:11} {component['state']:10} {memory:>5}  {component['restarts']:<8}  {component['url']:41}  {pids}"
        )
    supervisor = content["supervisor"]
    print(f"{'supervisor':11} {'':10} {_mebibytes([supervisor]):>5}  {'':8}  {'':41}  {supervisor}")
    print(f"{'all':11} {'':10} {_mebibytes([supervisor, *_pids(content)]):>5}")
    return 0


def logs(settings: StackSettings, component: str | None) -> int:
    """Print the log of one component, or the end of all. 1 when there is none of that name."""
    files = {file.stem: file for file in sorted(settings.logs.glob("*.log"))}
    if not files or (component is not None and component not in files):
        there_are = f"; there are {', '.join(files)}" if files else ""
        print(f"there is no log of {component or 'any component'} in {settings.logs}{there_are}", file=sys.stderr)
        return 1
    for name, file in files.items():
        if component is None:
            for line in _lines(file)[-_LINES_OF_EACH:]:
                print(f"{name:11} {line}")
        elif component == name:
            print("\n".join(_lines(file)))
    return 0


def reset(settings: StackSettings) -> int:
    """Remove what stacks have kept in STATE_DIR, and nothing else. Raises StackError while one runs."""
    directory = settings.state_directory
    if is_held(directory):
        running = (stack_file.read(directory / "stack.json") or {}).get("supervisor")
        raise StackError(f"the stack runs (pid {running}); stop it first")
    if not (directory / "stack.lock").exists():
        print(f"no stack has kept anything in {directory}")
        return 0
    for path in [path for pattern in _OURS for path in directory.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if not any(directory.iterdir()):
        directory.rmdir()
    print(f"{directory} is forgotten; the next run begins anew")
    return 0


def _pids(content: dict[str, Any]) -> list[int]:
    return [pid for component in content["components"].values() for pid in component["pids"]]


def _mebibytes(pids: list[int]) -> str:
    found = mebibytes(pids)
    return "" if found is None else f"{found:.0f}"


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8", errors="replace").splitlines()
