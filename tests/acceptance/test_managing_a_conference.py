"""Managing a conference."""

from __future__ import annotations

from pytest_bdd import given, parsers, scenarios, then, when

from tests.acceptance.scene import Scene, seats_of
from tests.support.api import Answer
from tests.support.conferences import OrganizedConference, conference_details, edited_details, seat_type_details
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.vocabulary import NOBODYS_CODE

scenarios("features/managing_a_conference.feature")


@given("an organizer with a conference")
@when("an organizer creates a conference")
def an_organizer_creates_a_conference(scene: Scene) -> None:
    details = conference_details()
    scene.answer = scene.api.create_conference(details)
    created = scene.answer.expect(201)
    scene.conferences.insert(0, OrganizedConference(scene.api, created))
    said = {name: value for name, value in details.items() if name != "slug"}
    assert said.items() <= created.items()
    assert (created["code"], created["seatTypes"]) == (details["slug"], [])
    assert (created["isPublished"], created["wasEverPublished"]) == (False, False)


@then("she gets an access code and a token")
def she_gets_an_access_code(scene: Scene) -> None:
    conference = scene.conference
    assert not set(conference.access_code) & set("IO01"), "no look-alikes"
    managed = scene.api.managed_conference(conference.code, conference.token).expect(200)
    assert "accessCode" not in managed
    assert "token" not in managed


@then("nobody else sees the conference")
def nobody_sees_it(scene: Scene) -> None:
    code = scene.conference.code
    eventually(lambda: scene.api.conference(code).status == 404, f"{code} off the site")
    assert code not in _listed(scene)


@then("everybody sees the conference")
def everybody_sees_it(scene: Scene) -> None:
    code = scene.conference.code
    eventually(lambda: scene.api.conference(code).status == 200 and code in _listed(scene), f"{code} on the site")
    assert scene.api.conference(code.upper()).expect(200)["code"] == code


def _listed(scene: Scene) -> list[str]:
    return [conference["code"] for conference in scene.api.conferences().expect(200)]


@given(parsers.parse("she offers {quantity:d} {name} at {price}"))
@when(parsers.parse("she offers {quantity:d} {name} at {price}"))
def she_offers(scene: Scene, quantity: int, name: str, price: str) -> None:
    seat_type = scene.conference.add_seat_type(name, quantity, price=price)
    assert (seat_type["name"], seat_type["quantity"], seat_type["price"]) == (name, quantity, price)


@when("she publishes the conference")
def she_publishes(scene: Scene) -> None:
    scene.conference.publish()


@when("she unpublishes the conference")
def she_unpublishes(scene: Scene) -> None:
    scene.conference.unpublish()


@when(parsers.parse("she changes the quantity of {name} to {quantity:d}"))
def she_changes_the_quantity(scene: Scene, name: str, quantity: int) -> None:
    scene.conference.change_quantity(name, quantity)


@when(parsers.parse("she withdraws {name}"))
def she_withdraws(scene: Scene, name: str) -> None:
    conference = scene.conference
    scene.answer = scene.api.delete_seat_type(conference.code, conference.token, conference.seat_types[name])
    if scene.answer.status == 204:
        managed = scene.api.managed_conference(conference.code, conference.token).expect(200)
        assert name not in [seat_type["name"] for seat_type in managed["seatTypes"]]


@then(parsers.parse("only {name} is on offer"))
def only_this_is_on_offer(scene: Scene, name: str) -> None:
    eventually(lambda: scene.conference.left() == {name: scene.conference.quantities[name]}, f"only {name} on offer")


@when(parsers.parse('she changes its name to "{name}"'))
def she_changes_its_name(scene: Scene, name: str) -> None:
    conference = scene.conference
    details = edited_details(name=name)
    assert scene.api.update_conference(conference.code, conference.token, details).expect(200)["name"] == name


@then(parsers.parse('everybody sees its name as "{name}"'))
def everybody_sees_its_name(scene: Scene, name: str) -> None:
    code = scene.conference.code
    eventually(lambda: scene.api.conference(code).expect(200)["name"] == name, f"the name {name}")


