"""Who may import whom. The contracts themselves stand in pyproject.toml."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOMAIN = sorted((PROJECT / "domain").rglob("*.py"))
ALLOWED_BESIDE_THE_STANDARD_LIBRARY = {"domain", "immutables"}
CLOCKS_CHANCE_AND_THE_OUTSIDE = {"time", "random", "secrets", "os", "socket", "subprocess", "http", "urllib", "sqlite3"}


def imported(source: str) -> Iterator[str]:
    """The top-level names of all modules that `source` imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module
            yield node.module.partition(".")[0]


def called(source: str) -> Iterator[str]:
    """The names of all methods and functions that `source` calls."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_the_import_contracts_hold() -> None:
    linted = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "domain imports nothing of ours KEPT" in linted.stdout


@pytest.mark.parametrize("module", DOMAIN, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_domain_imports_only_the_standard_library_and_immutables(module: Path) -> None:
    foreign = set(imported(module.read_text())) - sys.stdlib_module_names - ALLOWED_BESIDE_THE_STANDARD_LIBRARY
    assert not foreign


@pytest.mark.parametrize("module", DOMAIN, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_domain_reads_no_clock_draws_nothing_and_does_no_input_or_output(module: Path) -> None:
    source = module.read_text()
    assert not set(imported(source)) & CLOCKS_CHANCE_AND_THE_OUTSIDE
    assert not set(called(source)) & {"now", "utcnow", "today", "uuid1", "uuid4", "open", "print", "sleep"}


def test_the_domain_is_there_to_be_looked_at() -> None:
    assert PROJECT / "domain" / "kernel" / "aggregates.py" in DOMAIN
