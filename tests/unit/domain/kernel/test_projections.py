"""Read models: skip what was seen, mend what is missing, write only what is newest."""

from dataclasses import dataclass, replace

import pytest

from domain.conference_management.events import ConferenceCreated, ConferencePublished, stream_id
from domain.kernel.errors import ConcurrencyConflict, Unavailable
from domain.kernel.messages import RecordedEvent
from domain.kernel.projections import MAX_ATTEMPTS, Projections
from domain.kernel.views import View
from domain.registration.conference_view import CONFERENCES
from domain.registration.seats_availability import SEATS_AVAILABILITY, AvailableSeatsChanged, SeatsReserved
from tests.support.availability import STREAM, changed
from tests.support.fakes import InMemoryViewStore
from tests.support.history import History
from tests.support.vocabulary import CODE, CONFERENCE, DETAILS, GENERAL, recorded, seats

CONFERENCE_STREAM = stream_id(CONFERENCE)
CREATED = ConferenceCreated(
    conference_id=CONFERENCE, code=CODE, details=DETAILS, owner_name="Ann", owner_email="ann@example.com"
)
PUBLISHED = ConferencePublished(conference_id=CONFERENCE)
MANAGEMENT = recorded(CONFERENCE_STREAM, CREATED, PUBLISHED)
AVAILABILITY = recorded(STREAM, *(changed(seats(general=quantity)) for quantity in (1, 10, 100, 1000)))


@dataclass(frozen=True)
class Tally:
    """How many events, and the sum of the seats they added."""

    events: int = 0
    seats: int = 0


def evolve_tally(tally: Tally | None, event: RecordedEvent[AvailableSeatsChanged]) -> Tally:
    tally = tally or Tally()
    return replace(tally, events=tally.events + 1, seats=tally.seats + event.message.seats[0].quantity)


TALLIES = View(
    name="tallies",
    document=Tally,
    sources=(SEATS_AVAILABILITY.category,),
    key=lambda event: str(event.conference_id),
    evolve=evolve_tally,
)


@pytest.fixture
def store() -> InMemoryViewStore:
    return InMemoryViewStore()


@pytest.fixture
def history() -> History:
    return History(*MANAGEMENT, *AVAILABILITY)


@pytest.fixture
def projections(store: InMemoryViewStore, history: History) -> Projections:
    return Projections(store, history)


async def test_events_are_applied_in_their_order_whatever_order_they_come_in(projections, store, history) -> None:
    await projections.apply(TALLIES, AVAILABILITY[::-1])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=4, seats=1111)
    assert history.calls == []


async def test_events_of_other_streams_than_its_sources_are_left_out(projections, store) -> None:
    await projections.apply(TALLIES, [*MANAGEMENT, *AVAILABILITY[:1]])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=1, seats=1)


async def test_a_view_of_one_type_of_event_leaves_the_others_out(projections, store) -> None:
    only_reservations = replace(TALLIES, only=SeatsReserved)
    await projections.apply(only_reservations, AVAILABILITY)
    assert store.calls == []


async def test_an_event_seen_before_is_skipped_and_costs_no_write(projections, store) -> None:
    await projections.apply(TALLIES, AVAILABILITY[:2])
    await projections.apply(TALLIES, AVAILABILITY[:1])
    await projections.apply(TALLIES, [AVAILABILITY[1], AVAILABILITY[1]])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=2, seats=11)
    assert store.writes(TALLIES, CONFERENCE) == 1


async def test_all_events_of_a_document_that_come_together_are_one_write(projections, store) -> None:
    await projections.apply(TALLIES, AVAILABILITY)
    assert store.writes(TALLIES, CONFERENCE) == 1


async def test_the_first_event_of_a_document_costs_no_read(projections, store) -> None:
    await projections.apply(TALLIES, AVAILABILITY[:1])
    assert store.calls == ["save"]


async def test_a_later_event_is_written_at_the_first_attempt(projections, store) -> None:
    await projections.apply(TALLIES, AVAILABILITY[:1])
    await projections.apply(TALLIES, AVAILABILITY[1:2])
    assert store.calls == ["save", "load", "save"]


async def test_a_first_event_that_comes_again_to_a_grown_document_is_skipped(projections, store) -> None:
    await projections.apply(TALLIES, AVAILABILITY[:3])
    await projections.apply(TALLIES, AVAILABILITY[:1])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=3, seats=111)
    await projections.apply(TALLIES, [AVAILABILITY[0], AVAILABILITY[3]])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=4, seats=1111)


async def test_an_event_twice_in_one_batch_is_applied_once(projections, store) -> None:
    await projections.apply(TALLIES, [AVAILABILITY[0], AVAILABILITY[0], AVAILABILITY[1]])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=2, seats=11)


async def test_a_gap_is_mended_from_where_the_events_are_recorded(projections, store) -> None:
    await projections.apply(TALLIES, AVAILABILITY[:1])
    await projections.apply(TALLIES, AVAILABILITY[3:])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=4, seats=1111)


