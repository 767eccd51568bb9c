"""Who sits where."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from tests.acceptance.scene import Scene, Table, attendee_of, rows
from tests.support.patience import eventually
from tests.support.registrants import WAIT_SECONDS, person

scenarios("features/seat_assignments.feature")


@when(parsers.parse('she assigns seat {position:d} to "{first_name}" "{last_name}" <{email}>'))
def she_assigns(scene: Scene, position: int, first_name: str, last_name: str, email: str) -> None:
    order_id = scene.registrant.order_id
    if scene.registrant.order["state"] == "confirmed":
        scene.api.assignments(order_id, wait=WAIT_SECONDS).expect(200)
    attendee = person(first_name, last_name, email)
    scene.answer = scene.api.assign_seat(order_id, position, attendee)
    if scene.answer.status == 200:
        assert scene.answer.body["seats"][position]["attendee"] == attendee


@when(parsers.parse("she unassigns seat {position:d}"))
def she_unassigns(scene: Scene, position: int) -> None:
    scene.answer = scene.api.unassign_seat(scene.registrant.order_id, position)
    if scene.answer.status == 200:
        assert scene.answer.body["seats"][position]["attendee"] is None


@then("her seats are")
def her_seats_are(scene: Scene, datatable: Table) -> None:
    def now() -> list[dict[str, str]]:
        answer = scene.api.assignments(scene.registrant.order_id, wait=WAIT_SECONDS).expect(200)
        return [
            {
                "position": str(seat["position"]),
                "seat type": seat["seatName"],
                "attendee": attendee_of(seat["attendee"]),
            }
            for seat in answer["seats"]
        ]

    eventually(lambda: now() == rows(datatable), "her seats as assigned")


@then("the organizer sees the attendees of her order")
def the_organizer_sees_the_attendees(scene: Scene, datatable: Table) -> None:
    def now() -> list[dict[str, str]]:
        order = scene.conference.order(scene.registrant.order_id)
        if order is None:
            return []
        return [
            {
                "position": str(seat["position"]),
                "seat type": seat["seatName"],
                "attendee": attendee_of(seat["attendee"]),
            }
            for seat in order["attendees"]
        ]

    eventually(lambda: now() == rows(datatable), "the attendees in the organizer's list")


@then("she has no seats to assign")
def she_has_no_seats(scene: Scene) -> None:
    scene.api.assignments(scene.registrant.order_id).refused(404, "not-found")
