"""Requests for the account, databases, containers and their partition key ranges."""

from __future__ import annotations

from typing import Any

import msgspec

from local.cosmos.catalog import Catalog, Database
from local.cosmos.documents import Documents
from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.feeds import Page
from local.cosmos.messages import Call, Reply, feed_reply, resource_reply
from local.cosmos.queries import parse_query_request
from local.cosmos.query_interpreter import Interpreter
from local.cosmos.query_parser import parse_query

_RANGES_ETAG = '"1"'
_ONE_RANGE: dict[str, Any] = {
    "id": "0",
    "minInclusive": "",
    "maxExclusive": "FF",
    "ridPrefix": 0,
    "throughputFraction": 1,
    "status": "online",
    "parents": [],
    "_etag": _RANGES_ETAG,
    "_ts": 1,
    "_self": "",
}


def account_reply(host: str) -> Reply:
    """The account as its clients see it: one region, at the address they called."""
    locations = [{"name": "Local", "databaseAccountEndpoint": f"http://{host}/"}]
    account = {
        "_self": "",
        "id": "local",
        "_rid": "local",
        "media": "//media/",
        "addresses": "//addresses/",
        "_dbs": "//dbs/",
        "writableLocations": locations,
        "readableLocations": locations,
        "enableMultipleWriteLocations": False,
        "userConsistencyPolicy": {"defaultConsistencyLevel": "Session"},
        "queryEngineConfiguration": "{}",
    }
    return Reply(200, msgspec.json.encode(account))


async def databases_reply(catalog: Catalog, call: Call) -> Reply:
    if call.method == "POST":
        if call.is_query:
            return _query_reply(call, "Databases", "", [each.properties for each in catalog.databases.values()])
        return resource_reply(201, (await catalog.create_database(call.json())).properties)
    rows = [msgspec.json.encode(database.properties) for database in catalog.databases.values()]
    return feed_reply("Databases", "", Page(rows))


async def database_reply(catalog: Catalog, call: Call, identity: str) -> Reply:
    database = catalog.database(identity)
    if call.method == "DELETE":
        await catalog.delete_database(database)
        return Reply(204)
    return resource_reply(200, database.properties)


async def containers_reply(catalog: Catalog, call: Call, database: Database) -> Reply:
    if call.method == "POST":
        if call.is_query:
            containers = [each.container.properties for each in database.containers.values()]
            return _query_reply(call, "DocumentCollections", database.properties["_rid"], containers)
        return resource_reply(201, (await catalog.create_container(database, call.json())).properties)
    rows = [msgspec.json.encode(documents.container.properties) for documents in database.containers.values()]
    return feed_reply("DocumentCollections", database.properties["_rid"], Page(rows))


async def container_reply(catalog: Catalog, call: Call, database: Database, documents: Documents) -> Reply:
    container = documents.container
    match call.method:
        case "DELETE":
            await catalog.delete_container(database, container)
            return Reply(204)
        case "PUT":
            replaced = await catalog.replace_container(database, container, call.json())
            return resource_reply(200, replaced.properties)
    return resource_reply(200, container.properties)


def ranges_reply(call: Call, documents: Documents) -> Reply:
    """One range holds all partition keys."""
    headers = {"etag": _RANGES_ETAG}
    if call.headers.get("If-None-Match") == _RANGES_ETAG:
        return Reply(304, headers=headers)
    rid = documents.container.rid
    return feed_reply("PartitionKeyRanges", rid, Page([msgspec.json.encode({**_ONE_RANGE, "_rid": rid})]), headers)


def refuse_offers() -> Reply:
    raise BadRequest("Reading or replacing offers is not supported for serverless accounts.")


def _query_reply(call: Call, name: str, rid: str, resources: list[dict[str, Any]]) -> Reply:
    """A query on databases or containers, in one page: they are few."""
    request = parse_query_request(call.body)
    query = parse_query(request.query)
    if query.order_by:
        raise NotSupported("ORDER BY in a query on databases or containers")
    results = Interpreter(query, request.values).results(resources)
    return feed_reply(name, rid, Page([msgspec.json.encode(result) for result in results]))
