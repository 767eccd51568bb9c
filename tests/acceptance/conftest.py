"""The scene of a scenario, and the steps that several features share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_bdd import given, parsers, then, when

from tests.acceptance.scene import STATES, TOLD, Scene, Table, holding, rows, seats_of
from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import OrganizedConference
from tests.support.odd_clients import Client, clients, new_address
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.stack import Stack
from tests.support.stores import Stores


@pytest.fixture(scope="session")
def bus(stack: Stack) -> Iterator[BusInspector]:
    """The Service Bus, as an operator sees it."""
    inspector = BusInspector(stack.bus_connection)
    yield inspector
    inspector.close()


@pytest.fixture
def stores(stack: Stack) -> Iterator[Stores]:
    """What is stored, read past the app."""
    opened = Stores(stack)
    yield opened
    opened.close()


@pytest.fixture
def scene(api: Api, bus: BusInspector) -> Iterator[Scene]:
    """An empty scene; what is held up in it goes on when it ends."""
    with ExitStack() as brakes:
        yield Scene(api=api, bus=bus, brakes=brakes)


# Clients of a stack with limits, which a module has as `limiting_stack`


@pytest.fixture
def client_at(limiting_stack: Stack) -> Iterator[Callable[[str], Client]]:
    """Clients by the address they come from."""
    with clients(limiting_stack.api_url) as client_at:
        yield client_at


@pytest.fixture
def address() -> str:
    """One that nobody came from before."""
    return new_address()


@pytest.fixture
def client(client_at: Callable[[str], Client], address: str) -> Client:
    """The client at `address`."""
    return client_at(address)


@pytest.fixture
def another_client(client_at: Callable[[str], Client]) -> Client:
    """At another address."""
    return client_at(new_address())


# Conferences


@given("a published conference with")
def a_published_conference(scene: Scene, datatable: Table) -> None:
    conference = _conference(scene, datatable)
    conference.publish()
    conference.wait_until_offered()
    scene.conferences.insert(0, conference)


@given("an unpublished conference with")
def an_unpublished_conference(scene: Scene, datatable: Table) -> None:
    scene.conferences.insert(0, _conference(scene, datatable))


@given("another published conference with")
def another_published_conference(scene: Scene, datatable: Table) -> None:
    conference = _conference(scene, datatable)
    conference.publish()
    conference.wait_until_offered()
    scene.conferences.append(conference)


def _conference(scene: Scene, table: Table) -> OrganizedConference:
    conference = OrganizedConference.create(scene.api)
    for row in rows(table):
        conference.add_seat_type(row["seat type"], int(row["quantity"]), price=row["price"])
    return conference


@given(parsers.parse("everybody sees {quantity:d} {name} left"))
@when(parsers.parse("everybody sees {quantity:d} {name} left"))
@then(parsers.parse("everybody sees {quantity:d} {name} left"))
def everybody_sees_left(scene: Scene, quantity: int, name: str) -> None:
    eventually(lambda: scene.conference.left().get(name) == quantity, f"{quantity} {name} left")


@then(parsers.re(r"(?P<quantity>\d+) seats? (is|are) sold"), converters={"quantity": int})
def so_many_are_sold(scene: Scene, quantity: int) -> None:
    conference = scene.conference
    eventually(lambda: conference.seats_sold() >= quantity or not quantity, f"{quantity} seats sold")
    assert conference.seats_sold() == quantity


# A registrant gets so far


@given(parsers.parse("a registrant who asked for {seats}"))
def who_asked_for(scene: Scene, seats: str) -> Registrant:
    registrant = scene.new_registrant()
    scene.answer = scene.first_answer = registrant.asks_for(seats_of(seats))
    scene.answer.expect(201)
    return registrant


@given(parsers.parse("a registrant who holds {seats}"))
def who_holds(scene: Scene, seats: str) -> Registrant:
    registrant = who_asked_for(scene, seats)
    registrant.waits_for_reservation()
    assert registrant.reserved() == holding(seats_of(seats))
    return registrant


@given(parsers.parse("a registrant who is about to pay for {seats}"))
def who_is_about_to_pay(scene: Scene, seats: str) -> Registrant:
    registrant = who_holds(scene, seats)
    registrant.says_who_she_is().expect(200)
    registrant.goes_to_pay().expect(201)
    return registrant


@given(parsers.parse("a registrant who is confirmed for {seats}"))
@then(parsers.parse("a registrant is confirmed for {seats}"))
def who_is_confirmed(scene: Scene, seats: str) -> None:
    registrant = scene.new_registrant()
    scene.first_answer = registrant.asks_for(seats_of(seats))
    scene.first_answer.expect(201)
    registrant.pays()
    assert registrant.waits_for_the_end()["state"] == "confirmed"


@given(parsers.re(r"somebody( else)? is confirmed for (?P<seats>.+)"))
@when(parsers.re(r"somebody( else)? is confirmed for (?P<seats>.+)"))
def somebody_is_confirmed(scene: Scene, seats: str) -> None:
    somebody = Registrant(scene.conference)
    somebody.registers(seats_of(seats))
    scene.registrants.insert(0, somebody)


# What she does


@when(parsers.re(r"(a registrant|somebody else) asks for (?P<seats>((?!of the other).)+)"))
def a_registrant_asks(scene: Scene, seats: str) -> None:
    scene.answer = scene.new_registrant().asks_for(seats_of(seats))


@when(parsers.parse("she asks instead for {seats}"))
def she_asks_instead(scene: Scene, seats: str) -> None:
    scene.answer = scene.registrant.asks_instead_for(seats_of(seats))


@given("she says who she is")
@when("she says who she is")
def she_says_who_she_is(scene: Scene) -> None:
    scene.answer = scene.registrant.says_who_she_is()


@when("she goes to pay")
def she_goes_to_pay(scene: Scene) -> None:
    scene.earlier_payment_id = scene.registrant.payment_id
    scene.answer = scene.registrant.goes_to_pay()


@when("she accepts the payment")
def she_accepts(scene: Scene) -> None:
    scene.answer = scene.registrant.accepts_the_payment()


@when("she rejects the payment")
def she_rejects(scene: Scene) -> None:
    scene.answer = scene.registrant.rejects_the_payment()


@when("she pays")
def she_pays(scene: Scene) -> None:
    scene.registrant.waits_for_reservation()
    scene.registrant.pays()


@given("reservations take a while")
def reservations_take_a_while(scene: Scene) -> None:
    queue = "seats-availability-commands"
    scene.held = scene.brakes.enter_context(scene.bus.held_up(queue, scene.conference.id))


@when("the reservations are made")
def the_reservations_are_made(scene: Scene) -> None:
    assert scene.held is not None
    scene.held.wait_for_messages(len(scene.registrants))
    scene.brakes.close()
    for registrant in scene.registrants:
        registrant.waits_for_reservation()


# What she is told, and what becomes of her order


@then(parsers.re(f"she is told that (?P<reason>{'|'.join(TOLD)})"))
def she_is_told(scene: Scene, reason: str) -> None:
    scene.told().refused(*TOLD[reason])


@then(parsers.parse("her order costs {total}"))
def her_order_costs(scene: Scene, total: str) -> None:
    assert scene.registrant.order["total"] == total


@then(parsers.re(r"(within seconds )?she (still )?holds (?P<seats>.+)"))
@when(parsers.re(r"(within seconds )?she (still )?holds (?P<seats>.+)"))
def she_holds(scene: Scene, seats: str) -> None:
    scene.registrant.waits_for_reservation()
    assert scene.registrant.reserved() == holding(seats_of(seats))


@then(parsers.re(f"her order is (?P<state>{'|'.join(STATES)})"))
def her_order_is(scene: Scene, state: str) -> None:
    order = scene.registrant.waits_for_the_end()
    assert order["state"] == STATES[state], order


@then(parsers.parse("her payment is {state}"))
def her_payment_is(scene: Scene, state: str) -> None:
    def now() -> str:
        return str(scene.api.payment(scene.registrant.payment_id).expect(200)["state"])

    eventually(lambda: now() == state, f"her payment {state}")


@then(parsers.parse("the processor asks her for {total}"))
def the_processor_asks_for(scene: Scene, total: str) -> None:
    payment = scene.api.payment(scene.registrant.payment_id).expect(200)
    assert payment["totalAmount"] == total
    assert payment["orderId"] == scene.registrant.order_id
    assert payment["description"] == "Registration for CQRS summit"


@then("there is nothing to pay")
def there_is_nothing_to_pay(scene: Scene) -> None:
    assert scene.told().expect(200) == {"orderId": scene.registrant.order_id}


@then("there is no order of hers")
def there_is_no_order_of_hers(scene: Scene) -> None:
    scene.api.order(scene.registrant.order_id).refused(404, "not-found")


@then("she finds her order by her e-mail address and access code")
def she_finds_her_order(scene: Scene) -> None:
    she = scene.registrant

    def found() -> bool:
        return scene.api.locate_order(she.details["email"], she.order["accessCode"]).status == 200

    eventually(found, "her order found")


# What the organizer sees


@then(parsers.parse("the organizer sees her order as {status}"))
def the_organizer_sees_her_order_as(scene: Scene, status: str) -> None:
    def seen() -> bool:
        order = scene.conference.order(scene.registrant.order_id)
        return order is not None and order["status"] == status

    eventually(seen, f"her order listed as {status}")
