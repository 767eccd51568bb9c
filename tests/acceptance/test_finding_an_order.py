"""Finding an order again."""

from __future__ import annotations

from uuid import uuid4

from pytest_bdd import given, parsers, scenarios, then, when

from tests.acceptance.scene import Scene, seats_of
from tests.support.patience import eventually
from tests.support.registrants import person
from tests.support.vocabulary import NOBODYS_CODE

scenarios("features/finding_an_order.feature")


@given(parsers.parse('a registrant "{email}" who is confirmed for {seats}'))
def a_registrant_with_an_address(scene: Scene, email: str, seats: str) -> None:
    registrant = scene.new_registrant()
    registrant.details = person(email=email)
    registrant.registers(seats_of(seats))


@then(parsers.parse('she finds her order as "{email}"'))
def she_finds_it_as(scene: Scene, email: str) -> None:
    _find(scene, email, scene.registrant.order["accessCode"])


@then("she finds her order with her access code in small letters")
def she_finds_it_in_small_letters(scene: Scene) -> None:
    _find(scene, scene.registrant.details["email"], scene.registrant.order["accessCode"].lower())


def _find(scene: Scene, email: str, access_code: str) -> None:
    eventually(lambda: scene.api.locate_order(email, access_code).status == 200, "her order found")
    found = scene.api.locate_order(email, access_code).expect(200)
    assert found == {"orderId": scene.registrant.order_id}


@then("she finds nothing with the other's access code")
def not_with_the_others_code(scene: Scene) -> None:
    other, she = scene.registrants
    scene.api.locate_order(she.details["email"], other.order["accessCode"]).refused(404, "not-found")


@then("nobody finds her order with a wrong e-mail address")
def not_with_a_wrong_address(scene: Scene) -> None:
    nobody = f"{uuid4().hex}@example.com"
    scene.api.locate_order(nobody, scene.registrant.order["accessCode"]).refused(404, "not-found")


@when(parsers.parse("somebody tries {number:d} wrong access codes for her e-mail address"))
def somebody_guesses(scene: Scene, number: int) -> None:
    for _ in range(number):
        scene.api.locate_order(scene.registrant.details["email"], NOBODYS_CODE).refused(404, "not-found")


@then("further tries for her e-mail address are refused for a while")
def further_tries_are_refused(scene: Scene) -> None:
    she = scene.registrant
    for code in (NOBODYS_CODE, she.order["accessCode"]):
        answer = scene.api.locate_order(she.details["email"].upper(), code)
        answer.refused(429, "too-many-requests")
        assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
