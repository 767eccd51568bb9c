"""Access codes: copied by a press, and guessed at a pace that protects them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from domain.kernel.attempts import MAX_WRONG_TRIES
from tests.support.api import Answer, Api
from tests.support.conferences import GENERAL, OrganizedConference, conference_details
from tests.support.moments import NOBODYS_CODE, tries
from tests.support.registrants import Registrant
from tests.support.visitor import NewVisitor, Visitor

COPYING = ("clipboard-read", "clipboard-write")
NO_CLIPBOARD = "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });"


@dataclass(frozen=True, slots=True)
class Door:
    """A page that asks for a code."""

    page: str
    button: str
    guess: Callable[[Api, str], Answer]


FIND_ORDER = Door("/find-order", "Find my order", lambda api, email: api.locate_order(email, NOBODYS_CODE))
SIGN_IN = Door("/organizer", "Sign in", lambda api, email: api.sign_in(email, NOBODYS_CODE))


@pytest.mark.parametrize("door", [FIND_ORDER, SIGN_IN], ids=lambda door: door.button)
def test_whoever_guesses_is_told_how_long_to_wait_and_may_try_again_then(
    visitor: Visitor, api: Api, door: Door
) -> None:
    email = f"{uuid4().hex}@example.com"
    for _ in range(MAX_WRONG_TRIES):
        door.guess(api, email).expect(401, 404)
    visitor.page.clock.install()
    tries(visitor, door.page, email, door.button)
    visitor.reads("Too many wrong tries")
    left = visitor.page.get_by_role("timer")
    expect(left).to_have_text(re.compile(r"^1[45]:\d\d$"))
    expect(visitor.button(door.button)).to_be_disabled()
    visitor.page.clock.fast_forward("05:00")
    expect(left).to_have_text(re.compile(r"^(9|10):\d\d$"))
    visitor.page.clock.fast_forward("10:00")
    visitor.reads("You can try again now.")
    expect(visitor.button(door.button)).to_be_enabled()
    with visitor.page.expect_request(re.compile("/api/(orders/locate|management/sign-in)$")):
        visitor.presses(door.button)


def test_another_address_may_be_tried_at_once(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 1})
    registrant = Registrant(conference)
    order = registrant.registers({GENERAL: 1})
    email = f"{uuid4().hex}@example.com"
    for _ in range(MAX_WRONG_TRIES):
        api.locate_order(email, NOBODYS_CODE).refused(404, "not-found")
    tries(visitor, "/find-order", email, "Find my order")
    visitor.reads("Too many wrong tries")
    visitor.fills(email=registrant.details["email"], accessCode=order["accessCode"])
    visitor.presses("Find my order")
    visitor.sees("See you there, Rita!")


def test_a_press_puts_the_code_on_the_clipboard(new_visitor: NewVisitor) -> None:
    organizer = new_visitor(permissions=COPYING)
    code = organizer.creates_a_conference(conference_details())
    organizer.presses("Copy")
    expect(organizer.button("Copied")).to_be_visible()
    assert organizer.page.evaluate("() => navigator.clipboard.readText()") == code


def test_where_copying_is_not_allowed_the_code_is_selected(visitor: Visitor) -> None:
    visitor.page.add_init_script(NO_CLIPBOARD)
    code = visitor.creates_a_conference(conference_details())
    visitor.presses("Copy")
    expect(visitor.button("Selected; copy it now")).to_be_visible()
    assert visitor.page.evaluate("() => String(getSelection())") == code
