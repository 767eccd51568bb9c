"""Which database SQL_URL means, and how Azure SQL is signed in to."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest
from azure.identity import CredentialUnavailableError
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError

from domain.kernel.errors import Unavailable
from infra.retries import patience
from infra.sql.azure_identity import (
    SCOPE,
    SQL_COPT_SS_ACCESS_TOKEN,
    needs_token,
    sign_in_with_managed_identity,
    token_attribute,
)
from infra.sql.database import Database
from infra.sql.engine import UnknownDatabase, create_sql_engine

AZURE_SQL = "mssql+pyodbc://@contoso.database.windows.net/contoso?driver=ODBC+Driver+18+for+SQL+Server&Encrypt=yes"


@pytest.mark.parametrize("url", ["", "not a url", "sqlite://", "sqlite:///:memory:", "postgresql://server/database"])
def test_a_url_that_cannot_be_used_is_refused_with_advice(url: str) -> None:
    with pytest.raises(UnknownDatabase, match=r"SQL_URL must be sqlite:////path/to/file\.db or mssql\+pyodbc"):
        create_sql_engine(url)


@pytest.mark.parametrize(
    ("url", "needed"),
    [
        (AZURE_SQL, True),
        ("mssql+pyodbc://user:secret@server/database?driver=ODBC+Driver+18+for+SQL+Server", False),
        (AZURE_SQL + "&Authentication=ActiveDirectoryMsi", False),
        (AZURE_SQL + "&Trusted_Connection=yes", False),
        ("mssql+pyodbc:///?odbc_connect=DSN%3Dcontoso", False),
        ("sqlite:////tmp/contoso.db", False),
    ],
)
def test_the_managed_identity_is_used_where_the_url_names_no_other_way_in(url: str, *, needed: bool) -> None:
    assert needs_token(make_url(url)) is needed


class Refused(Exception):
    """What the driver of the test answers to every connection."""


class Driver(types.ModuleType):
    """A DB-API module that writes down what it is asked to connect with."""

    paramstyle = "qmark"
    version = "5.0.0"
    Error = Refused
    Cursor = object

    def __init__(self) -> None:
        super().__init__("driver")
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def connect(self, connection_string: str, **options: Any) -> None:
        self.asked.append((connection_string, options))
        raise Refused("08001", "no server")


class Credential:
    def get_token(self, scope: str) -> Any:
        assert scope == SCOPE
        return types.SimpleNamespace(token="a token")


def test_every_new_connection_brings_a_token_and_asks_for_no_other_authentication() -> None:
    driver = Driver()
    engine = create_engine(AZURE_SQL, module=driver)
    sign_in_with_managed_identity(engine, Credential())
    for _ in range(2):
        with pytest.raises(DBAPIError):
            engine.connect()
    assert len(driver.asked) == 2
    for connection_string, options in driver.asked:
        assert "Trusted_Connection" not in connection_string
        assert "Encrypt=yes" in connection_string
        assert options["attrs_before"] == {SQL_COPT_SS_ACCESS_TOKEN: token_attribute("a token")}


async def test_a_token_that_is_not_to_be_had_is_waited_for() -> None:
    class Unlucky(Credential):
        def get_token(self, scope: str) -> Any:
            raise CredentialUnavailableError("the identity endpoint does not answer")

    engine = create_engine(AZURE_SQL, module=Driver())
    sign_in_with_managed_identity(engine, Unlucky())
    database = Database(engine)
    with patience(0), pytest.raises(Unavailable, match="the identity endpoint does not answer"):
        await database.ping()
    await database.close()


@pytest.mark.parametrize("url", ["mssql+pyodbc://user:secret@server/database?driver=x", "sqlite:////tmp/contoso.db"])
def test_errors_name_no_parameters(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyodbc", Driver())
    assert create_sql_engine(url).hide_parameters


def test_the_token_is_in_utf_16_after_its_length_in_bytes() -> None:
    assert token_attribute("ab") == b"\x04\x00\x00\x00a\x00b\x00"
