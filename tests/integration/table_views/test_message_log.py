"""The message log in table storage."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from azure.data.tables.aio import TableClient, TableServiceClient

from domain.kernel.messages import Commit
from domain.registration.order_messages import AssignRegistrantDetails, OrderExpired, RejectOrder
from infra.message_log import MessageLog
from tests.support.vocabulary import NOW, ORDER_ID, PersonalInfo, said

STREAM = f"order-{ORDER_ID}"


class CountingTable:
    """A table client that counts its calls."""

    def __init__(self, table: TableClient) -> None:
        self.calls: list[str] = []
        self.table_name = table.table_name
        self._table = table

    async def upsert_entity(self, *arguments):
        self.calls.append("upsert")
        return await self._table.upsert_entity(*arguments)

    async def submit_transaction(self, operations):
        self.calls.append(f"transaction of {len(operations)}")
        return await self._table.submit_transaction(operations)

    async def rows(self, partition):
        query = self._table.query_entities("PartitionKey eq @partition", parameters={"partition": partition})
        return {entity["RowKey"]: entity async for entity in query}


@pytest.fixture
def table(service: TableServiceClient) -> CountingTable:
    return CountingTable(service.get_table_client("messagelog"))


@pytest.fixture
def log(table: CountingTable) -> MessageLog:
    return MessageLog(table)  # type: ignore[arg-type]


def commit(cause, *events):
    return Commit(stream_id=STREAM, version=3, cause=cause, events=events)


def rejections(count, *, minutes):
    time = NOW + timedelta(minutes=minutes)
    return [
        commit(said(RejectOrder(order_id=ORDER_ID), str(uuid4()), time=time), OrderExpired(order_id=ORDER_ID))
        for _ in range(count)
    ]


async def test_a_command_and_its_events_are_kept_with_all_that_is_known(log, table):
    expired = OrderExpired(order_id=ORDER_ID)
    await log.record([commit(said(RejectOrder(order_id=ORDER_ID), "a command", causation_id="its cause"), expired)])

    row = (await table.rows("2027-03-01T12:00"))[f"a command:{STREAM}"]
    kept = {key: value for key, value in row.items() if key not in ("PartitionKey", "RowKey")}
    assert json.loads(kept.pop("payload")) == {"order_id": str(ORDER_ID)}
    assert json.loads(kept.pop("events")) == [
        {"type": "registration.OrderExpired.v1", "data": {"order_id": str(ORDER_ID)}}
    ]
    assert kept == {
        "command": "registration.RejectOrder.v1",
        "messageId": "a command",
        "correlationId": str(ORDER_ID),
        "causationId": "its cause",
        "time": "2027-03-01T12:00:00.000000+00:00",
        "streamId": STREAM,
        "version": 3,
        "eventTypes": "registration.OrderExpired.v1",
    }


async def test_a_batch_costs_a_transaction_for_each_minute_and_hundred(log, table):
    messages = rejections(150, minutes=10) + rejections(2, minutes=11) + rejections(1, minutes=12)
    await log.record(messages)

    assert table.calls == ["transaction of 100", "transaction of 50", "transaction of 2", "upsert"]
    assert len(await table.rows("2027-03-01T12:10")) == 150


async def test_logging_again_changes_nothing(log, table):
    messages = rejections(3, minutes=20)
    await log.record(messages)
    before = await table.rows("2027-03-01T12:20")
    await log.record(messages + messages[:1])

    assert await table.rows("2027-03-01T12:20") == before


async def test_long_payloads_are_spread_over_transactions(log, table):
    attendee = PersonalInfo(first_name="\N{GRINNING FACE}" * 50_000, last_name="", email="")
    long = said(AssignRegistrantDetails(order_id=ORDER_ID, registrant=attendee), time=NOW + timedelta(minutes=30))
    messages = [commit(replace(long, message_id=str(uuid4()))) for _ in range(3)]
    await log.record(messages)

    assert table.calls == ["upsert"] * 3
    assert set(await table.rows("2027-03-01T12:30")) == {f"{message.message_id}:{STREAM}" for message in messages}


async def test_an_id_that_could_not_be_a_key_is_kept_too(log, table):
    (rejection,) = rejections(1, minutes=40)
    await log.record([replace(rejection, cause=replace(rejection.cause, message_id="a/b?c#~"))])

    assert set(await table.rows("2027-03-01T12:40")) == {f"a~2fb~3fc~23~7e:{STREAM}"}


async def test_nothing_to_log_costs_nothing(log, table):
    await log.record([])

    assert table.calls == []
