"""The bill is of what bicep/ deploys, and docs/deploy.md says what it comes to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from delivery.costs import main
from delivery.usage import Size, read_sizes

PROJECT = Path(__file__).parents[2]
MAIN = (PROJECT / "bicep" / "main.bicep").read_text(encoding="utf-8")


def default(parameter: str, size: str) -> Any:
    """What a parameter of main.bicep is for this size, if nobody sets it."""
    found = re.search(rf"^param {parameter} \w+ = (.+)$", MAIN, re.MULTILINE)
    assert found, f"main.bicep has no default for {parameter}"
    choice = re.fullmatch(r"\(size == 'prod'\) \? (\S+) : (\S+)", found[1])
    value = found[1] if choice is None else choice[1 if size == "prod" else 2]
    return value.strip("'") if value.startswith("'") else int(value)


@pytest.mark.parametrize("size", ["dev", "prod"])
def test_a_size_costs_what_bicep_makes_of_it(size: str) -> None:
    assert default("planSku", size) == "EP1", "delivery/bill.py knows what an EP1 has, and no other plan"
    assert read_sizes()[size] == Size(
        instances=default("minimumInstances", size),
        bus_sku=default("serviceBusSku", size),
        cosmos=default("cosmosCapacity", size),
        cosmos_maximum_throughput=default("cosmosMaximumThroughput", size),
        sql_maximum_cores=default("sqlMaximumCores", size),
    )


def test_sql_is_billed_as_it_is_deployed() -> None:
    sql = (PROJECT / "bicep" / "modules" / "sql.bicep").read_text(encoding="utf-8")
    assert "minCapacity: json('0.5')" in sql
    assert "autoPauseDelay: -1" in sql, "the bill has SQL awake all month"
    assert "maxSizeBytes: 34359738368" in sql


def test_the_cosmos_account_is_strongly_consistent_as_the_bill_has_it() -> None:
    cosmos = (PROJECT / "bicep" / "modules" / "cosmos.bicep").read_text(encoding="utf-8")
    assert re.search(r"defaultConsistencyLevel: 'Strong'", cosmos)


def test_the_document_says_what_the_calculator_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    document = (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip() in document, "run `python -m delivery.costs` and put its table there"
