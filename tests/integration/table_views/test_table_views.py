"""Read models in table storage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient

from domain.kernel.errors import ConcurrencyConflict, Unavailable
from domain.kernel.views import StoredView
from domain.registration.conference_view import CONFERENCES, CONFERENCES_PARTITION, ConferenceView
from domain.registration.managed_orders import MANAGED_ORDERS, ManagedOrder
from domain.registration.order_views import ASSIGNMENTS, ORDER_LOCATIONS, AssignmentsView, OrderLocation, SeatView
from infra.retries import patience
from infra.table_views import TableViewStore
from infra.tables import TABLE_CLIENT_OPTIONS
from tests.contract.view_store_contract import Sample, ViewStoreContract, sample
from tests.support.vocabulary import DETAILS, GENERAL, NOW, WORKSHOP, PersonalInfo

__all__ = ["sample"]


class TestTableViewStore(ViewStoreContract):
    """Keeps the contract of the port."""


def new(document, **versions):
    return StoredView(document=document, versions=versions or {"a-stream": 1})


def managed_order(conference_id, minutes=0, order_id=None):
    return ManagedOrder(
        order_id=order_id or uuid4(),
        conference_id=conference_id,
        placed_at=NOW + timedelta(minutes=minutes),
        access_code="ABC234",
    )


async def saved_orders(views, count):
    """`count` orders of a new conference, oldest first."""
    conference_id = uuid4()
    orders = [managed_order(conference_id, minutes) for minutes in range(count)]
    for order in orders:
        await views.save(MANAGED_ORDERS, str(order.order_id), new(order))
    return conference_id, orders


# Reading


async def test_a_reader_sees_what_another_process_wrote_since(stores):
    views, other = stores
    sample_ = Sample(MANAGED_ORDERS)
    await views.save(sample_.view, sample_.key, sample_.stored(1))
    assert (await views.get(sample_.view, sample_.key)).total == 1
    theirs = await other.load(sample_.view, sample_.key)
    await other.save(sample_.view, sample_.key, sample_.stored(2, token=theirs.token))

    assert (await views.get(sample_.view, sample_.key)).total == 2


async def test_there_is_nothing_to_read_under_a_new_key(views):
    assert await views.get(ASSIGNMENTS, str(uuid4())) is None
    assert await views.get(MANAGED_ORDERS, str(uuid4())) is None
    assert await views.get_listed(CONFERENCES, CONFERENCES_PARTITION, "no-such-conference") is None
    assert await views.list(MANAGED_ORDERS, str(uuid4())) == ([], None)


@pytest.mark.parametrize("key", ["no#such", "no\\such", "what?", "x" * 600])
async def test_there_is_nothing_to_read_under_a_key_that_cannot_be(views, key):
    assert await views.get(ASSIGNMENTS, key) is None
    assert await views.get_listed(CONFERENCES, CONFERENCES_PARTITION, key) is None
    assert await views.list(ORDER_LOCATIONS, key) == ([], None)


@pytest.mark.parametrize("key", ["no#such", "no/such/key", "x" * 600])
async def test_nothing_is_saved_under_a_key_that_cannot_be(views, key):
    with pytest.raises(ValueError, match="cannot be a key"):
        await views.save(ASSIGNMENTS, key, new(AssignmentsView(assignments_id=uuid4(), order_id=uuid4(), seats=())))


@pytest.mark.parametrize("code", ["o'reilly", "a b", "été-50%", "a+b&c=d;e", "日本"])
async def test_a_document_is_found_whatever_its_key_is_spelt_with(views, code):
    conference = ConferenceView(conference_id=uuid4(), code=code, details=DETAILS, remaining={GENERAL: 3, WORKSHOP: -1})
    await views.save(CONFERENCES, str(conference.conference_id), new(conference))

    assert await views.get_listed(CONFERENCES, CONFERENCES_PARTITION, code) == conference
    assert conference in (await views.list(CONFERENCES, CONFERENCES_PARTITION))[0]
    location = OrderLocation(order_id=uuid4())
    await views.save(ORDER_LOCATIONS, f"{code}/{code}", new(location))
    assert await views.get(ORDER_LOCATIONS, f"{code}/{code}") == location
    assert await views.list(ORDER_LOCATIONS, code) == ([location], None)


async def test_a_long_document_is_kept_in_parts(stores):
    attendee = PersonalInfo(first_name="Zoë \N{GRINNING FACE}" * 5, last_name='"quoted"', email="zoe@example.com")
    seats = tuple(
        SeatView(position=position, seat_type=GENERAL, seat_name="General admission", attendee=attendee)
        for position in range(800)
    )
    document = AssignmentsView(assignments_id=uuid4(), order_id=uuid4(), seats=seats)
    key = str(document.order_id)
    await stores[0].save(ASSIGNMENTS, key, new(document))
    assert await stores[1].get(ASSIGNMENTS, key) == document

    shorter = replace(document, seats=seats[:1])
    stored = await stores[1].load(ASSIGNMENTS, key)
    await stores[1].save(ASSIGNMENTS, key, replace(stored, document=shorter))
    assert await stores[0].get(ASSIGNMENTS, key) == shorter


async def test_a_document_that_no_entity_holds_is_refused(views):
    seats = tuple(SeatView(position=n, seat_type=GENERAL, seat_name="x" * 100) for n in range(5000))
    with pytest.raises(ValueError, match="document takes 1,"):
        await views.save(
            ASSIGNMENTS, "key", new(AssignmentsView(assignments_id=uuid4(), order_id=uuid4(), seats=seats))
        )


# Listing


async def test_the_documents_of_a_partition_are_listed_in_the_order_of_their_rows(views):
    conference_id, orders = await saved_orders(views, 3)
    await saved_orders(views, 1)  # of another conference

    assert await views.list(MANAGED_ORDERS, str(conference_id)) == (orders[::-1], None)


async def test_a_long_list_is_read_page_by_page(views):
    conference_id, orders = await saved_orders(views, 5)
    pages, continuation = [], None
    while not pages or continuation:
        page, continuation = await views.list(MANAGED_ORDERS, str(conference_id), 2, continuation)
        pages.append(page)

    assert [order for page in pages for order in page] == orders[::-1]
    assert max(len(page) for page in pages) == 2


async def test_a_list_longer_than_a_page_of_table_storage_is_read_whole(views, service: TableServiceClient):
    conference_id, _ = await saved_orders(views, 1)
    table = service.get_table_client(MANAGED_ORDERS.name)
    (entity,) = [entity async for entity in table.query_entities(f"PartitionKey eq '{conference_id}'")]
    copies = [("upsert", {**entity, "RowKey": f"{number:05d}"}) for number in range(1100)]
    for start in range(0, len(copies), 100):
        await table.submit_transaction(copies[start : start + 100])

    documents, continuation = await views.list(MANAGED_ORDERS, str(conference_id))
    assert (len(documents), continuation) == (1101, None)


async def test_a_continuation_that_was_never_given_is_refused(views):
    with pytest.raises(ValueError, match="not where a listing goes on"):
        await views.list(MANAGED_ORDERS, str(uuid4()), 10, "made up")


# Pointers


async def test_a_crash_after_the_pointer_was_written_does_no_harm(stores, service: TableServiceClient):
    order = managed_order(uuid4())
    key, views = str(order.order_id), stores[1]
    await stores[0].save(MANAGED_ORDERS, key, new(order))
    partition, row = MANAGED_ORDERS.listed_at(order)
    await service.get_table_client(MANAGED_ORDERS.name).delete_entity(partition, row)

    assert await views.load(MANAGED_ORDERS, key) is None
    assert await views.get(MANAGED_ORDERS, key) is None
    await views.save(MANAGED_ORDERS, key, new(order))
    assert await views.get(MANAGED_ORDERS, key) == order


async def test_a_document_whose_pointer_is_lost_is_found_again_when_it_is_next_written(
    stores, service: TableServiceClient
):
    order = managed_order(uuid4())
    key, views = str(order.order_id), stores[1]
    await stores[0].save(MANAGED_ORDERS, key, new(order))
    await service.get_table_client(MANAGED_ORDERS.name).delete_entity(f"key:{key}", "")
    assert await views.load(MANAGED_ORDERS, key) is None

    with pytest.raises(ConcurrencyConflict):
        await views.save(MANAGED_ORDERS, key, new(order))
    assert (await views.load(MANAGED_ORDERS, key)).document == order


async def test_the_pointer_is_there_before_the_document(views, service: TableServiceClient, monkeypatch):
    order = managed_order(uuid4())
    table = views._table(MANAGED_ORDERS.name)

    async def crash(*_, **__):
        raise RuntimeError("killed")

    monkeypatch.setattr(table, "create_entity", crash)
    with pytest.raises(RuntimeError):
        await views.save(MANAGED_ORDERS, str(order.order_id), new(order))

    pointer = await service.get_table_client(MANAGED_ORDERS.name).get_entity(f"key:{order.order_id}", "")
    assert (pointer["partition"], pointer["row"]) == MANAGED_ORDERS.listed_at(order)


# What a process remembers


async def test_a_projection_does_not_read_again_what_this_process_wrote(views, monkeypatch):
    sample_ = Sample(MANAGED_ORDERS)
    await views.save(sample_.view, sample_.key, sample_.stored(1))

    async def refuse(*_, **__):
        raise AssertionError("read again")

    monkeypatch.setattr(views._table(MANAGED_ORDERS.name), "get_entity", refuse)
    stored = await views.load(sample_.view, sample_.key)
    await views.save(sample_.view, sample_.key, replace(stored, versions={"a-stream": 2}))
    assert (await views.load(sample_.view, sample_.key)).versions == {"a-stream": 2}


async def test_a_document_that_the_table_has_lost_can_be_written_again(views, service: TableServiceClient):
    sample_ = Sample(ORDER_LOCATIONS)
    await views.save(sample_.view, sample_.key, sample_.stored(1))
    stored = await views.load(sample_.view, sample_.key)
    partition, _, row = sample_.key.partition("/")
    await service.get_table_client(ORDER_LOCATIONS.name).delete_entity(partition, row)

    with pytest.raises(ConcurrencyConflict):
        await views.save(sample_.view, sample_.key, stored)
    assert await views.load(sample_.view, sample_.key) is None
    await views.save(sample_.view, sample_.key, sample_.stored(1))


# Faults


async def test_a_missing_table_is_named(views):
    nowhere = replace(ASSIGNMENTS, name="nosuchtable")
    with pytest.raises(Unavailable, match="no table nosuchtable"):
        await views.get(nowhere, str(uuid4()))
    with pytest.raises(Unavailable, match="no table nosuchtable"):
        await views.save(nowhere, "key", new(OrderLocation(order_id=uuid4())))


async def test_table_storage_that_is_away_is_unavailable_and_nothing_else_leaks():
    away = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aGk=;TableEndpoint=http://127.0.0.1:9/a;"
    async with TableServiceClient.from_connection_string(away, **TABLE_CLIENT_OPTIONS) as service:
        views = TableViewStore(service)
        for call in (
            lambda: views.get(ASSIGNMENTS, "key"),
            lambda: views.load(MANAGED_ORDERS, "key"),
            lambda: views.list(MANAGED_ORDERS, "partition"),
            lambda: views.save(ASSIGNMENTS, "key", new(OrderLocation(order_id=uuid4()))),
            views.ping,
        ):
            with patience(0.1), pytest.raises(Unavailable):
                await call()


async def test_the_health_check_is_content_with_table_storage_that_answers(views):
    await views.ping()


async def test_a_single_key_lies_in_a_partition_of_its_own(views, service: TableServiceClient):
    location = OrderLocation(order_id=uuid4())
    key = str(uuid4())
    await views.save(ASSIGNMENTS, key, new(location))

    table = service.get_table_client(ASSIGNMENTS.name)
    assert (await table.get_entity(key, ""))["versions"] == '{"a-stream":1}'
    with pytest.raises(ResourceNotFoundError):
        await table.get_entity(key, "-")
