"""Bring the database to the tables of this release, and let the app in.

    python -m delivery.database

Reads SQL_URL, API_IDENTITY_NAME, API_IDENTITY_CLIENT_ID from the environment, as `azd` gives them to its hooks, and
for a machine outside Azure AZURE_RESOURCE_GROUP. Whoever runs it signs in as an administrator of the
database, by `az login` or `azd auth login`, with the ODBC Driver 18. All of it can be repeated.

The last release goes on running while this one is prepared, and after it was taken back: migrations add, and what
nobody uses any more is removed by a later release.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError

import infra.sql
from infra.sql.engine import create_sql_engine

ALEMBIC_INI = Path(infra.sql.__path__[0]) / "alembic.ini"
FIREWALL_PATIENCE_SECONDS = 330.0
"""A rule may take five minutes to work."""
_PAUSE_SECONDS = 10.0
_NOT_ALLOWED = re.compile(r"Client with IP address '([0-9.]+)' is not allowed")
"""Error 40615."""


class DatabaseError(Exception):
    """The database could not be prepared; the message says what to do."""


def user_statements(name: str, client_id: UUID) -> list[str]:
    """Make the managed identity a user that reads and writes rows, and nothing else.

    Its SID is its client id, so nobody needs to look it up in Entra ID, which a workflow may not do. An identity that
    was made anew under the same name gets a new user. Raises DatabaseError for a name that no identity can have.
    """
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}", name) is None:
        raise DatabaseError(f"API_IDENTITY_NAME is {name!r}, which cannot be the name of a managed identity")
    sid = f"0x{client_id.bytes_le.hex().upper()}"  # as SQL Server stores a uniqueidentifier
    is_another = f"EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'{name}' AND sid <> {sid})"
    return [
        f"IF {is_another} DROP USER [{name}]",
        f"IF DATABASE_PRINCIPAL_ID(N'{name}') IS NULL CREATE USER [{name}] WITH SID = {sid}, TYPE = E",
        f"ALTER ROLE db_datareader ADD MEMBER [{name}]",
        f"ALTER ROLE db_datawriter ADD MEMBER [{name}]",
    ]


def blocked_address(error: BaseException) -> str | None:
    """The address from which Azure SQL lets nobody in, as its refusal says."""
    found = _NOT_ALLOWED.search(str(error))
    return found[1] if found else None


@contextmanager
def firewall_opened(address: str, group: str, server: str, run: Callable[[list[str]], None]) -> Iterator[None]:
    """A rule for `address` for as long as the context lasts. `run` runs a command."""
    rule = ["--resource-group", group, "--server", server.partition(".")[0], "--name", f"deploying-from-{address}"]
    az = ["az", "sql", "server", "firewall-rule"]
    run([*az, "create", *rule, "--start-ip-address", address, "--end-ip-address", address, "--output", "none"])
    try:
        yield
    finally:
        run([*az, "delete", *rule])


def prepare(environment: Mapping[str, str]) -> None:
    """Migrate and let the app in. Raises DatabaseError."""
    url = _required(environment, "SQL_URL")
    engine = create_sql_engine(url)
    try:
        if engine.dialect.name != "mssql":
            _migrate()
            return
        user = user_statements(
            _required(environment, "API_IDENTITY_NAME"), UUID(_required(environment, "API_IDENTITY_CLIENT_ID"))
        )
        address = _address_kept_out(engine)
        if address is None:
            _migrate_and_let_in(engine, user)
            return
        group = _required(environment, "AZURE_RESOURCE_GROUP")
        print(f"opening the firewall of SQL for {address} while this runs")
        with firewall_opened(address, group, str(make_url(url).host), _run):
            _wait_until_let_in(engine)
            _migrate_and_let_in(engine, user)
    finally:
        engine.dispose()


def _migrate_and_let_in(engine: Engine, user: list[str]) -> None:
    _migrate()
    with engine.begin() as connection:
        for statement in user:
            connection.exec_driver_sql(statement)
    print("the app's identity is a user of the database")


def _migrate() -> None:
    command.upgrade(Config(ALEMBIC_INI), "head")
    print("the database has the tables of this release")


def _address_kept_out(engine: Engine) -> str | None:
    try:
        with engine.connect():
            return None
    except DBAPIError as error:
        if (address := blocked_address(error)) is None:
            raise
        return address


def _wait_until_let_in(engine: Engine) -> None:
    deadline = time.monotonic() + FIREWALL_PATIENCE_SECONDS
    while (address := _address_kept_out(engine)) is not None:
        if time.monotonic() > deadline:
            raise DatabaseError(f"Azure SQL still lets nobody in from {address}, {FIREWALL_PATIENCE_SECONDS:g} s on")
        time.sleep(_PAUSE_SECONDS)


def _run(arguments: list[str]) -> None:
    try:
        subprocess.run(arguments, check=True)
    except FileNotFoundError as error:
        raise DatabaseError(f"{arguments[0]} is missing: install the Azure CLI and sign in with `az login`") from error
    except subprocess.CalledProcessError as error:
        raise DatabaseError(f"`{' '.join(arguments)}` failed, see above") from error


def _required(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise DatabaseError(f"{name} is missing: it is an output of bicep/main.bicep, see `azd env get-values`")


def main() -> int:
    """The exit code."""
    try:
        prepare(os.environ)
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
