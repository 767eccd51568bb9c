"""Given a conference, when its organizer does something, then these are its events, and this is it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest

from domain.conference_management.conference import (
    MOST_SEAT_TYPES,
    AddSeatType,
    Changed,
    Conference,
    ConferenceChange,
    CreateConference,
    DeleteSeatType,
    PublishConference,
    SeatType,
    UnpublishConference,
    UpdateConference,
    UpdateSeatType,
    change,
    create,
)
from domain.conference_management.events import (
    ConferenceCreated,
    ConferenceEvent,
    ConferencePublished,
    ConferenceUnpublished,
    ConferenceUpdated,
    SeatCreated,
    SeatUpdated,
)
from domain.kernel.errors import NotFound
from tests.support.given_when_then import refused, refused_because
from tests.support.vocabulary import CODE, CONFERENCE, DETAILS, GENERAL, UNKNOWN_SEAT_TYPE, WORKSHOP

GENERAL_SEATS = SeatType(id=GENERAL, name="General admission", description="A seat", quantity=100, price=199_00)
WORKSHOP_SEATS = SeatType(id=WORKSHOP, name="CQRS Workshop", description="A day", quantity=10, price=500_00)

NEW = create(
    CreateConference(
        conference_id=CONFERENCE,
        code=CODE,
        details=DETAILS,
        owner_name="Olive Organizer",
        owner_email="olive@example.com",
    )
).conference
PUBLISH = PublishConference(conference_id=CONFERENCE)
UNPUBLISH = UnpublishConference(conference_id=CONFERENCE)
PUBLISHED = ConferencePublished(conference_id=CONFERENCE)
UNPUBLISHED = ConferenceUnpublished(conference_id=CONFERENCE)


def add(seat_type: SeatType) -> AddSeatType:
    return AddSeatType(conference_id=CONFERENCE, seat_type=seat_type)


def update(seat_type: SeatType) -> UpdateSeatType:
    return UpdateSeatType(conference_id=CONFERENCE, seat_type=seat_type)


def delete(seat_type_id: UUID) -> DeleteSeatType:
    return DeleteSeatType(conference_id=CONFERENCE, seat_type_id=seat_type_id)


def seat_created(seat_type: SeatType) -> SeatCreated:
    return SeatCreated(
        conference_id=CONFERENCE,
        seat_type=seat_type.id,
        name=seat_type.name,
        description=seat_type.description,
        quantity=seat_type.quantity,
        price=seat_type.price,
    )


@dataclass(frozen=True)
class Given:
    conference: Conference

    def when(self, command: ConferenceChange) -> When:
        return When(self.conference, command)


@dataclass(frozen=True)
class When:
    conference: Conference
    command: ConferenceChange

    def then(self, *events: ConferenceEvent) -> Conference:
        changed = self._changed()
        assert changed.events == events
        return changed.conference

    def then_nothing(self) -> None:
        assert self._changed() == Changed(conference=self.conference)

    def then_not_found(self) -> None:
        with refused(NotFound):
            self._changed()

    def then_refused_because(self, reason: str) -> None:
        with refused_because(reason):
            self._changed()

    def _changed(self) -> Changed:
        return change(self.command, self.conference)


def given(*commands: ConferenceChange) -> Given:
    """A new conference to which all this was done."""
    conference = NEW
    for command in commands:
        conference = change(command, conference).conference
    return Given(conference)


def test_a_new_conference_is_unpublished_and_has_no_seats() -> None:
    conference = given().conference
    assert conference == Conference(
        id=CONFERENCE,
        code=CODE,
        details=DETAILS,
        owner_name="Olive Organizer",
        owner_email="olive@example.com",
        is_published=False,
        was_ever_published=False,
        seat_types=(),
    )


def test_creating_a_conference_tells_what_it_is_and_whose() -> None:
    command = CreateConference(
        conference_id=CONFERENCE, code=CODE, details=DETAILS, owner_name="Olive", owner_email="olive@example.com"
    )
    assert create(command).events == (
        ConferenceCreated(
            conference_id=CONFERENCE, code=CODE, details=DETAILS, owner_name="Olive", owner_email="olive@example.com"
        ),
    )


def test_an_update_is_told_even_before_publication() -> None:
    details = replace(DETAILS, tagline="Now with cake")
    conference = (
        given()
        .when(UpdateConference(conference_id=CONFERENCE, details=details))
        .then(ConferenceUpdated(conference_id=CONFERENCE, details=details))
    )
    assert conference.details == details


def test_an_update_that_changes_nothing_is_not_told() -> None:
    given().when(UpdateConference(conference_id=CONFERENCE, details=DETAILS)).then_nothing()


def test_nobody_hears_of_seats_before_the_first_publication() -> None:
    more = replace(GENERAL_SEATS, quantity=200)
    assert given().when(add(GENERAL_SEATS)).then().seat_types == (GENERAL_SEATS,)
    assert given(add(GENERAL_SEATS)).when(update(more)).then().seat_types == (more,)
    assert given(add(GENERAL_SEATS)).when(delete(GENERAL)).then().seat_types == ()


def test_the_first_publication_creates_all_seats_and_then_publishes() -> None:
    conference = (
        given(add(GENERAL_SEATS), add(WORKSHOP_SEATS))
        .when(PUBLISH)
        .then(seat_created(GENERAL_SEATS), seat_created(WORKSHOP_SEATS), PUBLISHED)
    )
    assert conference.is_published
    assert conference.was_ever_published


def test_a_later_publication_creates_no_seats_again() -> None:
    given(add(GENERAL_SEATS), PUBLISH, UNPUBLISH).when(PUBLISH).then(PUBLISHED)


def test_publishing_twice_is_publishing_once() -> None:
    given(PUBLISH).when(PUBLISH).then_nothing()


def test_an_unpublished_conference_was_published_once_all_the_same() -> None:
    conference = given(PUBLISH).when(UNPUBLISH).then(UNPUBLISHED)
    assert conference == replace(NEW, is_published=False, was_ever_published=True)


def test_unpublishing_what_is_not_published_does_nothing() -> None:
    given().when(UNPUBLISH).then_nothing()
    given(PUBLISH, UNPUBLISH).when(UNPUBLISH).then_nothing()


@pytest.mark.parametrize("since", [(PUBLISH,), (PUBLISH, UNPUBLISH)], ids=["published", "unpublished again"])
def test_once_published_every_new_seat_type_is_told(since: tuple[ConferenceChange, ...]) -> None:
    conference = given(*since, add(GENERAL_SEATS)).when(add(WORKSHOP_SEATS)).then(seat_created(WORKSHOP_SEATS))
    assert conference.seat_types == (GENERAL_SEATS, WORKSHOP_SEATS)


@pytest.mark.parametrize(("quantity", "by"), [(130, 30), (60, -40), (100, 0), (0, -100)])
def test_once_published_a_changed_seat_type_tells_by_how_many_seats(quantity: int, by: int) -> None:
    seats = replace(GENERAL_SEATS, quantity=quantity, price=249_00)
    told = SeatUpdated(
        conference_id=CONFERENCE,
        seat_type=GENERAL,
        name=seats.name,
        description=seats.description,
        quantity=quantity,
        price=249_00,
        quantity_change=by,
    )
    conference = given(add(GENERAL_SEATS), add(WORKSHOP_SEATS), PUBLISH).when(update(seats)).then(told)
    assert conference.seat_types == (seats, WORKSHOP_SEATS)


def test_a_seat_type_updated_to_what_it_is_tells_nothing() -> None:
    given(add(GENERAL_SEATS), PUBLISH).when(update(GENERAL_SEATS)).then_nothing()


def test_changes_made_before_publication_are_in_what_the_first_publication_creates() -> None:
    fewer = replace(GENERAL_SEATS, quantity=7)
    given(add(GENERAL_SEATS), update(fewer)).when(PUBLISH).then(seat_created(fewer), PUBLISHED)


@pytest.mark.parametrize("since", [(PUBLISH,), (PUBLISH, UNPUBLISH)], ids=["published", "unpublished again"])
def test_a_seat_type_stays_for_ever_once_the_conference_was_published(since: tuple[ConferenceChange, ...]) -> None:
    given(add(GENERAL_SEATS), *since).when(delete(GENERAL)).then_refused_because("seat-type-published")


def test_a_conference_has_as_many_seat_types_as_one_order_can_name() -> None:
    kinds = [replace(GENERAL_SEATS, id=uuid4()) for _ in range(MOST_SEAT_TYPES)]
    full = given(*map(add, kinds))
    full.when(add(GENERAL_SEATS)).then_refused_because("too-many-seat-types")
    full.when(update(replace(kinds[0], quantity=7))).then()


@pytest.mark.parametrize("since", [(), (PUBLISH,)], ids=["never published", "published"])
def test_a_seat_type_of_another_conference_is_not_found(since: tuple[ConferenceChange, ...]) -> None:
    foreign = replace(GENERAL_SEATS, id=UNKNOWN_SEAT_TYPE)
    given(add(GENERAL_SEATS), *since).when(update(foreign)).then_not_found()
    given(add(GENERAL_SEATS), *since).when(delete(UNKNOWN_SEAT_TYPE)).then_not_found()
