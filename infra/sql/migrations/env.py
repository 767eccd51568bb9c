"""How Alembic reaches the database of SQL_URL: as the app does, migrations all in one transaction."""

import os

from alembic import context

from infra.sql.engine import WRITES, create_sql_engine
from infra.sql.tables import metadata

url = os.environ.get("SQL_URL")
if not url:
    raise SystemExit("SQL_URL is missing: set it to the database to migrate, such as sqlite:////path/to/contoso.db")

engine = create_sql_engine(url).execution_options(**{WRITES: True})
with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    context.run_migrations()
engine.dispose()
