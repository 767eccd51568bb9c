"""What `python -m local` tells about a stack, and does to its data."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.integration.stack.running import RunningStack

PARTS = ["servicebus", "cosmos", "storage", "functions", "web"]
MOST_IDLE_MEBIBYTES = 600


def local(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", *arguments]
    return subprocess.run(
        command, env={**os.environ, "STATE_DIR": str(state)}, capture_output=True, text=True, check=False
    )


def test_status_names_each_part_with_its_memory(shared_stack: RunningStack) -> None:
    told = local(shared_stack.state, "status")
    rows = [line.split() for line in told.stdout.splitlines()]
    memory = {row[0]: int(row[2 if row[0] in PARTS else 1]) for row in rows[1:]}
    assert sorted(memory) == sorted([*PARTS, "supervisor", "all"])
    assert {row[1] for row in rows if row[0] in PARTS} == {"ready"}
    assert all(share > 10 for share in memory.values())
    assert memory["all"] < MOST_IDLE_MEBIBYTES
    assert all(str(pid) in told.stdout for pid in shared_stack.pids())


def test_logs_are_of_one_component_or_of_all(shared_stack: RunningStack) -> None:
    of_one = local(shared_stack.state, "logs", "functions")
    assert "work: Service Bus messages of work" in of_one.stdout
    assert "functions   " in local(shared_stack.state, "logs").stdout
    unknown = local(shared_stack.state, "logs", "function")
    assert unknown.returncode == 1
    assert "there is no log of function " in unknown.stderr
    assert "there are cosmos, functions, servicebus, storage, web" in unknown.stderr


def test_once_stopped_nothing_runs_and_reset_forgets_the_data_but_nothing_else(
    start_stack: Callable[..., RunningStack],
) -> None:
    stack = start_stack().ready()
    refused = local(stack.state, "reset")
    assert refused.returncode == 1
    assert "the stack runs (pid " in refused.stderr
    stack.stop()
    after = local(stack.state, "status")
    assert (after.returncode, after.stdout) == (1, f"nothing runs in {stack.state}\n")
    (stack.state / "notes.txt").write_text("not of a stack", encoding="utf-8")
    assert local(stack.state, "reset").returncode == 0
    assert [path.name for path in stack.state.iterdir()] == ["notes.txt"]


def test_a_directory_that_no_stack_has_used_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    assert "no stack has kept anything" in local(tmp_path, "reset").stdout
    assert (tmp_path / "logs").exists()
