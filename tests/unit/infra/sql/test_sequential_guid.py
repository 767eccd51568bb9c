"""Keys that sort by when they were drawn, in SQL Server and as text."""

from __future__ import annotations

import threading
from itertools import pairwise
from uuid import RFC_4122, UUID, uuid4

from infra.sql.sequential_guid import (
    SequentialGuids,
    from_sortable_text,
    new_sequential_guid,
    to_sortable_text,
)

ORDER_OF_COMPARISON = (10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3)
"""As System.Data.SqlTypes.SqlGuid compares the bytes of a GUID, the most significant first."""


def as_sql_server_compares(guid: UUID) -> list[int]:
    return [guid.bytes_le[position] for position in ORDER_OF_COMPARISON]


def test_each_sorts_after_the_one_before_in_sql_server_and_as_text() -> None:
    drawn = [new_sequential_guid() for _ in range(2000)]
    assert all(as_sql_server_compares(first) < as_sql_server_compares(then) for first, then in pairwise(drawn))
    assert all(to_sortable_text(first) < to_sortable_text(then) for first, then in pairwise(drawn))


def test_a_clock_set_back_does_not_lead_them_back() -> None:
    times = iter([2_000_000_000, 1_000_000_000, 1_000_000_000, 3_000_000_000])
    draw = SequentialGuids(clock=lambda: next(times))
    drawn = [to_sortable_text(draw()) for _ in range(4)]
    assert drawn == sorted(drawn)


def test_more_than_fit_into_a_millisecond_go_on_in_the_next() -> None:
    draw = SequentialGuids(clock=lambda: 1_700_000_000_000_000_000)
    drawn = [to_sortable_text(draw()) for _ in range(20_000)]
    assert drawn == sorted(set(drawn))


def test_threads_never_draw_the_same() -> None:
    draw = SequentialGuids(clock=lambda: 0)
    drawn: list[UUID] = []
    threads = [threading.Thread(target=lambda: drawn.extend(draw() for _ in range(500))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counters = {as_sql_server_compares(guid)[0:8].__repr__() for guid in drawn}
    assert len(counters) == len(drawn) == 4000


def test_they_are_proper_uuids_of_version_8() -> None:
    guid = new_sequential_guid()
    assert (guid.version, guid.variant) == (8, RFC_4122)


def test_the_sortable_text_of_any_guid_leads_back_to_it() -> None:
    for guid in (UUID(int=0), UUID(int=2**128 - 1), UUID("00112233-4455-6677-8899-aabbccddeeff"), uuid4()):
        assert from_sortable_text(to_sortable_text(guid)) == guid


def test_the_sortable_text_is_in_sql_servers_order() -> None:
    guid = UUID("00112233-4455-6677-8899-aabbccddeeff")
    assert to_sortable_text(guid) == bytes(as_sql_server_compares(guid)).hex() == "aabbccddeeff88997766554433221100"
