"""The code passes its own linters. What they ask for stands in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "check",
    [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]],
    ids=["ruff check", "ruff format", "mypy"],
)
def test_the_code_passes(check: list[str]) -> None:
    arguments = ["."] if check[0] == "ruff" else []
    checked = subprocess.run(
        [sys.executable, "-m", *check, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
