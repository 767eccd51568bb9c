"""Mementos: the latest that this code can read, or none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from azure.cosmos.aio import ContainerProxy, DatabaseProxy
from immutables import Map

from domain.kernel.ports import Snapshot
from domain.registration.seats_availability import PendingReservation, SeatsAvailability
from infra.snapshots import CosmosSnapshots, Form
from tests.contract.event_store_contract import new_stream
from tests.contract.snapshots_contract import HELD, SnapshotsContract, memento
from tests.support.vocabulary import GENERAL


class TestCosmosSnapshots(SnapshotsContract):
    """With the fixture of this directory."""


class Overtaken:
    """A container in which somebody else saves just before we create a document."""

    def __init__(self, container: ContainerProxy, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._container = container
        self._meanwhile = meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)

    async def create_item(self, document: dict[str, Any], **options: Any) -> None:
        await self._meanwhile()
        await self._container.create_item(document, **options)


@pytest.mark.parametrize(("theirs", "ours"), [(100, 200), (200, 100)])
async def test_of_two_who_save_the_first_memento_at_once_the_later_one_stays(
    snapshots: CosmosSnapshots, database: DatabaseProxy, theirs: int, ours: int
) -> None:
    stream = new_stream()
    container = Overtaken(database.get_container_client("snapshots"), lambda: snapshots.save(stream, memento(theirs)))
    await CosmosSnapshots(cast("ContainerProxy", container)).save(stream, memento(ours))
    assert await snapshots.load(stream) == memento(200)


async def test_a_memento_of_another_schema_is_not_read(snapshots: CosmosSnapshots, database: DatabaseProxy) -> None:
    stream = new_stream()
    forms = {"seats": Form(state=SeatsAvailability, schema=2)}
    await CosmosSnapshots(database.get_container_client("snapshots"), forms).save(stream, memento(100))
    assert await snapshots.load(stream) is None


async def test_a_memento_that_cannot_be_read_is_none_and_a_warning(
    snapshots: CosmosSnapshots, database: DatabaseProxy, caplog: pytest.LogCaptureFixture
) -> None:
    stream = new_stream()
    forms = {"seats": Form(state=list, schema=1)}
    other = CosmosSnapshots(database.get_container_client("snapshots"), forms)
    await other.save(stream, Snapshot(version=100, state=["not", "seats"]))
    assert await snapshots.load(stream) is None
    assert f"the memento of {stream} is not in the form of schema 1" in caplog.text


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_memento_too_large_for_a_document_is_left_out_with_a_warning(
    snapshots: CosmosSnapshots, caplog: pytest.LogCaptureFixture
) -> None:
    stream = new_stream()
    many: Map[UUID, PendingReservation] = Map({uuid4(): HELD for _ in range(20_000)})
    state = SeatsAvailability(remaining={GENERAL: 1}, pending=many)
    await snapshots.save(stream, Snapshot(version=100, state=state))
    assert await snapshots.load(stream) is None
    assert "too large to keep" in caplog.text


async def test_mementos_of_an_unknown_category_are_a_mistake_that_is_named(snapshots: CosmosSnapshots) -> None:
    with pytest.raises(LookupError, match="no form is known for the mementos of 'order'"):
        await snapshots.save(new_stream("order"), memento(1))
