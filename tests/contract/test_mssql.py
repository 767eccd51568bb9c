"""Whatever Azure SQL will be told is Transact-SQL: all statements, all migrations, and what lets the app in.

`test_sql_dialects` sees to it that all there is can be put in this dialect; here a parser reads it.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from uuid import UUID

import pytest
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ClauseElement, Executable
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlfluff.core import FluffConfig, Linter

import infra.sql
from delivery.database import user_statements
from infra.sql.tables import metadata
from tests.contract.test_sql_dialects import AZURE_SQL, as_azure_sql_gets_it, executed, written_down

__all__ = ["executed"]  # a fixture

PARSER = Linter(config=FluffConfig(overrides={"dialect": "tsql"}))
ALEMBIC_INI = Path(infra.sql.__path__[0]) / "alembic.ini"
NOT_OF_TRANSACT_SQL = re.compile(r"\b(true|false)\b(?=([^']*'[^']*')*[^']*$)", re.IGNORECASE)
"""Names like any other to the parser, which does not know that there are no such columns."""


def faults(text: str) -> list[str]:
    """What is wrong with one statement."""
    text = re.sub(r"__\[POSTCOMPILE_\w+\]", "5", text)  # as many, and so much, as there will be
    text = re.sub(r"(?<![\w:]):(?=[a-z])", "@", text)  # how Transact-SQL itself names parameters
    parsed = PARSER.parse_string(text)
    assert parsed.tree is not None
    statements = sum(1 for _ in parsed.tree.recursive_crawl("statement", recurse_into=False))
    return [
        *(violation.desc() for violation in parsed.violations),
        *([f"{statements} statements in one"] if statements != 1 else []),
        *(f"there is no {found[0]}" for found in NOT_OF_TRANSACT_SQL.finditer(text)),
    ]


def migrations(direction: str) -> list[str]:
    """The statements of all migrations, as `alembic --sql` would give them to a person to run."""
    script, written = ScriptDirectory.from_config(Config(ALEMBIC_INI)), io.StringIO()
    (head,) = script.get_heads()
    steps = {
        "upgrade": lambda revision, _: script._upgrade_revs("head", revision),
        "downgrade": lambda revision, _: script._downgrade_revs("base", head),
    }
    start = {"starting_rev": head} if direction == "downgrade" else {}
    context = MigrationContext.configure(
        dialect=AZURE_SQL,
        opts={"as_sql": True, "output_buffer": written, "fn": steps[direction], "script": script} | start,
    )
    with Operations.context(context):
        context.run_migrations()
    batches = re.split(r"^GO$", written.getvalue(), flags=re.MULTILINE)
    return [stripped.rstrip(";") for batch in batches if (stripped := batch.strip())]


@pytest.mark.parametrize("statement", [pytest.param(value, id=name) for name, value in written_down().items()])
def test_every_statement_that_is_written_down_is_read(statement: ClauseElement) -> None:
    assert faults(as_azure_sql_gets_it(statement)) == []


async def test_every_statement_that_is_executed_is_read(executed: list[Executable]) -> None:
    texts = {as_azure_sql_gets_it(statement) for statement in executed if isinstance(statement, ClauseElement)}
    assert {text: found for text in texts if (found := faults(text))} == {}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_index_is_read(table: object) -> None:
    texts = [as_azure_sql_gets_it(CreateTable(table)), *(as_azure_sql_gets_it(CreateIndex(i)) for i in table.indexes)]
    assert [faults(text) for text in texts] == [[]] * len(texts)


@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
def test_every_migration_is_read(direction: str) -> None:
    statements = migrations(direction)
    assert {text: found for text in statements if (found := faults(text))} == {}
    made = "CREATE TABLE" if direction == "upgrade" else "DROP TABLE"
    assert sum(made in text for text in statements) >= len(metadata.tables)


def test_what_lets_the_app_in_is_read() -> None:
    statements = user_statements("id-contoso", UUID("11223344-5566-7788-99aa-bbccddeeff00"))
    known = [statement.removesuffix(", TYPE = E") for statement in statements]  # which the parser has not heard of
    assert [faults(statement) for statement in known] == [[]] * len(statements)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT name FROM seat_types LIMIT 1",
        "INSERT INTO inbox (consumer) VALUES (@consumer) ON CONFLICT DO NOTHING",
        "INSERT INTO inbox (consumer) VALUES (@consumer) RETURNING consumer",
        "CREATE TABLE inbox (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE TABLE inbox (id INTEGER NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID",
        "SELECT name FROM seat_types FOR UPDATE",
        "SELECT name FROM conferences WHERE is_published = true",
        "SELECT name || code FROM conferences",
        "UPDATE conferences SET name = @name WHERE",
    ],
)
def test_what_only_another_database_understands_is_found_out(text: str) -> None:
    assert faults(text)