async def test_what_a_mended_gap_has_brought_is_skipped_when_it_comes_at_last(projections, store) -> None:
    await projections.apply(TALLIES, AVAILABILITY[3:])
    await projections.apply(TALLIES, AVAILABILITY[1:3])
    await projections.apply(TALLIES, AVAILABILITY[:1])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=4, seats=1111)


async def test_mending_a_gap_may_bring_what_is_only_on_its_way(projections, store, history) -> None:
    await projections.apply(TALLIES, AVAILABILITY[1:2])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=4, seats=1111)
    await projections.apply(TALLIES, AVAILABILITY[2:])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=4, seats=1111)
    assert history.calls == ["read_events"]


async def test_a_document_of_several_streams_begins_with_the_one_that_founds_it(projections, store) -> None:
    await projections.apply(CONFERENCES, AVAILABILITY[:1])
    conference = store.document(CONFERENCES, CONFERENCE)
    assert conference.code == CODE
    assert conference.is_published
    assert conference.available(GENERAL) == 1


async def test_the_founding_events_are_skipped_when_they_come_at_last(projections, store) -> None:
    await projections.apply(CONFERENCES, AVAILABILITY[:1])
    before = store.document(CONFERENCES, CONFERENCE)
    await projections.apply(CONFERENCES, MANAGEMENT)
    assert store.document(CONFERENCES, CONFERENCE) == before
    assert store.kept[CONFERENCES.name, str(CONFERENCE)].versions == {CONFERENCE_STREAM: 2, STREAM: 1}


async def test_the_founding_stream_is_not_read_once_there_is_a_document(projections, history) -> None:
    await projections.apply(CONFERENCES, [*AVAILABILITY[:1], *MANAGEMENT])
    await projections.apply(CONFERENCES, AVAILABILITY[1:])
    assert history.calls == []


async def test_nothing_is_written_while_there_is_nothing_to_show(store) -> None:
    await Projections(store, History(*AVAILABILITY)).apply(CONFERENCES, AVAILABILITY[:2])
    assert store.kept == {}


async def test_what_came_before_its_founder_could_be_read_is_mended_with_the_next_event(store) -> None:
    await Projections(store, History(*AVAILABILITY)).apply(CONFERENCES, AVAILABILITY[:2])
    await Projections(store, History(*MANAGEMENT, *AVAILABILITY[:3])).apply(CONFERENCES, AVAILABILITY[2:3])
    assert store.document(CONFERENCES, CONFERENCE).available(GENERAL) == 111


async def test_events_of_several_documents_go_each_to_its_own(projections, store, history) -> None:
    others = [
        replace(event, message=replace(event.message, conference_id=GENERAL), stream_id="seats-other")
        for event in AVAILABILITY[:2]
    ]
    await projections.apply(TALLIES, [AVAILABILITY[0], *others])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=1, seats=1)
    assert store.document(TALLIES, GENERAL) == Tally(events=2, seats=11)


async def test_whoever_was_overtaken_applies_its_events_to_what_the_faster_one_wrote(projections, store) -> None:
    await projections.apply(TALLIES, AVAILABILITY[:1])

    async def overtake() -> None:
        await projections.apply(TALLIES, AVAILABILITY[1:3])

    store.before("save", overtake)
    await projections.apply(TALLIES, AVAILABILITY[1:2])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=3, seats=111)


async def test_of_two_that_make_the_same_document_one_begins_again(projections, store) -> None:
    async def overtake() -> None:
        await projections.apply(TALLIES, AVAILABILITY[:1])

    store.before("save", overtake)
    await projections.apply(TALLIES, AVAILABILITY[:2])
    assert store.document(TALLIES, CONFERENCE) == Tally(events=2, seats=11)


async def test_a_conflict_that_never_ends_is_given_back_to_the_bus(projections, store) -> None:
    store.fail("save", ConcurrencyConflict("busy"), times=MAX_ATTEMPTS)
    with pytest.raises(ConcurrencyConflict, match="tallies"):
        await projections.apply(TALLIES, AVAILABILITY)


async def test_a_store_that_does_not_answer_is_not_hidden(projections, store) -> None:
    store.fail("save", Unavailable("no answer"))
    with pytest.raises(Unavailable):
        await projections.apply(TALLIES, AVAILABILITY)


async def test_a_dropped_view_is_rebuilt_from_the_recorded_events(projections, store, history) -> None:
    for event in (AVAILABILITY[1], MANAGEMENT[1], AVAILABILITY[3], AVAILABILITY[0]):
        await projections.apply(CONFERENCES, [event])
    grown = store.kept[CONFERENCES.name, str(CONFERENCE)]

    rebuilt = InMemoryViewStore()
    await Projections(rebuilt, history).apply(CONFERENCES, [*MANAGEMENT, *AVAILABILITY])
    again = rebuilt.kept[CONFERENCES.name, str(CONFERENCE)]
    assert (again.document, again.versions) == (grown.document, grown.versions)
