"""What the store keeps, and what it forgets."""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import proton
import pytest

from local.servicebus.broker import Broker
from local.servicebus.config import parse_config
from local.servicebus.entity import DuplicateHistory
from local.servicebus.errors import ServiceBusError
from local.servicebus.message import Message
from local.servicebus.payload import Payload
from local.servicebus.store import Store

WINDOW = 1_000
CONFIG = json.dumps({"UserConfig": {"Namespaces": [{"Name": "local", "Queues": [{"Name": "q"}]}]}})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "servicebus.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


def payload(body: bytes = b"x") -> Payload:
    return Payload(bytes(proton.Message(id="m", body=body).encode()))


def stored_rows(path: Path, table: str) -> int:
    with sqlite3.connect(path) as database:
        count: int = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    database.close()
    return count


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_duplicate_is_known_within_the_window_and_forgotten_after_it(store: Store) -> None:
    history = DuplicateHistory(WINDOW, 1, store)
    assert not history.is_duplicate("a", 0)
    assert history.is_duplicate("a", WINDOW - 1)
    assert not history.is_duplicate("a", WINDOW), "being seen again does not prolong it"
    assert history.is_duplicate("a", WINDOW + 1)


def test_an_id_is_what_it_says_and_of_what_type(store: Store) -> None:
    history = DuplicateHistory(WINDOW, 1, store)
    assert not history.is_duplicate("1", 0)
    assert not history.is_duplicate(1, 0)
    assert history.is_duplicate(1, 0)


def test_the_duplicate_history_is_pruned_in_memory_and_on_disk(path: Path) -> None:
    store = Store(path)
    entity = store.entity("q").id
    history = DuplicateHistory(WINDOW, entity, store)
    for number in range(500):
        history.is_duplicate(f"id {number}", number)
    store.commit()
    history.is_duplicate("much later", 100_000)
    assert len(history) == 1
    store.close()
    assert stored_rows(path, "seen_message") == 1


def test_another_payload_replaces_the_one_of_a_message_and_not_that_of_its_copies(path: Path) -> None:
    store = Store(path)
    one, other = store.entity("one").id, store.entity("other").id
    shared = payload(b"shared")
    message, copy = Message(shared, 1, 0), Message(shared, 1, 0)
    store.save(one, message)
    store.save(other, copy)
    store.commit()
    store.set_payload(one, message, payload(b"changed"))
    store.close()

    store = Store(path)
    found = {entity: each.payload.bare for entity, each in store.messages({one, other})}
    assert b"changed" in found[one]
    assert b"shared" in found[other]
    store.close()
    assert stored_rows(path, "payload") == 2


def test_a_payload_goes_with_the_last_of_its_messages(path: Path) -> None:
    store = Store(path)
    entity = store.entity("q").id
    message = Message(payload(), 1, 0)
    store.save(entity, message)
    store.commit()
    store.set_payload(entity, message, payload(b"changed"))
    store.delete(entity, message)
    store.close()
    assert (stored_rows(path, "payload"), stored_rows(path, "message")) == (0, 0)


def test_a_payload_is_kept_for_a_copy_whose_entity_is_away(path: Path) -> None:
    store = Store(path)
    one, other = store.entity("one").id, store.entity("other").id
    shared = payload(b"shared")
    for entity in (one, other):
        store.save(entity, Message(shared, 1, 0))
    store.close()

    without_other = Store(path)
    ((_, message),) = without_other.messages({one})
    without_other.delete(one, message)
    without_other.close()

    with_other = Store(path)
    assert [(entity, b"shared" in each.payload.bare) for entity, each in with_other.messages({one, other})] == [
        (other, True)
    ]
    with_other.close()


def test_after_a_commit_that_failed_none_succeeds(path: Path) -> None:
    faults: list[Exception] = []
    store = Store(path, failed=faults.append)
    entity = store.entity("q").id
    store.save(entity, Message(payload(), 1, 0))
    with full_disk(), pytest.raises(sqlite3.Error):
        store.commit()
    store.save(entity, Message(payload(), 2, 0))
    with pytest.raises(sqlite3.Error):
        store.commit()
    with pytest.raises(sqlite3.Error):
        store.close()
    assert len(faults) == 1
    assert stored_rows(path, "message") == 0


def test_whatever_makes_a_commit_fail_is_its_fault(path: Path) -> None:
    faults: list[Exception] = []
    store = Store(path, failed=faults.append)
    unheard_of = payload()
    unheard_of.scheduled_for = 2**63
    store.save(store.entity("q").id, Message(unheard_of, 1, 0))
    for _ in range(2):
        with pytest.raises(struct.error):
            store.commit()
    with pytest.raises(struct.error):
        store.close()
    assert len(faults) == 1
    assert stored_rows(path, "message") == 0


async def test_an_alarm_that_cannot_commit_ends_the_broker(path: Path) -> None:
    broker = Broker(parse_config(CONFIG), path)
    queue = broker.find("q")
    queue.submit(payload())  # its sender is told in this turn of the event loop, after a commit
    queue.alarm.no_later_than(0)
    with full_disk():
        async with asyncio.timeout(5):
            await broker.failed
    with pytest.raises(sqlite3.Error):
        queue.store.commit()
    await broker.close()


def test_the_last_change_of_a_rule_counts_whatever_the_case_of_its_name(path: Path) -> None:
    store = Store(path)
    entity = store.entity("t/subscriptions/s").id
    for name, description in (("Large", b"1"), ("LARGE", None), ("Large", b"2")):
        store.set_rule(entity, name, description)
    store.close()
    store = Store(path)
    assert [description for _, description in store.rule_changes(entity)] == [b"2"]
    store.close()


def test_a_file_of_an_earlier_version_is_brought_up_to_date(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE session_state (entity INTEGER NOT NULL, session TEXT NOT NULL, state BLOB NOT NULL,"
            " PRIMARY KEY (entity, session)) WITHOUT ROWID"
        )
        database.execute("INSERT INTO session_state VALUES (1, 's', x'01')")
    database.close()
    store = Store(path)
    assert store.session_states(1) == [("s", b"\x01", 0)]
    store.close()


def test_what_a_full_file_cannot_take_is_refused_and_what_it_holds_stays(path: Path) -> None:
    store = Store(path, most_bytes=1 << 20)
    entity = store.entity("q").id
    for number in range(1, 10):
        store.room.require(100_000)
        store.save(entity, Message(payload(b"x" * 100_000), number, 0))
        store.commit()
    store.room.require(60_000)  # makes sure that it is measured
    store.save(entity, Message(payload(b"x" * 200_000), 10, 0))
    store.commit()
    with pytest.raises(ServiceBusError, match="as much as it may, 1 MiB"):
        store.room.require(100_000)
    store.close()
    assert stored_rows(path, "message") == 10
