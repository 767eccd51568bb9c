"""Somebody holds as many seats unpaid as one may, and asks for more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.registrants import Registrant, person
from tests.support.stack import Stack, running_stack
from tests.support.visitor import Visitor

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A local Azure where one unpaid order is as many as one may have."""
    with running_stack(tmp_path_factory.mktemp("strict-stack"), OPEN_HOLDS_PER_CLIENT=1) as running:
        yield running


@pytest.fixture
def api(stack: Stack) -> Iterator[Api]:
    client = Api(stack.api_url)
    yield client
    client.close()


@pytest.fixture
def visitor(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    visitor = Visitor(browser, stack.web_url)
    yield visitor
    visitor.close()


@pytest.fixture
def german(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    """Somebody with a telephone that speaks German."""
    visitor = Visitor(browser, stack.web_url, locale="de-DE", viewport={"width": 320, "height": 640})
    yield visitor
    visitor.close()


@pytest.fixture
def unpaid(api: Api) -> Registrant:
    """Somebody at the same address who has not paid yet."""
    registrant = Registrant(OrganizedConference.published(api, {GENERAL: 9}))
    registrant.asks_for({GENERAL: 1}).expect(201)
    return registrant


def test_one_too_many_is_told_what_to_do_and_goes_on_once_the_other_is_paid(
    visitor: Visitor, unpaid: Registrant
) -> None:
    visitor.opens(f"/conferences/{unpaid.conference.code}")
    visitor.chooses({GENERAL: 2})
    visitor.presses("Continue")
    visitor.reads("You have too many unpaid orders")
    expect(visitor.page.get_by_role("timer")).to_have_text(re.compile(r"2\d:\d\d"))
    visitor.presses("Try again")
    visitor.reads("You have too many unpaid orders")
    unpaid.pays()
    assert unpaid.waits_for_the_end()["state"] == "confirmed"
    visitor.presses("Try again")
    visitor.sees("Almost there")
    visitor.pays(person())


def test_it_is_said_in_german_on_the_narrowest_screen(german: Visitor, unpaid: Registrant) -> None:
    german.opens(f"/conferences/{unpaid.conference.code}")
    german.chooses({GENERAL: 1})
    german.presses("Weiter")
    german.reads("Sie haben zu viele unbezahlte Bestellungen")
    assert german.page.evaluate(OVERFLOW) <= 0
