"""What every ViewStore must do. A suite inherits it and gives two stores over the same documents, as two processes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.kernel.errors import ConcurrencyConflict
from domain.kernel.ports import ViewStore
from domain.kernel.views import StoredView, View
from domain.registration.managed_orders import MANAGED_ORDERS, ManagedOrder
from domain.registration.order import OrderState
from domain.registration.order_views import ORDER_LOCATIONS, ORDERS, OrderLocation, OrderView
from tests.support.vocabulary import ACCESS_CODE, CONFERENCE, EXPIRES, NOW

Stores = tuple[ViewStore, ViewStore]


class Sample:
    """A view, a new key of it, and documents to keep there."""

    def __init__(self, view: View[Any]) -> None:
        self.view = view
        order_id = uuid4()
        self.key = f"{ACCESS_CODE}/{order_id}" if view is ORDER_LOCATIONS else str(order_id)
        self._first: Any
        if view is ORDERS:
            self._first = OrderView(
                order_id=order_id,
                conference_id=CONFERENCE,
                conference_code="cqrs-summit",
                access_code=ACCESS_CODE,
                state=OrderState.PENDING_RESERVATION,
                version=1,
                reservation_expires_at=EXPIRES,
            )
        elif view is MANAGED_ORDERS:
            self._first = ManagedOrder(
                order_id=order_id, conference_id=CONFERENCE, placed_at=NOW, access_code=ACCESS_CODE
            )
        else:
            self._first = OrderLocation(order_id=order_id)

    def stored(self, version: int, *, token: str | None = None) -> StoredView:
        """The document as of `version`."""
        document = self._first
        if not isinstance(document, OrderLocation):
            document = replace(document, total=version)
        return StoredView(document=document, versions={"a-stream": version}, token=token)


@pytest.fixture(params=[ORDERS, ORDER_LOCATIONS, MANAGED_ORDERS], ids=["by-id", "by-partition-and-row", "listed"])
def sample(request: pytest.FixtureRequest) -> Sample:
    return Sample(request.param)


class ViewStoreContract:
    """Needs the fixture `stores`. Import the fixture `sample` beside it."""

    async def test_there_is_nothing_under_a_new_key(self, stores: Stores, sample: Sample) -> None:
        store, _ = stores

        assert await store.load(sample.view, sample.key) is None

    async def test_what_was_saved_is_there_for_every_process(self, stores: Stores, sample: Sample) -> None:
        await stores[0].save(sample.view, sample.key, sample.stored(1))

        for store in stores:
            loaded = await store.load(sample.view, sample.key)
            assert loaded is not None
            assert loaded.token is not None
            assert replace(loaded, token=None) == sample.stored(1)

    async def test_a_document_can_be_saved_again_and_again(self, stores: Stores, sample: Sample) -> None:
        store, other = stores
        await store.save(sample.view, sample.key, sample.stored(1))
        for version in (2, 3):
            loaded = await store.load(sample.view, sample.key)
            assert loaded is not None
            await store.save(sample.view, sample.key, sample.stored(version, token=loaded.token))

        seen = await other.load(sample.view, sample.key)
        assert seen is not None
        assert replace(seen, token=None) == sample.stored(3)

    async def test_a_document_is_not_created_twice(self, stores: Stores, sample: Sample) -> None:
        store, other = stores
        await store.save(sample.view, sample.key, sample.stored(1))

        with pytest.raises(ConcurrencyConflict):
            await other.save(sample.view, sample.key, sample.stored(2))
        kept = await other.load(sample.view, sample.key)
        assert kept is not None
        assert kept.versions == {"a-stream": 1}

    async def test_an_outdated_document_is_not_overwritten_and_is_read_anew(
        self, stores: Stores, sample: Sample
    ) -> None:
        store, other = stores
        await store.save(sample.view, sample.key, sample.stored(1))
        outdated = await other.load(sample.view, sample.key)
        current = await store.load(sample.view, sample.key)
        assert outdated is not None
        assert current is not None
        await store.save(sample.view, sample.key, sample.stored(2, token=current.token))

        with pytest.raises(ConcurrencyConflict):
            await other.save(sample.view, sample.key, sample.stored(9, token=outdated.token))
        reread = await other.load(sample.view, sample.key)
        assert reread is not None
        assert replace(reread, token=None) == sample.stored(2)

    async def test_of_many_who_create_or_change_a_document_at_once_one_succeeds(
        self, stores: Stores, sample: Sample
    ) -> None:
        async def save(store: ViewStore, stored: StoredView) -> bool:
            try:
                await store.save(sample.view, sample.key, stored)
            except ConcurrencyConflict:
                return False
            return True

        created = await asyncio.gather(*(save(store, sample.stored(1)) for store in stores * 4))
        current = await stores[0].load(sample.view, sample.key)
        assert current is not None
        changed = await asyncio.gather(*(save(store, sample.stored(2, token=current.token)) for store in stores * 4))

        assert (sum(created), sum(changed)) == (1, 1)

    async def test_documents_do_not_disturb_each_other(self, stores: Stores, sample: Sample) -> None:
        store, other = stores
        neighbour = Sample(sample.view)
        await store.save(sample.view, sample.key, sample.stored(1))
        await store.save(neighbour.view, neighbour.key, neighbour.stored(5))

        seen = await other.load(sample.view, sample.key)
        assert seen is not None
        assert replace(seen, token=None) == sample.stored(1)
