"""Conference management on SQLite: one transaction for a change and its events, which reach the bus in the end."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from domain.conference_management.conference import (
    AddSeatType,
    Conference,
    DeleteSeatType,
    PublishConference,
    UnpublishConference,
    UpdateConference,
    UpdateSeatType,
)
from domain.conference_management.events import (
    ConferenceCreated,
    ConferencePublished,
    ConferenceUpdated,
    SeatCreated,
    stream_id,
)
from domain.kernel.errors import ConcurrencyConflict, NotFound, NotPossible, Unavailable
from infra.sql.database import Database
from infra.sql.engine import create_sql_engine
from tests.integration.sql.clocks import Clock
from tests.integration.sql.organizing import ACCESS_CODE, Organizing, creation, said, seat_type
from tests.support.fakes import InMemoryBus
from tests.support.vocabulary import CONFERENCE, DETAILS, NOW


@pytest.fixture
def bus() -> InMemoryBus:
    return InMemoryBus()


@pytest.fixture
def organizing(database: Database, bus: InMemoryBus, clock: Clock) -> Organizing:
    return Organizing(database, bus, clock)


def another(details_name: str, conference: Conference) -> UpdateConference:
    return UpdateConference(conference_id=conference.id, details=replace(DETAILS, name=details_name))


async def told(organizing: Organizing, conference: Conference) -> list[type]:
    return [type(event.message) for event in await organizing.store.read_events(stream_id(conference.id))]


async def test_everything_of_a_conference_is_kept(
    organizing: Organizing, open_database: Callable[[], Database]
) -> None:
    conference = await organizing.create(token="a token")
    seats = [await organizing.add_seats(conference.id, quantity) for quantity in (30, 20, 10)]
    await organizing.do(PublishConference(conference_id=conference.id))
    details = replace(DETAILS, tagline="Cake 🎂", twitter_search="#cqrs", name="名" * 200)
    changed = await organizing.do(UpdateConference(conference_id=conference.id, details=details))

    elsewhere = Organizing(open_database(), InMemoryBus(), Clock())
    kept = await elsewhere.management.managed(code="cqrs-summit", token="a token", now=NOW)
    assert kept == changed
    assert kept == replace(
        conference, details=details, is_published=True, was_ever_published=True, seat_types=tuple(seats)
    )


async def test_seat_types_keep_their_order_through_changes_and_deletions(organizing: Organizing) -> None:
    conference = await organizing.create(token="a token")
    first, second, third = [await organizing.add_seats(conference.id) for _ in range(3)]
    more = replace(first, quantity=99)
    await organizing.do(UpdateSeatType(conference_id=conference.id, seat_type=more))
    await organizing.do(DeleteSeatType(conference_id=conference.id, seat_type_id=second.id))
    fourth = await organizing.add_seats(conference.id)
    managed = await organizing.management.managed(code="cqrs-summit", token="a token", now=NOW)
    assert managed is not None
    assert managed.seat_types == (more, third, fourth)


async def test_events_are_numbered_recorded_and_published_with_their_cause(
    organizing: Organizing, bus: InMemoryBus
) -> None:
    conference = await organizing.create()
    seats = await organizing.add_seats(conference.id)
    command = said(PublishConference(conference_id=conference.id))
    await organizing.management.change(command)

    recorded = await organizing.store.read_events(stream_id(conference.id))
    assert [event.version for event in recorded] == [1, 2, 3]
    assert [type(event.message) for event in recorded] == [ConferenceCreated, SeatCreated, ConferencePublished]
    assert {(event.causation_id, event.correlation_id, event.time) for event in recorded[1:]} == {
        (command.message_id, str(conference.id), NOW)
    }
    assert [event for commit in bus.published for event in commit.recorded()] == recorded
    assert bus.published[-1].cause == command
    assert recorded[1].message.seat_type == seats.id
    assert list(await organizing.store.read_events(stream_id(conference.id), after=2)) == recorded[2:]
    assert await organizing.store.read_events(stream_id(CONFERENCE)) == []


async def test_every_conference_has_a_stream_to_build_views_from(organizing: Organizing) -> None:
    conferences = [await organizing.create(f"conference-{number}") for number in range(3)]
    assert {stream async for stream in organizing.store.streams()} == {stream_id(each.id) for each in conferences}


async def test_a_slug_is_taken_in_any_letter_case(organizing: Organizing) -> None:
    await organizing.create("cqrs-summit")
    with pytest.raises(NotPossible, match="CQRS-Summit") as refusal:
        await organizing.create("CQRS-Summit")
    assert refusal.value.reason == "slug-taken"
    assert len([stream async for stream in organizing.store.streams()]) == 1


async def test_of_many_who_race_for_a_slug_exactly_one_gets_it(
    open_database: Callable[[], Database], clock: Clock
) -> None:
    racers = [Organizing(open_database(), InMemoryBus(), clock) for _ in range(8)]
    results = await asyncio.gather(*(racer.create("wanted") for racer in racers), return_exceptions=True)
    won = [result for result in results if isinstance(result, Conference)]
    lost = [result.reason for result in results if isinstance(result, NotPossible)]
    assert len(won) == 1
    assert lost == ["slug-taken"] * 7


async def test_a_repeated_command_changes_nothing_and_answers_with_the_present_state(
    organizing: Organizing, bus: InMemoryBus
) -> None:
    command = said(creation())
    first = await organizing.management.create(command, access_code=ACCESS_CODE, token="a")
    again = await organizing.management.create(command, access_code=ACCESS_CODE, token="b")
    assert again == first

    add = AddSeatType(conference_id=first.id, seat_type=seat_type())
    once = await organizing.do(add, message_id="the same")
    assert await organizing.do(add, message_id="the same") == once
    assert len(once.seat_types) == 1
    assert await told(organizing, first) == [ConferenceCreated]
    assert len(bus.published) == 1


async def test_changes_at_the_same_time_are_all_kept(open_database: Callable[[], Database], clock: Clock) -> None:
    organizers = [Organizing(open_database(), InMemoryBus(), clock) for _ in range(4)]
    conference = await organizers[0].create(token="a token")
    await organizers[0].do(PublishConference(conference_id=conference.id))
    added = await asyncio.gather(*(organizers[number % 4].add_seats(conference.id) for number in range(24)))

    managed = await organizers[0].management.managed(code="cqrs-summit", token="a token", now=NOW)
    assert managed is not None
    assert {each.id for each in managed.seat_types} == {each.id for each in added}
    recorded = await organizers[0].store.read_events(stream_id(conference.id))
    assert [each.version for each in recorded] == list(range(1, 27))


async def test_a_conference_that_changed_between_reading_and_writing_is_a_conflict(
    organizing: Organizing, sql_url: str, clock: Clock
) -> None:
    conference = await organizing.create(token="a token")
    engine = create_sql_engine(sql_url)

    @event.listens_for(engine, "before_cursor_execute")
    def be_faster(connection: object, cursor: sqlite3.Cursor, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE conferences"):
            cursor.execute("UPDATE conferences SET version = version + 1")

    overtaken = Organizing(Database(engine), InMemoryBus(), clock)
    with pytest.raises(ConcurrencyConflict):
        await overtaken.do(another("Overtaken", conference))
    engine.dispose()
    assert await organizing.management.managed(code="cqrs-summit", token="a token", now=NOW) == conference


async def test_an_unknown_conference_cannot_be_changed(organizing: Organizing) -> None:
    with pytest.raises(NotFound):
        await organizing.do(PublishConference(conference_id=uuid4()))


async def test_a_refused_change_leaves_no_trace(organizing: Organizing) -> None:
    conference = await organizing.create()
    seats = await organizing.add_seats(conference.id)
    await organizing.do(PublishConference(conference_id=conference.id))
    before = await told(organizing, conference)
    with pytest.raises(NotPossible):
        await organizing.do(DeleteSeatType(conference_id=conference.id, seat_type_id=seats.id), message_id="refused")
    assert await told(organizing, conference) == before
    unpublished = await organizing.do(UnpublishConference(conference_id=conference.id), message_id="refused")
    assert not unpublished.is_published


async def test_while_the_bus_is_away_changes_are_saved_and_the_timer_publishes_them(
    organizing: Organizing, bus: InMemoryBus
) -> None:
    bus.fail("publish", Unavailable("no bus"), times=2)
    conference = await organizing.create()
    assert (await organizing.do(PublishConference(conference_id=conference.id))).is_published
    assert bus.published == []

    assert await organizing.management.publish_unpublished(NOW) == 0
    assert await organizing.management.publish_unpublished(NOW + timedelta(seconds=1)) == 2
    assert [type(commit.events[0]) for commit in bus.published] == [ConferenceCreated, ConferencePublished]
    assert await organizing.management.publish_unpublished(NOW + timedelta(seconds=1)) == 0


async def test_what_stayed_unpublished_goes_out_before_what_came_later(
    organizing: Organizing, bus: InMemoryBus
) -> None:
    bus.fail("publish", Unavailable("no bus"), times=2)
    conference = await organizing.create()
    await organizing.do(another("Second", conference))
    await organizing.do(another("Third", conference))
    assert [commit.version for commit in bus.published] == [1, 2, 3]
    assert [commit.cause.message.__class__.__name__ for commit in bus.published] == [
        "CreateConference",
        "UpdateConference",
        "UpdateConference",
    ]
    await organizing.do(another("Fourth", conference))
    assert [commit.version for commit in bus.published] == [1, 2, 3, 4]


async def test_events_of_several_conferences_left_behind_keep_their_order_and_their_commits(
    organizing: Organizing, bus: InMemoryBus
) -> None:
    bus.fail("publish", Unavailable("no bus"), times=10)
    conferences = [await organizing.create(code) for code in ("one", "two")]
    for conference in conferences:
        await organizing.add_seats(conference.id)
        await organizing.add_seats(conference.id)
        await organizing.do(PublishConference(conference_id=conference.id))
        await organizing.do(another("Other", conference))
    assert bus.published == []
    assert await organizing.management.publish_unpublished(NOW + timedelta(seconds=1)) == 6
    for conference in conferences:
        commits = [commit for commit in bus.published if commit.stream_id == stream_id(conference.id)]
        assert [(commit.version, len(commit.events)) for commit in commits] == [(1, 1), (2, 3), (5, 1)]
        assert isinstance(commits[-1].events[0], ConferenceUpdated)


async def test_a_crash_between_the_publishing_and_its_note_publishes_the_same_again(
    organizing: Organizing, bus: InMemoryBus
) -> None:
    bus.fail("publish", Unavailable("no bus"))
    await organizing.create()
    left = await organizing.store.unpublished(NOW + timedelta(seconds=1))
    await bus.publish(left)
    await organizing.management.publish_unpublished(NOW + timedelta(seconds=1))
    assert bus.published == [*left, *left]
    await organizing.store.mark_published(left)
    assert await organizing.store.unpublished(NOW + timedelta(seconds=1)) == []


async def test_a_change_that_changes_nothing_still_publishes_what_stayed_behind(
    organizing: Organizing, bus: InMemoryBus
) -> None:
    bus.fail("publish", Unavailable("no bus"))
    conference = await organizing.create()
    await organizing.do(UnpublishConference(conference_id=conference.id))
    assert [commit.version for commit in bus.published] == [1]
