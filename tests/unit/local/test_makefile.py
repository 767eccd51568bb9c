"""What `make` does before anything else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).parents[3]


def executable(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(("code", "commands"), [(0, []), (1, ["-m venv --clear {}"])], ids=["whole", "without pip"])
def test_a_venv_that_is_half_made_is_made_anew(tmp_path: Path, code: int, commands: list[str]) -> None:
    venv = tmp_path / "venv"
    executable(venv / "bin/python", f"exit {code}")
    executable(tmp_path / "python", f'test "$1" = -c || echo "$@" >> {tmp_path}/commands')
    command = ["make", "-f", PROJECT_ROOT / "Makefile", f"{venv}/.python", f"VENV={venv}", f"PYTHON={tmp_path}/python"]
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}  # `make test` may be above
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    made = (tmp_path / "commands").read_text(encoding="utf-8").splitlines() if commands else []
    assert made == [each.format(venv) for each in commands]
    assert (venv / ".python").exists()
