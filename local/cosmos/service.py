"""From an HTTP request to the part that answers it."""

from __future__ import annotations

import logging
from urllib.parse import unquote

import msgspec
from aiohttp import web

from local.cosmos.auth import KeyAuthorization
from local.cosmos.catalog import Catalog
from local.cosmos.document_routes import delete_partition_reply, document_reply, documents_reply
from local.cosmos.documents import Documents
from local.cosmos.errors import BadRequest, CosmosError, NotSupported
from local.cosmos.faults import InjectedFaults
from local.cosmos.messages import Call, Reply, error_reply, standard_headers
from local.cosmos.meters import Meters
from local.cosmos.resource_routes import (
    account_reply,
    container_reply,
    containers_reply,
    database_reply,
    databases_reply,
    ranges_reply,
    refuse_offers,
)
from local.cosmos.storage import Storage

_INTENDED_CONTAINER = "x-ms-cosmos-intended-collection-rid"
_CONTAINER_RECREATED = 1024

_log = logging.getLogger(__name__)


class Service:
    """Answers every request; `faults` strike those for documents."""

    def __init__(self, storage: Storage, authorization: KeyAuthorization, faults: InjectedFaults) -> None:
        self.catalog = Catalog(storage)
        self._storage = storage
        self._authorization = authorization
        self._faults = faults
        self._meters = Meters()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        try:
            reply = await self._answer(request)
        except CosmosError as fault:
            reply = error_reply(fault)
        except Exception:
            _log.exception("%s %s failed", request.method, request.raw_path)
            reply = error_reply(CosmosError("The server failed; its log says why."))
        headers = standard_headers(self._storage.sequence, reply.charge) | reply.headers
        return web.Response(status=reply.status, body=reply.body, headers=headers)

    async def purge_expired(self) -> None:
        """Free the space of documents whose time is over. They are out of sight already."""
        for database in tuple(self.catalog.databases.values()):
            for documents in tuple(database.containers.values()):
                while documents.container.default_ttl is not None:
                    if not await self._storage.write(documents.purge_expired):
                        break

    async def _answer(self, request: web.BaseRequest) -> Reply:
        path = request.raw_path.partition("?")[0]
        segments = [unquote(part) if "%" in part else part for part in path.split("/") if part]
        if segments == ["health"]:
            return Reply(200, msgspec.json.encode({"status": "healthy", "databases": len(self.catalog.databases)}))
        if segments == ["metrics"]:
            return Reply(200, msgspec.json.encode(self._meters.as_json()))
        headers = request.headers
        body = await request.content.read()
        self._authorization.check(
            request.method, segments, headers.get("x-ms-date", ""), headers.get("Authorization", "")
        )
        return await self._route(Call(request.method, segments, headers, body, request.host))

    async def _route(self, call: Call) -> Reply:
        match call.segments:
            case ["dbs", database, "colls", container, *rest] if rest:
                return await self._route_in_container(call, database, container, rest)
            case []:
                return account_reply(call.host)
            case ["dbs"]:
                return await databases_reply(self.catalog, call)
            case ["dbs", database]:
                return await database_reply(self.catalog, call, database)
            case ["dbs", database, "colls"]:
                return await containers_reply(self.catalog, call, self.catalog.database(database))
            case ["dbs", database, "colls", container]:
                documents = self.catalog.documents(database, container)
                return await container_reply(self.catalog, call, self.catalog.database(database), documents)
            case ["offers", *_]:
                return refuse_offers()
        raise NotSupported(f"The resource /{'/'.join(call.segments)}")

    async def _route_in_container(self, call: Call, database: str, container: str, rest: list[str]) -> Reply:
        documents = self.catalog.documents(database, container)
        if call.headers.get(_INTENDED_CONTAINER, documents.container.rid) != documents.container.rid:
            raise BadRequest("The container was deleted and created anew.", _CONTAINER_RECREATED)
        match rest:
            case ["pkranges"]:
                return ranges_reply(call, documents)
            case ["docs"] | ["docs", _]:
                reply = await self._reply_about_documents(documents, call, *rest[1:])
                self._meters.count(container, call, reply)
                return reply
            case ["operations", "partitionkeydelete"]:
                return await delete_partition_reply(documents, call)
        raise NotSupported(f"The resource '{rest[0]}' of a container")

    async def _reply_about_documents(self, documents: Documents, call: Call, identity: str | None = None) -> Reply:
        """A refusal too is a reply: it has its price."""
        try:
            self._faults.strike()
            if identity is None:
                return await documents_reply(documents, call)
            return await document_reply(documents, call, identity)
        except CosmosError as fault:
            return error_reply(fault)
