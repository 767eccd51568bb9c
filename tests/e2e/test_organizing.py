"""An organizer's day, from an idea to the list of those who come."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference, conference_details
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person
from tests.support.visitor import NewVisitor, Visitor

FORMULA = '=HYPERLINK("x")'


def test_an_organizers_day(visitor: Visitor, new_visitor: NewVisitor, tmp_path: Path) -> None:
    details = conference_details()
    code = _creates_a_conference(visitor, details)
    _offers_seats(visitor, details["slug"])
    _publishes(visitor, details["slug"])

    guest = new_visitor()
    eventually(lambda: _can_be_booked(guest, details["slug"]), "seats on the public page")
    guest.asks_for(details["slug"], {GENERAL: 1})
    order_code = guest.pays(person("Gina", FORMULA))

    visitor.follows("Orders")
    visitor.sees("Orders")
    eventually(lambda: _lists(visitor, "paid"), "the paid order in the list")
    orders = visitor.page.get_by_role("table", name="Orders")
    expect(orders).to_contain_text(order_code)
    visitor.fills(**{"orders-search": "nobody like this"})
    expect(orders).not_to_contain_text(order_code)
    visitor.fills(**{"orders-search": order_code})
    expect(orders).to_contain_text(order_code)
    rows = _exports(visitor, tmp_path / "orders.csv")
    assert [row["Order"] for row in rows] == [order_code]
    assert rows[0]["Registrant"] == f"'{FORMULA}, Gina", "a spreadsheet would take it for a formula"

    visitor.presses("Sign out")
    visitor.sees("Hold a conference")
    visitor.signs_in(details["ownerEmail"], code)
    _unpublishes(visitor)
    eventually(lambda: _is_gone(guest, details["slug"]), "the end of the public page")


def test_seats_sold_held_and_left_add_up_although_the_public_reads_of_earlier(
    visitor: Visitor, new_visitor: NewVisitor, api: Api
) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 300})
    new_visitor().opens(f"/conferences/{conference.code}")  # is remembered, for minutes with so many seats left
    Registrant(conference).registers({GENERAL: 2})
    waiting = Registrant(conference)
    waiting.asks_for({GENERAL: 3}).expect(201)
    waiting.waits_for_reservation()
    visitor.signs_in(conference.owner_email, conference.access_code)
    table = visitor.page.get_by_role("region", name="Table of the seats")

    def adds_up() -> bool:
        visitor.opens(f"/organizer/{conference.code}")
        return table.get_by_role("row", name=GENERAL).get_by_role("cell").all_inner_texts() == ["300", "2", "3", "295"]

    eventually(adds_up, "300 seats, of which 2 are sold and 3 held")


def test_a_taken_address_is_said_before_and_after_it_is_sent(visitor: Visitor, api: Api) -> None:
    taken = OrganizedConference.published(api, {GENERAL: 1})
    visitor.describes_a_conference(conference_details(slug=taken.code))
    expect(visitor.page.locator("#slug-check")).to_contain_text("taken")
    visitor.presses("Create the conference")
    expect(visitor.page.locator("#slug-fault")).to_contain_text("taken")
    expect(visitor.page.locator("#slug")).to_be_focused()


def test_a_conference_may_be_called_what_it_likes(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.create(api, slug="create")
    visitor.signs_in(conference.owner_email, conference.access_code)
    visitor.reloads()
    visitor.sees("Overview")


def test_the_access_code_survives_a_reload(visitor: Visitor) -> None:
    code = visitor.creates_a_conference(conference_details())
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    visitor.reloads()
    assert visitor.access_code() == code
    visitor.presses("I have kept it; go on")
    visitor.sees("Overview")


def test_a_wrong_code_does_not_sign_in(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.create(api)
    visitor.opens(f"/organizer/{conference.code}")
    visitor.sees("Sign in as an organizer")
    visitor.fills(email=conference.owner_email, accessCode="AAAAAA")
    visitor.presses("Sign in")
    expect(visitor.page.locator("main .notice")).to_be_visible()
    visitor.fills(accessCode=conference.access_code)
    visitor.presses("Sign in")
    visitor.sees("Overview")


def test_the_organizer_sees_what_is_sold(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 5})
    Registrant(conference).registers({GENERAL: 2})
    conference.wait_until_left({GENERAL: 3})
    eventually(lambda: conference.seats_sold() == 2, "two seats sold")
    visitor.signs_in(conference.owner_email, conference.access_code)
    expect(visitor.page.locator("main")).to_contain_text("$398.00")
    table = visitor.page.get_by_role("region", name="Table of the seats")
    seats = table.get_by_role("row").filter(has_text=GENERAL)
    expect(seats.get_by_role("cell")).to_have_text(["5", "2", "0", "3"])


def _creates_a_conference(visitor: Visitor, details: dict[str, str]) -> str:
    code = visitor.creates_a_conference(details)
    visitor.presses("I have kept it; go on")
    visitor.sees("Overview")
    expect(visitor.page.locator("#published-state")).to_have_text("Not published")
    return code


def _offers_seats(visitor: Visitor, slug: str) -> None:
    visitor.opens(f"/organizer/{slug}/seat-types")
    form = visitor.page.get_by_role("form", name="Add a seat type")
    form.get_by_label("Name").fill(GENERAL)
    form.get_by_label("Description").fill("Two days")
    form.get_by_label("Number of seats").fill("10")
    form.get_by_label("Price in US dollars").fill("199")
    visitor.presses("Add")
    expect(visitor.page.get_by_role("heading", name=GENERAL)).to_be_visible()


def _publishes(visitor: Visitor, slug: str) -> None:
    visitor.opens(f"/organizer/{slug}")
    visitor.presses("Publish")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(visitor.page.locator("#published-state")).to_have_text("Published")


def _unpublishes(visitor: Visitor) -> None:
    visitor.presses("Unpublish")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Unpublish").click()
    expect(visitor.page.locator("#published-state")).to_have_text("Not published")


def _can_be_booked(guest: Visitor, slug: str) -> bool:
    guest.opens(f"/conferences/{slug}")
    return guest.seats_of(GENERAL).is_visible()


def _is_gone(guest: Visitor, slug: str) -> bool:
    guest.opens(f"/conferences/{slug}")
    return guest.page.get_by_role("heading", name="There is no such conference").is_visible()


def _lists(visitor: Visitor, text: str) -> bool:
    visitor.reloads()
    expect(visitor.page.locator(".orders-place")).not_to_have_attribute("aria-busy", "true")
    return visitor.page.locator("#orders").get_by_text(text).is_visible()


def _exports(visitor: Visitor, file: Path) -> list[dict[str, str]]:
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Export as CSV").first.click()
    download.value.save_as(file)
    assert file.read_bytes().startswith("\ufeff".encode()), "spreadsheets would not know that it is UTF-8"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
