"""Mementos on Cosmos DB: one document per stream, which only a later one replaces."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.cosmos.aio import ContainerProxy
from azure.cosmos.exceptions import (
    CosmosAccessConditionFailedError,
    CosmosResourceExistsError,
    CosmosResourceNotFoundError,
)

from domain.kernel.errors import UnreadableMessage
from domain.kernel.ports import Snapshot
from domain.registration.seats_availability import SEATS_AVAILABILITY, SeatsAvailability
from infra.cosmos_calls import requiring_container
from infra.retries import retrying_cosmos
from infra.serialization import from_builtins, to_builtins

logger = logging.getLogger(__name__)

_TOO_LARGE = 413


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the states of a category look like.

    Raise `schema` whenever the state's fields, or what they mean, change: mementos of another schema are not read.
    """

    state: type[Any]
    schema: int


FORMS = {SEATS_AVAILABILITY.category: Form(state=SeatsAvailability, schema=1)}
"""By category of stream."""


class CosmosSnapshots:
    """Snapshots over one container, described in `cosmos.json`."""

    def __init__(self, container: ContainerProxy, forms: Mapping[str, Form] = FORMS) -> None:
        self._container = container
        self._forms = forms

    async def load(self, stream_id: str) -> Snapshot | None:
        """The latest memento, or None when there is none that this code can read."""
        try:
            document = await retrying_cosmos(lambda: self._container.read_item(stream_id, partition_key=stream_id))
        except CosmosResourceNotFoundError:
            return None
        form = self._form(stream_id)
        if document["schema"] != form.schema:
            return None
        try:
            return Snapshot(version=document["version"], state=from_builtins(form.state, document["state"]))
        except UnreadableMessage:
            logger.warning("the memento of %s is not in the form of schema %d", stream_id, form.schema, exc_info=True)
            return None

    async def save(self, stream_id: str, snapshot: Snapshot) -> None:
        """Keep it, unless a later one is kept already. One too large for a document is not kept, with a warning."""
        content = {
            "version": snapshot.version,
            "schema": self._form(stream_id).schema,
            "state": to_builtins(snapshot.state),
        }
        try:
            if not await retrying_cosmos(lambda: self._replace_earlier(stream_id, content)):
                await requiring_container(lambda: self._create_or_replace(stream_id, content))
        except HttpResponseError as error:
            if error.status_code != _TOO_LARGE:
                raise
            logger.warning("the memento of %s at version %d is too large to keep", stream_id, snapshot.version)

    async def _replace_earlier(self, stream_id: str, content: dict[str, Any]) -> bool:
        """False when there is nothing to replace."""
        try:
            await self._container.patch_item(
                stream_id,
                partition_key=stream_id,
                patch_operations=[{"op": "set", "path": f"/{name}", "value": value} for name, value in content.items()],
                filter_predicate=f"FROM c WHERE c.version < {content['version']}",
                no_response=True,
            )
        except CosmosResourceNotFoundError:
            return False
        except CosmosAccessConditionFailedError:
            logger.debug("%s has a later memento than that of version %d", stream_id, content["version"])
        return True

    async def _create_or_replace(self, stream_id: str, content: dict[str, Any]) -> None:
        document = {"id": stream_id, "streamId": stream_id, **content}
        try:
            await self._container.create_item(document, no_response=True)
        except CosmosResourceExistsError:  # somebody else was faster, with an earlier or a later one
            await self._replace_earlier(stream_id, content)

    def _form(self, stream_id: str) -> Form:
        category = stream_id.partition("-")[0]
        if category not in self._forms:
            raise LookupError(f"no form is known for the mementos of {category!r}; add it to infra.snapshots.FORMS")
        return self._forms[category]
