"""SQL expressions over the JSON text of a document.

Queries and indexes must spell an expression alike, or SQLite does not see that an index serves a query.
So both take it from here.
"""

from __future__ import annotations

from local.cosmos.errors import BadRequest


def value_sql(steps: tuple[str | int, ...], body: str = "body") -> str:
    """The value at a path: SQL NULL where it is absent or null, 1 and 0 for booleans, text for the rest."""
    return f"json_extract({body}, {_path_literal(steps)})"


def type_sql(steps: tuple[str | int, ...], body: str = "body") -> str:
    """The type at a path in the words of SQLite's `json_type`; SQL NULL where it is absent."""
    return f"json_type({body}, {_path_literal(steps)})"


def json_sql(steps: tuple[str | int, ...], body: str = "body") -> str:
    """The JSON text at a path; SQL NULL where it is absent."""
    return f"{body} -> {_path_literal(steps)}" if steps else body


def steps_of(path: str) -> tuple[str, ...]:
    """The property names in a path of a container's policies: `/a/b`, `/a/b/?`, `/"a b"/*`."""
    names = [name.strip('"') for name in path.strip("/").split("/")]
    return tuple(name for name in names if name not in ("", "?", "*"))


def _path_literal(steps: tuple[str | int, ...]) -> str:
    path = "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in steps)
    if any(isinstance(step, str) and '"' in step for step in steps):
        raise BadRequest(f"Property names with a quotation mark cannot be queried or indexed: {path}.")
    return "'" + path.replace("'", "''") + "'"
