"""An organizer says what there is to book, and mends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.support.api import Api
from tests.support.conferences import COCKTAIL, GENERAL, WORKSHOP, OrganizedConference
from tests.support.registrants import Registrant
from tests.support.visitor import Visitor


@pytest.fixture
def unpublished(api: Api) -> OrganizedConference:
    conference = OrganizedConference.create(api)
    for name in (GENERAL, WORKSHOP):
        conference.add_seat_type(name, 10)
    return conference


def test_a_seat_type_is_edited(visitor: Visitor, unpublished: OrganizedConference) -> None:
    opens_seat_types(visitor, unpublished)
    edit = card(visitor, GENERAL).get_by_role("button", name="Edit")
    edit.click()
    form = visitor.page.get_by_role("form", name=f"Edit {GENERAL}")
    expect(form.get_by_label("Name")).to_be_focused()
    form.get_by_label("Name").fill("Everybody")
    form.get_by_label("Number of seats").fill("250")
    form.get_by_label("Price in US dollars").fill("99,5")
    form.get_by_role("button", name="Save").click()
    expect(card(visitor, "Everybody")).to_contain_text("250")
    expect(card(visitor, "Everybody")).to_contain_text("$99.50")
    expect(card(visitor, GENERAL)).to_have_count(0)


def test_what_is_done_to_one_leaves_alone_what_is_typed_about_the_others(
    visitor: Visitor, unpublished: OrganizedConference
) -> None:
    unpublished.add_seat_type(COCKTAIL, 10)
    opens_seat_types(visitor, unpublished)
    for name in (GENERAL, WORKSHOP):
        card(visitor, name).get_by_role("button", name="Edit").click()
    new = {"name-new": "Backstage", "description-new": "Meet the speakers", "quantity-new": "3", "price-new": "900"}
    visitor.fills(**new)
    price = card(visitor, WORKSHOP).get_by_label("Price in US dollars")
    price.fill("450")

    general = card(visitor, GENERAL)
    general.get_by_label("Number of seats").fill("250")
    general.get_by_role("button", name="Save").click()
    expect(general).to_contain_text("250")
    expect(price).to_have_value("450")
    for field, text in new.items():
        expect(visitor.page.locator(f"#{field}")).to_have_value(text)
    expect(general).to_be_focused()

    deletes(visitor, COCKTAIL)
    expect(visitor.page.get_by_role("list", name="Seat types")).to_be_focused()
    expect(price).to_have_value("450")

    visitor.presses("Add")
    expect(card(visitor, "Backstage")).to_be_focused()
    expect(visitor.page.locator("#name-new")).to_have_value("")
    expect(price).to_have_value("450")
    visitor.reloads()
    expect(cards(visitor)).to_have_count(3)


def test_whoever_deletes_the_last_seat_type_is_told_that_there_is_none(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.create(api)
    conference.add_seat_type(GENERAL, 10)
    opens_seat_types(visitor, conference)
    none = visitor.page.get_by_text("There are no seat types yet")
    expect(none).to_be_hidden()
    deletes(visitor, GENERAL)
    expect(none).to_be_visible()


def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_saved(
    visitor: Visitor, unpublished: OrganizedConference
) -> None:
    opens_seat_types(visitor, unpublished)
    form = visitor.page.get_by_role("form", name="Add a seat type")
    form.get_by_label("Name").fill("X")
    form.get_by_label("Number of seats").fill("1.5")
    form.get_by_label("Price in US dollars").fill("50000.01")
    visitor.presses("Add")
    expect(form.get_by_label("Name")).to_be_focused()
    faults = {
        "name": "Please use at least 2 characters.",
        "description": "Please fill this in.",
        "quantity": "Please type a whole number from 0 to 100,000.",
        "price": "Please type a price from 0 to 50,000, such as 199 or 199.50.",
    }
    for field, fault in faults.items():
        expect(visitor.page.locator(f"#{field}-new-fault")).to_have_text(fault)
    form.get_by_label("Name").fill("Xy")
    expect(visitor.page.locator("#name-new-fault")).to_be_empty()
    visitor.reloads()
    expect(cards(visitor)).to_have_count(2)


def test_a_seat_type_is_deleted_after_a_question(visitor: Visitor, unpublished: OrganizedConference) -> None:
    opens_seat_types(visitor, unpublished)
    delete = card(visitor, WORKSHOP).get_by_role("button", name="Delete")
    dialog = visitor.page.get_by_role("dialog", name=f"Delete {WORKSHOP}?")
    delete.click()
    dialog.get_by_role("button", name="Cancel").click()
    expect(card(visitor, WORKSHOP)).to_be_visible()
    delete.click()
    dialog.get_by_role("button", name="Delete").click()
    expect(card(visitor, WORKSHOP)).to_have_count(0)
    visitor.reloads()
    expect(cards(visitor)).to_have_count(1)


def test_nothing_is_deleted_that_may_be_sold(visitor: Visitor, unpublished: OrganizedConference) -> None:
    opens_seat_types(visitor, unpublished)
    unpublished.publish()
    card(visitor, GENERAL).get_by_role("button", name="Delete").click()
    visitor.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    visitor.reads("It cannot be deleted any more")
    visitor.reloads()
    expect(cards(visitor)).to_have_count(2)
    expect(visitor.button("Delete")).to_have_count(0)


def test_more_seats_are_sold_as_soon_as_there_are_more(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {COCKTAIL: 1})
    Registrant(conference).registers({COCKTAIL: 1})
    conference.wait_until_left({COCKTAIL: 0})
    opens_seat_types(visitor, conference)
    card(visitor, COCKTAIL).get_by_role("button", name="Edit").click()
    visitor.page.get_by_role("form").get_by_label("Number of seats").first.fill("3")
    visitor.presses("Save")
    expect(card(visitor, COCKTAIL).get_by_role("definition").first).to_have_text("3")
    conference.wait_until_left({COCKTAIL: 2})


def test_whoever_is_signed_out_at_work_signs_in_and_loses_nothing(
    visitor: Visitor, unpublished: OrganizedConference
) -> None:
    visitor.signs_in(unpublished.owner_email, unpublished.access_code)
    visitor.opens(f"/organizer/{unpublished.code}/details")
    visitor.fills(tagline="Typed before the session ended")
    visitor.page.evaluate("""() => {
      const [session] = JSON.parse(sessionStorage.organizer);
      sessionStorage.organizer = JSON.stringify([{ ...session, token: "ended" }]);
    }""")
    visitor.presses("Save the details")
    dialog = visitor.page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("e-mail address").fill(unpublished.owner_email)
    dialog.get_by_label("Access code").fill(unpublished.access_code)
    dialog.get_by_role("button", name="Sign in").click()
    visitor.reads("The details are saved.")
    visitor.reloads()
    expect(visitor.page.locator("#tagline")).to_have_value("Typed before the session ended")


def opens_seat_types(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.signs_in(conference.owner_email, conference.access_code)
    visitor.opens(f"/organizer/{conference.code}/seat-types")


def deletes(visitor: Visitor, name: str) -> None:
    card(visitor, name).get_by_role("button", name="Delete").click()
    visitor.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(card(visitor, name)).to_have_count(0)


def cards(visitor: Visitor) -> Locator:
    return visitor.page.locator(".seat-types > li")


def card(visitor: Visitor, name: str) -> Locator:
    return cards(visitor).filter(has=visitor.page.get_by_role("heading", name=name, exact=True))
