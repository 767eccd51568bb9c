"""Read models in table storage, one table per view.

A document lies under its key: `a/b` is partition a, row b; a key without a slash is a partition of its own. A document
of a view with `listed_at` lies there instead, and a pointer under its key leads to it. The pointer is written first:
one that leads nowhere is harmless, while a document that its key does not lead to would seem not to exist.
"""

import asyncio
import functools
from collections.abc import Sequence
from typing import Any, TypeVar, cast

from azure.core import MatchConditions
from azure.core.async_paging import AsyncPageIterator
from azure.core.exceptions import HttpResponseError
from azure.data.tables import TableEntity, UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient

from domain.kernel.errors import ConcurrencyConflict
from domain.kernel.lru import Lru
from domain.kernel.views import StoredView, View
from infra.serialization import decode_document, encode_document
from infra.table_entities import (
    checked_key,
    is_key,
    joined_text,
    split_text,
)
from infra.table_pages import page_token, parse_page_token
from infra.tables import CONFLICT, NOT_FOUND, PRECONDITION_FAILED, call_table

D = TypeVar("D")
Address = tuple[str, str]
"""Partition and row."""


class TableViewStore:
    """Implements the port `ViewStore` for projections, and reads for everybody else. One per process."""

    def __init__(self, service: TableServiceClient, *, cache_size: int = 10_000) -> None:
        self._service = service
        self._tables: dict[str, TableClient] = {}
        self._stored: Lru[tuple[str, str], StoredView] = Lru(cache_size)
        self._pointers: Lru[tuple[str, str], Address] = Lru(cache_size)
        self._waiting: dict[tuple[str, str], set[asyncio.Event]] = {}

    # For projections

    async def load(self, view: View[Any], key: str) -> StoredView | None:
        """The document as this process last knew it, else as the table has it. An outdated one cannot be saved."""
        if (known := self._stored.get((view.name, key))) is not None:
            return known
        address = await self._locate(view, key)
        entity = await self._read(view, address) if address else None
        if entity is None:
            return None
        versions = decode_document(dict[str, int], entity["versions"])
        stored = StoredView(document=_document(view, entity), versions=versions, token=entity.metadata["etag"])
        self._stored.put((view.name, key), stored)
        return stored

    async def save(self, view: View[Any], key: str, stored: StoredView) -> None:
        """Write it if nobody wrote since `stored.token` was read (None: it must not exist yet).

        Raises ConcurrencyConflict otherwise, also when a lost answer hid that we wrote it ourselves; Unavailable; and
        ValueError for a key or document that table storage cannot take.
        """
        address = view.listed_at(stored.document) if view.listed_at else _own_address(key)
        entity = _entity(address, stored)
        try:
            if stored.token is None:
                token = await self._create(view, key, address, entity)
            else:
                token = await self._replace(view, entity, stored.token)
        except HttpResponseError as error:
            self._stored.drop((view.name, key))
            if error.status_code in (NOT_FOUND, CONFLICT, PRECONDITION_FAILED):
                raise ConcurrencyConflict(f"view {view.name}, {key}: somebody else wrote it") from error
            raise
        known = StoredView(document=stored.document, versions=dict(stored.versions), token=token)
        self._stored.put((view.name, key), known)
        for saved in self._waiting.pop((view.name, key), ()):
            saved.set()

    async def clear(self, view: View[Any]) -> None:
        """Delete every document. Raises Unavailable."""
        table = self._table(view.name)
        pages = table.list_entities(select=["PartitionKey", "RowKey"]).by_page()
        while (page := await call_table(view.name, lambda: anext(pages, None))) is not None:
            async for entity in page:
                await call_table(view.name, functools.partial(table.delete_entity, entity))
        self._stored.clear()
        self._pointers.clear()

    # For readers

    async def get(self, view: View[D], key: str) -> D | None:
        """The document as the table has it now. Raises Unavailable."""
        if not all(is_key(part) for part in _own_address(key)):
            return None  # nothing could have been saved under it
        address = await self._locate(view, key)
        if address is None:
            return None
        return await self._get(view, address)

    async def get_listed(self, view: View[D], partition: str, row: str) -> D | None:
        """The document of a view with `listed_at` that lies there now. Raises Unavailable."""
        if not (is_key(partition) and is_key(row)):
            return None
        return await self._get(view, (partition, row))

    async def list(
        self, view: View[D], partition: str, limit: int | None = None, continuation: str | None = None
    ) -> tuple[Sequence[D], str | None]:
        """Documents of one partition in the order of their rows, and where to go on: None at the end.

        Without `limit` all there are; else at most so many, and maybe fewer although there are more. Raises
        Unavailable, and ValueError for a `continuation` that this method did not give.
        """
        if not is_key(partition):
            return [], None
        query = self._table(view.name).query_entities(
            "PartitionKey eq @partition", parameters={"partition": partition}, results_per_page=limit
        )
        # The SDK's annotations say text, but its tokens for entities are dicts.
        pages = cast(
            "AsyncPageIterator[TableEntity]", query.by_page(cast("str | None", parse_page_token(continuation)))
        )
        documents: list[D] = []
        while (page := await call_table(view.name, lambda: anext(pages, None))) is not None:
            documents += [_document(view, entity) async for entity in page]
            if documents and limit is not None:
                return documents, page_token(cast("dict[str, str] | None", pages.continuation_token))
        return documents, None

    def known(self, view: View[D], key: str) -> D | None:
        """The document as this process last saved or loaded it, which may be outdated; None when it never did."""
        stored = self._stored.get((view.name, key))
        return stored.document if stored else None

    async def changed(self, view: View[Any], key: str, seconds: float) -> bool:
        """Wait until this process saves the document; False when it has not within `seconds`."""
        saved = asyncio.Event()
        waiting = self._waiting.setdefault((view.name, key), set())
        waiting.add(saved)
        try:
            async with asyncio.timeout(seconds):
                await saved.wait()
                return True
        except TimeoutError:
            return False
        finally:
            waiting.discard(saved)
            if not waiting and self._waiting.get((view.name, key)) is waiting:
                del self._waiting[(view.name, key)]

    async def ping(self) -> None:
        """Ask table storage something. Raises Unavailable."""
        await call_table("any", lambda: anext(self._service.list_tables(results_per_page=1).by_page(), None))

    # Entities

    async def _create(self, view: View[Any], key: str, address: Address, entity: dict[str, str]) -> str:
        table = self._table(view.name)
        if view.listed_at:
            pointer = _pointer(key, address)
            await call_table(view.name, lambda: table.upsert_entity(pointer, UpdateMode.REPLACE))
            self._pointers.put((view.name, key), address)
        metadata = await call_table(
            view.name, lambda: table.create_entity(entity, response_preference="return-no-content")
        )
        return str(metadata["etag"])

    async def _replace(self, view: View[Any], entity: dict[str, str], token: str) -> str:
        table = self._table(view.name)
        metadata = await call_table(
            view.name,
            lambda: table.update_entity(
                entity, UpdateMode.REPLACE, etag=token, match_condition=MatchConditions.IfNotModified
            ),
        )
        return str(metadata["etag"])

    async def _get(self, view: View[D], address: Address) -> D | None:
        if (entity := await self._read(view, address)) is None:
            return None
        return _document(view, entity)

    async def _locate(self, view: View[Any], key: str) -> Address | None:
        """Where the document is or would be; None when a view with `listed_at` does not know the key yet."""
        if not view.listed_at:
            return _own_address(key)
        if (known := self._pointers.get((view.name, key))) is not None:
            return known
        pointer = await self._read(view, _pointer_address(key))
        if pointer is None:
            return None
        address = (pointer["partition"], pointer["row"])
        self._pointers.put((view.name, key), address)
        return address

    async def _read(self, view: View[Any], address: Address) -> TableEntity | None:
        table = self._table(view.name)
        partition, row = (checked_key(part) for part in address)
        try:
            return await call_table(view.name, lambda: table.get_entity(partition, row))
        except HttpResponseError as error:
            if error.status_code == NOT_FOUND:
                return None
            raise

    def _table(self, name: str) -> TableClient:
        if name not in self._tables:
            self._tables[name] = self._service.get_table_client(name)
        return self._tables[name]


def _own_address(key: str) -> Address:
    partition, _, row = key.partition("/")
    return partition, row


def _pointer_address(key: str) -> Address:
    partition, row = _own_address(key)
    return f"key:{partition}", row


def _pointer(key: str, address: Address) -> dict[str, str]:
    partition, row = _pointer_address(key)
    return {
        "PartitionKey": checked_key(partition),
        "RowKey": checked_key(row),
        "partition": address[0],
        "row": address[1],
    }


def _entity(address: Address, stored: StoredView) -> dict[str, str]:
    partition, row = address
    return {
        "PartitionKey": checked_key(partition),
        "RowKey": checked_key(row),
        "versions": encode_document(stored.versions).decode(),
        **split_text("document", encode_document(stored.document).decode()),
    }


def _document(view: View[D], entity: TableEntity) -> D:
    return decode_document(view.document, joined_text("document", entity))
