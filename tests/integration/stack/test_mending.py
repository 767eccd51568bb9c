"""What storage lost when it was killed is made good, by a command that stands in for the app's own."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from local import mending
from local.mending import Mending
from tests.integration.stack.running import RunningStack, is_alive
from tests.support.patience import eventually

FAILS_ONCE = """
import json, pathlib, sys
tries = pathlib.Path("tries.json")
tried = json.loads(tries.read_text()) if tries.exists() else []
tries.write_text(json.dumps([*tried, sys.argv[1:]]))
sys.exit(not tried)
"""
NEVER_ENDS = """
import os, pathlib, time
pathlib.Path("pid.new").write_text(str(os.getpid()))
pathlib.Path("pid.new").rename("pid")
time.sleep(600)
"""


class Told:
    """Runs a stand-in in a directory, and keeps what is told of it."""

    def __init__(self, directory: Path, program: str) -> None:
        self.told: list[str] = []
        self._mending = Mending(
            command=[sys.executable, "-c", program],
            directory=directory,
            environment=os.environ,
            log_file=directory / "mending.log",
            loss="something is lost",
            cure="mending it",
            say=self.told.append,
        )
        self.run = self._mending.run


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "_PAUSES", (0.0, 0.0))


async def test_a_command_that_fails_is_tried_again(tmp_path: Path) -> None:
    stand_in = Told(tmp_path, FAILS_ONCE)
    assert await stand_in.run()
    assert len(json.loads((tmp_path / "tries.json").read_bytes())) == 2
    assert stand_in.told == ["something is lost; mending it", "mending it: done"]


async def test_a_command_that_goes_on_failing_is_given_up_and_its_log_named(tmp_path: Path) -> None:
    stand_in = Told(tmp_path, "import sys; sys.exit('no such view')")
    assert not await stand_in.run()
    assert (tmp_path / "mending.log").read_text(encoding="utf-8") == 3 * "no such view\n"
    assert stand_in.told[1:] == [f"mending it failed; {tmp_path / 'mending.log'} says why"]


async def test_a_command_that_cannot_be_started_is_told_too(tmp_path: Path) -> None:
    stand_in = Told(tmp_path / "absent", "")
    await stand_in.run()
    assert stand_in.told[1:] == [f"mending it failed; {tmp_path / 'absent/mending.log'} says why"]


async def test_a_command_is_ended_when_it_is_not_wanted_any_more(tmp_path: Path) -> None:
    running = asyncio.create_task(Told(tmp_path, NEVER_ENDS).run())
    await asyncio.to_thread(eventually, (tmp_path / "pid").exists, "the start of the command")
    pid = int((tmp_path / "pid").read_text(encoding="utf-8"))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not is_alive(pid)


def app_with(rebuild: str, app_root: Path, target: Path) -> Path:
    shutil.copytree(app_root, target)
    (target / "infra/__init__.py").touch()
    (target / "infra/rebuild.py").write_text(rebuild, encoding="utf-8")
    return target


def test_after_storage_was_killed_the_app_mends_its_read_models(app_root: Path, tmp_path: Path) -> None:
    app = app_with(FAILS_ONCE, app_root, tmp_path / "app")
    stack = RunningStack(app, tmp_path / "state", {})
    try:
        stack.ready()
        stack.kill_component("cosmos")
        stack.kill_component("storage")
        eventually(lambda: "mending the read models: done" in stack.output, "the end of mending")
    finally:
        assert stack.stop() == 0
    settings = str(stack.state / "local.settings.json")
    assert json.loads((app / "tries.json").read_bytes()) == 2 * [["--missing", "--settings", settings]]
    assert stack.output.count("storage lost its last seconds; mending the read models\n") == 1


def test_storage_that_ends_in_order_has_lost_nothing(app_root: Path, tmp_path: Path) -> None:
    app = app_with(FAILS_ONCE, app_root, tmp_path / "app")
    with RunningStack(app, tmp_path / "state", {}) as stack:
        stack.kill_component("storage", signal.SIGTERM)
    with RunningStack(app, tmp_path / "state", {}) as again:
        pass
    assert "mending" not in stack.output + again.output


def test_what_was_killed_with_the_whole_stack_is_mended_in_the_next_run(app_root: Path, tmp_path: Path) -> None:
    app = app_with(FAILS_ONCE, app_root, tmp_path / "app")
    RunningStack(app, tmp_path / "state", {}).ready().kill_everything()
    with RunningStack(app, tmp_path / "state", {}) as again:
        eventually(lambda: "mending the read models: done" in again.output, "the end of mending")
    with RunningStack(app, tmp_path / "state", {}) as for_good:
        pass
    assert "mending" not in for_good.output


def test_a_stack_that_stops_ends_the_mending(app_root: Path, tmp_path: Path) -> None:
    app = app_with(NEVER_ENDS, app_root, tmp_path / "app")
    stack = RunningStack(app, tmp_path / "state", {})
    try:
        stack.ready().kill_component("storage")
        eventually((app / "pid").exists, "the start of mending")
    finally:
        assert stack.stop() == 0
    assert not is_alive(int((app / "pid").read_text(encoding="utf-8")))
