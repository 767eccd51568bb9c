"""What Bicep creates in Azure: the Cosmos containers, the tables and the SQL schema. Repeating it is harmless.

No proxy of the environment is asked: all of it is on this machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from local.stack_settings import StackError


def provision_cosmos(endpoint: str, key: str, description: Path) -> None:
    """Create the database and containers that `description` (infra/cosmos.json) names."""
    if description.exists():
        _create_containers(endpoint, key, json.loads(description.read_bytes()))


def provision_tables(connection: str, description: Path) -> None:
    """Create the tables that `description` (infra/tables.json) names."""
    if description.exists():
        _create_tables(connection, json.loads(description.read_bytes()))


def provision_sql(app_root: Path, sql_url: str) -> None:
    """Bring the SQL database to the newest schema. Raises StackError with what Alembic said."""
    if (app_root / "infra/sql/alembic.ini").exists():
        _migrate(app_root, sql_url)


def _create_containers(endpoint: str, key: str, description: dict[str, Any]) -> None:
    from azure.cosmos import CosmosClient, PartitionKey  # noqa: PLC0415 - half a second that others need not wait

    with CosmosClient(endpoint, key, transport=_direct_transport()) as client:
        database = client.create_database_if_not_exists(description["database"])
        for container in description["containers"]:
            unique = [{"paths": [path]} for path in container.get("uniqueKeys", ())]
            database.create_container_if_not_exists(
                id=container["id"],
                partition_key=PartitionKey(path=container["partitionKey"]),
                indexing_policy=container.get("indexingPolicy"),
                unique_key_policy={"uniqueKeys": unique} if unique else None,
                default_ttl=container.get("defaultTtl"),
            )


def _create_tables(connection: str, names: list[str]) -> None:
    from azure.data.tables import TableServiceClient  # noqa: PLC0415 - as above

    with TableServiceClient.from_connection_string(connection, transport=_direct_transport()) as service:
        present = {table.name.lower() for table in service.list_tables()}
        for name in names:
            if name.lower() not in present:
                service.create_table_if_not_exists(name)


def _direct_transport() -> Any:
    from azure.core.pipeline.transport import RequestsTransport  # noqa: PLC0415 - as above

    return RequestsTransport(use_env_settings=False)


def _migrate(app_root: Path, sql_url: str) -> None:
    environment = {**os.environ, "SQL_URL": sql_url}
    command = [sys.executable, "-m", "alembic", "-c", "infra/sql/alembic.ini", "upgrade", "head"]
    done = subprocess.run(command, cwd=app_root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"the SQL migration failed: {(done.stderr or done.stdout).strip()[-2000:]}")
