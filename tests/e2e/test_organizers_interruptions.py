"""Answers that reach an organizer late, or never."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.visitor import Visitor


@pytest.fixture
def conference(api: Api) -> OrganizedConference:
    conference = OrganizedConference.create(api)
    conference.add_seat_type(GENERAL, 10)
    return conference


def publishes(visitor: Visitor) -> None:
    visitor.presses("Publish")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Publish").click()


def saves_a_seat_type(visitor: Visitor) -> None:
    visitor.presses("Edit")
    visitor.presses("Save")


@pytest.mark.parametrize(
    ("page", "call", "act"),
    [("", "**/publish", publishes), ("/seat-types", "**/seat-types/*", saves_a_seat_type)],
    ids=["publishing", "saving a seat type"],
)
def test_what_was_done_on_a_page_leaves_the_next_one_alone(
    visitor: Visitor, conference: OrganizedConference, page: str, call: str, act: Callable[[Visitor], None]
) -> None:
    visitor.signs_in(conference.owner_email, conference.access_code)
    visitor.opens(f"/organizer/{conference.code}{page}")
    with visitor.unanswered(call, lambda: act(visitor)):
        visitor.follows("Details")
        visitor.sees("Details")
        visitor.fills(name="Typed meanwhile")
    visitor.presses("Save the details")
    visitor.reads("The details are saved.")
    expect(visitor.page.locator("#name")).to_have_value("Typed meanwhile")


@pytest.mark.parametrize("page", ["/organizer", "/organizer/{code}"])
def test_whoever_leaves_before_she_is_signed_in_is_not_called_back(
    visitor: Visitor, conference: OrganizedConference, page: str
) -> None:
    visitor.opens(page.format(code=conference.code))
    visitor.fills(email=conference.owner_email, accessCode=conference.access_code)
    with visitor.unanswered("**/api/management/sign-in", lambda: visitor.presses("Sign in")):
        visitor.page.get_by_role("link", name="Hold your own conference").click()
        visitor.sees("Create a conference")
        visitor.fills(description="Typed meanwhile")
    expect(visitor.page).to_have_url(re.compile("/create/conference$"))
    visitor.fills(name="Free as a bird")
    expect(visitor.page.locator("#slug-check")).to_contain_text("seems to be free")
    expect(visitor.page.locator("#description")).to_have_value("Typed meanwhile")


def test_what_was_sent_before_the_network_was_lost_is_not_said_to_be_unsent(
    visitor: Visitor, conference: OrganizedConference
) -> None:
    def stores_it_and_is_gone(route: Route) -> None:
        assert route.fetch().status == 201
        visitor.context.set_offline(True)
        route.abort("internetdisconnected")

    visitor.signs_in(conference.owner_email, conference.access_code)
    visitor.opens(f"/organizer/{conference.code}/seat-types")
    visitor.fills(**{"name-new": "Party", "description-new": "At night", "quantity-new": "5", "price-new": "20"})
    visitor.page.route("**/api/**/seat-types", stores_it_and_is_gone)
    visitor.presses("Add")
    visitor.reads("The connection broke before an answer came.")
    visitor.reads("If you cannot tell whether it was added")
    visitor.context.set_offline(False)
    visitor.reloads()
    expect(visitor.page.get_by_role("heading", name="Party")).to_have_count(1)
