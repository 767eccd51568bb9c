"""A registrant who takes too long, on a stack where time is short."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.stack import Stack, running_stack
from tests.support.visitor import Visitor

EXPIRY_SECONDS, GRACE_SECONDS = 3, 1


@pytest.fixture(scope="module")
def hasty_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A local Azure where a reservation lasts for seconds."""
    settings = {"RESERVATION_EXPIRY_SECONDS": EXPIRY_SECONDS, "RESERVATION_GRACE_SECONDS": GRACE_SECONDS}
    with running_stack(tmp_path_factory.mktemp("hasty-stack"), **settings) as running:
        yield running


@pytest.fixture
def api(hasty_stack: Stack) -> Iterator[Api]:
    client = Api(hasty_stack.api_url)
    yield client
    client.close()


@pytest.fixture
def visitor(browser: Browser, hasty_stack: Stack) -> Iterator[Visitor]:
    visitor = Visitor(browser, hasty_stack.web_url)
    yield visitor
    visitor.close()


def test_her_seats_go_back_to_everybody_and_she_can_choose_again(visitor: Visitor, api: Api) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 2})
    visitor.opens(f"/conferences/{conference.code}")
    visitor.chooses({GENERAL: 2})
    visitor.presses("Continue")
    visitor.sees("Your reservation has expired")
    conference.wait_until_left({GENERAL: 2})
    visitor.reloads()
    visitor.sees("Your reservation has expired")
    visitor.follows("Choose seats again")
    visitor.sees("CQRS summit")
    visitor.chooses({GENERAL: 2})
    expect(visitor.page.locator("#total")).to_have_text("$398.00")
    expect(visitor.button("Continue")).to_be_enabled()
