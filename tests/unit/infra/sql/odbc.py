"""An ODBC driver without a database: it takes the place of pyodbc and writes down what it is told."""

from __future__ import annotations

import types
from typing import Any


class Fault(Exception):
    """What the driver raises."""


class Driver(types.ModuleType):
    """The DB-API module. `told` has statements and ends of transactions, `connections` what was opened."""

    paramstyle = "qmark"
    version = "5.0.0"
    Error = Fault
    IntegrityError = ProgrammingError = type("AnotherFault", (Fault,), {})
    Cursor = object
    SQL_VARCHAR, SQL_WVARCHAR, DATETIME = "varchar", "nvarchar", "datetime"

    def __init__(self) -> None:
        super().__init__("pyodbc")
        self.told: list[str] = []
        self.connections: list[_Connection] = []

    def connect(self, _connection_string: str, **options: Any) -> _Connection:
        self.connections.append(_Connection(self.told, options))
        return self.connections[-1]


class _Connection:
    autocommit = False
    timeout = 0

    def __init__(self, told: list[str], options: dict[str, Any]) -> None:
        self._told = told
        self.options = options

    def cursor(self) -> _Cursor:
        return _Cursor(self._told)

    def commit(self) -> None:
        self._told.append("COMMIT")

    def rollback(self) -> None:
        self._told.append("ROLLBACK")

    def add_output_converter(self, *_: Any) -> None:
        """Nothing comes out."""

    def close(self) -> None:
        """There is nothing to close."""


class _Cursor:
    """Answers everything with the version of Azure SQL."""

    description = (("answer", str, None, None, None, None, None),)
    rowcount = 1

    def __init__(self, told: list[str]) -> None:
        self._told = told
        self._rows: list[tuple[str]] = []

    def execute(self, statement: str, *_: Any) -> None:
        self._told.append(statement)
        self._rows = [("12.0.2000.8",)]

    def executemany(self, statement: str, rows: list[Any]) -> None:
        self._told += [statement] * len(rows)  # one round trip each

    def fetchone(self) -> tuple[str] | None:
        return self._rows.pop() if self._rows else None

    def fetchall(self) -> list[tuple[str]]:
        rows, self._rows = self._rows, []
        return rows

    def setinputsizes(self, *_: Any) -> None:
        """Whatever they are."""

    def close(self) -> None:
        """There is nothing to close."""
