"""What an order costs."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from tests.acceptance.scene import Scene, Table, rows, seats_of
from tests.support.conferences import seat_type_details
from tests.support.patience import eventually
from tests.support.registrants import Registrant

scenarios("features/prices.feature")


@then("the lines of her order are")
def the_lines_are(scene: Scene, datatable: Table) -> None:
    lines = [
        {
            "seat type": line["description"],
            "unit price": line["unitPrice"],
            "quantity": str(line["requestedQuantity"]),
            "line total": line["lineTotal"],
        }
        for line in scene.registrant.order["lines"]
    ]
    assert lines == rows(datatable)


@then("her order is free of charge")
def free_of_charge(scene: Scene) -> None:
    assert scene.registrant.order["isFreeOfCharge"] is True


@when(parsers.parse("the organizer changes the price of {name} to {price}"))
def the_price_changes(scene: Scene, name: str, price: str) -> None:
    conference = scene.conference
    details = seat_type_details(name, conference.quantities[name], price=price)
    scene.api.update_seat_type(conference.code, conference.token, conference.seat_types[name], details).expect(200)


@when(parsers.parse("everybody sees {name} at {price}"))
def everybody_sees_the_price(scene: Scene, name: str, price: str) -> None:
    def seen() -> bool:
        seat_types = scene.api.conference(scene.conference.code).expect(200)["seatTypes"]
        return any(each["name"] == name and each["price"] == price for each in seat_types)

    eventually(seen, f"{name} at {price}")
    order_id = scene.registrant.order_id
    scene.registrant.order = scene.api.order(order_id).expect(200)


@then(parsers.parse("an order of somebody else for {seats} costs {total}"))
def an_order_of_somebody_else_costs(scene: Scene, seats: str, total: str) -> None:
    somebody = Registrant(scene.conference)
    assert somebody.asks_for(seats_of(seats)).expect(201)["total"] == total
