"""Selling out: many registrants at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from pytest_bdd import parsers, scenario, scenarios, then, when

from tests.acceptance.scene import Scene, holding, seats_of
from tests.support.api import Answer
from tests.support.patience import eventually
from tests.support.registrants import Registrant, at_once

FEATURE = "features/selling_out.feature"
TIMES = 10


@pytest.mark.parametrize("time", range(TIMES))
@scenario(FEATURE, "Twenty registrants want the last ten seats")
def test_twenty_registrants_want_the_last_ten_seats(time: int) -> None:
    """Ten times, over ten conferences."""


scenarios(FEATURE)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Registrants who came together, and what each was answered first."""

    registrants: list[Registrant]
    answers: list[Answer]

    def are(self, state: str) -> list[Registrant]:
        return [each for each in self.registrants if each.order.get("state") == state]


@when(parsers.parse("{number:d} registrants register for {seats} at the same time"), target_fixture="crowd")
def they_register(scene: Scene, number: int, seats: str) -> Crowd:
    return _come(scene, number, seats, _register)


@when(parsers.parse("{number:d} registrants ask for {seats} at the same time"), target_fixture="crowd")
def they_ask(scene: Scene, number: int, seats: str) -> Crowd:
    crowd = _come(scene, number, seats, lambda registrant: None)
    for answer in crowd.answers:
        answer.expect(201)
    if scene.held is None:
        at_once(crowd.registrants, Registrant.waits_for_reservation)
    return crowd


def _come(scene: Scene, number: int, seats: str, then_they: Callable[[Registrant], None]) -> Crowd:
    def act(registrant: Registrant) -> Answer:
        answer = registrant.asks_for(seats_of(seats))
        if answer.status == 201:
            then_they(registrant)
        return answer

    scene.registrants = [Registrant(scene.conference) for _ in range(number)]
    return Crowd(scene.registrants, at_once(scene.registrants, act))


def _register(registrant: Registrant) -> None:
    if registrant.waits_for_reservation()["state"] == "reservationCompleted":
        registrant.pays()
        registrant.waits_for_the_end()


@then(parsers.parse("{number:d} of them are confirmed"))
def so_many_are_confirmed(crowd: Crowd, number: int) -> None:
    assert len(crowd.are("confirmed")) == number


@then("the others are told that not enough seats are left")
def the_others_are_told(crowd: Crowd) -> None:
    """Before they get an order, or by one that holds nothing, if they asked at the same moment."""
    for registrant, answer in zip(crowd.registrants, crowd.answers, strict=True):
        if answer.status == 409:
            assert answer.refused(409, "seats-unavailable")["available"][0]["quantity"] == 0
        elif registrant.order["state"] != "confirmed":
            assert registrant.order["state"] == "partiallyReserved"
            assert registrant.reserved() == {}


@then(parsers.re(r"(?P<number>\d+) of them hold (?P<seats>.+)"), converters={"number": int})
def so_many_hold(crowd: Crowd, number: int, seats: str) -> None:
    complete = crowd.are("reservationCompleted")
    assert len(complete) == number
    assert all(each.reserved() == holding(seats_of(seats)) for each in complete)


@then(parsers.re(r"(?P<number>\d+) of them are partially reserved(?P<nothing> and hold nothing)?"))
def so_many_are_partial(crowd: Crowd, number: str, nothing: str | None) -> None:
    partial = crowd.are("partiallyReserved")
    assert len(partial) == int(number)
    assert not nothing or all(each.reserved() == {} for each in partial)


@then("no more is held than there is")
def no_more_is_held(scene: Scene, crowd: Crowd) -> None:
    for name, quantity in scene.conference.quantities.items():
        assert sum(each.reserved().get(name, 0) for each in crowd.registrants) <= quantity


@when(parsers.parse("then another one asks for {seats}"))
def then_another_one_asks(scene: Scene, seats: str) -> None:
    assert scene.held is not None
    scene.held.wait_for_messages(len(scene.registrants))
    scene.new_registrant().asks_for(seats_of(seats)).expect(201)


@then(parsers.parse("the first one holds {seats}"))
def the_first_one_holds(scene: Scene, seats: str) -> None:
    assert scene.registrants[0].reserved() == seats_of(seats)


@then("the other one is partially reserved")
def the_other_one_is_partial(scene: Scene) -> None:
    assert scene.registrant.order["state"] == "partiallyReserved"


@then(parsers.parse("she is told that {quantity:d} {name} are left"))
def she_is_told_how_many_are_left(scene: Scene, quantity: int, name: str) -> None:
    left = scene.told().expect(409)["available"]
    assert left == [{"seatType": scene.conference.seat_types[name], "quantity": quantity}]


@then("nothing is left")
def nothing_is_left(scene: Scene) -> None:
    eventually(lambda: not any(scene.conference.left().values()), "nothing left")
