"""The README's table of behaviours against the tests it names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
README = ROOT / "local" / "functions_host" / "README.md"
PLACES = ("tests/unit/local/functions_host", "tests/integration/functions_host", "tests/integration/stack")
_NAMED = re.compile(r"`(test_\w+\.py)::(\w+)`")


def rows() -> list[list[str]]:
    """Behaviour, source and test of every row."""
    lines = README.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0] not in ("behaviour", "---")]


def names_in(file_name: str) -> set[str]:
    files = [ROOT / place / file_name for place in PLACES if (ROOT / place / file_name).exists()]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name
        for file in files
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, functions)
    }


def test_the_table_is_found() -> None:
    assert len(rows()) > 50


@pytest.mark.parametrize("row", rows(), ids=lambda row: re.sub(r"\W+", "-", row[0])[:60])
def test_every_behaviour_has_a_source_and_a_test_that_exists_or_says_why_it_is_not_done(row: list[str]) -> None:
    assert len(row) == 3, row
    behaviour, source, shown = row
    named = _NAMED.findall(shown)
    assert behaviour
    assert source
    assert named or re.match(r"not done: \w", shown), shown
    for file_name, test in named:
        assert test in names_in(file_name), f"{file_name} has no {test}"
