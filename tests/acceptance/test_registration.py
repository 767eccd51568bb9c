"""Registering for a conference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from tests.acceptance.scene import Scene, seats_of
from tests.support.patience import eventually

scenarios("features/registration.feature")


@then(parsers.parse("her order expires in about {minutes:d} minutes"))
def her_order_expires(scene: Scene, minutes: int) -> None:
    expires = datetime.fromisoformat(scene.registrant.order["reservationExpiresAt"])
    assert abs(expires - datetime.now(UTC) - timedelta(minutes=minutes)) < timedelta(minutes=1)


@then("her order expires no more")
def her_order_expires_no_more(scene: Scene) -> None:
    assert scene.registrant.order["reservationExpiresAt"] is None


@given("a registrant whose order got lost on its way")
def whose_order_got_lost(scene: Scene) -> None:
    scene.new_registrant()


@then("she has nothing to pay for")
def she_has_nothing_to_pay_for(scene: Scene) -> None:
    scene.registrant.goes_to_pay().refused(404, "not-found")
    scene.registrant.says_who_she_is().refused(404, "not-found")
    scene.registrant.asks_instead_for({"General admission": 1}).refused(404, "not-found")


@when(parsers.parse("she asks for {seats} again"))
def she_asks_again(scene: Scene, seats: str) -> None:
    scene.answer = scene.registrant.asks_for(seats_of(seats))


@when(parsers.parse('she changes her name to "{first_name}" "{last_name}"'))
def she_changes_her_name(scene: Scene, first_name: str, last_name: str) -> None:
    scene.registrant.details |= {"firstName": first_name, "lastName": last_name}
    order = scene.registrant.says_who_she_is().expect(200)
    assert order["registrant"] == scene.registrant.details


@then(parsers.parse('the organizer sees her as "{name}"'))
def the_organizer_sees_her_as(scene: Scene, name: str) -> None:
    def seen() -> bool:
        order = scene.conference.order(scene.registrant.order_id)
        return order is not None and (order["registrantName"], order["registrantEmail"]) == (
            name,
            scene.registrant.details["email"],
        )

    eventually(seen, f"{name} in the organizer's list")


@when(parsers.parse("a registrant asks for {seats} of the other conference"))
def she_asks_for_seats_of_another_conference(scene: Scene, seats: str) -> None:
    wanted = scene.other_conference.wanted(seats_of(seats))
    scene.answer = scene.api.place_order(scene.conference.code, wanted)


@then("she gets the same answer")
def she_gets_the_same_answer(scene: Scene) -> None:
    assert scene.first_answer is not None
    assert scene.told().body == scene.first_answer.body
    assert scene.told().status == scene.first_answer.status


@then(parsers.re(r"the organizer sees (?P<number>\d+) orders?"), converters={"number": int})
def the_organizer_sees_orders(scene: Scene, number: int) -> None:
    eventually(lambda: len(scene.conference.orders()) >= number, f"{number} orders listed")
    assert len(scene.conference.orders()) == number
