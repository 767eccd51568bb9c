"""An organizer with many orders: she searches, sorts and leafs through them, and takes them along."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.support.api import Api, Json
from tests.support.conferences import COCKTAIL, GENERAL, OrganizedConference
from tests.support.looks import DESKTOP, is_for_everybody
from tests.support.patience import eventually
from tests.support.registrants import Registrant, at_once, person
from tests.support.stack import Stack
from tests.support.visitor import NewVisitor, Visitor

ROWS_PER_PAGE = 25
UNPAID = 24
A_MILLISECOND = timedelta(milliseconds=1)
"""The orders of one may stand in any order, until she sorts them by what is shown."""
BYTE_ORDER_MARK = "\ufeff"
FORMULA = '=HYPERLINK("x")'
STATUSES = {"paid": "paid", "pending": "under way"}


@dataclass(frozen=True, slots=True)
class Busy:
    """A conference with more orders than a page shows. `paid` are three of them, the cheapest first."""

    conference: OrganizedConference
    paid: Sequence[Registrant]
    orders: Sequence[Json]


@pytest.fixture(scope="module")
def busy(api: Api) -> Busy:
    conference = OrganizedConference.published(api, {GENERAL: 100, COCKTAIL: 100})
    unpaid = [Registrant(conference) for _ in range(UNPAID)]
    at_once(unpaid, lambda registrant: registrant.asks_for({COCKTAIL: 1}).expect(201))
    paid = [
        _paid(conference, {GENERAL: 1}, person("Änne", "Ärmel", "anne@example.com")),
        _paid(conference, {GENERAL: 3}, person("Eve", FORMULA, "eve@example.com")),
        _paid(conference, {GENERAL: 6, COCKTAIL: 1}, person('Bob "Bobby"', "O'Brien", "bob@example.com")),
    ]
    attendees = [person("Zoë", "+49 30 1"), person("-1", "@SUM(A1)"), person("Li, Wei", "Ng")]
    for position, attendee in enumerate(attendees):
        api.assign_seat(paid[1].order_id, position, attendee | {"email": f"{position}@example.com"}).expect(
            200, 202, 204
        )
    everybody = UNPAID + len(paid)
    eventually(lambda: len(conference.orders()) == everybody and _named_seats(conference) == 3, "all orders listed")
    return Busy(conference, paid, conference.orders())


@pytest.fixture(scope="module")
def organizer(browser: Browser, stack: Stack, busy: Busy) -> Iterator[Visitor]:
    visitor = Visitor(browser, stack.web_url)
    visitor.signs_in(busy.conference.owner_email, busy.conference.access_code)
    yield visitor
    visitor.close()


@pytest.fixture
def at_the_orders(organizer: Visitor, busy: Busy) -> Visitor:
    organizer.looks(size=DESKTOP.size, theme=DESKTOP.theme)
    organizer.opens(f"/organizer/{busy.conference.code}/orders")
    return organizer


def test_she_finds_an_order_by_whatever_she_knows_of_it(at_the_orders: Visitor, busy: Busy) -> None:
    code = busy.paid[0].order["accessCode"]
    for known in (code.lower(), "ÄRMEL", "anne@EXAMPLE"):
        at_the_orders.fills(**{"orders-search": known})
        expect(rows(at_the_orders)).to_have_count(1)
        expect(rows(at_the_orders)).to_contain_text(code)
        expect(at_the_orders.page.locator(".table-count").first).to_have_text(f"1 of {UNPAID + 3}")
    at_the_orders.fills(**{"orders-search": "nobody like this"})
    expect(rows(at_the_orders)).to_have_count(0)
    at_the_orders.fills(**{"orders-search": ""})
    expect(rows(at_the_orders)).to_have_count(ROWS_PER_PAGE)


def natural(text: str) -> list[tuple[int, int, str]]:
    """People sort A2 before A10, and Ä beside A."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D", plain)]


