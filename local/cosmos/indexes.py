"""The tables of a container and their indexes, after its indexing and unique key policies.

Azure indexes every path unless told otherwise. SQLite needs one index per path, so only paths that a policy names are
indexed, `/version/?` or `/version/*`; a query on any other path reads all documents of its scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from local.cosmos.errors import NotSupported
from local.cosmos.json_paths import steps_of, type_sql, value_sql


def table_statements(table: str) -> tuple[str, ...]:
    return (
        f"""CREATE TABLE {table}(
            sequence INTEGER PRIMARY KEY, partition TEXT NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL,
            timestamp INTEGER NOT NULL, expires INTEGER, body TEXT NOT NULL)""",
        f"CREATE UNIQUE INDEX {table}_key ON {table}(partition, id)",
        f"CREATE INDEX {table}_expiry ON {table}(expires) WHERE expires IS NOT NULL",
    )


def unique_key_statements(table: str, properties: dict[str, Any]) -> Iterator[str]:
    """Unique keys hold within a logical partition. 1 and 1.0 are the same value, and an absent one counts as null."""
    policy = properties.get("uniqueKeyPolicy") or {}
    for number, unique_key in enumerate(policy.get("uniqueKeys", [])):
        paths = [steps_of(path) for path in unique_key["paths"]]
        values = ", ".join(f"{_type_class(steps)}, ifnull({value_sql(steps)}, 0)" for steps in paths)
        yield f"CREATE UNIQUE INDEX {table}_unique_{number} ON {table}(partition, {values})"


def _type_class(steps: tuple[str, ...]) -> str:
    """SQL for the type at a path: one for all numbers, and that of null where there is nothing."""
    return f"CASE {type_sql(steps)} WHEN 'real' THEN 'integer' ELSE ifnull({type_sql(steps)}, 'null') END"


def path_index_statements(table: str, properties: dict[str, Any]) -> Iterator[str]:
    """Two indexes per path: within a partition, and across partitions for documents that have the path.

    A partition key has one value within a partition, so there is nothing to find by it there.
    """
    policy = properties.get("indexingPolicy") or {}
    if policy.get("indexingMode") == "none":
        return
    partition_paths = [steps_of(path) for path in properties["partitionKey"]["paths"]]
    for included in policy.get("includedPaths", []):
        steps = _indexable_steps(included["path"])
        if steps:
            name, value = f"{table}_path_{_identifier(steps)}", value_sql(steps)
            if steps not in partition_paths:
                yield f"CREATE INDEX {name}_in_partition ON {table}(partition, {value})"
            yield f"CREATE INDEX {name}_across ON {table}({value}) WHERE {value} IS NOT NULL"
    for number, composite in enumerate(policy.get("compositeIndexes", [])):
        terms = ", ".join(
            f"{value_sql(steps_of(path['path']))} {_direction(path.get('order', 'ascending'))}" for path in composite
        )
        yield f"CREATE INDEX {table}_composite_{number} ON {table}(partition, {terms})"


def _indexable_steps(path: str) -> tuple[str, ...]:
    """The steps of a path to one value; empty for `/*` and for paths into arrays, which SQLite cannot index."""
    steps = steps_of(path)
    return () if "[]" in steps else steps


def _identifier(steps: tuple[str, ...]) -> str:
    """A name that differs for paths that differ, though letters' case does not matter to SQLite."""
    return re.sub(r"[^a-z0-9]", lambda match: f"_{ord(match[0]):x}_", "/".join(steps))


def _direction(order: str) -> str:
    directions = {"ascending": "ASC", "descending": "DESC"}
    if order not in directions:
        raise NotSupported(f"The order '{order}' of a composite index")
    return directions[order]
