"""The Bicep files against the app and what `infra` describes; and that every rule sees what breaks it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest
from azure.identity import DefaultAzureCredential
from sqlalchemy import make_url

from infra.settings import Settings, read_settings, setting_name
from infra.sql.azure_identity import needs_token
from tests.support import bicep_app, bicep_diagnostics, bicep_security, bicep_stores, bicep_structure
from tests.support.bicep import PROJECT, Templates, templates
from tests.support.bicep_breaks import BREAKS

Rule = Callable[[Templates], list[str]]

API = "bicep/modules/api.bicep"


def rules_of(module: ModuleType) -> list[Rule]:
    """The public functions of a module, in the order they stand there."""
    functions = [
        each for _, each in inspect.getmembers(module, inspect.isfunction) if each.__module__ == module.__name__
    ]
    public = [each for each in functions if not each.__name__.startswith("_")]
    return sorted(public, key=lambda each: each.__code__.co_firstlineno)


RULES = [
    rule
    for module in (bicep_structure, bicep_diagnostics, bicep_security, bicep_stores, bicep_app)
    for rule in rules_of(module)
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_files_keep_the_rule(rule: Rule) -> None:
    assert rule(templates()) == []


@pytest.mark.parametrize(
    ("rule", "path", "old", "new", "fault"),
    [
        pytest.param(rule, *each, id=f"{rule.__name__}-{index}")
        for rule, breaks in BREAKS.items()
        for index, each in enumerate(breaks)
    ],
)
def test_the_rule_sees_what_breaks_it(rule: Rule, path: str, old: str, new: str, fault: str) -> None:
    faults = rule(templates().changed(path, old, new))

    assert [each for each in faults if fault in each], faults


def test_every_rule_was_seen_to_fail() -> None:
    assert set(RULES) == set(BREAKS)


def test_the_administrator_of_sql_is_chosen_before_there_is_a_server() -> None:
    """Azure takes it with a new server only; see the parameter `administrators` of Microsoft.Sql/servers."""
    azd = templates().json("bicep/main.parameters.json")["parameters"]

    assert templates().template("bicep/main.bicep").parameters["sqlAdministratorId"].default is None
    assert azd["sqlAdministratorId"]["value"] == "${SQL_ADMINISTRATOR_ID}", "azd asks for what has no default"


def test_the_readme_names_every_module_and_parameter() -> None:
    readme = (PROJECT / "bicep/README.md").read_text("utf-8")
    modules = {Path(each.path).stem for each in templates().all()} - {"main"}
    parameters = templates().template("bicep/main.bicep").parameters.keys() - {"addition"}

    assert [name for name in sorted(modules | parameters) if f"`{name}`" not in readme] == []


def test_a_file_that_is_no_bicep_is_refused() -> None:
    broken = templates().changed("bicep/modules/link.bicep", "properties: {", "properties: [")

    with pytest.raises(Exception, match="Unexpected token"):
        broken.template("bicep/modules/link.bicep")


def test_the_app_starts_on_the_settings_it_gets() -> None:
    _, settings = templates().template(API).variables["settings"]["function"]["parameters"].values()
    numbers = {setting_name(field.name) for field in fields(Settings) if field.type is int}
    given = {name: "900" if name in numbers else "x" * 32 for name in settings}

    assert isinstance(read_settings(given), Settings)


def test_the_app_signs_in_with_the_managed_identity_and_tries_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    _, settings = templates().template(API).variables["settings"]["function"]["parameters"].values()
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", settings["AZURE_TOKEN_CREDENTIALS"])

    with DefaultAzureCredential() as credential:
        assert [type(each).__name__ for each in credential.credentials] == ["ManagedIdentityCredential"]


def test_the_database_is_reached_with_a_token() -> None:
    url = make_url(str(templates().template("bicep/modules/sql.bicep").outputs["url"]))

    assert needs_token(url)
    assert dict(url.query) == {"driver": "ODBC Driver 18 for SQL Server", "Encrypt": "yes"}