@then("she signs in with her e-mail address and access code, in any letter case")
def she_signs_in(scene: Scene) -> None:
    conference = scene.conference
    for email in (conference.owner_email, conference.owner_email.upper()):
        signed_in = scene.api.sign_in(email, conference.access_code).expect(200)
        assert signed_in["code"] == conference.code
        scene.api.managed_conference(conference.code, signed_in["token"]).expect(200)
    scene.api.managed_conference(conference.code, conference.token).expect(200)


@then("nobody signs in with her e-mail address and a wrong access code")
def nobody_signs_in(scene: Scene) -> None:
    scene.api.sign_in(scene.conference.owner_email, NOBODYS_CODE).expect(401)


@when("another organizer creates a conference with the same address in capital letters")
def the_same_address(scene: Scene) -> None:
    scene.answer = scene.api.create_conference(conference_details(slug=scene.conference.code.upper()))


@then("nobody can book it")
def nobody_can_book_it(scene: Scene) -> None:
    Registrant(scene.conference).asks_for({"General admission": 1}).refused(404, "not-found")


@then("who has an order already can pay for it")
def who_has_an_order_can_pay(scene: Scene) -> None:
    scene.registrant.accepts_the_payment().expect(200)
    assert scene.registrant.waits_for_the_end()["state"] == "confirmed"


@when(parsers.parse("{number:d} registrants register for {seats}, one after another"))
def they_register_one_after_another(scene: Scene, number: int, seats: str) -> None:
    for _ in range(number):
        scene.new_registrant().registers(seats_of(seats))


@then(parsers.parse("she sees their {number:d} orders in pages of {size:d}, newest first"))
def she_sees_their_orders(scene: Scene, number: int, size: int) -> None:
    conference, registrants = scene.conference, scene.registrants
    eventually(lambda: conference.seats_sold() == number, f"{number} orders paid")
    pages = conference.orders(page_size=size)
    assert [order["orderId"] for order in pages] == [each.order_id for each in reversed(registrants)]
    assert [order["accessCode"] for order in pages] == [each.order["accessCode"] for each in reversed(registrants)]


@then(parsers.parse("with {credentials} nobody can read, change, publish or unpublish it, or see its orders"))
def nobody_else_manages(scene: Scene, credentials: str) -> None:
    conference, api = scene.conference, scene.api
    code, seat_type = conference.code, conference.seat_types["General admission"]
    token = {
        "no token": None,
        "a made-up token": "made-up",
        "the token of another conference": OrganizedConference.create(api).token,
    }[credentials]
    answers: list[Answer] = [
        api.managed_conference(code, token),
        api.update_conference(code, token, edited_details()),
        api.publish(code, token),
        api.unpublish(code, token),
        api.create_seat_type(code, token, seat_type_details("Balcony", 5)),
        api.update_seat_type(code, token, seat_type, seat_type_details("General admission", 5)),
        api.delete_seat_type(code, token, seat_type),
        api.orders(code, token),
    ]
    assert [answer.status for answer in answers] == [401] * len(answers)


@then("with her own token she can neither change nor withdraw the other's seats")
def the_others_seats_are_out_of_reach(scene: Scene) -> None:
    hers, other, api = scene.conference, scene.other_conference, scene.api
    seat_type = other.seat_types["Balcony"]
    details = seat_type_details("Balcony", 1000)
    api.update_seat_type(hers.code, hers.token, seat_type, details).refused(404, "not-found")
    api.delete_seat_type(hers.code, hers.token, seat_type).refused(404, "not-found")
    assert other.left() == {"Balcony": 10}


@when(parsers.parse("somebody tries {number:d} wrong access codes to sign in as her"))
def somebody_guesses(scene: Scene, number: int) -> None:
    for _ in range(number):
        scene.api.sign_in(scene.conference.owner_email, NOBODYS_CODE).expect(401)


@then("further tries to sign in as her are refused for a while")
def further_tries_are_refused(scene: Scene) -> None:
    for code in (NOBODYS_CODE, scene.conference.access_code):
        answer = scene.api.sign_in(scene.conference.owner_email, code)
        answer.refused(429, "too-many-requests")
        assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
