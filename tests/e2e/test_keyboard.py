"""A registration without a mouse."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.registrants import Registrant
from tests.support.visitor import Visitor

MOST_STOPS = 40


def test_she_registers_with_the_keyboard_alone(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 5})
    keyboard = visitor.page.keyboard
    visitor.opens(f"/conferences/{conference.code}")
    keyboard.press("Tab")
    expect(visitor.page.locator(".skip-link")).to_be_focused()
    keyboard.press("Enter")
    _tabs_to(visitor, visitor.seats_of(GENERAL))
    keyboard.press("ArrowUp")
    _tabs_to(visitor, visitor.button("Continue"))
    keyboard.press("Enter")

    visitor.sees("Almost there")
    _is_at_the_heading(visitor)
    for name, text in (("firstName", "Rita"), ("lastName", "Registrant"), ("email", "rita@example.com")):
        _tabs_to(visitor, visitor.page.locator(f"#{name}"))
        keyboard.type(text)
    keyboard.press("Enter")

    visitor.sees("Confirm your payment")
    _tabs_to(visitor, visitor.button("Accept payment"))
    keyboard.press("Space")
    visitor.sees("See you there, Rita!")
    _is_at_the_heading(visitor)

    _tabs_to(visitor, visitor.page.get_by_role("link", name="Assign seats"))
    keyboard.press("Enter")
    visitor.sees("Who sits where?")
    _tabs_to(visitor, visitor.button("I take the first free seat"))
    keyboard.press("Enter")
    _tabs_to(visitor, visitor.page.locator("#seat-0").get_by_role("button", name="Save"))
    keyboard.press("Enter")
    expect(visitor.page.locator("#assigned")).to_have_text("1 of 1 seats assigned")


def test_back_leads_past_the_skip_link(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 5})
    visitor.opens(f"/conferences/{conference.code}")
    _skips_to_the_content(visitor)
    visitor.page.get_by_role("link", name="Your order").click()
    visitor.sees("Find your order")
    visitor.page.go_back()
    visitor.sees("CQRS summit")
    _is_at_the_heading(visitor)


def test_the_skip_link_is_no_way_around_the_question_before_leaving(visitor: Visitor, api: Api) -> None:
    registrant = Registrant(OrganizedConference.published(api, {GENERAL: 5}))
    registrant.registers({GENERAL: 1})
    visitor.opens(f"/orders/{registrant.order_id}")
    visitor.follows("Assign seats")
    visitor.sees("Who sits where?")
    visitor.fills(**{"seat-0-firstName": "Anna"})
    _skips_to_the_content(visitor)
    visitor.page.go_back()
    visitor.presses("Stay")
    expect(visitor.page.locator("#seat-0-firstName")).to_have_value("Anna")


def test_a_fragment_that_she_types_is_a_page_of_its_own_to_the_way_back(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 5})
    visitor.opens(f"/conferences/{conference.code}")
    visitor.page.evaluate("location.hash = 'main'")
    visitor.page.get_by_role("link", name="Your order").click()
    visitor.sees("Find your order")
    visitor.page.go_back()
    visitor.sees("CQRS summit")


def test_a_question_holds_the_focus_and_gives_it_back(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 5})
    visitor.signs_in(conference.owner_email, conference.access_code)
    unpublish = visitor.button("Unpublish")
    unpublish.press("Enter")
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(unpublish).to_be_focused()
    expect(visitor.page.locator("#published-state")).to_have_text("Published")


def _tabs_to(visitor: Visitor, target: Locator) -> None:
    """Press Tab until `target` has the focus, which must then show."""
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        visitor.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate("element => element.matches(':focus-visible')")
            return
    raise AssertionError(f"{target} is not reached by {MOST_STOPS} times Tab")


def _skips_to_the_content(visitor: Visitor) -> None:
    skip = visitor.page.locator(".skip-link")
    skip.focus()
    skip.press("Enter")
    expect(visitor.page.locator("main")).to_be_focused()


def _is_at_the_heading(visitor: Visitor) -> None:
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
