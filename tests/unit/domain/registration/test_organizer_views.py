"""What the public sees of a conference, and the organizer of its orders."""

from datetime import timedelta
from functools import reduce

from domain.conference_management.events import (
    ConferenceCreated,
    ConferencePublished,
    ConferenceUnpublished,
    ConferenceUpdated,
    SeatCreated,
    SeatUpdated,
    stream_id,
)
from domain.registration.conference_view import CONFERENCES, ConferenceView, SeatType
from domain.registration.managed_orders import MANAGED_ORDERS, ManagedOrder, ManagedOrderStatus, newest_first
from domain.registration.order import ORDER
from domain.registration.order_views import SeatView
from domain.registration.seat_assignments import Seat, SeatAssigned, SeatAssignmentsCreated, assignments_id
from tests.support.availability import STREAM, cancelled, changed, committed, reserved
from tests.support.orders import (
    confirmed,
    expired,
    partially_reserved,
    placed,
    refund_required,
    registrant_assigned,
    reservation_completed,
)
from tests.support.vocabulary import (
    ACCESS_CODE,
    ANOTHER_ORDER_ID,
    ANOTHER_PAYMENT_ID,
    CODE,
    CONFERENCE,
    DETAILS,
    GENERAL,
    JANE,
    JOHN,
    NOW,
    ORDER_ID,
    WORKSHOP,
    recorded,
    seats,
)

CREATED = ConferenceCreated(
    conference_id=CONFERENCE, code=CODE, details=DETAILS, owner_name="Ann", owner_email="ann@example.com"
)
GENERAL_SEATS = SeatCreated(
    conference_id=CONFERENCE,
    seat_type=GENERAL,
    name="General admission",
    description="Both days",
    quantity=10,
    price=199_00,
)
FEWER_AND_DEARER = SeatUpdated(
    conference_id=CONFERENCE,
    seat_type=GENERAL,
    name="General admission",
    description="Both days",
    quantity=8,
    price=249_00,
    quantity_change=-2,
)
WORKSHOP_SEATS = SeatCreated(
    conference_id=CONFERENCE, seat_type=WORKSHOP, name="CQRS Workshop", description="", quantity=5, price=500_00
)


def conference(*events: object, stream: str = stream_id(CONFERENCE)) -> ConferenceView:
    view = reduce(CONFERENCES.evolve, recorded(stream, CREATED, *events), None)
    assert view is not None
    return view


def test_a_conference_begins_unpublished_and_without_seats() -> None:
    assert conference() == ConferenceView(conference_id=CONFERENCE, code=CODE, details=DETAILS)


def test_a_conference_reads_as_last_changed() -> None:
    other = CREATED.details.__class__(
        **{field: getattr(DETAILS, field) for field in DETAILS.__slots__ if field != "name"}, name="Renamed"
    )
    assert conference(ConferenceUpdated(conference_id=CONFERENCE, details=other)).details.name == "Renamed"


def test_a_conference_is_published_and_unpublished() -> None:
    published = ConferencePublished(conference_id=CONFERENCE)
    unpublished = ConferenceUnpublished(conference_id=CONFERENCE)
    assert conference(published).is_published
    assert conference(published, unpublished) == conference()
    assert conference(published, unpublished, published).is_published


def test_kinds_of_seats_are_shown_in_the_order_they_were_offered_and_as_last_changed() -> None:
    view = conference(GENERAL_SEATS, WORKSHOP_SEATS, FEWER_AND_DEARER)
    assert view.seat_types == (
        SeatType(id=GENERAL, name="General admission", description="Both days", price=249_00, quantity=8),
        SeatType(id=WORKSHOP, name="CQRS Workshop", description="", price=500_00, quantity=5),
    )


def test_seats_left_are_those_added_less_those_held_and_sold() -> None:
    assert conference(changed(seats(general=10))).available(GENERAL) == 10
    held = (changed(seats(general=10)), changed(seats(workshop=5)), reserved(seats(general=3, workshop=1)))
    assert conference(*held).remaining == {GENERAL: 7, WORKSHOP: 4}
    assert conference(*held, committed()).remaining == {GENERAL: 7, WORKSHOP: 4}
    assert conference(*held, cancelled(seats(general=3, workshop=1))).remaining == {GENERAL: 10, WORKSHOP: 5}


def test_asking_again_changes_what_is_left_by_the_difference() -> None:
    history = (
        changed(seats(general=10)),
        reserved(seats(general=3)),
        reserved(seats(general=5), change=seats(general=-2), attempt=2),
    )
    assert conference(*history).remaining == {GENERAL: 5}


def test_no_fewer_than_no_seats_are_ever_shown_as_left() -> None:
    view = conference(changed(seats(general=10)), reserved(seats(general=8)), changed(seats(general=-5)))
    assert view.remaining == {GENERAL: -3}
    assert view.available(GENERAL) == 0
    assert view.available(WORKSHOP) == 0


