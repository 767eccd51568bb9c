"""From SQL_URL to an engine.

- `sqlite:////path/to/contoso.db`: the embedded default, one file.
- `mssql+pyodbc://@contoso.database.windows.net/contoso?driver=ODBC+Driver+18+for+SQL+Server&Encrypt=yes`: Azure SQL
  with the managed identity; that of AZURE_CLIENT_ID where the app has several. With user and password, with those.
"""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from infra.sql.azure_identity import needs_token, sign_in_with_managed_identity

AZURE_SQL_CONNECTIONS = 8
SQLITE_READERS = 3
BUSY_SECONDS = 1.0
"""How long SQLite itself waits for another process to end its transaction; then the retry policy takes over."""

WRITES = "contoso_writes"
"""Execution option of connections that are going to write."""


class UnknownDatabase(Exception):
    """SQL_URL names no database that this application can use; the message says what to give."""


def create_sql_engine(url: str, *, azure_sql_seconds: int = 0) -> Engine:
    """An engine that connects when first used. Raises UnknownDatabase.

    `azure_sql_seconds` is how long Azure SQL may take to let it in, and for each statement; 0: as long as it takes,
    which migrations need. Errors name no parameters: they reach the logs, and e-mail addresses are among those.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnknownDatabase(_advice("what it has now cannot be read as a URL")) from error
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return _sqlite(parsed)
        case "mssql":
            return _azure_sql(parsed, azure_sql_seconds)
        case name:
            raise UnknownDatabase(_advice(f"it names a {name} database without a file or server to use"))


def _advice(fault: str) -> str:
    return f"SQL_URL must be sqlite:////path/to/file.db or mssql+pyodbc://…; {fault}"


def _azure_sql(url: URL, seconds: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=AZURE_SQL_CONNECTIONS,
        max_overflow=0,
        pool_recycle=25 * 60,  # the gateway drops connections idle for 30 min
        pool_use_lifo=True,
        pool_reset_on_return=None,  # whoever uses a connection ends the transaction; a rollback would be one call more
        connect_args={"timeout": seconds},
        hide_parameters=True,
    )
    if needs_token(url):
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - slow to import, and not needed locally

        sign_in_with_managed_identity(engine, DefaultAzureCredential())

    @event.listens_for(engine, "connect")
    def bound_statements(connection: Any, _record: Any) -> None:
        connection.timeout = seconds

    return engine


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=1 + SQLITE_READERS,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # an acknowledged commit survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails when another one wrote in between.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