COLUMNS: dict[str, tuple[Callable[[Json], str], Callable[[str], Any]]] = {
    "Order": (lambda order: order["accessCode"], natural),
    "Registrant": (lambda order: order["registrantName"] or "", natural),
    "E-mail address": (lambda order: order["registrantEmail"] or "", natural),
    "Total": (lambda order: f"${Decimal(order['totalAmount']):,}", lambda text: Decimal(re.sub("[$,]", "", text))),
    "Status": (lambda order: STATUSES[order["status"]], natural),
    "Seats": (lambda order: str(len(order["attendees"])), int),
}


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_sorts_both_ways(at_the_orders: Visitor, busy: Busy, column: str) -> None:
    shown, key = COLUMNS[column]
    expected = sorted((shown(order) for order in busy.orders), key=key)
    heading = at_the_orders.page.locator("#orders").get_by_role("columnheader", name=re.compile(rf"^{column}\b"))
    expect(heading).to_have_attribute("aria-sort", "none")
    for direction in ("ascending", "descending"):
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", direction)
        assert cells(at_the_orders, list(COLUMNS).index(column)) == expected[:ROWS_PER_PAGE]
        expected.reverse()


def test_the_newest_order_comes_first_until_she_sorts_by_time(at_the_orders: Visitor, busy: Busy) -> None:
    newest_first = sorted((order["placedAt"] for order in busy.orders), reverse=True)
    times = at_the_orders.page.locator("#orders tbody time")
    expect(times).to_have_count(ROWS_PER_PAGE)
    for shown, expected in zip(moments(times), newest_first, strict=False):
        assert abs(datetime.fromisoformat(shown) - datetime.fromisoformat(expected)) <= A_MILLISECOND
    at_the_orders.page.locator("#orders").get_by_role("button", name="Placed").click()
    assert moments(times) == newest_first[::-1][:ROWS_PER_PAGE]


def test_she_leafs_through_all_orders(at_the_orders: Visitor, busy: Busy) -> None:
    pager = at_the_orders.page.get_by_role("navigation", name="Pages: Orders")
    first = cells(at_the_orders, 0)
    expect(pager).to_contain_text("Page 1 of 2")
    expect(pager.get_by_role("button", name="Previous")).to_be_disabled()
    pager.get_by_role("button", name="Next").click()
    expect(pager).to_contain_text("Page 2 of 2")
    expect(pager.get_by_role("button", name="Next")).to_be_disabled()
    expect(pager.get_by_role("button", name="Previous")).to_be_focused()
    second = cells(at_the_orders, 0)
    assert sorted(first + second) == sorted(order["accessCode"] for order in busy.orders)
    at_the_orders.fills(**{"orders-search": "anne@example.com"})
    expect(rows(at_the_orders)).to_have_count(1)
    expect(pager).to_be_hidden()


def test_the_orders_that_are_shown_are_exported_as_shown(at_the_orders: Visitor, busy: Busy, tmp_path: Path) -> None:
    at_the_orders.fills(**{"orders-search": "paid"})
    at_the_orders.page.locator("#orders").get_by_role("button", name="Total").click()
    codes = [registrant.order["accessCode"] for registrant in busy.paid]
    placed = [_order(busy, code)["placedAt"] for code in codes]
    assert exported(at_the_orders, 0, tmp_path) == BYTE_ORDER_MARK + (
        "Order,Registrant,E-mail address,Total,Status,Seats,Placed\r\n"
        f'{codes[0]},"Ärmel, Änne",anne@example.com,199.00,paid,1,{placed[0]}\r\n'
        f'{codes[1]},"\'=HYPERLINK(""x""), Eve",eve@example.com,597.00,paid,3,{placed[1]}\r\n'
        f'{codes[2]},"O\'Brien, Bob ""Bobby""",bob@example.com,1244.00,paid,7,{placed[2]}\r\n'
    )


def test_attendees_are_exported_and_no_name_becomes_a_formula(
    at_the_orders: Visitor, busy: Busy, tmp_path: Path
) -> None:
    code = busy.paid[1].order["accessCode"]
    at_the_orders.fills(**{"attendees-search": code})
    at_the_orders.page.locator("#attendees").get_by_role("button", name="E-mail address").click()
    who = f'{code},"\'=HYPERLINK(""x""), Eve"'
    assert exported(at_the_orders, 1, tmp_path) == BYTE_ORDER_MARK + (
        "Seat,Last name,First name,E-mail address,Order,Registrant\r\n"
        f'{GENERAL},"\'+49 30 1",Zoë,0@example.com,{who}\r\n'
        f'{GENERAL},"\'@SUM(A1)","\'-1",1@example.com,{who}\r\n'
        f'{GENERAL},Ng,"Li, Wei",2@example.com,{who}\r\n'
    )


