"""What a stack has in its stores, read past the app: Cosmos, SQL, tables and the bus, each with its own client."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from azure.cosmos import CosmosClient
from azure.cosmos.exceptions import CosmosHttpResponseError
from azure.data.tables import TableClient
from sqlalchemy import Connection, Engine, create_engine, func, select, true

from domain.conference_management.conference import Conference
from domain.kernel.messages import Commit
from domain.registration.registration_process import RegistrationProcess
from infra.bootstrap import MESSAGE_LOG_TABLE
from infra.commit_documents import commit_of
from infra.serialization import decode_document, decode_envelope
from infra.sql.conference_rows import to_conference
from infra.sql.tables import conference_events, conferences, outbox, personal_data_keys, registration_processes
from infra.table_entities import joined_text
from tests.support.stack import Stack

PAGE = 1000
TRIES = 50
"""For one page: Cosmos is told to refuse some of what it is asked."""
STATES = ("active", "locked", "deferred", "scheduled")
"""Of messages."""
POINTERS = "key:"
"""How the partitions of a view's pointers begin, see infra/table_views.py."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document of a view as its table has it."""

    document: bytes
    versions: dict[str, int]


class Stores:
    """The stores of a running stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._engine: Engine = create_engine(f"sqlite:///{stack.state_directory / 'contoso.db'}")
        cosmos = stack.component("cosmos")
        self._cosmos_client = CosmosClient(cosmos["url"], cosmos["key"], enable_endpoint_discovery=False)

    def close(self) -> None:
        """Close the clients."""
        self._cosmos_client.__exit__()  # type: ignore[no-untyped-call]
        self._engine.dispose()

    def left_to_do(self) -> dict[str, int]:
        """What is on its way. The bus is asked before and after: what left it meanwhile may have come back."""
        if before := self.messages():
            return before
        kept = {
            "unsent commands": self.unsent_commands(),
            "pending commits": self.pending_commits(),
            "unpublished events of conferences": self.unpublished_events(),
            "read models to mend": self._stack.component("storage")["mending"],
        }
        return {what: count for what, count in kept.items() if count} or self.messages()

    # Cosmos

    def commits(self) -> dict[str, list[Commit]]:
        """By stream, in order."""
        streams: defaultdict[str, list[Commit]] = defaultdict(list)
        for document in self._cosmos("SELECT * FROM c"):
            streams[document["streamId"]].append(commit_of(document))
        for commits in streams.values():
            commits.sort(key=lambda commit: commit.version)
        return streams

    def pending_commits(self) -> int:
        """How many are not published."""
        return len(self._cosmos("SELECT VALUE c.id FROM c WHERE c.pending = true"))

    def _cosmos(self, query: str) -> list[Any]:
        container = self._cosmos_client.get_database_client("contoso").get_container_client("events")
        found: list[Any] = []
        token: str | None = None
        while True:
            page, token = _page(container, query, token)
            found += page
            if not token:
                return found

    # SQL

    def processes(self) -> list[tuple[UUID, RegistrationProcess]]:
        """Every row, with the order it is for."""
        rows = self._read(select(registration_processes.c.order_id, registration_processes.c.state))
        return [(row.order_id, decode_document(RegistrationProcess, row.state)) for row in rows]

    def personal_data_keys(self) -> dict[UUID, str | None]:
        """By order; None for one that was destroyed."""
        rows = self._read(select(personal_data_keys.c.order_id, personal_data_keys.c.key_text))
        return {row.order_id: row.key_text for row in rows}

    def unsent_commands(self) -> int:
        """Rows of the outbox."""
        return int(self._read(select(func.count()).select_from(outbox))[0][0])

    def unpublished_events(self) -> int:
        """Events of conferences that have not reached the bus."""
        unpublished = select(func.count()).where(conference_events.c.is_unpublished == true())
        return int(self._read(unpublished)[0][0])

    def conferences(self) -> list[tuple[int, Conference]]:
        """Each with its version."""
        with self._engine.connect() as connection:
            return [(row.version, to_conference(connection, row)) for row in connection.execute(select(conferences))]

    def conference_commits(self) -> dict[str, list[Commit]]:
        """By stream, in order. The command stands beside the first event of its commit."""
        in_order = select(conference_events).order_by(conference_events.c.conference_id, conference_events.c.version)
        streams: defaultdict[str, list[Commit]] = defaultdict(list)
        for row in self._read(in_order):
            event: Any = decode_envelope(row.event)
            commits = streams[event.stream_id]
            if row.cause is not None:
                cause, mine = decode_envelope(row.cause), (event.message,)
                commits.append(Commit(stream_id=event.stream_id, version=event.version, cause=cause, events=mine))
            else:
                last = commits.pop()
                events = (*last.events, event.message)
                commits.append(Commit(stream_id=last.stream_id, version=last.version, cause=last.cause, events=events))
        return streams

    def _read(self, query: Any) -> list[Any]:
        connection: Connection
        with self._engine.connect() as connection:
            return list(connection.execute(query))

    # Tables

    def view(self, name: str) -> Iterator[tuple[str, Row]]:
        """Its documents by the keys that lead to them. One that no key leads to comes under its address."""
        entities = {(row["PartitionKey"], row["RowKey"]): row for row in self._table(name)}
        keys = {(row["PartitionKey"], row["RowKey"]): _key(*address) for address, row in entities.items()}
        for (partition, row_key), row in entities.items():
            if partition.startswith(POINTERS):
                keys[row["partition"], row["row"]] = _key(partition.removeprefix(POINTERS), row_key)
        for address, row in entities.items():
            if not address[0].startswith(POINTERS):
                versions = decode_document(dict[str, int], row["versions"])
                yield keys[address], Row(joined_text("document", row).encode(), versions)

    def logged(self) -> Iterator[tuple[tuple[str, str], Commit]]:
        """The message log by message and stream."""
        for row in self._table(MESSAGE_LOG_TABLE):
            cause = {"type": row["command"], "data": decode_document(dict[str, Any], joined_text("payload", row))}
            document = {
                **{name: row[name] for name in ("streamId", "version", "correlationId", "causationId", "time")},
                "id": row["messageId"],
                "pending": True,
                "cause": cause,
                "events": decode_document(list[dict[str, Any]], joined_text("events", row)),
            }
            yield (row["messageId"], row["streamId"]), commit_of(document)

    def lose_every_other_row(self, *tables: str) -> None:
        """As if table storage had lost its last writes."""
        for name in tables:
            with self._client(name) as table:
                for row in list(table.list_entities(results_per_page=PAGE))[::2]:
                    table.delete_entity(row)

    def _table(self, name: str) -> list[Any]:
        with self._client(name) as table:
            return list(table.list_entities(results_per_page=PAGE))

    def _client(self, table: str) -> TableClient:
        return TableClient.from_connection_string(self._stack.component("storage")["connection"], table)

    # The bus and the functions

    def messages(self, *states: str) -> dict[str, int]:
        """How many are in one of these states, or in any, by entity that has some; the given up are not counted."""
        entities = self._ask("servicebus", "health")["entities"]
        counted = {
            path: sum(counts.get(state, 0) for state in states or STATES)
            for path, counts in entities.items()
            if not path.lower().endswith(("parked-messages", "$deadletterqueue"))
        }
        return {path: count for path, count in counted.items() if count}

    def _ask(self, component: str, path: str) -> Any:
        return httpx.get(f"{self._stack.component(component)['url']}/{path}", trust_env=False).raise_for_status().json()


def _key(partition: str, row: str) -> str:
    return f"{partition}/{row}" if row else partition


def _page(container: Any, query: str, token: str | None) -> tuple[list[Any], str | None]:
    for attempt in range(TRIES):
        items = container.query_items(query, enable_cross_partition_query=True, max_item_count=PAGE)
        pages = items.by_page(token)
        try:
            return list(next(pages, ())), pages.continuation_token
        except CosmosHttpResponseError as error:
            if error.status_code not in (429, 503) or attempt == TRIES - 1:
                raise
            time.sleep(0.05)
    raise AssertionError("unreachable")
