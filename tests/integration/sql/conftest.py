"""A database of its own for each test: a copy of one that the migrations made."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from unittest.mock import patch

import pytest
from alembic import command
from alembic.config import Config

import infra.sql
from infra.sql.database import Database
from tests.integration.sql.clocks import Clock

ALEMBIC_INI = Path(infra.sql.__path__[0]) / "alembic.ini"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sql") / "migrated.db"
    with patch.dict(os.environ, SQL_URL=f"sqlite:///{path}"):
        command.upgrade(Config(ALEMBIC_INI), "head")
    return path


@pytest.fixture
def sql_url(migrated: Path, tmp_path: Path) -> str:
    path = tmp_path / "contoso.db"
    shutil.copy(migrated, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def open_database(sql_url: str) -> AsyncIterator[Callable[[], Database]]:
    """Opens the database once more, as another process would."""
    async with AsyncExitStack() as stack:

        def open_one() -> Database:
            database = Database.open(sql_url)
            stack.push_async_callback(database.close)
            return database

        yield open_one


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    return open_database()
