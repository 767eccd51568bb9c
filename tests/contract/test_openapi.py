"""The code against the contract: what it serves, which functions it has, and what its models take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.contract import METHODS, document, operations
from tests.support.function_app import DeclaredFunction, declared_functions

SERVED = json.loads((Path(__file__).parents[2] / "functions" / "openapi.json").read_text(encoding="utf-8"))
NOT_IN_THE_CONTRACT = {"NotInTheContract", "Warm"}
"""The answer to what nobody else takes, and what the platform asks before a swap."""


def http_functions() -> dict[str, DeclaredFunction]:
    return {each.name: each for each in declared_functions() if each.trigger["type"] == "httpTrigger"}


def function_name(operation_id: str) -> str:
    return "OpenApi" if operation_id == "openapi" else operation_id[0].upper() + operation_id[1:]


def test_the_served_contract_has_the_paths_of_the_contract() -> None:
    assert {path: set(item) for path, item in SERVED["paths"].items()} == {
        path: set(item) for path, item in document()["paths"].items()
    }


@pytest.mark.parametrize("operation_id", operations())
def test_the_served_contract_has_the_operation_as_in_the_contract(operation_id: str) -> None:
    operation = operations()[operation_id]
    item = SERVED["paths"][operation.path]
    assert item[operation.method.lower()] == operation.definition
    shared = {name: part for name, part in document()["paths"][operation.path].items() if name not in METHODS}
    assert {name: part for name, part in item.items() if name not in METHODS} == shared


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, parts in document()["components"].items() for name in parts]
)
def test_the_served_contract_has_the_component_as_in_the_contract(kind: str, name: str) -> None:
    assert SERVED["components"][kind][name] == document()["components"][kind][name]


def test_the_served_contract_has_nothing_else() -> None:
    assert document() == SERVED


@pytest.mark.parametrize("operation_id", operations())
def test_an_operation_has_its_function_with_its_route_and_method(operation_id: str) -> None:
    operation, trigger = operations()[operation_id], http_functions()[function_name(operation_id)].trigger
    assert f"/api/{trigger['route']}" == operation.path
    assert [method.upper() for method in trigger["methods"]] == [operation.method]


def test_there_are_no_other_http_functions_but_those_that_are_not_for_callers() -> None:
    of_the_contract = {function_name(operation_id) for operation_id in operations()}
    assert set(http_functions()) == of_the_contract | NOT_IN_THE_CONTRACT


def test_every_http_function_is_anonymous() -> None:
    """Organizers have tokens and processors signatures; a host key would be one more secret to keep."""
    levels: dict[str, Any] = {name: str(each.trigger["authLevel"]).upper() for name, each in http_functions().items()}
    assert {name: level for name, level in levels.items() if level != "ANONYMOUS"} == {}


def test_function_names_can_be_switched_off_by_a_setting() -> None:
    assert [each.name for each in declared_functions() if not each.name.isalnum() or not each.name[0].isupper()] == []
