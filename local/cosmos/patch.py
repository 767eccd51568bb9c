"""Partial document update: a list of operations on paths, all or none.

Source: https://learn.microsoft.com/azure/cosmos-db/partial-document-update
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from local.cosmos.charges import patch_charge
from local.cosmos.containers import SYSTEM_PROPERTIES
from local.cosmos.document_json import encode_document, parse_object
from local.cosmos.documents import ALWAYS, Condition, Documents, Outcome
from local.cosmos.errors import BadRequest, PreconditionFailed
from local.cosmos.query_interpreter import Interpreter
from local.cosmos.query_parser import parse_condition

_MOST_OPERATIONS = 10
_END_OF_ARRAY = "-"


class _Operation(msgspec.Struct, rename={"source": "from"}):
    op: str
    path: str
    value: Any = msgspec.UNSET
    source: str = ""


class _Patch(msgspec.Struct):
    operations: list[_Operation]
    condition: str | None = None


def patch(documents: Documents, partition: str, identity: str, raw: bytes, condition: Condition = ALWAYS) -> Outcome:
    """Raises `PreconditionFailed` if the ETag or the patch's own condition does not hold."""
    request = _parse(raw)
    existing = documents.version(partition, identity)
    condition.check(existing.etag)
    document = parse_object(existing.body)
    if request.condition and not _holds(document, request.condition):
        raise PreconditionFailed
    for operation in request.operations:
        _apply(document, operation)
    if document.get("id") != identity:
        raise BadRequest("The id of an item cannot be patched.")
    outcome = documents.write_over(existing, partition, document, encode_document(document))
    return replace(outcome, charge=patch_charge(outcome.charge, len(request.operations)))


def _parse(raw: bytes) -> _Patch:
    try:
        if raw.lstrip().startswith(b"["):
            request = _Patch(msgspec.json.decode(raw, type=list[_Operation]))
        else:
            request = msgspec.json.decode(raw, type=_Patch)
    except msgspec.DecodeError as fault:
        raise BadRequest(f"The patch is malformed: {fault}.") from fault
    if not 1 <= len(request.operations) <= _MOST_OPERATIONS:
        raise BadRequest(f"A patch has 1 to {_MOST_OPERATIONS} operations, not {len(request.operations)}.")
    return request


def _holds(document: dict[str, Any], condition: str) -> bool:
    return any(True for _ in Interpreter(parse_condition(condition), {}).results_of(document))


def _apply(document: dict[str, Any], operation: _Operation) -> None:
    parent, name = _target(document, operation.path)
    match operation.op:
        case "remove":
            _take(parent, name, operation.path)
        case "move":
            source, source_name = _target(document, operation.source)
            value = _take(source, source_name, operation.source)
            _put(*_target(document, operation.path), value, insert=True)
        case "add" | "set" | "replace" | "incr" if operation.value is msgspec.UNSET:
            raise BadRequest(f"The patch operation {operation.op} on {operation.path} has no value.")
        case "add" | "set":
            _put(parent, name, operation.value, insert=operation.op == "add")
        case "replace":
            _existing(parent, name, operation.path)
            _put(parent, name, operation.value, insert=False)
        case "incr":
            _put(parent, name, _incremented(parent, name, operation), insert=False)
        case unknown:
            raise BadRequest(f"'{unknown}' is no patch operation; use add, set, replace, remove, incr or move.")


def _target(document: dict[str, Any], path: str) -> tuple[Any, str]:
    """The object or array that holds the last step of a path, and that step."""
    *steps, name = (step.replace("~1", "/").replace("~0", "~") for step in path.removeprefix("/").split("/"))
    if not path.startswith("/") or not name or (steps or [name])[0] in SYSTEM_PROPERTIES:
        raise BadRequest(f"'{path}' cannot be patched; a path starts with / and names a property of your own.")
    parent: Any = document
    for step in steps:
        parent = _existing(parent, step, path)
    if not isinstance(parent, dict | list):
        raise BadRequest(f"The patch path '{path}' leads through a value that is no object and no array.")
    return parent, name


def _existing(parent: Any, name: str, path: str) -> Any:
    if isinstance(parent, dict) and name in parent:
        return parent[name]
    if isinstance(parent, list) and name.isdigit() and int(name) < len(parent):
        return parent[int(name)]
    raise BadRequest(f"The patch path '{path}' does not exist in the item: there is no '{name}'.")


def _take(parent: Any, name: str, path: str) -> Any:
    value = _existing(parent, name, path)
    del parent[int(name) if isinstance(parent, list) else name]
    return value


def _put(parent: Any, name: str, value: Any, *, insert: bool) -> None:
    """Set a property; in an array, insert before a position or overwrite it. `-` is the end of an array."""
    if isinstance(parent, dict):
        parent[name] = value
        return
    position = len(parent) if name == _END_OF_ARRAY else int(name) if name.isdigit() else -1
    if not 0 <= position <= len(parent):
        raise BadRequest(f"'{name}' is no position in an array of {len(parent)}.")
    if insert or position == len(parent):
        parent.insert(position, value)
    else:
        parent[position] = value


def _incremented(parent: Any, name: str, operation: _Operation) -> int | float:
    """A missing property counts as zero."""
    absent = isinstance(parent, dict) and name not in parent
    current = 0 if absent else _existing(parent, name, operation.path)
    for number in (current, operation.value):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BadRequest(f"incr needs numbers; at {operation.path} it met {number!r}.")
    total: int | float = current + operation.value
    return total
