"""What a container is: its settings, and what they mean for the documents in it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local.cosmos.charges import WriteCharges
from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.indexing_policy import IndexingPolicy
from local.cosmos.json_paths import steps_of
from local.cosmos.partition_keys import partition_text, value_at
from local.cosmos.storage import documents_table

SYSTEM_PROPERTIES = frozenset(("_rid", "_self", "_etag", "_ts", "_attachments"))
_DEFAULT_SETTINGS: dict[str, Any] = {
    "indexingPolicy": {
        "indexingMode": "consistent",
        "automatic": True,
        "includedPaths": [{"path": "/*"}],
        "excludedPaths": [{"path": '/"_etag"/?'}],
    },
    "conflictResolutionPolicy": {"mode": "LastWriterWins", "conflictResolutionPath": "/_ts"},
}
_UNKNOWN_SETTINGS = ("computedProperties", "changeFeedPolicy", "materializedViewDefinition", "clientEncryptionPolicy")
"""Settings that would change what clients are answered."""


@dataclass(frozen=True)
class Container:
    """Settings as the client gave them, under the numbers that its resource ids are made of."""

    number: int
    database_number: int
    properties: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.properties["id"])

    @cached_property
    def table(self) -> str:
        return documents_table(self.number)

    @cached_property
    def rid(self) -> str:
        return resource_id(self.database_number, self.number)

    @cached_property
    def rid_bytes(self) -> bytes:
        return base64.b64decode(self.rid.replace("-", "/"))

    @cached_property
    def partition_paths(self) -> tuple[tuple[str, ...], ...]:
        return tuple(steps_of(path) for path in self.properties["partitionKey"]["paths"])

    @cached_property
    def single_partition_path(self) -> tuple[str, ...]:
        """The path of the partition key if it is one, else empty."""
        return self.partition_paths[0] if len(self.partition_paths) == 1 else ()

    @cached_property
    def indexing(self) -> IndexingPolicy:
        return IndexingPolicy(self.properties["indexingPolicy"])

    @cached_property
    def default_ttl(self) -> int | None:
        """Seconds that documents live; -1: for ever, unless they say otherwise; None: `ttl` has no meaning."""
        ttl = self.properties.get("defaultTtl")
        return None if ttl is None else int(ttl)

    @cached_property
    def charges(self) -> WriteCharges:
        return WriteCharges(self.properties)

    def partition_of(self, document: dict[str, Any]) -> str:
        """The partition key text of a document."""
        return partition_text([value_at(document, path) for path in self.partition_paths])

    def expiry_of(self, document: dict[str, Any], timestamp: int) -> int | None:
        """The last second (Unix time) that a document written at `timestamp` is seen; None for ever."""
        if self.default_ttl is None:
            return None
        ttl = document.get("ttl", self.default_ttl)
        if not isinstance(ttl, int) or isinstance(ttl, bool) or ttl == 0 or ttl < -1:
            raise BadRequest(f"The 'ttl' must be a positive number of seconds, or -1 for ever; it is {ttl!r}.")
        return None if ttl == -1 else timestamp + ttl


def resource_id(*numbers: int) -> str:
    """The `_rid` of a database (one number) or a container (two): base64 without a slash."""
    return base64.b64encode(b"".join(number.to_bytes(4, "big") for number in numbers)).decode().replace("/", "-")


def container_settings(given: dict[str, Any]) -> dict[str, Any]:
    """The settings of a new container with defaults filled in. Raises `BadRequest` for a bad partition key."""
    partition_key = given.get("partitionKey")
    if not isinstance(partition_key, dict) or not partition_key.get("paths"):
        raise BadRequest("A container needs a partitionKey with at least one path.")
    if partition_key.get("version", 2) != 2:
        raise NotSupported("Partition key hash version 1 (set the version of the partition key to 2)")
    for setting in _UNKNOWN_SETTINGS:
        if given.get(setting):
            raise NotSupported(f"The container setting {setting}")
    if given.get("defaultTtl") == 0:
        raise BadRequest("defaultTtl must be a positive number of seconds, or -1 to leave it to the documents.")
    settings = {name: value for name, value in given.items() if name not in SYSTEM_PROPERTIES}
    settings["partitionKey"] = {"kind": "Hash", "version": 2, **partition_key}
    return {**_DEFAULT_SETTINGS, **{name: value for name, value in settings.items() if value is not None}}
