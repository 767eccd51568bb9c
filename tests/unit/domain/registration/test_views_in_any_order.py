"""Read models come out the same whatever was repeated, delayed, lost or taken together on the way."""

import asyncio
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conference_management.events import (
    ConferenceCreated,
    ConferencePublished,
    ConferenceUnpublished,
    SeatCreated,
    SeatUpdated,
    stream_id,
)
from domain.kernel.projections import Projections
from domain.payments.payment_view import PAYMENTS
from domain.payments.third_party_processor_payment import PAYMENT
from domain.registration.conference_view import CONFERENCES
from domain.registration.managed_orders import MANAGED_ORDERS
from domain.registration.order import ORDER
from domain.registration.order_views import ASSIGNMENTS, ORDERS
from domain.registration.seat_assignments import (
    SEAT_ASSIGNMENTS,
    Seat,
    SeatAssigned,
    SeatAssignmentsCreated,
    SeatUnassigned,
    assignments_id,
)
from tests.support import orders
from tests.support.availability import STREAM, cancelled, changed, committed, reserved
from tests.support.fakes import InMemoryViewStore
from tests.support.history import History
from tests.support.vocabulary import (
    ANOTHER_ORDER_ID,
    CODE,
    CONFERENCE,
    DETAILS,
    GENERAL,
    JANE,
    JOHN,
    ORDER_ID,
    PAYMENT_ID,
    recorded,
    seats,
)

TWO, THREE = seats(general=2), seats(general=3)
_SEATS = {"conference_id": CONFERENCE, "seat_type": GENERAL, "name": "General admission", "description": ""}
_PLACE = {"assignments_id": assignments_id(ORDER_ID), "order_id": ORDER_ID}

ORDER_STREAM = recorded(
    ORDER.stream_id(ORDER_ID),
    *orders.placed(THREE),
    *orders.partially_reserved(TWO),
    orders.registrant_assigned(JANE),
    *orders.updated(TWO),
    orders.reservation_completed(TWO),
    orders.registrant_assigned(JOHN),
    orders.expired(),
    orders.reinstated(TWO),
    orders.confirmed(TWO),
)
ASSIGNMENTS_STREAM = recorded(
    SEAT_ASSIGNMENTS.stream_id(assignments_id(ORDER_ID)),
    SeatAssignmentsCreated(
        **_PLACE,
        seats=tuple(Seat(position=number, seat_type=GENERAL, seat_name="General admission") for number in range(2)),
    ),
    SeatAssigned(**_PLACE, position=0, attendee=JANE),
    SeatUnassigned(**_PLACE, position=0),
    SeatAssigned(**_PLACE, position=0, attendee=JOHN),
    SeatAssigned(**_PLACE, position=1, attendee=JANE),
)
CONFERENCE_STREAM = recorded(
    stream_id(CONFERENCE),
    ConferenceCreated(
        conference_id=CONFERENCE, code=CODE, details=DETAILS, owner_name="Ann", owner_email="ann@example.com"
    ),
    SeatCreated(**_SEATS, quantity=10, price=199_00),
    ConferencePublished(conference_id=CONFERENCE),
    SeatUpdated(**_SEATS, quantity=8, price=249_00, quantity_change=-2),
    ConferenceUnpublished(conference_id=CONFERENCE),
    ConferencePublished(conference_id=CONFERENCE),
)
AVAILABILITY_STREAM = recorded(
    STREAM,
    changed(seats(general=10)),
    reserved(THREE),
    reserved(TWO, change=seats(general=1), attempt=2),
    changed(seats(general=-2)),
    committed(),
    reserved(THREE, reservation=ANOTHER_ORDER_ID),
    cancelled(THREE, ANOTHER_ORDER_ID),
)
PAYMENT_STREAM = recorded(
    PAYMENT.stream_id(PAYMENT_ID), orders.payment_initiated(398_00), orders.payment_completed(398_00)
)

VIEWS = [
    (ORDERS, [ORDER_STREAM]),
    (ASSIGNMENTS, [ASSIGNMENTS_STREAM]),
    (MANAGED_ORDERS, [ORDER_STREAM, ASSIGNMENTS_STREAM]),
    (CONFERENCES, [CONFERENCE_STREAM, AVAILABILITY_STREAM]),
    (PAYMENTS, [PAYMENT_STREAM]),
]


def projected(view, history, batches):
    """What the store holds when the batches came one after another."""

    async def project():
        store = InMemoryViewStore()
        for batch in batches:
            await Projections(store, History(*history)).apply(view, batch)
        (stored,) = store.kept.values()
        return stored.document, stored.versions

    return asyncio.run(project())


@st.composite
def arrivals(draw, streams):
    """Some of the events, any number of times each, in any order, in batches; the last of each stream among them."""
    events = list(chain(*streams))
    last = [stream[-1] for stream in streams]
    arrived = draw(st.permutations(last + draw(st.lists(st.sampled_from(events), max_size=20))))
    cuts = sorted(draw(st.sets(st.integers(1, len(arrived)), max_size=6)))
    return [arrived[start:end] for start, end in zip([0, *cuts], [*cuts, len(arrived)], strict=True)]


@pytest.mark.parametrize(("view", "streams"), VIEWS, ids=[view.name for view, _ in VIEWS])
def test_any_order_and_repetition_gives_the_document_of_the_right_order(view, streams) -> None:
    in_order = list(chain(*streams))
    expected = projected(view, in_order, [in_order])
    assert expected[1] == {stream[-1].stream_id: stream[-1].version for stream in streams}

    @given(arrivals(streams))
    def in_any_order(batches) -> None:
        assert projected(view, in_order, batches) == expected

    in_any_order()


@pytest.mark.parametrize(("view", "streams"), VIEWS, ids=[view.name for view, _ in VIEWS])
def test_one_at_a_time_gives_the_document_of_all_at_once(view, streams) -> None:
    in_order = list(chain(*streams))
    assert projected(view, in_order, [[event] for event in in_order]) == projected(view, in_order, [in_order])