def test_a_conference_is_kept_under_its_id_and_found_by_its_code_in_any_case() -> None:
    events = [CREATED, GENERAL_SEATS, changed(()), reserved(()), committed(), cancelled(())]
    assert {CONFERENCES.key(event) for event in events} == {str(CONFERENCE)}
    assert {CONFERENCES.founded_by(event) for event in events} == {stream_id(CONFERENCE)}
    shouting = ConferenceView(conference_id=CONFERENCE, code="CQRS-Summit", details=DETAILS)
    assert CONFERENCES.listed_at(shouting) == ("conference", "cqrs-summit")


def test_a_conference_that_was_never_created_is_not_shown() -> None:
    (availability,) = recorded(STREAM, changed(seats(general=10)))
    assert CONFERENCES.evolve(None, availability) is None


# The organizer's orders


def managed(*events: object) -> ManagedOrder:
    view = reduce(MANAGED_ORDERS.evolve, recorded(ORDER.stream_id(ORDER_ID), *events), None)
    assert view is not None
    return view


ONE = seats(general=1)


def test_a_placed_order_is_pending_and_shows_its_total() -> None:
    assert managed(*placed(ONE)) == ManagedOrder(
        order_id=ORDER_ID,
        conference_id=CONFERENCE,
        placed_at=NOW,
        access_code=ACCESS_CODE,
        status=ManagedOrderStatus.PENDING,
        total=199_00,
    )


def test_an_order_is_pending_until_it_is_paid_or_expired() -> None:
    reserved_order = (*placed(ONE), reservation_completed(ONE))
    assert managed(*reserved_order).status is ManagedOrderStatus.PENDING
    assert managed(*reserved_order, confirmed(ONE)).status is ManagedOrderStatus.PAID
    assert managed(*reserved_order, expired()).status is ManagedOrderStatus.EXPIRED
    assert managed(*reserved_order, expired(), confirmed(ONE)).status is ManagedOrderStatus.PAID


def test_the_total_is_that_of_what_could_be_had() -> None:
    assert managed(*placed(seats(general=3)), *partially_reserved(seats(general=2))).total == 398_00


def test_the_organizer_sees_who_registered_and_where_money_is_due_back() -> None:
    assert managed(*placed(ONE), registrant_assigned(JANE)).registrant == JANE
    assert not managed(*placed(ONE), expired()).refund_due
    assert managed(*placed(ONE), expired(), refund_required(199_00)).refund_due


def test_the_organizer_sees_what_is_due_back_of_all_payments_that_bought_nothing_and_not_of_the_one_that_did() -> None:
    history = (*placed(ONE), refund_required(398_00), refund_required(50_00, ANOTHER_PAYMENT_ID), confirmed(ONE))
    order = managed(*history)
    assert (order.status, order.total, order.refund_amount) == (ManagedOrderStatus.PAID, 199_00, 448_00)


def test_the_organizer_sees_every_seat_with_its_attendee() -> None:
    place = {"assignments_id": assignments_id(ORDER_ID), "order_id": ORDER_ID}
    created = SeatAssignmentsCreated(
        **place,
        seats=tuple(Seat(position=number, seat_type=GENERAL, seat_name="General admission") for number in range(2)),
    )
    john = SeatAssigned(**place, position=1, attendee=JOHN)
    assert managed(*placed(ONE), confirmed(ONE), created, john).seats == (
        SeatView(position=0, seat_type=GENERAL, seat_name="General admission", attendee=None),
        SeatView(position=1, seat_type=GENERAL, seat_name="General admission", attendee=JOHN),
    )


def test_orders_are_listed_by_conference_newest_first() -> None:
    partition, row = MANAGED_ORDERS.listed_at(managed(*placed(ONE)))
    assert (partition, row) == (str(CONFERENCE), newest_first(NOW, ORDER_ID))
    moments = [NOW, NOW + timedelta(milliseconds=1), NOW + timedelta(seconds=1), NOW + timedelta(days=9)]
    rows = [newest_first(moment, ORDER_ID) for moment in moments]
    assert sorted(rows) == rows[::-1]
    assert len({newest_first(NOW, ORDER_ID), newest_first(NOW, ANOTHER_ORDER_ID)}) == 2


def test_rows_once_stored_keep_their_place_in_the_list_for_ever() -> None:
    assert newest_first(NOW, ORDER_ID) == f"251598312000000-{ORDER_ID}"


def test_an_order_is_kept_under_its_id_also_when_its_seats_are_assigned() -> None:
    john = SeatAssigned(assignments_id=assignments_id(ORDER_ID), order_id=ORDER_ID, position=0, attendee=JOHN)
    assert {MANAGED_ORDERS.key(event) for event in (*placed(ONE), john)} == {str(ORDER_ID)}
    assert MANAGED_ORDERS.founded_by(john) == ORDER.stream_id(ORDER_ID)


def test_an_order_that_was_never_placed_is_not_listed() -> None:
    (late,) = recorded(ORDER.stream_id(ORDER_ID), expired(), first_version=3)
    assert MANAGED_ORDERS.evolve(None, late) is None
