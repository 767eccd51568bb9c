"""The databases of the account and the containers in them.

They are few and asked for with every request, so they are kept in memory, and change there after the commit.
"""

from __future__ import annotations

import re
import sqlite3
import time
from dataclasses import dataclass, field
from typing import Any

import msgspec

from local.cosmos.containers import Container, container_settings, resource_id
from local.cosmos.documents import Documents
from local.cosmos.errors import BadRequest, Conflict, NotFound
from local.cosmos.indexes import path_index_statements, table_statements, unique_key_statements
from local.cosmos.storage import Storage, documents_table

_FORBIDDEN_IN_IDS = re.compile(r"[/\\?#]")
_UNCHANGEABLE = ("partitionKey", "uniqueKeyPolicy")
_NEW_EXPIRY = """
UPDATE {table} SET expires = timestamp + ifnull(json_extract(body, '$.ttl'), :ttl)
WHERE ifnull(json_extract(body, '$.ttl'), :ttl) > 0"""


@dataclass(slots=True)
class Database:
    number: int
    properties: dict[str, Any]
    containers: dict[str, Documents] = field(default_factory=dict)


class Catalog:
    """Every method that changes something returns once the change is durable."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._execute = storage.connection.execute
        self.databases: dict[str, Database] = {}
        names: dict[int, Database] = {}
        for number, identity, properties in self._execute("SELECT number, id, properties FROM databases"):
            names[number] = self.databases[identity] = Database(number, msgspec.json.decode(properties))
        for number, database, properties in self._execute("SELECT number, database, properties FROM containers"):
            container = Container(number, database, msgspec.json.decode(properties))
            names[database].containers[container.id] = Documents(storage, container)

    def database(self, identity: str) -> Database:
        if identity not in self.databases:
            raise NotFound
        return self.databases[identity]

    def documents(self, database: str, container: str) -> Documents:
        """The documents of a container, which is named by its id or its resource id."""
        containers = self.database(database).containers
        if container in containers:
            return containers[container]
        for documents in containers.values():
            if documents.container.rid == container:
                return documents
        raise NotFound

    async def create_database(self, given: dict[str, Any]) -> Database:
        identity = _checked_id(given)

        def insert() -> Database:
            number = self._insert("databases(id, properties)", (identity, "{}"))
            rid = resource_id(number)
            properties = {"id": identity, "_colls": "colls/", "_users": "users/"}
            database = Database(number, {**properties, **self._stamp(rid, f"dbs/{rid}/")})
            self._save("databases", number, database.properties)
            return database

        self.databases[identity] = database = await self._storage.write(insert)
        return database

    async def create_container(self, database: Database, given: dict[str, Any]) -> Container:
        identity = _checked_id(given)
        settings = container_settings(given)

        def insert() -> Container:
            if not self._execute("SELECT 1 FROM databases WHERE number = ?", (database.number,)).fetchone():
                raise NotFound
            number = self._insert("containers(database, id, properties)", (database.number, identity, "{}"))
            parent, rid = resource_id(database.number), resource_id(database.number, number)
            stamp = self._stamp(rid, f"dbs/{parent}/colls/{rid}/")
            container = Container(number, database.number, {**settings, **stamp})
            self._save("containers", number, container.properties)
            for statement in table_statements(container.table):
                self._execute(statement)
            for statement in unique_key_statements(container.table, settings):
                self._execute(statement)
            self._index(container)
            return container

        container = await self._storage.write(insert)
        database.containers[identity] = Documents(self._storage, container)
        return container

    async def replace_container(self, database: Database, old: Container, given: dict[str, Any]) -> Container:
        """New indexes and time-to-live for all documents; raises `BadRequest` for what cannot change."""
        settings = container_settings({**{name: old.properties[name] for name in ("id", "partitionKey")}, **given})
        if settings["id"] != old.id:
            raise BadRequest("The id of a container cannot be changed.")
        for name in _UNCHANGEABLE:
            if name in given and given[name] != old.properties.get(name):
                raise BadRequest(f"The {name} of a container cannot be changed; create another one.")
            if name in old.properties:
                settings[name] = old.properties[name]

        def update() -> Container:
            stamp = self._stamp(old.rid, old.properties["_self"])
            container = Container(old.number, old.database_number, {**settings, **stamp})
            self._save("containers", container.number, container.properties)
            self._index(container)
            if container.default_ttl != old.default_ttl:
                self._execute(f"UPDATE {container.table} SET expires = NULL WHERE expires IS NOT NULL")
                if container.default_ttl is not None:
                    self._execute(_NEW_EXPIRY.format(table=container.table), {"ttl": container.default_ttl})
            return container

        container = await self._storage.write(update)
        database.containers[container.id] = Documents(self._storage, container)
        return container

    async def delete_database(self, database: Database) -> None:
        def delete() -> None:
            of_database = "SELECT number FROM containers WHERE database = ?"
            for (number,) in self._execute(of_database, (database.number,)).fetchall():
                self._drop(number)
            self._execute("DELETE FROM databases WHERE number = ?", (database.number,))

        await self._storage.write(delete)
        self.databases.pop(database.properties["id"], None)

    async def delete_container(self, database: Database, container: Container) -> None:
        await self._storage.write(lambda: self._drop(container.number))
        database.containers.pop(container.id, None)

    def _insert(self, into: str, values: tuple[Any, ...]) -> int:
        places = ", ".join("?" * len(values))
        try:
            number = self._execute(f"INSERT INTO {into} VALUES ({places})", values).lastrowid
        except sqlite3.IntegrityError as fault:
            raise Conflict from fault
        return number or 0

    def _save(self, table: str, number: int, properties: dict[str, Any]) -> None:
        text = msgspec.json.encode(properties).decode()
        self._execute(f"UPDATE {table} SET properties = ? WHERE number = ?", (text, number))

    def _stamp(self, rid: str, link: str) -> dict[str, Any]:
        etag = f'"{self._storage.next_sequence():016x}"'
        return {"_rid": rid, "_self": link, "_etag": etag, "_ts": int(time.time())}

    def _index(self, container: Container) -> None:
        """Make the path indexes of a container those of its policy."""
        prefixes = (f"{container.table}_path_", f"{container.table}_composite_")
        for (name,) in self._execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (container.table,)
        ).fetchall():
            if name.startswith(prefixes):
                self._execute(f"DROP INDEX {name}")
        for statement in path_index_statements(container.table, container.properties):
            self._execute(statement)

    def _drop(self, container_number: int) -> None:
        self._execute(f"DROP TABLE IF EXISTS {documents_table(container_number)}")
        self._execute("DELETE FROM containers WHERE number = ?", (container_number,))
        self._storage.keep_high_water()


def _checked_id(given: dict[str, Any]) -> str:
    identity = given.get("id")
    if not isinstance(identity, str) or not identity or _FORBIDDEN_IN_IDS.search(identity):
        raise BadRequest("The 'id' must be a text that is not empty and has none of / \\ ? #.")
    return identity
