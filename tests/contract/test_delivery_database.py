"""The step that prepares the database of a release."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, inspect

from delivery.database import DatabaseError, blocked_address, firewall_opened, main, user_statements
from infra.sql.tables import metadata

CLIENT_ID = UUID("11223344-5566-7788-99aa-bbccddeeff00")
REFUSAL = (
    "('42000', \"[42000] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Cannot open server 'sql-contoso' "
    "requested by the login. Client with IP address '203.0.113.7' is not allowed to access the server. (40615)\")"
)


def test_a_new_database_gets_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/contoso.db"
    monkeypatch.setenv("SQL_URL", url)
    assert (main(), main()) == (0, 0)
    engine = create_engine(url)
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_a_setting_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SQL_URL", raising=False)
    assert main() == 1
    assert "SQL_URL is missing: it is an output of bicep/main.bicep" in capsys.readouterr().err


def test_the_app_may_read_and_write_rows_and_nothing_else() -> None:
    statements = user_statements("id-contoso", CLIENT_ID)
    assert [each.split()[2] for each in statements if each.startswith("ALTER ROLE")] == [
        "db_datareader",
        "db_datawriter",
    ]
    assert not [each for each in statements if "owner" in each or "ddl" in each]


def test_the_user_is_known_by_the_client_id_as_sql_server_stores_it() -> None:
    sid = "0x443322116655887799AABBCCDDEEFF00"  # the first three groups are numbers, little end first
    (made,) = [each for each in user_statements("id-contoso", CLIENT_ID) if "CREATE USER" in each]
    assert made.endswith(f"CREATE USER [id-contoso] WITH SID = {sid}, TYPE = E")


@pytest.mark.parametrize("name", ["", "id] WITH PASSWORD", "id'contoso", "x" * 129])
def test_what_cannot_be_an_identity_is_not_put_into_a_statement(name: str) -> None:
    with pytest.raises(DatabaseError, match="cannot be the name of a managed identity"):
        user_statements(name, CLIENT_ID)


def test_the_address_that_azure_sql_keeps_out_is_read_from_its_refusal() -> None:
    assert blocked_address(Exception(REFUSAL)) == "203.0.113.7"
    assert blocked_address(Exception("Login timeout expired")) is None


def test_the_firewall_is_open_only_while_it_is_needed() -> None:
    asked: list[list[str]] = []
    with (
        pytest.raises(ZeroDivisionError),
        firewall_opened("203.0.113.7", "rg-contoso", "sql-contoso.database.windows.net", asked.append),
    ):
        raise ZeroDivisionError
    rule = "--resource-group rg-contoso --server sql-contoso --name deploying-from-203.0.113.7"
    assert [" ".join(command) for command in asked] == [
        f"az sql server firewall-rule create {rule} "
        "--start-ip-address 203.0.113.7 --end-ip-address 203.0.113.7 --output none",
        f"az sql server firewall-rule delete {rule}",
    ]
