"""What this release writes, and what it makes of what another release wrote: messages, documents, tables.

    python -m tests.contract.release_forms < FORMS

FORMS is {"name of a form": body, …}, or {} for none; the answer, on standard output, is

    {"writes": {name: body}, "reads": {name: {"body": …} | {"fault": "…"}}, "tables": {table: {column: …}}}

where the body that was read is what this release would write in its place, or null for what it rightly does not read.

WARNING: `test_release_compatibility` runs this module of the last release beside that of this one. What it takes and
gives may get more members, but none may change.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import MetaData

from domain.kernel.errors import UnreadableMessage
from domain.kernel.messages import Commit, Envelope
from domain.kernel.views import StoredView
from domain.registration.registration_process import RegistrationProcess
from infra import table_views
from infra.commit_documents import commit_of, document_of
from infra.message_types import REGISTRY
from infra.rebuild import VIEWS
from infra.serialization import (
    decode_document,
    decode_envelope,
    encode_document,
    encode_envelope,
    from_builtins,
    to_builtins,
)
from infra.snapshots import FORMS
from infra.sql.tables import metadata
from tests.contract.golden_files import MESSAGES
from tests.contract.made_up import TIME, all_made_up, made_up

Form = tuple[str, Any]


def written() -> Iterator[Form]:
    """Everything that this release writes or has ever written, with made-up values in all fields."""
    yield from _messages()
    yield from _commits()
    yield from _documents()


def _messages() -> Iterator[Form]:
    for path in sorted(MESSAGES.glob("*.json")):
        yield f"golden {path.stem}", json.loads(path.read_bytes())
    for name in sorted(REGISTRY):
        yield f"message {name}", _on_the_bus(_envelope(name))


def _commits() -> Iterator[Form]:
    for name in sorted(REGISTRY):
        cause = _envelope("registration.RegisterToConference.v1")
        commit = Commit(stream_id="order-1", version=3, cause=cause, events=(_envelope(name).message,))
        yield f"commit with {name}", json.loads(encode_document(document_of(commit)))


def _documents() -> Iterator[Form]:
    for view in VIEWS.values():
        for number, document in enumerate(all_made_up(view.document, view.name)):
            yield f"view {view.name} {number}", _entity(view.name, document, {"order-1": 3})
    for number, process in enumerate(all_made_up(RegistrationProcess, "process")):
        yield f"process {number}", json.loads(encode_document(process))
    for category, form in FORMS.items():
        yield f"memento {category} {form.schema}", json.loads(encode_document(made_up(form.state, category)))


def _envelope(name: str) -> Envelope[Any]:
    return Envelope(
        message=made_up(REGISTRY[name], name),
        message_id=str(uuid5(NAMESPACE_OID, name)),
        correlation_id="the conversation",
        causation_id="the cause",
        time=TIME,
    )


def read(name: str, body: Any) -> Any:
    """What this release would write in place of `body`; None for what it does not read. Raises UnreadableMessage."""
    match name.split():
        case ["golden", _]:
            return json.loads(encode_envelope(decode_envelope(json.dumps(body))))
        case ["message", _]:
            return _on_the_bus(decode_envelope(json.dumps(body["envelope"])))
        case ["commit", "with", _]:
            return json.loads(encode_document(document_of(commit_of(body))))
        case ["view", view, _]:
            return _read_entity(view, body) if view in VIEWS else None
        case ["process", _]:
            return json.loads(encode_document(decode_document(RegistrationProcess, json.dumps(body))))
        case ["memento", category, schema]:
            form = FORMS.get(category)
            is_read = form is not None and str(form.schema) == schema
            return to_builtins(from_builtins(form.state, body)) if form and is_read else None
    return None


def _on_the_bus(envelope: Envelope[Any]) -> Any:
    return {"subject": type(envelope.message).__name__, "envelope": json.loads(encode_envelope(envelope))}


def _entity(view_name: str, document: Any, versions: dict[str, int]) -> dict[str, Any]:
    """An entity of table storage, with the JSON in its properties as members."""
    listed_at = VIEWS[view_name].listed_at
    address = listed_at(document) if listed_at else ("partition", "row")
    entity = table_views._entity(address, StoredView(document=document, versions=versions))
    return {name: json.loads(value) if value.startswith("{") else value for name, value in entity.items()}


def _read_entity(view_name: str, body: dict[str, Any]) -> dict[str, Any]:
    entity: Any = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in body.items()}
    try:
        document = table_views._document(VIEWS[view_name], entity)
        versions = decode_document(dict[str, int], entity["versions"])
    except KeyError as error:
        raise UnreadableMessage(f"the entity has no {error}") from error
    return _entity(view_name, document, versions)


def tables(schema: MetaData) -> dict[str, dict[str, bool]]:
    """The columns of each table, and whether an INSERT must name them."""
    return {
        table.name: {
            column.name: not (column.nullable or column.server_default or column.identity) for column in table.columns
        }
        for table in schema.sorted_tables
    }


def _tried(name: str, body: Any) -> dict[str, Any]:
    try:
        return {"body": read(name, body)}
    except (UnreadableMessage, LookupError, TypeError, ValueError) as error:
        return {"fault": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer on standard output."""
    forms: dict[str, Any] = json.load(sys.stdin)
    answer = {
        "writes": dict(written()),
        "reads": {name: _tried(name, body) for name, body in forms.items()},
        "tables": tables(metadata),
    }
    json.dump(answer, sys.stdout, default=str)


if __name__ == "__main__":
    main()