@pytest.mark.parametrize("page", ["orders", "overview"])
def test_many_orders_are_for_everybody_too(organizer: Visitor, busy: Busy, page: str) -> None:
    organizer.opens(f"/organizer/{busy.conference.code}" + ("/orders" if page == "orders" else ""))
    is_for_everybody(organizer, f"many-{page}")


def test_orders_are_counted_by_the_day_of_whoever_looks(new_visitor: NewVisitor, busy: Busy) -> None:
    organizer = new_visitor(timezone_id="Europe/Berlin")
    placed = ["2027-01-31T23:30:00Z", "2027-02-01T10:00:00Z", "2027-02-03T22:59:00Z"]
    orders = [order | {"placedAt": moment} for order, moment in zip(busy.orders, placed, strict=False)]
    organizer.page.route("**/orders?*", _gives({"orders": orders}))
    organizer.signs_in(busy.conference.owner_email, busy.conference.access_code)
    table = organizer.page.get_by_role("region", name="Table of the orders per day")
    expect(table.get_by_role("rowheader")).to_have_text([re.compile(f"Feb.* {day}|{day}.*Feb") for day in (1, 2, 3)])
    expect(table.get_by_role("cell")).to_have_text(["2", "0", "1"])
    expect(organizer.page.get_by_role("img", name=re.compile("^Orders per day"))).to_be_visible()
    is_for_everybody(organizer, "orders-per-day")


def test_what_is_to_be_given_back_of_a_paid_order_is_what_it_is_owed(visitor: Visitor, busy: Busy) -> None:
    (paid,) = (order for order in busy.orders if order["totalAmount"] == "597.00")
    owed = paid | {"refundDue": True, "refundAmount": "199.00"}
    visitor.page.route("**/orders?*", _gives({"orders": [owed]}))
    visitor.signs_in(busy.conference.owner_email, busy.conference.access_code)
    visitor.follows("Show the orders")
    visitor.reads(f"{paid['accessCode']}: $199.00 to {FORMULA}, Eve, eve@example.com")
    expect(rows(visitor)).to_contain_text("$597.00paidrefund due: $199.00")
    visitor.presses(f"Forget registrant: order {paid['accessCode']}")
    expect(visitor.page.get_by_role("dialog")).to_contain_text("A refund of $199.00 is due.")
    visitor.page.keyboard.press("Escape")


def _gives(body: Json) -> Callable[[Route], None]:
    return lambda route: route.fulfill(json=body)


def _paid(conference: OrganizedConference, seats: dict[str, int], details: Json) -> Registrant:
    registrant = Registrant(conference)
    registrant.details = details
    registrant.registers(seats)
    conference.api.assignments(registrant.order_id, wait=10).expect(200)
    return registrant


def _named_seats(conference: OrganizedConference) -> int:
    return sum(1 for order in conference.orders() for seat in order["attendees"] if seat["attendee"])


def _order(busy: Busy, code: str) -> Json:
    return next(order for order in busy.orders if order["accessCode"] == code)


def rows(visitor: Visitor) -> Locator:
    return visitor.page.locator("#orders tbody tr")


def cells(visitor: Visitor, column: int) -> list[str]:
    """What the page shows in this column of the orders."""
    return visitor.page.locator(f"#orders tbody td:nth-child({column + 1})").all_text_contents()


def moments(times: Locator) -> list[str]:
    found: list[str] = times.evaluate_all("(all) => all.map((each) => each.getAttribute('datetime'))")
    return found


def exported(visitor: Visitor, table: int, directory: Path) -> str:
    """The file that the button of this table gives, to the byte."""
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Export as CSV").nth(table).click()
    file = directory / download.value.suggested_filename
    download.value.save_as(file)
    return file.read_bytes().decode("utf-8")
