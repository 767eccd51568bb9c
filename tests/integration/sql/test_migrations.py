"""`python -m alembic -c infra/sql/alembic.ini`, as the stack and the deployment call it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine, inspect

import infra.sql
from infra.sql.database import Database
from infra.sql.process_store import SqlProcessStore
from infra.sql.tables import metadata
from tests.contract.process_store_contract import attempt_of, step
from tests.support.vocabulary import ORDER_ID

ALEMBIC_INI = Path(infra.sql.__path__[0]) / "alembic.ini"


def alembic(*arguments: str, cwd: Path, sql_url: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SQL_URL": sql_url}
    return subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(ALEMBIC_INI), *arguments],
        check=False, cwd=cwd, env=environment, capture_output=True, text=True,
    )  # fmt: skip


def tables_of(sql_url: str) -> set[str]:
    engine = create_engine(sql_url)
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    return tables


async def test_from_any_directory_the_migrations_make_the_tables_of_the_metadata(tmp_path: Path) -> None:
    sql_url = f"sqlite:///{tmp_path}/new.db"
    assert alembic("upgrade", "head", cwd=tmp_path, sql_url=sql_url).returncode == 0
    assert tables_of(sql_url) == {*metadata.tables, "alembic_version"}
    check = alembic("check", cwd=tmp_path, sql_url=sql_url)
    assert "No new upgrade operations detected" in check.stdout + check.stderr, check


async def test_migrating_again_keeps_what_is_there(sql_url: str, tmp_path: Path) -> None:
    database = Database.open(sql_url)
    store = SqlProcessStore(database)
    await store.transact([step(ORDER_ID)])
    assert alembic("upgrade", "head", cwd=tmp_path, sql_url=sql_url).returncode == 0
    assert await attempt_of(store, ORDER_ID) == 1
    await database.close()


async def test_every_migration_can_be_taken_back(sql_url: str, tmp_path: Path) -> None:
    assert alembic("downgrade", "base", cwd=tmp_path, sql_url=sql_url).returncode == 0
    assert tables_of(sql_url) == {"alembic_version"}
    assert alembic("upgrade", "head", cwd=tmp_path, sql_url=sql_url).returncode == 0


async def test_a_missing_sql_url_is_named(tmp_path: Path) -> None:
    failed = alembic("upgrade", "head", cwd=tmp_path, sql_url="")
    assert failed.returncode != 0
    assert "SQL_URL is missing" in failed.stderr
