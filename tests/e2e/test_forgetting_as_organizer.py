"""An organizer forgets a registrant who asked her to."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.forgetting import (
    RITA,
    is_forgotten,
    is_forgotten_in_the_list,
    registered_with_a_guest,
)
from tests.support.looks import is_for_everybody
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 100})


@pytest.fixture
def registrant(conference: OrganizedConference) -> Registrant:
    return registered_with_a_guest(conference)


def test_the_organizer_forgets_a_registrant(visitor: Visitor, api: Api, tmp_path: Path) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 10})
    gone, stays, pending = (Registrant(conference) for _ in range(3))
    gone.details, stays.details = RITA, person("Sara", "Stayer", "sara@example.com")
    for registrant in (gone, stays):
        registrant.registers({GENERAL: 1})
    pending.asks_for({GENERAL: 1}).expect(201)
    eventually(lambda: conference.seats_sold() == 2 and len(conference.orders()) == 3, "all orders in the list")
    visitor.signs_in(conference.owner_email, conference.access_code)
    visitor.follows("Orders")
    visitor.sees("Orders")

    orders = visitor.page.get_by_role("table", name="Orders")
    expect(orders.get_by_role("button", name="Forget registrant")).to_have_count(2)
    orders.get_by_role("button", name="Registrant", exact=True).click()
    visitor.fills(**{"orders-search": "registrant, rita"})
    code = gone.order["accessCode"]
    orders.get_by_role("button", name=f"Forget registrant: order {code}").click()
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Forget the registrant of order {code}?")
    expect(dialog).to_contain_text("Registrant, Rita")
    is_for_everybody(visitor, "organizer-forget-question")
    dialog.get_by_role("button", name="Forget for good").click()

    expect(orders.get_by_role("row")).to_have_count(1)
    expect(visitor.page.get_by_role("region", name="Orders")).to_be_focused()
    visitor.fills(**{"orders-search": "forgotten"})
    expect(orders.get_by_role("row").filter(has_text=code)).to_contain_text("$199.00")
    expect(orders.get_by_role("button", name="Forget registrant")).to_have_count(0)
    visitor.fills(**{"orders-search": ""})
    assert _exported(visitor, tmp_path / "orders.csv") == {
        code: ("forgotten", ""),
        stays.order["accessCode"]: ("Stayer, Sara", "sara@example.com"),
        pending.order["accessCode"]: ("", ""),
    }
    is_for_everybody(visitor, "organizer-forgotten")
    eventually(lambda: is_forgotten_in_the_list(conference, gone.order_id), "the list without her name")
    visitor.reloads()
    expect(orders.get_by_role("row").filter(has_text=code)).to_contain_text("forgotten")
    expect(visitor.page.get_by_role("table", name="Attendees")).to_contain_text("forgotten")
    expect(visitor.page.locator("main")).not_to_contain_text("Rita")


def test_the_organizer_says_no_and_the_focus_is_back_where_it_was(
    visitor: Visitor, conference: OrganizedConference, registrant: Registrant
) -> None:
    eventually(lambda: _is_named_in_the_list(conference, registrant.order_id), "her name in the list")
    visitor.signs_in(conference.owner_email, conference.access_code)
    visitor.follows("Orders")
    button = visitor.button(f"Forget registrant: order {registrant.order['accessCode']}")
    button.click()
    visitor.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(button).to_be_focused()
    assert registrant.api.order(registrant.order_id).expect(200)["registrant"] == RITA


def test_an_organizer_who_was_signed_out_meanwhile_signs_in_and_it_is_done(
    visitor: Visitor, conference: OrganizedConference, registrant: Registrant
) -> None:
    eventually(lambda: _is_named_in_the_list(conference, registrant.order_id), "her name in the list")
    visitor.signs_in(conference.owner_email, conference.access_code)
    visitor.follows("Orders")
    button = visitor.button(f"Forget registrant: order {registrant.order['accessCode']}")
    expect(button).to_be_visible()
    visitor.page.evaluate("() => sessionStorage.setItem('organizer', '[]')")
    button.click()
    visitor.presses("Forget for good")
    again = visitor.page.get_by_role("dialog", name="Sign in again")
    again.get_by_label("e-mail address").fill(conference.owner_email)
    again.get_by_label("Access code").fill(conference.access_code)
    again.get_by_role("button", name="Sign in").click()
    row = visitor.page.get_by_role("table", name="Orders").get_by_role("row")
    expect(row.filter(has_text=registrant.order["accessCode"])).to_contain_text("forgotten")
    assert is_forgotten(registrant.api, registrant.order_id)


def _is_named_in_the_list(conference: OrganizedConference, order_id: str) -> bool:
    order = conference.order(order_id)
    return order is not None and order["registrantName"] is not None and order["status"] == "paid"


def _exported(visitor: Visitor, file: Path) -> dict[str, tuple[str, str]]:
    """Registrant and e-mail address by access code, as the file has them."""
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Export as CSV").first.click()
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {row["Order"]: (row["Registrant"], row["E-mail address"]) for row in csv.DictReader(lines)}
