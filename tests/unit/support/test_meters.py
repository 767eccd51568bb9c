"""Reading counts out of what the local Azure says."""

from __future__ import annotations

from pathlib import Path

from tests.support.meters import Counts, operations, table_requests

LOG = """\
Azurite Table service is starting at http://127.0.0.1:10002
127.0.0.1 - - [23/Nov/2027:09:00:00 +0000] "GET /devstoreaccount1/orders(PartitionKey='a',RowKey='b') HTTP/1.1" 404 -
127.0.0.1 - - [23/Nov/2027:09:00:01 +0000] "POST /devstoreaccount1/orders HTTP/1.1" 204 -
127.0.0.1 - - [23/Nov/2027:09:00:02 +0000] "PUT /devstoreaccount1/orders(PartitionKey='a',RowKey='b') HTTP/1.1" 204 -
127.0.0.1 - - [23/Nov/2027:09:00:03 +0000] "POST /devstoreaccount1/$batch HTTP/1.1" 202 -
127.0.0.1 - - [23/Nov/2027:09:00:04 +0000] "GET /devstoreaccount1/orders()?$top=10 HTTP/1.1" 200 -
"""


def test_requests_for_tables_are_counted_by_table_and_kind(tmp_path: Path) -> None:
    log = tmp_path / "storage.log"
    log.write_text(LOG, encoding="utf-8")
    assert table_requests(log) == {
        "tables/orders/read": 2,
        "tables/orders/insert": 1,
        "tables/orders/replace": 1,
        "tables/batch": 1,
    }


def test_what_was_never_counted_is_zero() -> None:
    assert (Counts({"a": 3}) - Counts({"b": 1}))["b"] == -1
    assert Counts()["a"] == 0


def test_a_batch_of_messages_and_waiting_for_a_session_are_not_billed_with_a_registration() -> None:
    counts = Counts({"bus/q/send": 4, "bus/q/transfers": 2, "bus/q/deliver": 4, "bus/q/accept-session-empty": 32})
    assert operations(counts, per=4).bus_operations == 2


def test_request_units_of_reads_are_told_from_those_of_writes() -> None:
    counts = Counts(
        {
            "cosmos/events/create/requestUnits": 6.0,
            "cosmos/events/create/requests": 1,
            "cosmos/events/query/requestUnits": 3.0,
            "cosmos/snapshots/read/requestUnits": 1.0,
        }
    )
    used = operations(counts)
    assert (used.cosmos_write_units, used.cosmos_read_units) == (6.0, 4.0)
